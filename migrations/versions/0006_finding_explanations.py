"""Explanations of findings."""

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "finding_explanations",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("finding_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("explained_at", Instant(timezone=True), nullable=False),
        sa.Column("explained_by", CompactUuid(), nullable=True),
        sa.Column("explained_by_name", sa.String(length=100), nullable=False),
        sa.Column("withdrawn_at", Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_by", CompactUuid(), nullable=True),
        sa.Column("withdrawn_by_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_name IS NULL)",
            name=op.f("ck_finding_explanations_withdrawal_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_finding_explanations_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_explanations")),
        sa.UniqueConstraint(
            "finding_id", "version", name=op.f("uq_finding_explanations_finding_id_version")
        ),
    )
    op.create_index(
        "ix_finding_explanations_place",
        "finding_explanations",
        ["organization_id", "finding_id"],
        unique=False,
    )
    op.create_index(
        "uq_finding_explanations_standing",
        "finding_explanations",
        ["finding_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("finding_explanations")
