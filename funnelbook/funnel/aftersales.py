"""After the contract (002): deliveries against their plan, the first revisit, satisfaction and its scores (RULES.md 4 and 5)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..grid import Objects
from .accounts import Accounts
from .calendar import Moments, Numbers, as_moments, day_difference, days
from .deadlines import Deadlines, within
from .links import Positions, key_of
from .model import AsOf, Finding, Records
from .required import Mask
from .rulebook import RuleBook
from .typed import Flag
from .validate import at

SCORES = ("rating_product", "rating_service", "rating_response")


def delivery_plan(deliveries: Records, rules: RuleBook, as_of: AsOf) -> Deadlines | None:
    """Every planned step against the day on which it was done, delivered or accepted; None without a column of plans."""
    if not deliveries.has("planned_done_at"):
        return None
    plan = Moments.of(deliveries, "planned_done_at").at_end()
    ended = Moments.of(deliveries, "done_at").else_(Moments.of(deliveries, "delivered_at")).else_(Moments.of(deliveries, "accepted_at"))
    done = ended.known & ~ended.after(as_of)
    now = as_moments(as_of, len(deliveries))
    until = Moments(np.where(done, ended.start, now.start), now.end, np.where(done, ended.timed, now.timed))
    exact = plan.timed & until.timed
    late = np.where(exact, until.start > plan.start, days(until.start) > days(plan.start))
    today = days(plan.start) == np.datetime64(as_of.date)
    states = [~plan.known, done & late, done, late, today]
    state: Objects = np.select(states, ["undetermined", "late", "on_time", "overdue", "due"], "waiting").astype(object)
    due = np.where(done, np.datetime64("NaT", "D"), days(plan.start))
    far: Mask = (state == "overdue") & (day_difference(plan.start, now.start) > rules.number("delivery.supervisor"))
    return Deadlines("delivery", "deliveries", state, due, far)


def visits(records: Mapping[str, Records], known: Accounts, rules: RuleBook, as_of: AsOf) -> list[Deadlines]:
    """The first revisit and the collected satisfaction after every delivery, where the follow-ups can tell."""
    deliveries, log = records.get("deliveries"), records.get("followups")
    if deliveries is None or log is None or not log.has("followed_at"):
        return []
    begun = Moments.of(deliveries, "delivered_at").else_(Moments.of(deliveries, "accepted_at"))
    if not (deliveries.has("delivered_at") or deliveries.has("accepted_at")):
        return []
    account, runs = known.of("deliveries"), _once(deliveries, known.of("deliveries"), begun)
    start = _where(account >= 0, begun)
    found = []
    if log.has("kind"):
        met = _first_after(account, start, log, known, (log.frame["kind"] == rules.marks["revisit"]).to_numpy(), as_of)
        found.append(within("revisit", deliveries, start.at_end(), met, 24 * rules.number("revisit.days"), runs, as_of))
    if any(log.has(name) for name in SCORES):
        met = _first_after(account, start, log, known, ~np.isnan(satisfaction(log, rules)), as_of)
        found.append(within("satisfaction", deliveries, start.at_end(), met, 24 * rules.number("satisfaction.days"), runs, as_of))
    return found


def _once(deliveries: Records, account: Positions, begun: Moments) -> Mask:
    """One row of each contract and day of delivery: a contract is delivered in several steps, and revisited once."""
    contract = key_of(deliveries, "contract_no")
    who = np.where(pd.notna(contract), contract, account)
    frame = pd.DataFrame({"who": who, "day": days(begun.start).astype("datetime64[s]")})
    return ~frame.duplicated().to_numpy()


def _where(wanted: Mask, moments: Moments) -> Moments:
    nothing = np.datetime64("NaT", "us")
    return Moments(np.where(wanted, moments.start, nothing), np.where(wanted, moments.end, nothing), moments.timed & wanted)


_SPAN = 1 << 24
"""More days than a date can be away from 1970; customer and day are sorted as one number."""


def _first_after(account: Positions, start: Moments, log: Records, known: Accounts, wanted: Mask, as_of: AsOf) -> Moments:
    """The first of the wanted follow-ups of each row's customer on the day of *start* or later, up to as_of."""
    when, theirs = Moments.of(log, "followed_at").at_end(), known.of("followups")
    rows = np.flatnonzero(wanted & when.known & ~when.after(as_of) & (theirs >= 0))
    rows = rows[np.lexsort((when.start[rows], theirs[rows]))]
    order = theirs[rows] * _SPAN + days(when.start[rows]).astype(np.int64)
    at_row = np.flatnonzero(start.known)
    place = np.searchsorted(order, account[at_row] * _SPAN + days(start.start[at_row]).astype(np.int64))
    there = place < len(rows)
    at_row, hit = at_row[there], rows[place[there]]
    same = theirs[hit] == account[at_row]
    found = Moments.unknown(len(account))
    first, end, timed = found.start.copy(), found.end.copy(), found.timed.copy()
    first[at_row[same]], end[at_row[same]], timed[at_row[same]] = when.start[hit[same]], when.end[hit[same]], when.timed[hit[same]]
    return Moments(first, end, timed)


def _scored(log: Records, name: str, rules: RuleBook) -> tuple[Numbers, Mask]:
    """The scores of one dimension on the scale, and which cells lie off it."""
    scores = log.frame[name].to_numpy()
    off: Mask = (scores < rules.number("satisfaction.low")) | (scores > rules.number("satisfaction.high"))
    return np.where(off, np.nan, scores), off


def satisfaction(log: Records, rules: RuleBook) -> Numbers:
    """Mean of the filled dimensions of each follow-up; NaN where none is filled."""
    scores = [_scored(log, name, rules)[0] for name in SCORES if log.has(name)]
    count = np.sum([~np.isnan(one) for one in scores], axis=0)
    total = np.sum([np.nan_to_num(one) for one in scores], axis=0)
    mean: Numbers = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def score_findings(log: Records, rules: RuleBook) -> list[Finding]:
    """Scores that lie off the scale; negative ones are reported already."""
    low, high = rules.number("satisfaction.low"), rules.number("satisfaction.high")
    found = []
    for name in (name for name in SCORES if log.has(name)):
        off = _scored(log, name, rules)[1] & ((log.frame[f"{name}?"].to_numpy() & Flag.NUMBER) == 0)
        found += at(log, np.flatnonzero(off), "number.invalid", "error", name, reason="scale", low=low, high=high)
    return found
