"""Totals of a tree are counted in indexes alone."""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COUNTED = [
    *("organization_id", "day", "kind", "type", "topic", "restricted"),
    *("status", "completed_on", "deleted_at", "id"),
]


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_items_tally", "items", _COUNTED, unique=False)
    op.create_index(
        "ix_item_events_course",
        "item_events",
        ["item_id", "effective_on", "sequence", "status", "due_on", "name"],
        unique=False,
    )


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_item_events_course", table_name="item_events")
    op.drop_index("ix_items_tally", table_name="items")
