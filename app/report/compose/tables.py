"""Tables of a report: the meetings of 三会一课, the rectifications."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.rectifications.rules import Source
from app.report.compose.wording import MEETING_NAMES, STATE_NAMES
from app.report.compose.work_done import is_reported
from app.report.facts import Fact, FactSet, RecordId
from app.report.files.model import DocumentParagraph, Element, Run, Table

LONGEST = 200
"""The most rows that a table shows; what is left out is said below it."""

NOTHING = "—"
# The meetings of 三会一课 with the headers of their columns.
COLUMN_OF: Mapping[str, str] = {
    type_: MEETING_NAMES[type_]
    for type_ in (
        *(MeetingType.MEMBER_ASSEMBLY, MeetingType.COMMITTEE_MEETING),
        *(MeetingType.GROUP_MEETING, MeetingType.PARTY_LECTURE),
    )
}


@dataclass(frozen=True, slots=True)
class OwedMeetings:
    """How often an organisation had to hold a type of meeting."""

    organization_id: RecordId
    organization_name: str
    type: str
    times: int


def note(text: str) -> DocumentParagraph:
    """Return a line of text below a table."""
    return DocumentParagraph((Run(text),))


def day_text(day: date | None) -> str:
    """Return a day as it stands in a cell."""
    return day.isoformat() if day else NOTHING


def meetings_table(fact_set: FactSet, owed: Sequence[OwedMeetings] = ()) -> tuple[Element, ...]:
    """Return how often each organisation held the meetings of 三会一课; nothing if none.

    With `owed` a cell says held/owed, and organisations that only owe are there too.
    """
    held: Counter[tuple[RecordId, str]] = Counter()
    due: Counter[tuple[RecordId, str]] = Counter()
    names = {fact_set.organization_id: fact_set.organization_name}
    for fact in fact_set.facts:
        is_meeting = fact.kind == ItemKind.MEETING and is_reported(fact_set, fact)
        if is_meeting and (column := COLUMN_OF.get(fact.type)):
            held[fact.organization_id, column] += 1
            names.setdefault(fact.organization_id, fact.organization_name)
    for row in owed:
        due[row.organization_id, COLUMN_OF.get(row.type, "")] += row.times
        names.setdefault(row.organization_id, row.organization_name)
    if not held and not due:
        return ()
    rows = [
        (name, *(_cell(held[key, column], due[key, column]) for column in COLUMN_OF.values()))
        for key, name in _in_order(fact_set, names)
    ]
    without = sorted(set(fact_set.branch_names) - set(names.values()))
    rows += [(name, *(NOTHING for _ in COLUMN_OF)) for name in without]
    meaning = "格中为已召开次数" + ("/应召开次数" if due else "")
    header = ("党组织", *COLUMN_OF.values())
    table = Table("三会一课完成情况", header, tuple(rows[:LONGEST]), (7, 5, 6, 4, 3))
    text = f"注：{meaning}，单位为次；“{NOTHING}”表示没有登记。"
    if len(rows) > LONGEST:
        text += f"另有{len(rows) - LONGEST}个党组织未在表中列出。"
    return table, note(text)


def _in_order(fact_set: FactSet, names: Mapping[RecordId, str]) -> list[tuple[RecordId, str]]:
    """Return the reporting organisation first, then those below by name."""
    own = fact_set.organization_id
    return sorted(names.items(), key=lambda pair: (pair[0] != own, pair[1], pair[0]))


def _cell(count: int, due: int) -> str:
    if due:
        return f"{count}/{due}"
    return str(count) if count else NOTHING


def rectifications_table(fact_set: FactSet) -> tuple[Element, ...]:
    """Return the rectifications that the report tells of, closed ones last; nothing if none."""
    facts = [
        fact
        for fact in fact_set.facts
        if fact.kind == ItemKind.RECTIFICATION and is_reported(fact_set, fact)
    ]
    if not facts:
        return ()
    facts.sort(key=lambda fact: (fact.status == "closed", fact.due_on or date.max, fact.id))
    columns = [row for row in _LEDGER if fact_set.include_descendants or row[0] != _ORGANIZATION]
    rows = tuple(
        (str(number), *(cell(fact) for _, _, cell in columns))
        for number, fact in enumerate(facts[:LONGEST], start=1)
    )
    header = ("序号", *(name for name, _, _ in columns))
    weights = (3, *(weight for _, weight, _ in columns))
    table = Table("整改情况", header, rows, weights)
    if len(facts) <= LONGEST:
        return (table,)
    return table, note(f"注：另有{len(facts) - LONGEST}个问题未在表中列出。")


def _state(fact: Fact) -> str:
    name = STATE_NAMES[fact.status]
    return f"{name}（逾期{fact.days_overdue}天）" if fact.days_overdue else name


def _source(fact: Fact) -> str:
    return next((source.label for source in Source if source == fact.source), NOTHING)


def _responsible(fact: Fact) -> str:
    names = (fact.responsible_department, fact.responsible_person)
    return "、".join(name for name in names if name) or NOTHING


_ORGANIZATION = "党组织"
# The columns: header, share of the width, cell.
_LEDGER: Sequence[tuple[str, int, Callable[[Fact], str]]] = (
    (_ORGANIZATION, 6, lambda fact: fact.organization_name),
    ("问题", 9, lambda fact: fact.title),
    ("来源", 4, _source),
    ("责任部门、责任人", 5, _responsible),
    ("整改时限", 6, lambda fact: day_text(fact.due_on)),
    ("状态", 6, _state),
    ("销号时间", 6, lambda fact: day_text(fact.completed_on)),
)
