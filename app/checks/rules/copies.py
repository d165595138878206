"""The same thing twice, the same text in many records, texts that contradict their numbers."""

from collections.abc import Iterator, Sequence

from app.checks.facts import Context, Record
from app.checks.findings import Finding, Rule, RuleCode, Severity, about
from app.checks.words import bigrams, core_of, passages, similar_pairs, stated_number, telling_parts
from app.items.rules import ItemKind

POSSIBLE_DUPLICATE = Rule(
    RuleCode.POSSIBLE_DUPLICATE,
    Severity.ATTENTION,
    "可能重复登记",
    "同一组织、同一类型、同一天、名称相近的记录，可能是同一件事登记了两次。",
    "请核对；确为重复的，保留一条，其余删除。",
)
COPIED_TEXT = Rule(
    RuleCode.COPIED_TEXT,
    Severity.ATTENTION,
    "多条记录文字雷同",
    "不同日子的记录中有八十字以上相同的段落（数字不同也视为相同），可能是照抄以前的记录。",
    "请据实改写各次记录的内容。",
)
TEXT_CONTRADICTS_NUMBERS = Rule(
    RuleCode.TEXT_CONTRADICTS_NUMBERS,
    Severity.ATTENTION,
    "文字中的人数与填写的不一致",
    "记录文字中写明的应到、实到、缺席人数应与填写的人数相同。",
    "请对照签到表更正文字或人数。",
)


def possible_duplicate(context: Context) -> Iterator[Finding]:
    """Records of one organisation, type and day whose titles are alike."""
    buckets: dict[tuple[object, ...], list[Record]] = {}
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


def _alike(records: Sequence[Record]) -> Iterator[list[Record]]:
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
    groups: dict[int, list[Record]] = {}
    for place, record in enumerate(records):
        groups.setdefault(lead(place), []).append(record)
    yield from (group for group in groups.values() if len(group) > 1)


def _may_be_one(one: Record, two: Record) -> bool:
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


def copied_text(context: Context) -> Iterator[Finding]:
    """A long passage that stands in records of several days."""
    holders: dict[str, dict[Record, None]] = {}
    for record in context.records:
        for passage in passages(record.texts):
            holders.setdefault(passage, {})[record] = None
    longest: dict[frozenset[Record], int] = {}
    for passage, records in holders.items():
        if len(records) > 1 and len({record.happened_on for record in records}) > 1:
            group = frozenset(records)
            longest[group] = max(longest.get(group, 0), len(passage))
    for group, length in longest.items():
        named = [record for record in group if not record.restricted]
        days = sorted({record.happened_on.isoformat() for record in named if record.happened_on})
        text = f"{len(group)}条记录有{length}字相同的段落（{'、'.join(days)}）。"
        yield about(context, COPIED_TEXT, text, *group)


def text_contradicts_numbers(context: Context) -> Iterator[Finding]:
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


def _numbers(record: Record) -> Iterator[tuple[str, str, int | None]]:
    if record.kind == ItemKind.ACTIVITY:
        yield "present", "参加", record.participants
    if record.kind != ItemKind.MEETING:
        return
    yield "expected", "应到", record.expected
    yield "present", "实到", record.present
    if record.expected is not None and record.present is not None:
        yield "absent", "缺席", record.expected - record.present
