"""Talks as a kind of record: who was talked with."""

from sqlalchemy.orm import selectinload

from app.core.uow import UnitOfWork
from app.items.kinds import Kind, among, by_type, equals, naming, number_of
from app.items.people import person_rows
from app.items.rules import ItemKind
from app.talks.models import Talk, TalkPerson
from app.talks.rules import FAMILIES, TalkType, four_forms
from app.talks.schemas import TalkFilters, TalkRead, TalkSummary, TalkWrite


def fill(uow: UnitOfWork, talk: Talk, payload: TalkWrite) -> None:
    """Write the people who were talked with, each of them once.

    Raises:
        NotFound: the roster has no such member in the actor's sight.
        ValidationFailed: somebody is named twice.
    """
    rows = person_rows(uow, talk, "persons", TalkPerson, payload.persons)
    for row, person in zip(rows, payload.persons, strict=True):
        row.post = person.post
    talk.persons = rows


FAMILY = by_type(TalkType, FAMILIES.__getitem__)
KIND = Kind(
    name=ItemKind.TALK,
    plural="talks",
    label="谈话",
    tag="谈话",
    types=TalkType.labels(),
    families=FAMILIES,
    measure="次",
    model=Talk,
    write=TalkWrite,
    read=TalkRead,
    summary=TalkSummary,
    filters=TalkFilters,
    options=(selectinload(Talk.persons),),
    children=("persons",),
    fill=fill,
    statements={
        "family": among(FAMILY),
        "pair_type": among(Talk.pair_type),
        "talker": equals(Talk.talker),
        "member_id": naming(TalkPerson),
    },
    listed={
        "family": FAMILY,
        "four_forms": by_type(TalkType, four_forms),
        "person_count": number_of(TalkPerson),
    },
)
