"""What is missing: assemblies, responsible people, acceptance, evidence."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.checks.facts import Context, OwedAssembly, Place, Record
from app.checks.findings import Finding, Rule, RuleCode, Severity, about
from app.meetings.rules import MeetingType
from app.organizations.rules import OrganizationKind
from app.rectifications.rules import StepName

if TYPE_CHECKING:
    from uuid import UUID

QUARTER_WITHOUT_ASSEMBLY = Rule(
    RuleCode.QUARTER_WITHOUT_ASSEMBLY,
    Severity.ATTENTION,
    "季度内没有支部党员大会",
    "支部党员大会一般每季度召开一次（《中国共产党支部工作条例（试行）》第十一条）。"
    "只看已经结束、且支部全季度存在的季度；已公布责任清单的以清单为准，已免除的不提醒。",
    "已召开的请补录；确未召开的，请安排补开并说明原因。",
)
RESOLUTION_WITHOUT_RESPONSIBLE = Rule(
    RuleCode.RESOLUTION_WITHOUT_RESPONSIBLE,
    Severity.ATTENTION,
    "议定事项没有责任人",
    "每项决议或议定事项都应明确由谁落实。",
    "请为这些事项补填责任人。",
)
RESOLUTION_WITHOUT_DEADLINE = Rule(
    RuleCode.RESOLUTION_WITHOUT_DEADLINE,
    Severity.NOTICE,
    "议定事项没有完成时限",
    "有责任人的决议或议定事项，宜同时明确完成时限。",
    "请为这些事项补填完成时限；长期坚持的可说明原因。",
)
CLOSED_WITHOUT_ACCEPTANCE = Rule(
    RuleCode.CLOSED_WITHOUT_ACCEPTANCE,
    Severity.SERIOUS,
    "销号前没有提交或验收",
    "整改销号应先提交、后验收，两步都要有记录。",
    "请查明销号经过，必要时重新整改并补办提交和验收。",
)
CLOSED_WITHOUT_EVIDENCE = Rule(
    RuleCode.CLOSED_WITHOUT_EVIDENCE,
    Severity.ATTENTION,
    "销号没有佐证材料",
    "已销号的整改问题应有佐证材料。",
    "请补传能说明整改结果的材料。",
)
QUARTERS = "一二三四"
LAST_QUARTER = 3  # counted from 0, as in QUARTERS


def quarter_without_assembly(context: Context) -> Iterator[Finding]:
    """A quarter that is over, in which a branch held no assembly (支部工作条例第十一条).

    Where the year's list is published, it says when assemblies are owed and what was waived.
    """
    held: dict[UUID, list[date]] = {}
    for meeting in context.meetings():
        if meeting.type == MeetingType.MEMBER_ASSEMBLY and meeting.happened_on:
            held.setdefault(meeting.organization_id, []).append(meeting.happened_on)
    by_rule = [_of_quarter(context.year, quarter) for quarter in range(len(QUARTERS))]
    for place in context.places.values():
        if place.kind != OrganizationKind.PARTY_BRANCH:
            continue
        for owed in context.assemblies.get(place.id, by_rule):
            times = sum(owed.first <= day <= owed.last for day in held.get(place.id, ()))
            over = owed.last < context.as_of and _stood(place, owed.first, owed.last)
            if not over or times >= owed.times:
                continue
            yield Finding(
                rule=QUARTER_WITHOUT_ASSEMBLY,
                message=f"{place.name}{_named(owed, context.year)}"
                f"召开支部党员大会{times}次，一般应召开{owed.times}次。",
                organization_id=place.id,
                on=owed.last,
                period=owed.period,
            )


def _of_quarter(year: int, quarter: int) -> OwedAssembly:
    """What the regulation asks of a quarter (from 0)."""
    return OwedAssembly(f"{year}-Q{quarter + 1}", *_quarter(year, quarter), 1)


def _named(owed: OwedAssembly, year: int) -> str:
    """A period in words: 2018年第三季度（2018-07-01至2018-09-30）."""
    for quarter, name in enumerate(QUARTERS):
        if (owed.first, owed.last) == _quarter(year, quarter):
            return f"{year}年第{name}季度（{owed.first}至{owed.last}）"
    return f"{owed.first}至{owed.last}"


def _quarter(year: int, quarter: int) -> tuple[date, date]:
    first = date(year, quarter * 3 + 1, 1)
    following = date(year, quarter * 3 + 4, 1) if quarter < LAST_QUARTER else date(year + 1, 1, 1)
    return first, following - timedelta(days=1)


def _stood(place: Place, first: date, last: date) -> bool:
    """Whether a branch was there for the whole of a time; one of unknown founding was."""
    founded = place.founded_on is None or place.founded_on <= first
    return founded and (place.dissolved_on is None or place.dissolved_on > last)


def resolution_without_responsible(context: Context) -> Iterator[Finding]:
    """Something resolved that nobody is to do."""
    for meeting in context.meetings():
        lacking = [not resolved.has_responsible for resolved in meeting.resolutions]
        if any(lacking):
            text = _lacking(meeting, lacking, "责任人")
            yield about(context, RESOLUTION_WITHOUT_RESPONSIBLE, text, meeting)


def resolution_without_deadline(context: Context) -> Iterator[Finding]:
    """Something resolved that somebody is to do at no particular time."""
    for meeting in context.meetings():
        lacking = [
            resolved.has_responsible and not resolved.has_deadline
            for resolved in meeting.resolutions
        ]
        if any(lacking):
            text = _lacking(meeting, lacking, "完成时限")
            yield about(context, RESOLUTION_WITHOUT_DEADLINE, text, meeting)


def _lacking(meeting: Record, lacking: list[bool], what: str) -> str:
    places = "、".join(str(number) for number, lacks in enumerate(lacking, 1) if lacks)
    return (
        f"{meeting.label}有{len(lacking)}项议定事项，其中{sum(lacking)}项"
        f"（第{places}项）没有{what}。"
    )


def closed_without_acceptance(context: Context) -> Iterator[Finding]:
    """A rectification that is closed without having been handed in and accepted."""
    for record in context.records:
        if record.closed_on is None:
            continue
        wanted = ((StepName.SUBMITTED, "提交"), (StepName.ACCEPTED, "验收"))
        lacking = [words for step, words in wanted if step not in record.closing_steps]
        if lacking:
            text = f"{record.label}已于{record.closed_on}销号，没有{'、'.join(lacking)}的记录。"
            yield about(context, CLOSED_WITHOUT_ACCEPTANCE, text, record)


def closed_without_evidence(context: Context) -> Iterator[Finding]:
    """A rectification that is closed and has nothing to show for it."""
    for record in context.records:
        if record.closed_on and not record.evidence:
            text = f"{record.label}已于{record.closed_on}销号，佐证材料0份。"
            yield about(context, CLOSED_WITHOUT_EVIDENCE, text, record)
