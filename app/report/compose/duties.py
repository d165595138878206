"""What the responsibility list misses: told with its source, and answered."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Slots, join_clauses, sources
from app.report.compose.tables import COLUMN_OF, OwedMeetings
from app.report.compose.writer import Writer
from app.report.facts import DutyCoverage, Fact, FactSet, Missed, RecordId, Waived
from app.rulesets.resolution import citation_in, source_titles


def owed_meetings(fact_set: FactSet) -> tuple[OwedMeetings, ...]:
    """What was owed by the report's day, once for each organisation and column of the table.

    Duties with a condition of their own (the secretary's lecture) are part of what another line
    owes; where several lines owe the same kind, the one that owes most tells how often.
    """
    most: dict[tuple[RecordId, str], OwedMeetings] = {}
    for line in fact_set.duties:
        column = _column(line)
        times = len(line.owed)
        if column is None or not times:
            continue
        key = line.organization_id, column
        if key not in most or most[key].times < times:
            owed = OwedMeetings(
                line.organization_id, line.organization_name, line.meeting_types[0], times
            )
            most[key] = owed
    return tuple(most.values())


def _column(line: DutyCoverage) -> str | None:
    """The one column that all meetings of a duty stand in; None for another kind of duty."""
    columns = {COLUMN_OF.get(type_) for type_ in line.meeting_types}
    return columns.pop() if len(columns) == 1 else None


def planned_meetings(fact_set: FactSet) -> dict[str, Fact]:
    """The planned meeting of each missing thing that has one, by the id of the missing thing.

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
    found: dict[str, Fact] = {}
    for line in sorted(fact_set.duties, key=lambda line: (line.organization_id, line.code)):
        for one in sorted(line.missing, key=lambda one: one.id):
            fits = (
                fact
                for fact in meetings
                if fact.id not in taken and _does(fact, line) and one.period in _periods_of(fact)
            )
            meeting = next(fits, None)
            if meeting:
                taken.add(meeting.id)
                found[one.id] = meeting
    return found


def _does(fact: Fact, line: DutyCoverage) -> bool:
    codes = {fact.type, f"{fact.type}:{fact.topic}"}
    return fact.organization_id == line.organization_id and line.code in codes


def _periods_of(fact: Fact) -> set[str]:
    """The names of the periods that the meeting's day lies in: 2018-09, 2018-Q3, 2018-H2, 2018."""
    day = fact.deadline
    if day is None:
        return set()
    quarter, half = (day.month + 2) // 3, (day.month + 5) // 6
    year = str(day.year)
    return {year, f"{year}-H{half}", f"{year}-Q{quarter}", f"{day:%Y-%m}", day.isoformat()}


EACH_BY_ITSELF = 3
EACH_WITH_PERIODS = 12
SOURCES_TOLD = 3
ITEM = "项"
YEARLY = "年度"
_HALVES = {"1": "上半年", "2": "下半年"}
_PERIOD = re.compile(r"^\d{4}(?:-(?P<month>\d\d)|-Q(?P<quarter>\d)|-H(?P<half>\d))?$")


def in_order(writer: Writer) -> list[DutyCoverage]:
    """The lines of the lists: organisations in their order, then lines in the list's order."""
    names = writer.fact_set.branch_names
    places = {name: place for place, name in enumerate(names)}

    def key(line: DutyCoverage) -> tuple[int, str, str, int, str]:
        own = line.organization_id == writer.fact_set.organization_id
        place = -1 if own else places.get(line.organization_name, len(names))
        return place, line.organization_name, line.organization_id, line.position, line.code

    return sorted(writer.fact_set.duties, key=key)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, with its line."""

    line: DutyCoverage
    one: Missed

    @property
    def rank(self) -> tuple[str, date]:
        """Where it stands among others of its line."""
        return self.one.group or "", self.one.due_on or date.max


def missing(writer: Writer) -> list[Missing]:
    """Everything that is missing, in the order of the lists and of deadlines."""
    found = []
    for line in in_order(writer):
        found += sorted((Missing(line, one) for one in line.missing), key=lambda one: one.rank)
    return found


def period(name: str, year: int) -> str:
    """第三季度, 7月, 上半年, 年度; a single date by its day."""
    known = _PERIOD.match(name)
    if known is None:
        return wording.day(date.fromisoformat(name), year) + "到期的"
    if known["month"]:
        return f"{int(known['month'])}月"
    if known["quarter"]:
        return f"第{wording.ordinal(int(known['quarter']))}季度"
    return _HALVES[known["half"]] if known["half"] else YEARLY


def thing(writer: Writer, line: DutyCoverage, one: Missed | Waived, *, owner: bool = True) -> str:
    """第二项目部党支部第三季度支部党员大会: whose, which period, what."""
    place = _place(writer, line, one) if owner else one.group or ""
    return f"{place}{period(one.period, writer.fact_set.year)}{wording.clean(line.name)}"


def _place(writer: Writer, line: DutyCoverage, one: Missed | Waived) -> str:
    own = line.organization_id == writer.fact_set.organization_id
    group = one.group or ""
    return (
        group if own or group.startswith(line.organization_name) else line.organization_name + group
    )


def _cited(writer: Writer, line: DutyCoverage) -> tuple[list[str], str]:
    """The sources as sentences name them, and the article of the first.

    What is younger than the report's year proves nothing.
    """
    known = wording.clean(line.source or "") or None
    source, article = citation_in(known, line.article, writer.fact_set.year)
    return (source_titles(source), article or "") if source else ([], "")


def _source(writer: Writer, line: DutyCoverage) -> str:
    """The sources as a sentence names them: 《…规定》（基层参照）."""
    return wording.join(_cited(writer, line)[0])


def _source_in_words(writer: Writer, line: DutyCoverage) -> str:
    """The sources with the article: 《…条例》第十一条."""
    named, article = _cited(writer, line)
    return wording.join([named[0] + article, *named[1:]]) if named else ""


def shortcoming(writer: Writer, where: str, found: Sequence[Missing]) -> list[Block]:
    """What is missing: up to three one by one, more by source and by duty."""
    if len(found) <= EACH_BY_ITSELF:
        return [_single(writer, where, item) for item in found]
    by_source: dict[str, list[Missing]] = {}
    for item in found:
        by_source.setdefault(_source(writer, item.line), []).append(item)
    ranked = sorted(by_source.items(), key=lambda entry: (not entry[0], -len(entry[1]), entry[0]))
    told = [
        (source, items, {"sourced"} if source else {"rest"} if len(ranked) > 1 else set())
        for source, items in ranked
    ]
    if len(told) > SOURCES_TOLD:
        rest = [item for _, items, _ in told[SOURCES_TOLD - 1 :] for item in items]
        told = [*told[: SOURCES_TOLD - 1], ("", rest, {"rest"})]
    is_short = len(found) <= EACH_WITH_PERIODS
    return [
        _listed(writer, f"{where}.{place}", (source, items, features), is_short=is_short)
        for place, (source, items, features) in enumerate(told, start=1)
    ]


def _single(writer: Writer, where: str, item: Missing) -> Block:
    line, one = item.line, item.one
    ground = _source_in_words(writer, line)
    features = {name for name, known in (("dated", one.due_on), ("sourced", ground)) if known}
    if one.due_on == writer.fact_set.as_of:
        features.add("today")
    meeting = planned_meetings(writer.fact_set).get(one.id)
    known = sources("occurrence", (one.id,))
    ids = (meeting.id,) if meeting else ()
    slots: Slots = {
        "thing": Clause(thing(writer, line, one), ids=ids, sources=known),
        "day": wording.day(one.due_on, writer.fact_set.year) if one.due_on else "",
        "as_of": writer.as_of,
        "ground": ground,
    }
    return writer.sentence(f"{where}.{one.id}", writer.phrase("missing.one", features, slots), ())


def _listed(
    writer: Writer, where: str, told: tuple[str, Sequence[Missing], set[str]], *, is_short: bool
) -> Block:
    source, items, features = told
    by_duty: dict[tuple[str, str], list[Missing]] = {}
    for item in items:
        key = wording.clean(item.line.name), _cited(writer, item.line)[1] if source else ""
        by_duty.setdefault(key, []).append(item)
    ranked = sorted(by_duty.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    if len(ranked) == 1:
        features = {*features, "one_duty"}
    entries = [_entry(writer, name, group, is_short=is_short) for name, group in ranked]
    if len(entries) > wording.NAMES_LIMIT:
        things = join_clauses(entries[: wording.NAMES_SHOWN], last="、") + "等"
    else:
        things = join_clauses(entries, *(("；", "；") if is_short else ()))
    ids = [item.one.id for item in items]
    places = sorted({item.line.organization_id for item in items})
    slots: Slots = {
        "source": source,
        "total": writer.counting.of("occurrence", ids, ITEM, "到期未完成"),
        "things": things,
        "as_of": writer.as_of,
        "places": _over(writer, places) if not is_short else Clause(),
    }
    return writer.sentence(where, writer.phrase("missing.many", features, slots), ())


def _over(writer: Writer, places: Sequence[str]) -> Clause:
    if len(places) == 1:
        return Clause()
    return "，涉及" + writer.counting.of("organization", places, "个", "党组织") + "党组织"


def _entry(
    writer: Writer, key: tuple[str, str], group: Sequence[Missing], *, is_short: bool
) -> Clause:
    """A duty with its article and number; in a short list also whose, and of which periods."""
    name, article = key
    label = f"{name}（{article}）" if article else name
    ids = [item.one.id for item in group]
    text = label + writer.counting.of("occurrence", ids, ITEM, f"{name}未完成")
    if not is_short:
        return text
    meetings = planned_meetings(writer.fact_set)
    text += Clause(ids=tuple(meetings[key].id for key in ids if key in meetings))
    by_place: dict[str, list[str]] = {}
    for item in group:
        # What is owed once a year needs no period: 年度 alone would tell nothing.
        when = period(item.one.period, writer.fact_set.year).removesuffix("到期的")
        owed_in = by_place.setdefault(_place(writer, item.line, item.one), [])
        owed_in += [when] if when != YEARLY else []
    told = [place + "、".join(when) for place, when in by_place.items() if place or when]
    return text + ("，为" + wording.join(told) if told else "")


def answer(writer: Writer, found: Sequence[Missing], apart: Container[str] = ()) -> Clause:
    """What will be done: a few by name and by whom, more as a number.

    ``apart`` are the ids of what is answered by name already; nothing is said when that is all.
    """
    left = [item for item in found if item.one.id not in apart]
    meetings = planned_meetings(writer.fact_set)
    grounds = Clause(
        ids=tuple(meetings[item.one.id].id for item in left if item.one.id in meetings)
    )
    if len(left) > EACH_BY_ITSELF:
        ids = [item.one.id for item in left]
        slots: Slots = {"count": writer.counting.of("occurrence", ids, ITEM, "到期未完成")}
        features = {"rest"} if len(left) < len(found) else set()
        return writer.phrase("plan_deed.duties.many", features, slots) + grounds
    by_owner: dict[str, list[Missing]] = {}
    for item in left:
        own = item.line.organization_id == writer.fact_set.organization_id
        by_owner.setdefault("" if own else item.line.organization_name, []).append(item)
    deeds = []
    for owner, items in by_owner.items():
        names = wording.join([thing(writer, item.line, item.one, owner=False) for item in items])
        known = sources("occurrence", (item.one.id for item in items))
        deed = writer.phrase("plan_deed.duties", set(), {"things": Clause(names, sources=known)})
        deeds.append((f"督促{owner}" if owner else "") + deed)
    return join_clauses(deeds, last="；", separator="；") + grounds
