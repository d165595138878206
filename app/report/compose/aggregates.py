"""What organisations below did and owe, told by totals."""

from collections.abc import Mapping, Sequence

from app.activities.kind import KIND as ACTIVITY
from app.activities.rules import ActivityType
from app.items.rules import ItemKind
from app.kinds import KINDS
from app.meetings.kind import KIND as MEETING
from app.meetings.rules import MeetingType
from app.outputs.kind import KIND as OUTPUT
from app.outputs.rules import COPIED, OutputType, PolicyChange
from app.report.blocks import Block, CountMeasure, in_paragraph
from app.report.compose import wording
from app.report.compose.counts import SMALLEST_PUBLISHED, Clause, Slots, is_small, join_clauses
from app.report.compose.rectifications import RATE_FROM, parts
from app.report.compose.totals import counted, rate
from app.report.compose.wording import MEETING_NAMES, OTHER_MEETINGS, SPECIAL_TOPICS, STATE_NAMES
from app.report.compose.writer import Writer
from app.report.facts import Aggregate
from app.sanctions.kind import KIND as SANCTION
from app.talks.kind import KIND as TALK
from app.talks.rules import TalkType

# The words of a headline or heading under which supervision need not be announced again.
SUPERVISION = "监督执纪"
_HELD = (MeetingType.MEMBER_ASSEMBLY, MeetingType.COMMITTEE_MEETING, MeetingType.GROUP_MEETING)
_APART = frozenset(
    {
        *_HELD,
        *(MeetingType.PARTY_LECTURE, MeetingType.THEME_PARTY_DAY),
        *(MeetingType.CENTRAL_GROUP_STUDY, MeetingType.SPECIAL_MEETING),
    }
)
# What was done about outputs of a type: 撰写文章. Those without a word of their own came to be.
_VERBS: Mapping[tuple[str, str | None], str] = {
    (OutputType.POLICY_DOCUMENT, PolicyChange.CREATED): "制定",
    (OutputType.POLICY_DOCUMENT, PolicyChange.REVISED): "修订",
    (OutputType.ARTICLE, None): "撰写",
    (OutputType.TASK_BREAKTHROUGH, None): "完成",
    (OutputType.PLATFORM, None): "建成",
    (OutputType.AWARD, None): "获得",
    (OutputType.BRIEFING, None): "编发",
}
_MADE = "形成"


def of_kind(tallies: Sequence[Aggregate], kind: str, *types: str) -> list[Aggregate]:
    """What was done of a kind, of these types where any are named."""
    return [
        tally
        for tally in tallies
        if tally.kind == kind and tally.condition is None and (not types or tally.type in types)
    ]


def below(writer: Writer, heading: str) -> list[Block]:
    """The paragraphs of part one; none where nothing was counted."""
    tallies = writer.fact_set.tallies
    writer.begin(heading)
    told = (
        ("meetings", _meetings(writer, of_kind(tallies, ItemKind.MEETING))),
        ("work", _work(writer, tallies)),
        ("rectifications", _rectifications(writer, of_kind(tallies, ItemKind.RECTIFICATION))),
        ("supervision", _supervision(writer, tallies)),
    )
    blocks: list[Block] = []
    for name, clauses in told:
        where = f"p1.below.{name}"
        sentences = [
            writer.sentence(f"{where}.{position}", clause, ())
            for position, clause in enumerate(clauses, start=1)
        ]
        blocks += in_paragraph(where, sentences)
    return blocks


def _who(writer: Writer) -> str:
    return writer.phrase("tally.who", set(), {}).text


def _said(writer: Writer, rule: str, clauses: Sequence[Clause], *, opens: bool) -> list[Clause]:
    """One sentence of a list of clauses; the first of its paragraph names who did it."""
    found = [clause for clause in clauses if clause]
    if not found:
        return []
    slots: Slots = {
        "who": _who(writer) if opens else "",
        "period": writer.period,
        "done": join_clauses(found),
    }
    features = {"opens"} if opens else set()
    if SUPERVISION in writer.under:
        features.add("headed")
    return [writer.phrase(rule, features, slots)]


def _each(
    writer: Writer, tallies: Sequence[Aggregate], names: Mapping[str, str], unit: str
) -> list[Clause]:
    """Each type under its name, in the order of the names."""
    return [
        names[kind] + counted(writer, found, unit, names[kind])
        for kind in names
        if (found := [tally for tally in tallies if tally.type == kind])
    ]


def _meetings(writer: Writer, tallies: Sequence[Aggregate]) -> list[Clause]:
    """三会, theme days, lectures and study; special meetings by topic; all others by type."""
    held = _each(writer, tallies, {kind: MEETING_NAMES[kind] for kind in _HELD}, "次")
    days = of_kind(tallies, ItemKind.MEETING, MeetingType.THEME_PARTY_DAY)
    lectures = of_kind(tallies, ItemKind.MEETING, MeetingType.PARTY_LECTURE)
    studies = of_kind(tallies, ItemKind.MEETING, MeetingType.CENTRAL_GROUP_STUDY)
    routine = [
        "召开" + join_clauses(held) if held else Clause(),
        "开展主题党日" + counted(writer, days, "次", "主题党日") if days else Clause(),
        "讲授党课" + counted(writer, lectures, "次", "党课") if lectures else Clause(),
        "开展中心组学习" + counted(writer, studies, "次", "中心组学习") if studies else Clause(),
    ]
    sentences = _list(writer, "tally.routine", routine, opens=True)
    special = of_kind(tallies, ItemKind.MEETING, MeetingType.SPECIAL_MEETING)
    topics = [
        SPECIAL_TOPICS[topic] + counted(writer, found, "次", SPECIAL_TOPICS[topic])
        for topic in SPECIAL_TOPICS
        if (found := [tally for tally in special if tally.topic == topic])
    ]
    sentences += _said(writer, "tally.special", topics, opens=not sentences)
    other = [tally for tally in tallies if tally.type not in _APART]
    named = {kind: name for kind, name in MEETING_NAMES.items() if kind not in _APART}
    kinds = _each(writer, other, named, "次")
    unnamed = [tally for tally in other if tally.type not in named]
    if unnamed:
        kinds.append(OTHER_MEETINGS + counted(writer, unnamed, MEETING.measure, OTHER_MEETINGS))
    return sentences + _said(writer, "tally.meeting", kinds, opens=not sentences)


def _list(writer: Writer, rule: str, clauses: Sequence[Clause], *, opens: bool) -> list[Clause]:
    """One sentence of whole deeds, parted by commas."""
    found = [clause for clause in clauses if clause]
    return _said(writer, rule, [join_clauses(found, "，", "，")] if found else [], opens=opens)


def _work(writer: Writer, tallies: Sequence[Aggregate]) -> list[Clause]:
    """Talks by family, activities with who took part, and outputs."""
    sentences = _said(writer, "tally.talk", _talks(writer, tallies, restricted=False), opens=True)
    acts = [
        name + counted(writer, found, unit, name) + _took_part(writer, found)
        for name, unit, found in _by_activity(of_kind(tallies, ItemKind.ACTIVITY))
    ]
    sentences += _said(writer, "tally.activity", acts, opens=not sentences)
    outputs = of_kind(tallies, ItemKind.OUTPUT)
    made = [
        _output(writer, type_, change, tallied)
        for type_ in OUTPUT.types
        for change in (*PolicyChange, None)
        if (tallied := [one for one in outputs if (one.type, one.change) == (type_, change)])
    ]
    return sentences + _list(writer, "tally.output", made, opens=not sentences)


def _by_activity(tallies: Sequence[Aggregate]) -> list[tuple[str, str, list[Aggregate]]]:
    """Activities under the names of their types, in the order of the rule book."""
    by_type: dict[str, list[Aggregate]] = {type_: [] for type_ in ACTIVITY.types}
    for tally in tallies:
        by_type.get(tally.type or "", by_type[ActivityType.OTHER]).append(tally)
    return [
        (ACTIVITY.types[type_], ACTIVITY.measure_of(type_), tallied)
        for type_, tallied in by_type.items()
        if tallied
    ]


def _output(writer: Writer, type_: str, change: str | None, tallies: Sequence[Aggregate]) -> Clause:
    """撰写文章三篇: what was done, with its number."""
    deed = _VERBS.get((type_, change), _MADE) + OUTPUT.types[type_]
    unit, measure = OUTPUT.measure_of(type_), _pieces(type_, tallies)
    return deed + counted(writer, tallies, unit, deed, measure=measure)


def _took_part(writer: Writer, tallies: Sequence[Aggregate]) -> Clause:
    """Who took part, only when every record tells it."""
    if not all(tally.amount for tally in tallies):
        return Clause()
    people = counted(writer, tallies, "人次", "参加", measure="amount")
    return "（" + people + "参加）" if people else people


def _pieces(kind: str, tallies: Sequence[Aggregate]) -> CountMeasure:
    """Copies where any were entered, else records."""
    entered = all(tally.amount and tally.amount.value for tally in tallies)
    return "amount" if kind in COPIED and entered else "records"


def _talks(writer: Writer, tallies: Sequence[Aggregate], *, restricted: bool) -> list[Clause]:
    """谈心谈话 in person-times, others in distinct people; where not all tell it, in records."""
    clauses = []
    for type_, name in TALK.types.items():
        found = of_kind(tallies, ItemKind.TALK, type_)
        if found and (type_ in TALK.supervised) is restricted:
            told = _people(writer, found, name, repeats=type_ == TalkType.HEART_TALK)
            clauses.append(name + (_discreet(writer, told) if restricted else told))
    return clauses


def _discreet(writer: Writer, told: Clause) -> Clause:
    """A number of supervision, or that there are fewer than three where that is asked for."""
    if writer.options.small_counts == "exact" or not is_small(told):
        return told
    (ref,) = told.counts
    return writer.counting.fewer(SMALLEST_PUBLISHED, ref.unit, ref.label)


def _people(writer: Writer, tallies: Sequence[Aggregate], label: str, *, repeats: bool) -> Clause:
    if not repeats and all(tally.persons for tally in tallies):
        return counted(writer, tallies, "人", label, measure="persons")
    if all(tally.amount and tally.amount.value for tally in tallies):
        return counted(writer, tallies, "人次", label, measure="amount")
    return counted(writer, tallies, "次", label)


def _supervision(writer: Writer, tallies: Sequence[Aggregate]) -> list[Clause]:
    """Supervision as numbers of people, and only for who may know of it."""
    if not writer.fact_set.includes_supervision:
        return []
    held = _talks(writer, tallies, restricted=True)
    given = of_kind(tallies, ItemKind.SANCTION)
    deeds = ["开展" + join_clauses(held, last="、")] if held else []
    if given:
        deeds.append("给予党纪处分" + _discreet(writer, _sanctioned(writer, given)))
    done = [join_clauses(deeds, last="；")] if deeds else []
    return _said(writer, "tally.supervision", done, opens=True)


def _sanctioned(writer: Writer, tallies: Sequence[Aggregate]) -> Clause:
    if all(tally.persons for tally in tallies):
        return counted(writer, tallies, "人", SANCTION.label, measure="persons")
    return counted(writer, tallies, SANCTION.measure, SANCTION.label)


def _rectifications(writer: Writer, tallies: Sequence[Aggregate]) -> list[Clause]:
    """The ledger by state, the parts making up the whole, with the rate of what is closed."""
    if not tallies:
        return []
    closed = [tally for tally in tallies if tally.status == "closed"]
    total = sum(tally.records for tally in tallies)
    features = {"one_state"} if len(tallies) == 1 else set()
    if closed and len(tallies) > 1 and total >= RATE_FROM:
        features.add("rate")
        if writer.fact_set.period != "year":
            features.add("part")
    if closed and len(tallies) == 1:
        features.add("all_closed")
    slots: Slots = {
        "who": _who(writer),
        "current": wording.current(writer.fact_set),
        "total": counted(writer, tallies, "个", "整改问题"),
        "parts": parts(writer, (), tallies),
        "state": STATE_NAMES.get(tallies[0].status or "", ""),
        "rate": rate(writer, closed, tallies, "销号率") if "rate" in features else "",
    }
    return [writer.phrase("tally.rectification", features, slots)]


_RECTIFYING = frozenset({"open", "in_progress"})


def aggregate_shortcomings(writer: Writer) -> list[tuple[str, list[Block]]]:
    """The sentences of each kind of shortcoming that there is."""
    found = (("below.unfinished", _unfinished(writer)), ("below.missed", _missed(writer)))
    return [(code, [writer.sentence(f"p2.{code}.total", said, ())]) for code, said in found if said]


def aggregate_plans(writer: Writer) -> list[tuple[str, Clause]]:
    """What will be done about each of them, in the same order."""
    found = (("below.unfinished", _finish(writer)), ("below.missed", _make_good(writer)))
    return [(code, deed) for code, deed in found if deed]


def _problems(writer: Writer) -> tuple[list[Aggregate], list[Aggregate], list[Aggregate]]:
    """Rectifications that are not finished, those of them overdue, those once returned."""
    found = [tally for tally in writer.fact_set.tallies if tally.kind == "rectification"]
    return (
        [tally for tally in found if tally.status in _RECTIFYING],
        [tally for tally in found if tally.condition == "overdue"],
        [tally for tally in found if tally.condition == "returned"],
    )


def _numbers(writer: Writer) -> tuple[Slots, set[str]]:
    unfinished, late, back = _problems(writer)
    features = {name for name, found in (("late", late), ("returned", back)) if found}
    if sum(tally.records for tally in late) == sum(tally.records for tally in unfinished):
        features.add("all_late")
    slots: Slots = {
        "as_of": writer.as_of,
        "who": writer.phrase("tally.who", set(), {}),
        "total": counted(writer, unfinished, "个", "尚未完成整改"),
        "late": counted(writer, late, "个", "逾期"),
        "places": counted(writer, late, "个", "党组织", measure="organizations"),
        "returned": counted(writer, back, "个", "退回"),
    }
    return slots, features


def _unfinished(writer: Writer) -> Clause:
    if not _problems(writer)[0]:
        return Clause()
    slots, features = _numbers(writer)
    return writer.phrase("tally.unfinished", features, slots)


def _finish(writer: Writer) -> Clause:
    if not _problems(writer)[0]:
        return Clause()
    slots, features = _numbers(writer)
    return writer.phrase("tally_plan.unfinished", features, slots)


def _owed(writer: Writer) -> Clause:
    """What is planned and overdue, by kind."""
    late = [tally for tally in writer.fact_set.tallies if tally.status == "planned"]
    return join_clauses(
        [
            kind.label + counted(writer, tallies, kind.measure, kind.label)
            for kind in KINDS
            if (tallies := [tally for tally in late if tally.kind == kind.name])
        ]
    )


def _missed(writer: Writer) -> Clause:
    owed = _owed(writer)
    slots: Slots = {
        "as_of": writer.as_of,
        "who": writer.phrase("tally.who", set(), {}),
        "things": owed,
    }
    return writer.phrase("tally.missed", set(), slots) if owed else owed


def _make_good(writer: Writer) -> Clause:
    owed = _owed(writer)
    return writer.phrase("tally_plan.missed", set(), {"things": owed}) if owed else Clause()
