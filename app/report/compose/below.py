"""What organisations below did, told by totals where there was too much to be read."""

from collections.abc import Callable, Sequence

from app.activities.kind import KIND as ACTIVITY
from app.activities.rules import ActivityType
from app.items.rules import ItemKind
from app.meetings.kind import KIND as MEETING
from app.meetings.rules import MeetingType
from app.report.blocks import Block, in_paragraph
from app.report.compose import activities, meetings, outputs, rectifications, talks
from app.report.compose.counts import Clause, Slots, grouped, join_clauses, of_kind
from app.report.compose.wording import MEETING_NAMES, OTHER_MEETINGS, SPECIAL_TOPICS
from app.report.compose.work_done import strand_of
from app.report.compose.writer import Writer
from app.report.facts import Aggregate

Rows = Sequence[Aggregate]


def below(writer: Writer, heading: str) -> list[Block]:
    """Write the paragraphs of part one under their heading; none where nothing was totalled."""
    writer.begin(heading)
    rows = [row for row in writer.fact_set.tallies if row.condition is None]
    blocks: list[Block] = []
    for name, write in _PARAGRAPHS.items():
        prefix = f"p1.below.{name}"
        sentences = [
            writer.sentence(f"{prefix}.{position}", clause, ())
            for position, clause in enumerate(write(writer, rows), start=1)
        ]
        blocks += in_paragraph(prefix, sentences)
    return blocks


def who(writer: Writer) -> str:
    """Return what the organisations below are called together; names take turns."""
    return writer.phrase("tally.who", set(), {}).text


def _sentence(writer: Writer, rule: str, done: Clause, *, opens: bool) -> list[Clause]:
    """Return a sentence on what was done, if anything; the first of a paragraph names who did."""
    if not done:
        return []
    slots: Slots = {"who": who(writer) if opens else "", "period": writer.period, "done": done}
    features = {"opens"} if opens else set()
    if talks.SUPERVISION in writer.under:
        features.add("headed")
    return [writer.phrase(rule, features, slots)]


def _deeds(clauses: Sequence[Clause], separator: str = "，") -> Clause:
    """Return whole deeds side by side."""
    return join_clauses(clauses, separator, separator)


def _meetings(writer: Writer, rows: Rows) -> list[Clause]:
    """Tell 三会, theme days, lectures and study; special meetings by topic; all others by type."""
    held = of_kind(rows, ItemKind.MEETING)
    named = writer.counting.named
    by_type = dict(grouped(held, lambda row: row.type, MeetingType))
    three = [
        named(MEETING_NAMES[type_], by_type[type_], "次")
        for type_ in meetings.THREE_MEETINGS
        if type_ in by_type
    ]
    routine = ["召开" + join_clauses(three)] if three else []
    routine += [
        verb + named(name, by_type[type_], "次")
        for type_, verb, name in (
            (MeetingType.THEME_PARTY_DAY, "开展", "主题党日"),
            (MeetingType.PARTY_LECTURE, "讲授", "党课"),
            (MeetingType.CENTRAL_GROUP_STUDY, "开展", "中心组学习"),
        )
        if type_ in by_type
    ]
    special = by_type.get(MeetingType.SPECIAL_MEETING, [])
    topics = [
        named(SPECIAL_TOPICS[topic], group, "次")
        for topic, group in grouped(special, lambda row: row.topic, SPECIAL_TOPICS)
    ]
    others = [row for row in held if strand_of(row) == "meeting"]
    kinds = [
        named(MEETING_NAMES[type_], group, "次")
        for type_, group in grouped(others, lambda row: row.type, MEETING_NAMES)
    ]
    if unnamed := [row for row in others if row.type not in MEETING_NAMES]:
        kinds.append(named(OTHER_MEETINGS, unnamed, MEETING.measure))
    sentences = _sentence(writer, "tally.routine", _deeds(routine), opens=True)
    sentences += _sentence(writer, "tally.special", join_clauses(topics), opens=not sentences)
    return sentences + _sentence(writer, "tally.meeting", join_clauses(kinds), opens=not sentences)


def _work(writer: Writer, rows: Rows) -> list[Clause]:
    """Tell talks by family, activities with who took part, and outputs."""
    held = [row for row in rows if strand_of(row) == "talk"]
    kinds = [
        writer.counting.named(ACTIVITY.types[type_], group, ACTIVITY.measure_of(type_))
        + _took_part(writer, group)
        for type_, group in grouped(
            of_kind(rows, ItemKind.ACTIVITY), _activity_type, ACTIVITY.types
        )
    ]
    made = outputs.by_deed(writer, of_kind(rows, ItemKind.OUTPUT))
    talked = join_clauses(talks.by_type(writer, held))
    sentences = _sentence(writer, "tally.talk", talked, opens=True)
    sentences += _sentence(writer, "tally.activity", join_clauses(kinds), opens=not sentences)
    return sentences + _sentence(writer, "tally.output", _deeds(made), opens=not sentences)


def _activity_type(row: Aggregate) -> str:
    return row.type if row.type and row.type in ACTIVITY.types else ActivityType.OTHER


def _took_part(writer: Writer, rows: Rows) -> Clause:
    people = activities.took_part(writer, rows, "人次")
    return "（" + people + "参加）" if people else people


def _rectifications(writer: Writer, rows: Rows) -> list[Clause]:
    """Tell the ledger by state, with the rate of what is closed."""
    problems = of_kind(rows, ItemKind.RECTIFICATION)
    if not problems:
        return []
    total, has_rate = rectifications.total_and_rate(writer, problems)
    whole, is_whole = rectifications.whole_state(problems)
    slots: Slots = {
        "who": who(writer),
        "parts": rectifications.parts(writer, problems),
        "state": "",
        **total,
        **whole,
    }
    return [writer.phrase("tally.rectification", has_rate | is_whole, slots)]


def _supervision(writer: Writer, rows: Rows) -> list[Clause]:
    """Tell supervision as numbers of people, and only to who may know of it."""
    if not writer.fact_set.includes_supervision:
        return []
    held = [row for row in of_kind(rows, ItemKind.TALK) if strand_of(row) == "supervision"]
    given = of_kind(rows, ItemKind.SANCTION)
    deeds = []
    if held:
        deeds.append("开展" + join_clauses(talks.by_type(writer, held), last="、"))
    if given:
        deeds.append("给予党纪处分" + talks.sanctioned(writer, given))
    return _sentence(writer, "tally.supervision", _deeds(deeds, "；"), opens=True)


_PARAGRAPHS: dict[str, Callable[[Writer, Rows], list[Clause]]] = {
    "meetings": _meetings,
    "work": _work,
    "rectifications": _rectifications,
    "supervision": _supervision,
}
