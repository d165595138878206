"""How a record is named wherever a report says what it stands on. Pure.

Of a talk only its kind is said, and of a sanction that it is one: their titles, and the names of
their files, may tell who was talked with, which no part of a report does.
"""

from app.items.rules import ItemKind
from app.report.composition.tables import NOTHING, day_text
from app.report.facts import EvidenceFact, Fact, FactSet
from app.sanctions.kind import KIND as SANCTION
from app.talks.kind import KIND as TALK

FILE_OF_TALK = "谈话材料（不列文件名）"


def title_of(kind: str, type_: str, title: str) -> str:
    """What a record is called: its title, or the kind of talk or sanction that it is."""
    if kind == ItemKind.TALK:
        return TALK.types.get(type_, TALK.label)
    return SANCTION.label if kind == ItemKind.SANCTION else title


def day_of(fact: Fact) -> str:
    """The day by which a record is found again: when it happened, else when it was found or due."""
    return day_text(fact.day or fact.found_on or fact.due_on or fact.planned_on)


def named(fact: Fact, fact_set: FactSet) -> str:
    """A record as a reader recognises it: day, organisation unless it is the own, title."""
    own = fact.organization_id == fact_set.organization_id
    place = "" if own else fact.organization_name + "："
    return f"{day_of(fact)} {place}{title_of(fact.kind, fact.type, fact.title)}"


def file_names(file: EvidenceFact, fact: Fact) -> tuple[str, str]:
    """The name of a record's file and what was noted on it; neither of a talk's."""
    if fact.kind == ItemKind.TALK:
        return FILE_OF_TALK, NOTHING
    return file.filename, file.caption or NOTHING
