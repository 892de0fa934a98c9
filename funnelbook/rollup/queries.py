"""The SQL of the group's figures over the views leads, followups and findings; docs/parquet.md says what the columns mean.

Sums of money are rounded to the cent, so that the order in which threads add them doesn't show. What nobody can know is NULL: what
won leads are worth of which none says it, and how many are overdue where no lead can be judged.
"""

from __future__ import annotations

LINES = """
SELECT * FROM (SELECT {key} AS key, {team} AS team,
       count(*) AS n,
       count(*) FILTER (result IN ('open', 'nurturing')) AS open,
       count(*) FILTER (result = 'won') AS won,
       count(*) FILTER (result IN ('won', 'not_won', 'lost')) AS closed,
       CASE WHEN won = 0 THEN 0 ELSE round(sum(amount) FILTER (result = 'won'), 2) END AS amount,
       count(*) FILTER (first_touch = 'on_time') AS on_time,
       count(*) FILTER (first_touch IN ('on_time', 'late', 'overdue')) AS touched,
       CASE WHEN bool_or(follow_up NOT IN ('undetermined', 'closed')) OR NOT bool_or(follow_up = 'undetermined')
            THEN count(*) FILTER (follow_up IN ('overdue', 'pool')) END AS overdue,
       coalesce(sum(filled), 0)::BIGINT AS filled,
       coalesce(sum(required), 0)::BIGINT AS required
FROM leads GROUP BY ALL)
ORDER BY key IS NULL, won DESC, amount DESC NULLS LAST, won / n DESC, n DESC, key, team
{limit}
"""
HAS_REGIONS = "SELECT count(region) > 0 FROM leads"
ENTERED = """
SELECT date_trunc('week', entry)::DATE, count(*) FROM leads WHERE entry >= $1 AND entry < $2 GROUP BY ALL
"""
CLOSED = """
SELECT date_trunc('week', closed_on)::DATE, count(*), round(sum(amount), 2)
FROM leads WHERE result = 'won' AND closed_on >= $1 AND closed_on < $2 GROUP BY ALL
"""
TOUCHES = """
SELECT date_trunc('week', followed_at)::DATE, count(*)
FROM followups WHERE counted AND followed_at >= $1 AND followed_at < $2 GROUP BY ALL
"""

KEYS = """
CREATE TEMP VIEW keys AS
SELECT team, workbook, sheet, row, 'phone' AS same, unnest(phone_keys) AS value FROM leads
UNION ALL SELECT team, workbook, sheet, row, 'email', email_key FROM leads WHERE email_key IS NOT NULL
UNION ALL SELECT team, workbook, sheet, row, 'company', company_key FROM leads WHERE company_key IS NOT NULL
"""
TWINS = """
CREATE TEMP TABLE twins AS
WITH shared AS (SELECT same, value FROM keys GROUP BY ALL HAVING min(team) <> max(team)),
members AS (SELECT keys.* FROM keys JOIN shared USING (same, value)),
customers AS (
    SELECT same, value, count(DISTINCT team) AS teams, count(*) AS size,
           md5(string_agg(workbook || chr(0) || sheet || chr(0) || row, chr(1) ORDER BY workbook, sheet, row)) AS who
    FROM members GROUP BY ALL
),
told AS (
    SELECT who, string_agg(same, ',' ORDER BY same DESC) AS sames, max(teams) AS teams, max(size) AS size,
           min_by((same, value), (same, value)) AS one
    FROM customers GROUP BY who
)
SELECT sames, told.teams, size, who, members.team, members.workbook, members.sheet, members.row
FROM told JOIN members ON one = (members.same, members.value)
"""
"""Leads whose phone, address or company is that of another team's; those that share several of them are one customer."""
COUNTED = "SELECT count(DISTINCT who), count(DISTINCT (workbook, sheet, row)) FROM twins"
LISTED = """
SELECT dense_rank() OVER (ORDER BY t.teams DESC, t.size DESC, t.first, t.who) AS number, t.sames, t.team, l.owner, l.company, l.lead_id,
       l.result, l.last_touch, t.workbook, t.sheet, t.row
FROM (SELECT *, min(workbook || sheet || lpad(row::VARCHAR, 8, '0')) OVER (PARTITION BY who) AS first FROM twins) AS t
JOIN leads AS l USING (workbook, sheet, row)
ORDER BY number, t.team, t.workbook, t.sheet, t.row
LIMIT $1
"""

PROBLEMS = """
SELECT code, field, severity, count(*), count(DISTINCT workbook), min(message)
FROM findings GROUP BY code, field, severity
ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, count(*) DESC, code, field
"""
WORST = """
SELECT workbook, max_by((field, example), (-rank, n, code, coalesce(field, ''))) FROM (
    SELECT workbook, code, field, CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END AS rank, count(*) AS n,
           min(message) AS example
    FROM findings GROUP BY ALL
) GROUP BY workbook
"""
