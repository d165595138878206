"""Sanctions of party discipline, light to heavy, and the forms they belong to: pure."""

from app.core.labels import LabelledEnum

SECOND_FORM = 2
THIRD_FORM = 3


class SanctionType(LabelledEnum):
    """Types of sanction, light to heavy; 除名 and 劝退 are not sanctions."""

    WARNING = "warning", "警告"
    SERIOUS_WARNING = "serious_warning", "严重警告"
    REMOVAL_FROM_PARTY_POST = "removal_from_party_post", "撤销党内职务"
    PROBATION_WITHIN_PARTY = "probation_within_party", "留党察看"
    EXPULSION = "expulsion", "开除党籍"


LIGHT = frozenset({SanctionType.WARNING, SanctionType.SERIOUS_WARNING})


def four_forms(sanction_type: SanctionType) -> int:
    """Return which of the four forms (四种形态) a sanction belongs to: light 2, heavy 3."""
    return SECOND_FORM if sanction_type in LIGHT else THIRD_FORM
