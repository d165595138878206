"""What the responsibility list misses: told with its source, and answered."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Slots, by_key, join_clauses, sources
from app.report.compose.tables import COLUMN_OF, OwedMeetings
from app.report.compose.writer import Writer
from app.report.facts import DutyCoverage, Fact, FactSet, Missed, RecordId, Waived
from app.rulesets.resolution import citation_in, source_titles

EACH_BY_ITSELF = 3
EACH_WITH_PERIODS = 12
SOURCES_TOLD = 3
ITEM = "项"
YEARLY = "年度"
_HALVES = {"1": "上半年", "2": "下半年"}
_PERIOD = re.compile(r"^\d{4}(?:-(?P<month>\d\d)|-Q(?P<quarter>\d)|-H(?P<half>\d))?$")


def owed_meetings(fact_set: FactSet) -> tuple[OwedMeetings, ...]:
    """Return what was owed by the report's day, once for each organisation and table column.

    Duties with a condition of their own (the secretary's lecture) are part of what another line
    owes; where several lines owe the same kind, the one that owes most tells how often.
    """
    most: dict[tuple[RecordId, str], OwedMeetings] = {}
    for line in fact_set.duties:
        columns = {COLUMN_OF.get(type_) for type_ in line.meeting_types}
        column = columns.pop() if len(columns) == 1 else None
        times = len(line.owed)
        if column is None or not times:
            continue
        key = line.organization_id, column
        if key not in most or most[key].times < times:
            most[key] = OwedMeetings(
                line.organization_id, line.organization_name, line.meeting_types[0], times
            )
    return tuple(most.values())


def planned_meetings(fact_set: FactSet) -> dict[str, Fact]:
    """Return the planned meeting of each missing thing that has one, by the missing thing's id.

    A line's code is the type of meeting that does it, with its topic where there are several; the
    meeting is the same organisation's and was due in the period that the thing is owed for.
    """
    meetings = sorted(
        (
            fact
            for fact in fact_set.facts
            if fact.kind == "meeting" and fact.status == "planned" and fact.deadline
        ),
        key=lambda fact: (fact.deadline or date.max, fact.id),
    )
    taken: set[str] = set()
    planned: dict[str, Fact] = {}
    for line in sorted(fact_set.duties, key=lambda line: (line.organization_id, line.code)):
        for missed in sorted(line.missing, key=lambda missed: missed.id):
            fitting = (
                fact
                for fact in meetings
                if fact.id not in taken
                and fact.organization_id == line.organization_id
                and line.code in {fact.type, f"{fact.type}:{fact.topic}"}
                and missed.period in _periods_of(fact)
            )
            if meeting := next(fitting, None):
                taken.add(meeting.id)
                planned[missed.id] = meeting
    return planned


def _periods_of(fact: Fact) -> set[str]:
    """Return the periods that a meeting's day lies in: 2018-09, 2018-Q3, 2018-H2, 2018."""
    day = fact.deadline
    if day is None:
        return set()
    quarter, half = (day.month + 2) // 3, (day.month + 5) // 6
    year = str(day.year)
    return {year, f"{year}-H{half}", f"{year}-Q{quarter}", f"{day:%Y-%m}", day.isoformat()}


def in_order(writer: Writer) -> list[DutyCoverage]:
    """Return the lines of the lists: organisations in their order, then as the list has them."""
    names = writer.fact_set.branch_names
    positions = {name: position for position, name in enumerate(names)}

    def key(line: DutyCoverage) -> tuple[int, str, str, int, str]:
        own = _is_own(writer, line)
        position = -1 if own else positions.get(line.organization_name, len(names))
        return position, line.organization_name, line.organization_id, line.position, line.code

    return sorted(writer.fact_set.duties, key=key)


def _is_own(writer: Writer, line: DutyCoverage) -> bool:
    return line.organization_id == writer.fact_set.organization_id


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, with its line."""

    line: DutyCoverage
    missed: Missed

    @property
    def id(self) -> str:
        """The id of the thing owed."""
        return self.missed.id


def missing(writer: Writer) -> list[Missing]:
    """Return everything that is missing, in the order of the lists and of deadlines."""
    return [
        Missing(line, missed)
        for line in in_order(writer)
        for missed in sorted(line.missing, key=_rank)
    ]


def _rank(missed: Missed) -> tuple[str, date]:
    return missed.group or "", missed.due_on or date.max


def period(name: str, year: int) -> str:
    """Return 第三季度, 7月, 上半年, 年度; a single date as its day."""
    match = _PERIOD.match(name)
    if match is None:
        return wording.day(date.fromisoformat(name), year) + "到期的"
    if match["month"]:
        return f"{int(match['month'])}月"
    if match["quarter"]:
        return f"第{wording.ordinal(int(match['quarter']))}季度"
    return _HALVES[match["half"]] if match["half"] else YEARLY


def thing(
    writer: Writer, line: DutyCoverage, occurrence: Missed | Waived, *, owner: bool = True
) -> str:
    """Return 第二项目部党支部第三季度支部党员大会: whose, which period, what."""
    group = occurrence.group or ""
    whose = _owner(writer, line, group) if owner else group
    return f"{whose}{period(occurrence.period, writer.fact_set.year)}{wording.clean(line.name)}"


def _owner(writer: Writer, line: DutyCoverage, group: str) -> str:
    """Return the organisation and the party group; one's own organisation goes without saying."""
    if _is_own(writer, line) or group.startswith(line.organization_name):
        return group
    return line.organization_name + group


def _cited(writer: Writer, line: DutyCoverage) -> tuple[list[str], str]:
    """Return the sources as sentences name them, and the article of the first: 《…条例》, 第十一条.

    What is younger than the report's year proves nothing.
    """
    known = wording.clean(line.source or "") or None
    source, article = citation_in(known, line.article, writer.fact_set.year)
    return (source_titles(source), article or "") if source else ([], "")


def _source_with_article(writer: Writer, line: DutyCoverage) -> str:
    """Return the sources with the article: 《…条例》第十一条."""
    named, article = _cited(writer, line)
    return wording.join([named[0] + article, *named[1:]]) if named else ""


def _occurrences(writer: Writer, items: Iterable[Missing], label: str) -> Clause:
    return writer.counting.of("occurrence", [item.id for item in items], ITEM, label)


def _planned(writer: Writer, items: Iterable[Missing]) -> Clause:
    """Return nothing, but with the planned meetings behind it that would have done these."""
    planned = planned_meetings(writer.fact_set)
    return Clause(ids=tuple(planned[item.id].id for item in items if item.id in planned))


def shortcoming(writer: Writer, prefix: str, items: Sequence[Missing]) -> list[Block]:
    """Tell what is missing: up to three one by one, more by source and by duty."""
    if len(items) <= EACH_BY_ITSELF:
        return [_single(writer, prefix, item) for item in items]
    by_source = by_key(items, lambda item: wording.join(_cited(writer, item.line)[0]))
    ranked = sorted(by_source.items(), key=lambda entry: (not entry[0], -len(entry[1]), entry[0]))
    parts = [
        (source, group, {"sourced"} if source else {"rest"} if len(ranked) > 1 else set())
        for source, group in ranked
    ]
    if len(parts) > SOURCES_TOLD:
        rest = [item for _, group, _ in parts[SOURCES_TOLD - 1 :] for item in group]
        parts = [*parts[: SOURCES_TOLD - 1], ("", rest, {"rest"})]
    is_short = len(items) <= EACH_WITH_PERIODS
    return [
        _listed(writer, f"{prefix}.{position}", part, is_short=is_short)
        for position, part in enumerate(parts, start=1)
    ]


def _single(writer: Writer, prefix: str, item: Missing) -> Block:
    due_on = item.missed.due_on
    ground = _source_with_article(writer, item.line)
    features = {name for name, known in (("dated", due_on), ("sourced", ground)) if known}
    if due_on == writer.fact_set.as_of:
        features.add("today")
    named = Clause(thing(writer, item.line, item.missed), sources=sources("occurrence", (item.id,)))
    slots: Slots = {
        "thing": named + _planned(writer, [item]),
        "day": wording.day(due_on, writer.fact_set.year) if due_on else "",
        "as_of": writer.as_of,
        "ground": ground,
    }
    return writer.sentence(f"{prefix}.{item.id}", writer.phrase("missing.one", features, slots), ())


def _listed(
    writer: Writer, prefix: str, part: tuple[str, Sequence[Missing], set[str]], *, is_short: bool
) -> Block:
    """Tell what is missing of one source, by duty."""
    source, items, features = part
    by_duty = by_key(
        items,
        lambda item: (
            wording.clean(item.line.name),
            _cited(writer, item.line)[1] if source else "",
        ),
    )
    ranked = sorted(by_duty.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    if len(ranked) == 1:
        features = {*features, "one_duty"}
    entries = [_entry(writer, duty, group, is_short=is_short) for duty, group in ranked]
    if len(entries) > wording.NAMES_LIMIT:
        things = join_clauses(entries[: wording.NAMES_SHOWN], last="、") + "等"
    else:
        things = join_clauses(entries, *(("；", "；") if is_short else ()))
    organizations = sorted({item.line.organization_id for item in items})
    slots: Slots = {
        "source": source,
        "total": _occurrences(writer, items, "到期未完成"),
        "things": things,
        "as_of": writer.as_of,
        "places": "" if is_short else _spread_over(writer, organizations),
    }
    return writer.sentence(prefix, writer.phrase("missing.many", features, slots), ())


def _spread_over(writer: Writer, organizations: Sequence[str]) -> Clause:
    if len(organizations) == 1:
        return Clause()
    number = writer.counting.of("organization", organizations, "个", "党组织")
    return "，涉及" + number + "党组织"


def _entry(
    writer: Writer, duty: tuple[str, str], items: Sequence[Missing], *, is_short: bool
) -> Clause:
    """Return a duty with its article and number; in a short list also whose, and which periods."""
    name, article = duty
    label = f"{name}（{article}）" if article else name
    text = label + _occurrences(writer, items, f"{name}未完成")
    if not is_short:
        return text
    by_owner = by_key(items, lambda item: _owner(writer, item.line, item.missed.group or ""))
    owed = []
    for owner, group in by_owner.items():
        # What is owed once a year needs no period: 年度 alone would tell nothing.
        names = [period(item.missed.period, writer.fact_set.year) for item in group]
        periods = "、".join(name.removesuffix("到期的") for name in names if name != YEARLY)
        owed += [owner + periods] if owner or periods else []
    return text + _planned(writer, items) + ("，为" + wording.join(owed) if owed else "")


def answer(writer: Writer, items: Sequence[Missing], apart: Container[str] = ()) -> Clause:
    """Return what will be done: a few by name and by whom, more as a number.

    `apart` are the ids of what is answered by name already; nothing is said when that is all.
    """
    left = [item for item in items if item.id not in apart]
    if len(left) > EACH_BY_ITSELF:
        slots: Slots = {"count": _occurrences(writer, left, "到期未完成")}
        features = {"rest"} if len(left) < len(items) else set()
        return writer.phrase("plan_deed.duties.many", features, slots) + _planned(writer, left)
    by_owner = by_key(
        left, lambda item: "" if _is_own(writer, item.line) else item.line.organization_name
    )
    deeds = []
    for owner, group in by_owner.items():
        names = wording.join([thing(writer, item.line, item.missed, owner=False) for item in group])
        named = Clause(names, sources=sources("occurrence", (item.id for item in group)))
        deed = writer.phrase("plan_deed.duties", set(), {"things": named})
        deeds.append((f"督促{owner}" if owner else "") + deed)
    return join_clauses(deeds, last="；", separator="；") + _planned(writer, left)
