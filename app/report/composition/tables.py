"""Tables of a report: the three meetings and one lecture (三会一课), the rectifications."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.report.composition.labels import MEETING_NAMES
from app.report.composition.performance import is_told
from app.report.composition.rules.rectifications import STATE_NAMES
from app.report.documents.model import Element, Paragraph, Run, Table
from app.report.facts import Fact, FactSet, RecordId

LONGEST = 200
"""The most rows that a table shows; what is left out is said below it."""

NOTHING = "—"
LECTURES = frozenset({"party_lecture", "secretary_lecture"})
_COLUMNS: Sequence[tuple[str, frozenset[str]]] = (
    *(
        (MEETING_NAMES[type_], frozenset({type_}))
        for type_ in ("member_assembly", "committee_meeting", "group_meeting")
    ),
    ("党课", LECTURES),
)
COLUMN_OF = {type_: header for header, types in _COLUMNS for type_ in types}
_SOURCES = {
    "inspection": "巡视巡察",
    "audit": "审计",
    "assessment_feedback": "考核反馈",
    "self_check": "自查",
    "democratic_life_meeting": "民主生活会",
    "other": "其他",
}


@dataclass(frozen=True, slots=True)
class Owed:
    """How often an organisation owed a kind of meeting; `type` is the meeting's."""

    organization_id: RecordId
    organization_name: str
    type: str
    times: int


def note(text: str) -> Paragraph:
    """A line in plain words below a table."""
    return Paragraph((Run(text),))


def day_text(day: date | None) -> str:
    """A day in a table's cell."""
    return day.isoformat() if day else NOTHING


def meetings_table(fact_set: FactSet, owed: Sequence[Owed] = ()) -> tuple[Element, ...]:
    """How often each organisation in scope held the meetings of 三会一课; nothing without any.

    With `owed` a cell says held/owed, and organisations that only owe are there too.
    """
    held: Counter[tuple[RecordId, str]] = Counter()
    due: Counter[tuple[RecordId, str]] = Counter()
    names = {fact_set.organization_id: fact_set.organization_name}
    for fact in fact_set.facts:
        if fact.kind == "meeting" and is_told(fact_set, fact) and _column(fact.type):
            held[fact.organization_id, _column(fact.type)] += 1
            names.setdefault(fact.organization_id, fact.organization_name)
    for debt in owed:
        due[debt.organization_id, _column(debt.type)] += debt.times
        names.setdefault(debt.organization_id, debt.organization_name)
    if not held and not due:
        return ()
    silent = sorted(set(fact_set.branch_names) - set(names.values()))
    rows = [
        (name, *(_cell(held[key, header], due[key, header]) for header, _ in _COLUMNS))
        for key, name in _in_order(fact_set, names)
    ]
    rows += [(name, *(NOTHING for _ in _COLUMNS)) for name in silent]
    meaning = "格中为已召开次数" + ("/应召开次数" if due else "")
    header = ("党组织", *(header for header, _ in _COLUMNS))
    table = Table("三会一课完成情况", header, tuple(rows[:LONGEST]), (7, 5, 6, 4, 3))
    words = f"注：{meaning}，单位为次；“{NOTHING}”表示没有登记。"
    if len(rows) > LONGEST:
        words += f"另有{len(rows) - LONGEST}个党组织未在表中列出。"
    return table, note(words)


def _column(type_: str) -> str:
    return COLUMN_OF.get(type_, "")


def _in_order(fact_set: FactSet, names: Mapping[RecordId, str]) -> list[tuple[RecordId, str]]:
    """The reporting organisation first, then those below by name."""
    own = fact_set.organization_id
    return sorted(names.items(), key=lambda pair: (pair[0] != own, pair[1], pair[0]))


def _cell(count: int, due: int) -> str:
    if due:
        return f"{count}/{due}"
    return str(count) if count else NOTHING


def rectifications_table(fact_set: FactSet) -> tuple[Element, ...]:
    """The rectifications that the report tells of, those not closed first; nothing without any."""
    facts = [
        fact
        for fact in fact_set.facts
        if fact.kind == "rectification" and not fact.is_restricted and is_told(fact_set, fact)
    ]
    if not facts:
        return ()
    facts.sort(key=lambda fact: (fact.status == "closed", fact.due_on or date.max, fact.id))
    columns = [column for column in _LEDGER if fact_set.include_descendants or column[0] != PLACE]
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


def _answerable(fact: Fact) -> str:
    known = (fact.responsible_department, fact.responsible_person)
    return "、".join(name for name in known if name) or NOTHING


PLACE = "党组织"
_LEDGER: Sequence[tuple[str, int, Callable[[Fact], str]]] = (
    (PLACE, 6, lambda fact: fact.organization_name),
    ("问题", 9, lambda fact: fact.title),
    ("来源", 4, lambda fact: _SOURCES.get(fact.source or "", NOTHING)),
    ("责任部门、责任人", 5, _answerable),
    ("整改时限", 6, lambda fact: day_text(fact.due_on)),
    ("状态", 6, _state),
    ("销号时间", 6, lambda fact: day_text(fact.completed_on)),
)
