"""Rules of the examination on records: impossible days, what is missing, what stands twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from app.checklist.periods import quarters
from app.checks.context import (
    ExaminationContext,
    ExaminedOrganization,
    ExaminedRecord,
    OwedAssembly,
)
from app.checks.findings import (
    ExaminationFinding,
    ExaminationRule,
    Findings,
    Severity,
    about,
    all_records,
    each_meeting,
    each_record,
    stated_about,
)
from app.checks.texts import bigrams, core_of, passages, similar_pairs, stated_number, telling_parts
from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.organizations.rules import OrganizationKind
from app.rectifications.rules import StepName

QUARTERS = "一二三四"


@each_record(
    Severity.SERIOUS,
    "登记的日期尚未到来",
    "已完成事项的发生日期、整改问题的发现日期不会晚于今天。",
    "请更正发生日期；尚未发生的，请改填计划日期。",
)
def completed_in_future(context: ExaminationContext, record: ExaminedRecord) -> Iterator[str]:
    """Find records that were done on a day that has not come yet."""
    day = record.happened_on
    if day and day > context.as_of:
        days = (day - context.as_of).days
        yield f"{record.label}登记的{_day_label(record)}{day}比{context.as_of}晚{days}天。"


@each_record(
    Severity.ATTENTION,
    "日期晚于登记日期",
    "事情在先、登记在后：发生（发现）日期不会晚于最后一次填写的日期。",
    "请核对发生日期；事先填好的记录，请在事后据实更正。",
)
def dated_after_entry(context: ExaminationContext, record: ExaminedRecord) -> Iterator[str]:
    """Find records that were last written as done before the day on which they were done."""
    day = record.happened_on
    if day and record.written_on < day <= context.as_of:
        days = (day - record.written_on).days
        yield (
            f"{record.label}{_day_label(record)}{day}，最后填写日期{record.written_on}，"
            f"早了{days}天。"
        )


def _day_label(record: ExaminedRecord) -> str:
    return "发现日期" if record.kind == ItemKind.RECTIFICATION else "发生日期"


@each_record(
    Severity.NOTICE,
    "佐证材料日期不在记录期间",
    "佐证材料的日期应在事项发生的年度内；整改的佐证应在发现问题之后、销号之前。",
    "请核对材料日期，或确认材料属于这条记录。",
)
def evidence_outside_period(context: ExaminationContext, record: ExaminedRecord) -> Iterator[str]:
    """Find evidence of another year, or of a time when the problem was not open."""
    period = _period(context, record)
    if period is None:
        return
    first, last = period
    days = [day for day in record.evidence if day]
    outside = sorted(day for day in days if not first <= day <= last)
    if outside:
        listed = "、".join(day.isoformat() for day in outside)
        yield (
            f"{record.label}期间为{first}至{last}，有{len(outside)}份佐证材料的日期"
            f"不在其中：{listed}。"
        )


def _period(context: ExaminationContext, record: ExaminedRecord) -> tuple[date, date] | None:
    if record.happened_on is None:
        return None
    if record.kind == ItemKind.RECTIFICATION:
        return record.happened_on, record.closed_on or max(context.as_of, record.happened_on)
    last = record.ends_on or record.happened_on
    return date(record.happened_on.year, 1, 1), date(last.year, 12, 31)


@all_records(
    Severity.ATTENTION,
    "季度内没有支部党员大会",
    "支部党员大会一般每季度召开一次（《中国共产党支部工作条例（试行）》第十一条）。"
    "只看已经结束、且支部全季度存在的季度；已公布责任清单的以清单为准，已免除的不提醒。",
    "已召开的请补录；确未召开的，请安排补开并说明原因。",
)
def quarter_without_assembly(context: ExaminationContext, rule: ExaminationRule) -> Findings:
    """Find quarters that are over, in which a branch held no assembly (支部工作条例第十一条).

    Where the year's list is published, it says when assemblies are owed and what was waived.
    """
    held = defaultdict[UUID, list[date]](list)
    for meeting in context.meetings():
        if meeting.type == MeetingType.MEMBER_ASSEMBLY and meeting.happened_on:
            held[meeting.organization_id].append(meeting.happened_on)
    by_regulation = [
        OwedAssembly(quarter.name, quarter.first, quarter.last, times=1)
        for quarter in quarters(context.year)
    ]
    for organization in context.organizations.values():
        if organization.kind != OrganizationKind.PARTY_BRANCH:
            continue
        for owed in context.assemblies.get(organization.id, by_regulation):
            times = sum(owed.first <= day <= owed.last for day in held[organization.id])
            over = owed.last < context.as_of and _existed(organization, owed.first, owed.last)
            if not over or times >= owed.times:
                continue
            yield ExaminationFinding(
                rule=rule,
                message=f"{organization.name}{_period_label(owed, context.year)}"
                f"召开支部党员大会{times}次，一般应召开{owed.times}次。",
                organization_id=organization.id,
                on=owed.last,
                period=owed.period,
            )


def _period_label(owed: OwedAssembly, year: int) -> str:
    """Write a period: 2018年第三季度（2018-07-01至2018-09-30）."""
    for quarter, numeral in zip(quarters(year), QUARTERS, strict=True):
        if (owed.first, owed.last) == (quarter.first, quarter.last):
            return f"{year}年第{numeral}季度（{owed.first}至{owed.last}）"
    return f"{owed.first}至{owed.last}"


def _existed(branch: ExaminedOrganization, first: date, last: date) -> bool:
    """Tell whether a branch existed for the whole of a period; one of unknown founding did."""
    founded = branch.founded_on is None or branch.founded_on <= first
    return founded and (branch.dissolved_on is None or branch.dissolved_on > last)


@each_meeting(
    Severity.ATTENTION,
    "议定事项没有责任人",
    "每项决议或议定事项都应明确由谁落实。",
    "请为这些事项补填责任人。",
)
def resolution_without_responsible(_: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find resolutions that nobody is to carry out."""
    lacking = [not resolved.has_responsible for resolved in meeting.resolutions]
    yield from _lacking(meeting, lacking, "责任人")


@each_meeting(
    Severity.NOTICE,
    "议定事项没有完成时限",
    "有责任人的决议或议定事项，宜同时明确完成时限。",
    "请为这些事项补填完成时限；长期坚持的可说明原因。",
)
def resolution_without_deadline(_: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find resolutions that somebody is to carry out by no particular day."""
    lacking = [
        resolved.has_responsible and not resolved.has_deadline for resolved in meeting.resolutions
    ]
    yield from _lacking(meeting, lacking, "完成时限")


def _lacking(meeting: ExaminedRecord, lacking: list[bool], label: str) -> Iterator[str]:
    if any(lacking):
        numbers = "、".join(str(number) for number, lacks in enumerate(lacking, 1) if lacks)
        yield (
            f"{meeting.label}有{len(lacking)}项议定事项，其中{sum(lacking)}项"
            f"（第{numbers}项）没有{label}。"
        )


@each_record(
    Severity.SERIOUS,
    "销号前没有提交或验收",
    "整改销号应先提交、后验收，两步都要有记录。",
    "请查明销号经过，必要时重新整改并补办提交和验收。",
)
def closed_without_acceptance(_: ExaminationContext, record: ExaminedRecord) -> Iterator[str]:
    """Find rectifications that were closed without having been submitted and accepted."""
    if record.closed_on is None:
        return
    required = ((StepName.SUBMITTED, "提交"), (StepName.ACCEPTED, "验收"))
    lacking = "、".join(label for step, label in required if step not in record.closing_steps)
    if lacking:
        yield f"{record.label}已于{record.closed_on}销号，没有{lacking}的记录。"


@each_record(
    Severity.ATTENTION,
    "销号没有佐证材料",
    "已销号的整改问题应有佐证材料。",
    "请补传能说明整改结果的材料。",
)
def closed_without_evidence(_: ExaminationContext, record: ExaminedRecord) -> Iterator[str]:
    """Find rectifications that were closed without evidence."""
    if record.closed_on and not record.evidence:
        yield f"{record.label}已于{record.closed_on}销号，佐证材料0份。"


@all_records(
    Severity.ATTENTION,
    "可能重复登记",
    "同一组织、同一类型、同一天、名称相近的记录，可能是同一件事登记了两次。",
    "请核对；确为重复的，保留一条，其余删除。",
)
def possible_duplicate(context: ExaminationContext, rule: ExaminationRule) -> Findings:
    """Find records of one organisation, type and day whose titles are alike."""
    buckets: dict[tuple[object, ...], list[ExaminedRecord]] = {}
    for record in context.records:
        if record.happened_on:
            same_day = (record.organization_id, record.happened_on, record.kind, record.type)
            title = telling_parts(core_of(record.title))
            key = (*same_day, record.topic, record.restricted, title)
            buckets.setdefault(key, []).append(record)
    for records in buckets.values():
        if len(records) == 1:
            continue
        for group in _alike(sorted(records, key=lambda record: record.id)):
            titles = "、".join(dict.fromkeys(record.label for record in group))
            day = group[0].happened_on
            message = f"{day}有{len(group)}条同类记录名称相近：{titles}。"
            yield about(context, rule, message, *group)


def _alike(records: Sequence[ExaminedRecord]) -> Iterator[list[ExaminedRecord]]:
    """Yield groups of records that may be the same; each pair is alike, or joined by others."""
    leaders = list(range(len(records)))

    def leader(index: int) -> int:
        while leaders[index] != index:
            leaders[index] = leaders[leaders[index]]
            index = leaders[index]
        return index

    for first, second in similar_pairs([bigrams(core_of(record.title)) for record in records]):
        if _may_be_same(records[first], records[second]):
            leaders[leader(second)] = leader(first)
    groups: dict[int, list[ExaminedRecord]] = {}
    for index, record in enumerate(records):
        groups.setdefault(leader(index), []).append(record)
    yield from (group for group in groups.values() if len(group) > 1)


def _may_be_same(first: ExaminedRecord, second: ExaminedRecord) -> bool:
    """Tell whether nothing tells two records apart: other people, another hour, another chair."""
    if first.persons and second.persons and first.persons != second.persons:
        return False
    if first.chair and second.chair and first.chair != second.chair:
        return False
    if first.starts_at is None or second.starts_at is None:
        return True
    earlier, later = sorted(
        (first, second), key=lambda record: (record.starts_at, record.ends_at is None)
    )
    assert earlier.starts_at is not None
    assert later.starts_at is not None
    same_start = earlier.starts_at == later.starts_at
    return same_start or later.starts_at < (earlier.ends_at or earlier.starts_at)


@all_records(
    Severity.ATTENTION,
    "多条记录文字雷同",
    "不同日子的记录中有八十字以上相同的段落（数字不同也视为相同），可能是照抄以前的记录。",
    "请据实改写各次记录的内容。",
)
def copied_text(context: ExaminationContext, rule: ExaminationRule) -> Findings:
    """Find long passages that stand in records of several days."""
    holders: dict[str, dict[ExaminedRecord, None]] = {}
    for record in context.records:
        for passage in passages(record.texts):
            holders.setdefault(passage, {})[record] = None
    longest: dict[frozenset[ExaminedRecord], int] = {}
    for passage, records in holders.items():
        if len({record.happened_on for record in records}) > 1:
            group = frozenset(records)
            longest[group] = max(longest.get(group, 0), len(passage))
    for group, length in longest.items():
        open_days = {record.happened_on for record in group if not record.restricted}
        days = "、".join(sorted(day.isoformat() for day in open_days if day))
        message = f"{len(group)}条记录有{length}字相同的段落（{days}）。"
        yield about(context, rule, message, *group)


@each_record(
    Severity.ATTENTION,
    "文字中的人数与填写的不一致",
    "记录文字中写明的应到、实到、缺席人数应与填写的人数相同。",
    "请对照签到表更正文字或人数。",
)
def text_contradicts_numbers(_: ExaminationContext, record: ExaminedRecord) -> Iterator[str]:
    """Find numbers of people in a text that are not those in the fields."""
    text = "\n".join(record.texts)
    clauses = [
        f"文字中{label}{written}人，填写的{label}{number}人，相差{abs(written - number)}人"
        for key, label, number in _numbers(record)
        if number is not None
        and (written := stated_number(text, key)) is not None
        and written != number
    ]
    yield from stated_about(record, *clauses)


def _numbers(record: ExaminedRecord) -> Iterator[tuple[str, str, int | None]]:
    if record.kind == ItemKind.ACTIVITY:
        yield "present", "参加", record.participants
    if record.kind != ItemKind.MEETING:
        return
    yield "expected", "应到", record.expected
    yield "present", "实到", record.present
    if record.expected is not None and record.present is not None:
        yield "absent", "缺席", record.expected - record.present
