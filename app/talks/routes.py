"""The routes of talks: those that every kind has."""

from sqlalchemy.orm import selectinload

from app.items.kinds import Kind, among, by_type, equals, naming, number_of
from app.items.routes import record_router
from app.items.rules import ItemKind
from app.talks.models import Talk, TalkPerson
from app.talks.rules import FAMILIES, TalkType, four_forms
from app.talks.schemas import TalkFilters, TalkRead, TalkSummary, TalkWrite
from app.talks.service import fill, is_restricted

FAMILY = by_type(TalkType, FAMILIES.__getitem__)
TALK = Kind(
    name=ItemKind.TALK,
    plural="talks",
    label="谈话",
    model=Talk,
    write=TalkWrite,
    read=TalkRead,
    summary=TalkSummary,
    filters=TalkFilters,
    options=(selectinload(Talk.persons),),
    children=("persons",),
    restricted=is_restricted,
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
router = record_router(TALK)
