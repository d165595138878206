"""Check what a rule counts and when it is due, beyond its schema. Pure."""

import calendar
from collections.abc import Iterator

from app.items.kinds import Kind
from app.items.rules import ItemKind
from app.kinds import BY_NAME
from app.meetings.rules import MeetingType, Topic
from app.organizations.rules import OrganizationKind
from app.rulesets.rules import Every, Having
from app.rulesets.schemas import Counts, DayOfMonth, FixedDate, Obligation, Rule, WorkingDay
from app.talks.rules import TalkType

# Where an appraisal can be entered; who gave a lecture or chaired is known of meetings alone.
APPRAISING = frozenset({MeetingType.DEMOCRATIC_APPRAISAL, MeetingType.ORGANIZATIONAL_LIFE_MEETING})
LEAP_YEAR = 2024
Misfit = tuple[str, str, str]  # path in the rule, code, message


def _counts_misfits(counts: Counts) -> Iterator[Misfit]:
    """Yield what is wrong with one entry of ``counts``.

    Records under supervision fulfil nothing: the status of a duty is shown to people who may not
    know of them.
    """
    kind = BY_NAME[counts.kind]
    if kind.supervised.issuperset(kind.types):
        yield "kind", "counts_restricted", f"{kind.label}不能作为责任项的完成依据"
        return
    yield from _types(kind, counts)
    if counts.pair_types and not (
        counts.kind == ItemKind.TALK and counts.types == [TalkType.HEART_TALK]
    ):
        yield "pair_types", "pair_of_heart_talk", "谈话双方只用于谈心谈话（heart_talk）"
    yield from _topics(counts)
    yield from _having(counts)


def _types(kind: Kind, counts: Counts) -> Iterator[Misfit]:
    """Yield types that are unknown or supervised, or missing where the kind has supervised ones."""
    for position, name in enumerate(counts.types):
        if name not in kind.types:
            yield f"types/{position}", "type_unknown", f"没有“{name}”这种类型，请核对"
        elif name in kind.supervised:
            message = f"监督执纪{kind.label}不能作为责任项的完成依据"
            yield f"types/{position}", "counts_restricted", message
    if kind.supervised and not counts.types:
        open_type = next(name for name in kind.types if name not in kind.supervised)
        yield "types", f"{kind.name}_types_required", f"请写明{kind.label}类型，如 {open_type}"


def _topics(counts: Counts) -> Iterator[Misfit]:
    has_topics = counts.kind == ItemKind.MEETING and counts.types == [MeetingType.SPECIAL_MEETING]
    for position, name in enumerate(counts.topics):
        if name not in frozenset(Topic):
            yield f"topics/{position}", "topic_unknown", f"没有“{name}”这个专题，请核对"
        elif not has_topics:
            message = "只有专题会议（special_meeting）分专题"
            yield f"topics/{position}", "topic_of_special_meeting", message


def _having(counts: Counts) -> Iterator[Misfit]:
    if counts.having == Having.APPRAISAL and (
        counts.kind != ItemKind.MEETING
        or not counts.types
        or not APPRAISING.issuperset(counts.types)
    ):
        yield "having", "appraisal_elsewhere", "评议结果只在民主评议党员或组织生活会中登记"
    if counts.having == Having.SECRETARY and counts.kind != ItemKind.MEETING:
        yield "having", "secretary_elsewhere", "“由书记主讲或主持”只用于会议"


def misfits(obligation: Obligation) -> Iterator[Misfit]:
    """Yield what is wrong with an obligation by itself, beyond what its schema says."""
    for position, counts in enumerate(obligation.counts):
        for path, code, message in _counts_misfits(counts):
            yield f"counts/{position}/{path}", code, message
    due = obligation.due
    if obligation.frequency.every == Every.ONCE and isinstance(due, DayOfMonth | WorkingDay):
        yield "due", "due_of_once", "只做一次的责任项就以写明的日子为时限，请去掉 due"
    if not isinstance(due, FixedDate):
        return
    if due.day > calendar.monthrange(LEAP_YEAR, due.month)[1]:  # in no year
        yield "due/day", "day_unknown", f"{due.month} 月没有 {due.day} 日"
    if obligation.frequency.every != Every.YEAR:
        message = "固定日期只用于每年的责任项，其他频次请用期末、某日或第几个工作日"
        yield "due", "fixed_date_of_year", message


def rule_misfits(rule: Rule) -> Iterator[Misfit]:
    """Yield what is wrong with a rule, with whom it concerns and its years."""
    yield from misfits(rule)
    for position, kind in enumerate(rule.applies_to):
        if kind == OrganizationKind.PARTY_GROUP:
            message = "党小组不单独列清单：请写 party_branch，并加上 for_each_group: true"
            yield f"applies_to/{position}", "group_without_list", message
    on = rule.frequency.on
    if on and not (rule.valid_from or on.year) <= on.year <= (rule.valid_to or on.year):
        message = f"写明的日子在 {on.year} 年，不在规则的有效年份之内，永远不会到期"
        yield "frequency/on", "once_outside_years", message
