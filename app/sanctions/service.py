"""What logging a sanction means beyond any record."""

from collections.abc import Mapping
from typing import Any

from app.core.unit import Unit
from app.items.people import names_of
from app.items.schemas import PersonField
from app.sanctions.models import Sanction
from app.sanctions.schemas import SanctionWrite


def fill(unit: Unit, sanction: Sanction, wish: SanctionWrite) -> None:
    """Write whom the sanction is against."""
    known = sanction.person_member_id
    written = {known: sanction.person_name} if known else {}
    (sanction.person_name,) = names_of(unit, sanction, [wish.person], "#/person", written)
    sanction.person_member_id = wish.person.member_id


def own(sanction: Sanction) -> Mapping[str, Any]:
    """The person, from the columns that hold it."""
    person = PersonField(member_id=sanction.person_member_id, name=sanction.person_name)
    return {"person": person}
