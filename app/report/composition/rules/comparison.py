"""This year's totals beside last year's: more, fewer or the same, and never better or worse."""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.report.blocks import Block
from app.report.composition import wording
from app.report.composition.counts import Clause, Slots, join_clauses, sources
from app.report.composition.writer import Writer
from app.report.facts import Fact, days_before

_APART = frozenset({MeetingType.PARTY_LECTURE, MeetingType.THEME_PARTY_DAY})


class Counted(Protocol):
    """What a total is counted from: a record of this year or of the last."""

    @property
    def kind(self) -> str:
        """Its kind."""
        ...

    @property
    def type(self) -> str:
        """Its type."""
        ...


def _is_meeting(record: Counted) -> bool:
    return record.kind == ItemKind.MEETING and record.type not in _APART


def _is_theme_day(record: Counted) -> bool:
    return record.kind == ItemKind.MEETING and record.type == MeetingType.THEME_PARTY_DAY


def _is_lecture(record: Counted) -> bool:
    return record.kind == ItemKind.MEETING and record.type == MeetingType.PARTY_LECTURE


def _is_activity(record: Counted) -> bool:
    return record.kind == ItemKind.ACTIVITY


def _is_policy(record: Counted) -> bool:
    return record.type == "policy_document"


# What matters for a comparison: the totals of the lead that every unit has year after year.
TOTALS: tuple[tuple[str, str, Callable[[Counted], bool]], ...] = (
    ("各类会议和学习", "次", _is_meeting),
    ("主题党日", "次", _is_theme_day),
    ("党课", "次", _is_lecture),
    ("各类活动", "次", _is_activity),
    ("制度文件", "项", _is_policy),
)


def comparison(writer: Writer, facts: Sequence[Fact]) -> Block | None:
    """The totals beside those of the same days of the year before; None when it has no records."""
    fact_set = writer.fact_set
    if not facts or not fact_set.earlier:
        return None
    entries = [
        _entry(writer, name, unit, now, before)
        for name, unit, counts in TOTALS
        for now in [[fact.id for fact in facts if counts(fact)]]
        for before in [sorted(one.id for one in fact_set.earlier if counts(one))]
        if now or before
    ]
    if not entries:
        return None
    slots: Slots = {
        "before": _span(writer),
        "entries": join_clauses(entries, last="；", separator="；"),
    }
    return writer.sentence("p0.comparison", writer.say("comparison", set(), slots), ())


def _span(writer: Writer) -> str:
    """2017年, or in the middle of a period 2017年同期 with the last day that is counted."""
    fact_set = writer.fact_set
    year = fact_set.year - 1
    if _is_whole_year(writer):
        return f"{year}年"
    if fact_set.is_over:
        return f"{year}年同期"
    last = days_before(fact_set.days, fact_set.as_of)[1]
    return f"{year}年同期（截至{wording.day(last, year)}）"


def _is_whole_year(writer: Writer) -> bool:
    return writer.fact_set.is_over and writer.fact_set.period == "year"


def _entry(
    writer: Writer, name: str, unit: str, now: Sequence[str], before: Sequence[str]
) -> Clause:
    counting = writer.counting
    slots: Slots = {
        "what": name,
        "current": "本年" if writer.fact_set.period == "year" else "本期",
        "prior": "上年" if _is_whole_year(writer) else "上年同期",
        "now": counting.of("record", now, unit, name)
        + Clause(sources=sources("earlier_record", before)),
        "before": counting.of("earlier_record", before, unit, f"上年{name}"),
        "by": counting.difference(now, before, unit, f"{name}与上年之差"),
    }
    if not before:
        return writer.say("comparison.new", set(), slots)
    if not now:
        return writer.say("comparison.none", set(), slots)
    if len(now) == len(before):
        return writer.say("comparison.same", set(), slots)
    rule = "comparison.more" if len(now) > len(before) else "comparison.fewer"
    return writer.say(rule, set(), slots)
