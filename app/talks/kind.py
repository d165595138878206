"""Talks as a kind of record."""

from sqlalchemy.orm import selectinload

from app.items.kinds import Kind, among, by_type, equals, naming, number_of
from app.items.rules import ItemKind
from app.talks.models import Talk, TalkPerson
from app.talks.rules import FAMILIES, TYPE_LABELS, TalkType, four_forms
from app.talks.schemas import TalkFilters, TalkRead, TalkSummary, TalkWrite
from app.talks.service import fill

FAMILY = by_type(TalkType, FAMILIES.__getitem__)
KIND = Kind(
    name=ItemKind.TALK,
    plural="talks",
    label="谈话",
    tag="谈话",
    types=TYPE_LABELS,
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
