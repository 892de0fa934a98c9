"""The twelve weeks of the team in 02-team.xlsx: who came from where, who followed up how well, and how it ended."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

import invented

AS_OF = dt.date(2024, 6, 20)
START = dt.date(2024, 4, 1)
LEADS, CLOSED = 120, 42

OWNERS = {
    "王磊": (1.2, 0.9),
    "李娜": (1.4, 0.95),
    "陈晨": (0.9, 0.8),
    "刘洋": (0.8, 0.55),
    "赵敏": (1.1, 0.85),
    "孙浩": (0.6, 0.4),
}
"""Salesperson: how well they close, and how reliably they follow up."""
SOURCES = {
    "官网": (34, 0.9),
    "展会": (28, 0.55),
    "转介绍": (18, 1.7),
    "电话咨询": (16, 1.0),
    "线上推广": (14, 0.7),
    "电商平台": (10, 0.8),
}
"""Source: how many leads of a hundred and twenty, and how well they close."""
FITS = {
    "需求匹配度": {"完全契合": 40, "部分契合": 20, "不契合": 0},
    "预算充足度": {"高于定价": 25, "匹配": 15, "不足": 5},
    "决策权限": {"直接决策人": 20, "有影响者": 10, "无权限": 0},
}
WEIGHTS = {"需求匹配度": (48, 40, 12), "预算充足度": (35, 42, 23), "决策权限": (40, 38, 22)}
BUDGETS = ("5-10万", "10-20万", "20-30万", "30-50万", "50-80万", "80-120万", "20万左右", "15万以内", "100万以上")
AMOUNTS = dict(
    zip(
        BUDGETS,
        ((5, 10), (10, 20), (20, 30), (30, 50), (50, 80), (80, 120), (18, 22), (8, 15), (100, 160)),
        strict=True,
    )
)
STATUSES = ("待跟进", "跟进中", "重点跟进", "培育中", "成交", "未成交", "流失")
RESULTS = ("成交", "未成交", "流失", "培育中")
METHOD_WORDS = ("电话", "微信", "邮件", "面谈", "线上会议", "短信")
REASONS = ("预算不足", "预算不足", "预算不足", "选择竞品", "选择竞品", "竞品价格低", "需求变更", "价格高")
LOST = ("失联", "失联", "明确拒绝")
SUMMARIES = {
    "成交": ("客户认可技术方案,报价合理", "老客户背书,决策快", "现场演示打动分管领导", "响应快,实施周期短"),
    "未成交": ("客户实际预算低于报价", "竞品价格更低", "项目延期到明年", "需求范围变化,暂停采购"),
    "流失": ("多次电话未接", "客户明确表示不考虑"),
    "培育中": ("需求不急,季度回访",),
}
STEP = {"A": 1, "B": 2, "C": 7, "D": 14}
"""Days between two follow-ups of a tier."""


@dataclass
class Lead:
    """One lead with everything that happened to it."""

    id: str
    source: str
    contact: str
    phone: str | None
    company: str
    region: str
    industry: str
    need: str
    owner: str
    entered_by: str
    entered_at: dt.datetime
    assigned_at: dt.datetime
    fit: str = ""
    budget_fit: str = ""
    authority: str = ""
    budget: str = ""
    expected_close: dt.date = AS_OF
    tier: str = ""
    tier_typed: str | None = None
    status: str = "跟进中"
    touches: list[list[Any]] = field(default_factory=list)
    closing: list[Any] | None = None

    @property
    def age(self) -> int:
        """Days since the lead was entered."""
        return (AS_OF - self.entered_at.date()).days


def tell(rng: Random) -> list[Lead]:
    """All leads in the order of their entry."""
    leads = _arrivals(rng)
    for lead in leads:
        _rate(lead, rng)
    _close(leads, rng)
    for lead in leads:
        if lead.closing is None:
            lead.expected_close = max(lead.expected_close, AS_OF + dt.timedelta(rng.randrange(4, 70)))
        lead.tier = _tier(lead)
        lead.tier_typed = lead.tier
        _follow_up(lead, rng)
    _slip(leads)
    return leads


def _arrivals(rng: Random) -> list[Lead]:
    sources = [name for name, (count, _) in SOURCES.items() for _ in range(count)]
    rng.shuffle(sources)
    days = [START + dt.timedelta(d) for d in range((AS_OF - START).days + 1)]
    workdays = [day for day in days if day.weekday() < 5]
    moments = sorted(_moment(rng.choice(workdays), rng, 9, 16) for _ in range(LEADS))
    companies, phones = invented.companies(rng, LEADS), invented.phones(rng, LEADS)
    leads, counts = [], dict.fromkeys((4, 5, 6), 0)
    for entered, source, (company, city, industry), phone in zip(moments, sources, companies, phones, strict=True):
        counts[entered.month] += 1
        leads.append(
            Lead(
                id=f"{entered:%Y%m}{counts[entered.month]:03d}",
                source=source,
                contact=invented.person(rng),
                phone=phone,
                company=company,
                region=city,
                industry=industry,
                need=rng.choice(invented.NEEDS),
                owner=rng.choice(list(OWNERS)),
                entered_by=rng.choice(("周洁", "何静")),
                entered_at=entered,
                assigned_at=entered + dt.timedelta(minutes=rng.randrange(15, 110)),
            )
        )
    return leads


def _rate(lead: Lead, rng: Random) -> None:
    picked = {name: rng.choices(list(words), WEIGHTS[name])[0] for name, words in FITS.items()}
    lead.fit, lead.budget_fit, lead.authority = picked.values()
    lead.budget = rng.choice(BUDGETS)
    lead.expected_close = lead.entered_at.date() + dt.timedelta(rng.choice((25, 28, 50, 70, 85, 100, 130)))


def _tier(lead: Lead) -> str:
    entered = lead.entered_at.date()
    urgency = 15 if lead.expected_close <= _months_on(entered, 1) else 10
    if lead.expected_close > _months_on(entered, 3):
        urgency = 5
    words = dict(zip(FITS, (lead.fit, lead.budget_fit, lead.authority), strict=True))
    score = urgency + sum(FITS[name][word] for name, word in words.items())
    return "A" if score >= 80 else "B" if score >= 60 else "C" if score >= 40 else "D"


def _months_on(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return dt.date(day.year + year, month + 1, min(day.day, last))


def _close(leads: list[Lead], rng: Random) -> None:
    old_enough = [lead for lead in leads if lead.age >= 14]
    for lead in rng.sample(old_enough, CLOSED):
        tier = _tier(lead)
        chance = {"A": 0.75, "B": 0.5, "C": 0.28, "D": 0.08}[tier] * SOURCES[lead.source][1] * OWNERS[lead.owner][0]
        won = rng.random() < chance
        result = "成交" if won else "未成交" if rng.random() < 0.7 else "流失"
        shortest = {"A": 9, "B": 14, "C": 20, "D": 20}[tier]
        days = min(lead.age, shortest + rng.randrange(0, 34))
        closed = lead.entered_at.date() + dt.timedelta(days)
        reason = None if won else rng.choice(REASONS if result == "未成交" else LOST)
        amount = rng.randrange(*(2 * end for end in AMOUNTS[lead.budget])) / 2 if won else None
        lead.status = result
        lead.closing = [lead.id, result, amount, reason, days, lead.owner, rng.choice(SUMMARIES[result]), closed]


def _follow_up(lead: Lead, rng: Random) -> None:
    reliable = rng.random() < OWNERS[lead.owner][1]
    first, last = _first_touch(lead, reliable, rng), _last_touch(lead, reliable, rng)
    if lead.closing is None and (last is None or first > _end(AS_OF)):
        lead.status = "待跟进"
        return
    moments = [first]
    if last is not None and last.date() > first.date():
        count = rng.choice({"A": (1, 2, 3), "B": (1, 1, 2), "C": (0, 1), "D": (0,)}[lead.tier])
        gap = (last - first) / (count + 1)
        moments += [_moment((first + gap * n).date(), rng, 9, 17) for n in range(1, count + 1)] + [last]
    moments = sorted({moment.date(): moment for moment in moments if moment >= first}.values())
    if lead.closing is None and lead.tier == "A" and rng.random() < 0.4:
        lead.status = "重点跟进"
    for number, moment in enumerate(moments):
        ended = lead.closing is not None and number == len(moments) - 1
        talk = invented.ENDINGS[lead.status] if ended else rng.choice(invented.TALKS if number else invented.OPENINGS)
        lead.touches.append([lead.id, moment, rng.choice(invented.METHODS), *talk, lead.owner])


def _first_touch(lead: Lead, reliable: bool, rng: Random) -> dt.datetime:
    """The same day or the next morning; unreliable people take up to a week."""
    if reliable and rng.random() < 0.5:
        return lead.assigned_at + dt.timedelta(minutes=rng.randrange(20, 160))
    wait = 1 if reliable else rng.choice((1, 2, 3, 5, 6))
    return _moment(lead.assigned_at.date() + dt.timedelta(wait), rng, 9, 11)


def _last_touch(lead: Lead, reliable: bool, rng: Random) -> dt.datetime | None:
    """On the day of closing; of an open lead so long ago as its owner's habits say."""
    if lead.closing is not None:
        return _moment(lead.closing[7], rng, 14, 17)
    step = STEP[lead.tier]
    if reliable:
        ago = rng.choice((0, step - 1, step)) if step < 7 else rng.randrange(0, 8)
    else:
        ago = rng.choice((step + 1, step + 2, 7, 9, 12, 16, 24))
    if ago >= lead.age and not reliable:
        return None
    day = AS_OF - dt.timedelta(min(ago, lead.age))
    return _moment(day, rng, 9, 17)


def _moment(day: dt.date, rng: Random, first_hour: int, last_hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(rng.randint(first_hour, last_hour), rng.randrange(60)))


def _end(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59))


def _slip(leads: list[Lead]) -> None:
    """The few mistakes that even a careful team makes."""
    still_open = [lead for lead in leads if lead.closing is None and lead.touches]
    still_open[3].phone = None
    still_open[8].expected_close = still_open[8].entered_at.date() + dt.timedelta(30)
    still_open[8].tier_typed = still_open[8].tier = _tier(still_open[8])
    still_open[15].budget = "面议"
    still_open[20].touches[0][4] = None
    still_open[6].tier_typed = "A" if still_open[6].tier != "A" else "B"
    still_open[11].tier_typed = None
    nurtured = [lead for lead in still_open if lead.tier in "CD"][:3]
    for lead in nurtured:
        lead.status = "培育中"
        summary = SUMMARIES["培育中"][0]
        lead.closing = [lead.id, "培育中", None, None, None, lead.owner, summary, AS_OF - dt.timedelta(1)]
