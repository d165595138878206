"""A tree's own working days, and what it says of years."""

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "workday_overrides",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_workday_overrides_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workday_overrides")),
        sa.UniqueConstraint("root_id", "day", name=op.f("uq_workday_overrides_root_id_day")),
    )
    op.create_table(
        "workday_years",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_workday_years_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workday_years")),
        sa.UniqueConstraint("root_id", "year", name=op.f("uq_workday_years_root_id_year")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("workday_years")
    op.drop_table("workday_overrides")
