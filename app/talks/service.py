"""What logging a talk means beyond any record."""

from app.core.unit import Unit
from app.items.people import person_rows
from app.talks.models import Talk, TalkPerson
from app.talks.schemas import TalkWrite


def fill(unit: Unit, talk: Talk, wish: TalkWrite) -> None:
    """Write the people who were talked with, each of them once."""
    rows = person_rows(unit, talk, "persons", TalkPerson, wish.persons)
    for row, person in zip(rows, wish.persons, strict=True):
        row.post = person.post
    talk.persons = rows
