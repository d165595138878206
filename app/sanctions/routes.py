"""The routes of sanctions: those that every kind has."""

from app.items.kinds import Kind, by_type, equals
from app.items.routes import record_router
from app.items.rules import ItemKind
from app.sanctions.models import Sanction
from app.sanctions.rules import SanctionType, four_forms
from app.sanctions.schemas import SanctionFilters, SanctionRead, SanctionSummary, SanctionWrite
from app.sanctions.service import fill, is_restricted, own

SANCTION = Kind(
    name=ItemKind.SANCTION,
    plural="sanctions",
    label="党纪处分",
    model=Sanction,
    write=SanctionWrite,
    read=SanctionRead,
    summary=SanctionSummary,
    filters=SanctionFilters,
    cancellable=False,
    restricted=is_restricted,
    fill=fill,
    own=own,
    statements={"member_id": equals(Sanction.person_member_id)},
    listed={"four_forms": by_type(SanctionType, four_forms)},
)
router = record_router(SANCTION)
