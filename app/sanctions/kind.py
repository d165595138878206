"""Sanctions as a kind of record."""

from app.items.kinds import SUPERVISION, Kind, by_type, equals
from app.items.rules import ItemKind
from app.sanctions.models import Sanction
from app.sanctions.rules import TYPE_LABELS, SanctionType, four_forms
from app.sanctions.schemas import SanctionFilters, SanctionRead, SanctionSummary, SanctionWrite
from app.sanctions.service import fill, own

KIND = Kind(
    name=ItemKind.SANCTION,
    plural="sanctions",
    label="党纪处分",
    tag="党纪处分",
    types=TYPE_LABELS,
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
