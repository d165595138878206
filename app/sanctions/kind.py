"""Sanctions as a kind of record: whom each is against."""

from collections.abc import Mapping
from typing import Any

from app.core.uow import UnitOfWork
from app.items.kinds import SUPERVISION, Kind, by_type, equals
from app.items.people import names_of
from app.items.rules import ItemKind
from app.items.schemas import PersonField
from app.sanctions.models import Sanction
from app.sanctions.rules import SanctionType, four_forms
from app.sanctions.schemas import SanctionFilters, SanctionRead, SanctionSummary, SanctionWrite


def fill(uow: UnitOfWork, sanction: Sanction, payload: SanctionWrite) -> None:
    """Write whom the sanction is against.

    Raises:
        NotFound: the roster has no such member in the actor's sight.
    """
    member_id = sanction.person_member_id
    written = {member_id: sanction.person_name} if member_id else {}
    (sanction.person_name,) = names_of(uow, sanction, [payload.person], "#/person", written)
    sanction.person_member_id = payload.person.member_id


def own(sanction: Sanction) -> Mapping[str, Any]:
    """Return the person, from the columns that hold it."""
    person = PersonField(member_id=sanction.person_member_id, name=sanction.person_name)
    return {"person": person}


KIND = Kind(
    name=ItemKind.SANCTION,
    plural="sanctions",
    label="党纪处分",
    tag="党纪处分",
    types=SanctionType.labels(),
    families=dict.fromkeys(SanctionType, SUPERVISION),
    measure="人次",
    model=Sanction,
    write=SanctionWrite,
    read=SanctionRead,
    summary=SanctionSummary,
    filters=SanctionFilters,
    cancellable=False,
    fill=fill,
    own=own,
    statements={"member_id": equals(Sanction.person_member_id)},
    listed={"four_forms": by_type(SanctionType, four_forms)},
)
