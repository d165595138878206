"""Sanctions of party discipline, light to heavy, and the forms they belong to: pure."""

from collections.abc import Mapping
from enum import StrEnum

SECOND_FORM = 2
THIRD_FORM = 3


class SanctionType(StrEnum):
    """Types of sanction, light to heavy; 除名 and 劝退 are not sanctions."""

    WARNING = "warning"
    SERIOUS_WARNING = "serious_warning"
    REMOVAL_FROM_PARTY_POST = "removal_from_party_post"
    PROBATION_WITHIN_PARTY = "probation_within_party"
    EXPULSION = "expulsion"


TYPE_LABELS: Mapping[SanctionType, str] = {
    SanctionType.WARNING: "警告",
    SanctionType.SERIOUS_WARNING: "严重警告",
    SanctionType.REMOVAL_FROM_PARTY_POST: "撤销党内职务",
    SanctionType.PROBATION_WITHIN_PARTY: "留党察看",
    SanctionType.EXPULSION: "开除党籍",
}

LIGHT = frozenset({SanctionType.WARNING, SanctionType.SERIOUS_WARNING})


def four_forms(sanction_type: SanctionType) -> int:
    """Return which of the four forms (四种形态) a sanction belongs to: light 2, heavy 3."""
    return SECOND_FORM if sanction_type in LIGHT else THIRD_FORM
