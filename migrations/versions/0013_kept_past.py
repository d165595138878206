"""The past is kept: the day of a removal, endings taken back, what became of a resolution.

The deadline spans of records that were removed before are gone: ``zhaodan rebuild-deadlines``
writes them anew from their history.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.clock import civil_day
from app.core.database import CompactUuid, Instant

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ITEMS = sa.table(
    "items",
    sa.column("id", CompactUuid()),
    sa.column("organization_id", CompactUuid()),
    sa.column("deleted_at", Instant()),
    sa.column("removed_on", sa.Date()),
)
_PLACES = sa.table(
    "organizations", sa.column("id", CompactUuid()), sa.column("time_zone", sa.String())
)


def upgrade() -> None:
    """Apply."""
    op.add_column("items", sa.Column("removed_on", sa.Date(), nullable=True))
    op.create_table(
        "withdrawn_endings",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_until", sa.Date(), nullable=False),
        sa.CheckConstraint("active_from < active_until", name=op.f("ck_withdrawn_endings_lasted")),
        sa.CheckConstraint(
            "status IN ('completed', 'cancelled')", name=op.f("ck_withdrawn_endings_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_withdrawn_endings_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawn_endings")),
    )
    op.create_index(
        "ix_withdrawn_endings_item",
        "withdrawn_endings",
        ["item_id", "active_from", "active_until"],
        unique=False,
    )
    with op.batch_alter_table("meeting_resolutions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("record_id", CompactUuid(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_meeting_resolutions_record_id"), "items", ["record_id"], ["id"]
        )
    removed = (
        sa.select(_ITEMS.c.id, _ITEMS.c.deleted_at, _PLACES.c.time_zone)
        .join(_PLACES, _PLACES.c.id == _ITEMS.c.organization_id)
        .where(_ITEMS.c.deleted_at.is_not(None))
    )
    connection = op.get_bind()
    for item_id, deleted_at, zone in connection.execute(removed).all():
        day = civil_day(deleted_at, zone)
        connection.execute(sa.update(_ITEMS).where(_ITEMS.c.id == item_id).values(removed_on=day))


def downgrade() -> None:
    """Revert."""
    with op.batch_alter_table("meeting_resolutions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_meeting_resolutions_record_id"), type_="foreignkey")
        batch_op.drop_column("record_id")
    op.drop_index("ix_withdrawn_endings_item", table_name="withdrawn_endings")
    op.drop_table("withdrawn_endings")
    op.drop_column("items", "removed_on")
