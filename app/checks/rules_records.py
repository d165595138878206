"""Rules on records: impossible days, what is missing, what stands twice."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.checks.context import (
    ExaminationContext,
    ExaminedOrganization,
    ExaminedRecord,
    OwedAssembly,
)
from app.checks.findings import ExaminationFinding, ExaminationRule, RuleCode, Severity, about
from app.checks.texts import bigrams, core_of, passages, similar_pairs, stated_number, telling_parts
from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.organizations.rules import OrganizationKind
from app.rectifications.rules import StepName

if TYPE_CHECKING:
    from uuid import UUID

COMPLETED_IN_FUTURE = ExaminationRule(
    RuleCode.COMPLETED_IN_FUTURE,
    Severity.SERIOUS,
    "登记的日期尚未到来",
    "已完成事项的发生日期、整改问题的发现日期不会晚于今天。",
    "请更正发生日期；尚未发生的，请改填计划日期。",
)
DATED_AFTER_ENTRY = ExaminationRule(
    RuleCode.DATED_AFTER_ENTRY,
    Severity.ATTENTION,
    "日期晚于登记日期",
    "事情在先、登记在后：发生（发现）日期不会晚于最后一次填写的日期。",
    "请核对发生日期；事先填好的记录，请在事后据实更正。",
)
EVIDENCE_OUTSIDE_PERIOD = ExaminationRule(
    RuleCode.EVIDENCE_OUTSIDE_PERIOD,
    Severity.NOTICE,
    "佐证材料日期不在记录期间",
    "佐证材料的日期应在事项发生的年度内；整改的佐证应在发现问题之后、销号之前。",
    "请核对材料日期，或确认材料属于这条记录。",
)


def completed_in_future(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """Done, on a day that has not come yet."""
    for record in context.records:
        if record.happened_on and record.happened_on > context.as_of:
            days = (record.happened_on - context.as_of).days
            text = (
                f"{record.label}登记的{_word(record)}{record.happened_on}"
                f"比{context.as_of}晚{days}天。"
            )
            yield about(context, COMPLETED_IN_FUTURE, text, record)


def dated_after_entry(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """Written down as done before the day on which it was done."""
    for record in context.records:
        day = record.happened_on
        if day and record.written_on < day <= context.as_of:
            days = (day - record.written_on).days
            text = (
                f"{record.label}{_word(record)}{day}，最后填写日期{record.written_on}，"
                f"早了{days}天。"
            )
            yield about(context, DATED_AFTER_ENTRY, text, record)


def _word(record: ExaminedRecord) -> str:
    return "发现日期" if record.kind == ItemKind.RECTIFICATION else "发生日期"


def evidence_outside_period(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """Evidence that speaks of another year, or of a time when the problem was not open."""
    for record in context.records:
        period = _period(context, record)
        if period is None:
            continue
        first, last = period
        days = [proof.effective_on for proof in record.evidence if proof.effective_on]
        outside = sorted(day for day in days if not first <= day <= last)
        if outside:
            listed = "、".join(day.isoformat() for day in outside)
            text = (
                f"{record.label}期间为{first}至{last}，有{len(outside)}份佐证材料的日期"
                f"不在其中：{listed}。"
            )
            yield about(context, EVIDENCE_OUTSIDE_PERIOD, text, record)


def _period(context: ExaminationContext, record: ExaminedRecord) -> tuple[date, date] | None:
    if record.happened_on is None:
        return None
    if record.kind == ItemKind.RECTIFICATION:
        return record.happened_on, record.closed_on or max(context.as_of, record.happened_on)
    last = record.ends_on or record.happened_on
    return date(record.happened_on.year, 1, 1), date(last.year, 12, 31)


QUARTER_WITHOUT_ASSEMBLY = ExaminationRule(
    RuleCode.QUARTER_WITHOUT_ASSEMBLY,
    Severity.ATTENTION,
    "季度内没有支部党员大会",
    "支部党员大会一般每季度召开一次（《中国共产党支部工作条例（试行）》第十一条）。"
    "只看已经结束、且支部全季度存在的季度；已公布责任清单的以清单为准，已免除的不提醒。",
    "已召开的请补录；确未召开的，请安排补开并说明原因。",
)
RESOLUTION_WITHOUT_RESPONSIBLE = ExaminationRule(
    RuleCode.RESOLUTION_WITHOUT_RESPONSIBLE,
    Severity.ATTENTION,
    "议定事项没有责任人",
    "每项决议或议定事项都应明确由谁落实。",
    "请为这些事项补填责任人。",
)
RESOLUTION_WITHOUT_DEADLINE = ExaminationRule(
    RuleCode.RESOLUTION_WITHOUT_DEADLINE,
    Severity.NOTICE,
    "议定事项没有完成时限",
    "有责任人的决议或议定事项，宜同时明确完成时限。",
    "请为这些事项补填完成时限；长期坚持的可说明原因。",
)
CLOSED_WITHOUT_ACCEPTANCE = ExaminationRule(
    RuleCode.CLOSED_WITHOUT_ACCEPTANCE,
    Severity.SERIOUS,
    "销号前没有提交或验收",
    "整改销号应先提交、后验收，两步都要有记录。",
    "请查明销号经过，必要时重新整改并补办提交和验收。",
)
CLOSED_WITHOUT_EVIDENCE = ExaminationRule(
    RuleCode.CLOSED_WITHOUT_EVIDENCE,
    Severity.ATTENTION,
    "销号没有佐证材料",
    "已销号的整改问题应有佐证材料。",
    "请补传能说明整改结果的材料。",
)
QUARTERS = "一二三四"
LAST_QUARTER = 3  # counted from 0, as in QUARTERS


def quarter_without_assembly(context: ExaminationContext) -> Iterator[ExaminationFinding]:
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
            yield ExaminationFinding(
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


def _stood(place: ExaminedOrganization, first: date, last: date) -> bool:
    """Whether a branch was there for the whole of a time; one of unknown founding was."""
    founded = place.founded_on is None or place.founded_on <= first
    return founded and (place.dissolved_on is None or place.dissolved_on > last)


def resolution_without_responsible(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """Something resolved that nobody is to do."""
    for meeting in context.meetings():
        lacking = [not resolved.has_responsible for resolved in meeting.resolutions]
        if any(lacking):
            text = _lacking(meeting, lacking, "责任人")
            yield about(context, RESOLUTION_WITHOUT_RESPONSIBLE, text, meeting)


def resolution_without_deadline(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """Something resolved that somebody is to do at no particular time."""
    for meeting in context.meetings():
        lacking = [
            resolved.has_responsible and not resolved.has_deadline
            for resolved in meeting.resolutions
        ]
        if any(lacking):
            text = _lacking(meeting, lacking, "完成时限")
            yield about(context, RESOLUTION_WITHOUT_DEADLINE, text, meeting)


def _lacking(meeting: ExaminedRecord, lacking: list[bool], what: str) -> str:
    places = "、".join(str(number) for number, lacks in enumerate(lacking, 1) if lacks)
    return (
        f"{meeting.label}有{len(lacking)}项议定事项，其中{sum(lacking)}项"
        f"（第{places}项）没有{what}。"
    )


def closed_without_acceptance(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """A rectification that is closed without having been handed in and accepted."""
    for record in context.records:
        if record.closed_on is None:
            continue
        wanted = ((StepName.SUBMITTED, "提交"), (StepName.ACCEPTED, "验收"))
        lacking = [words for step, words in wanted if step not in record.closing_steps]
        if lacking:
            text = f"{record.label}已于{record.closed_on}销号，没有{'、'.join(lacking)}的记录。"
            yield about(context, CLOSED_WITHOUT_ACCEPTANCE, text, record)


def closed_without_evidence(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """A rectification that is closed and has nothing to show for it."""
    for record in context.records:
        if record.closed_on and not record.evidence:
            text = f"{record.label}已于{record.closed_on}销号，佐证材料0份。"
            yield about(context, CLOSED_WITHOUT_EVIDENCE, text, record)


POSSIBLE_DUPLICATE = ExaminationRule(
    RuleCode.POSSIBLE_DUPLICATE,
    Severity.ATTENTION,
    "可能重复登记",
    "同一组织、同一类型、同一天、名称相近的记录，可能是同一件事登记了两次。",
    "请核对；确为重复的，保留一条，其余删除。",
)
COPIED_TEXT = ExaminationRule(
    RuleCode.COPIED_TEXT,
    Severity.ATTENTION,
    "多条记录文字雷同",
    "不同日子的记录中有八十字以上相同的段落（数字不同也视为相同），可能是照抄以前的记录。",
    "请据实改写各次记录的内容。",
)
TEXT_CONTRADICTS_NUMBERS = ExaminationRule(
    RuleCode.TEXT_CONTRADICTS_NUMBERS,
    Severity.ATTENTION,
    "文字中的人数与填写的不一致",
    "记录文字中写明的应到、实到、缺席人数应与填写的人数相同。",
    "请对照签到表更正文字或人数。",
)


def possible_duplicate(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """Records of one organisation, type and day whose titles are alike."""
    buckets: dict[tuple[object, ...], list[ExaminedRecord]] = {}
    for record in context.records:
        if record.happened_on:
            place = (record.organization_id, record.happened_on, record.kind, record.type)
            core = core_of(record.title)
            key = (*place, record.topic, record.restricted, telling_parts(core))
            buckets.setdefault(key, []).append(record)
    for records in buckets.values():
        if len(records) == 1:
            continue
        for group in _alike(sorted(records, key=lambda record: record.id)):
            titles = "、".join(dict.fromkeys(record.label for record in group))
            day = group[0].happened_on
            text = f"{day}有{len(group)}条同类记录名称相近：{titles}。"
            yield about(context, POSSIBLE_DUPLICATE, text, *group)


def _alike(records: Sequence[ExaminedRecord]) -> Iterator[list[ExaminedRecord]]:
    """The groups of records that may be one thing; each pair is alike, or joined by others."""
    leader = list(range(len(records)))

    def lead(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for one, two in similar_pairs([bigrams(core_of(record.title)) for record in records]):
        if _may_be_one(records[one], records[two]):
            leader[lead(two)] = lead(one)
    groups: dict[int, list[ExaminedRecord]] = {}
    for place, record in enumerate(records):
        groups.setdefault(lead(place), []).append(record)
    yield from (group for group in groups.values() if len(group) > 1)


def _may_be_one(one: ExaminedRecord, two: ExaminedRecord) -> bool:
    """Whether nothing else tells two records apart: other people, another hour, another chair."""
    if one.persons and two.persons and one.persons != two.persons:
        return False
    if one.chair and two.chair and one.chair != two.chair:
        return False
    if one.starts_at is None or two.starts_at is None:
        return True
    first, second = sorted(
        (one, two), key=lambda record: (record.starts_at, record.ends_at is None)
    )
    assert first.starts_at is not None
    assert second.starts_at is not None
    return first.starts_at == second.starts_at or second.starts_at < (
        first.ends_at or first.starts_at
    )


def copied_text(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """A long passage that stands in records of several days."""
    holders: dict[str, dict[ExaminedRecord, None]] = {}
    for record in context.records:
        for passage in passages(record.texts):
            holders.setdefault(passage, {})[record] = None
    longest: dict[frozenset[ExaminedRecord], int] = {}
    for passage, records in holders.items():
        if len(records) > 1 and len({record.happened_on for record in records}) > 1:
            group = frozenset(records)
            longest[group] = max(longest.get(group, 0), len(passage))
    for group, length in longest.items():
        named = [record for record in group if not record.restricted]
        days = sorted({record.happened_on.isoformat() for record in named if record.happened_on})
        text = f"{len(group)}条记录有{length}字相同的段落（{'、'.join(days)}）。"
        yield about(context, COPIED_TEXT, text, *group)


def text_contradicts_numbers(context: ExaminationContext) -> Iterator[ExaminationFinding]:
    """A number of people in the text that is not the one in the field."""
    for record in context.records:
        text = "\n".join(record.texts)
        words = [
            f"文字中{label}{written}人，填写的{label}{number}人，相差{abs(written - number)}人"
            for key, label, number in _numbers(record)
            if number is not None
            and (written := stated_number(text, key)) is not None
            and written != number
        ]
        if words:
            message = f"{record.label}：{'；'.join(words)}。"
            yield about(context, TEXT_CONTRADICTS_NUMBERS, message, record)


def _numbers(record: ExaminedRecord) -> Iterator[tuple[str, str, int | None]]:
    if record.kind == ItemKind.ACTIVITY:
        yield "present", "参加", record.participants
    if record.kind != ItemKind.MEETING:
        return
    yield "expected", "应到", record.expected
    yield "present", "实到", record.present
    if record.expected is not None and record.present is not None:
        yield "absent", "缺席", record.expected - record.present
