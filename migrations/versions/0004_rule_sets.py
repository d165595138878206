"""Rule sets and their revisions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rule_sets",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("based_on", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('available', 'in_force', 'retired')", name=op.f("ck_rule_sets_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_rule_sets_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_rule_sets_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_sets")),
        sa.UniqueConstraint("root_id", "code", name=op.f("uq_rule_sets_root_id_code")),
    )
    with op.batch_alter_table("rule_sets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rule_sets_in_force",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("status = 'in_force'"),
            postgresql_where=sa.text("status = 'in_force'"),
        )
        batch_op.create_index("ix_rule_sets_organization", ["organization_id"], unique=False)

    op.create_table(
        "rule_set_revisions",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("rule_set_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", CompactUuid(), nullable=True),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_sets.id"], name=op.f("fk_rule_set_revisions_rule_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set_revisions")),
        sa.UniqueConstraint(
            "rule_set_id", "number", name=op.f("uq_rule_set_revisions_rule_set_id_number")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("rule_set_revisions")
    with op.batch_alter_table("rule_sets", schema=None) as batch_op:
        batch_op.drop_index("ix_rule_sets_organization")
        batch_op.drop_index(
            "ix_rule_sets_in_force",
            sqlite_where=sa.text("status = 'in_force'"),
            postgresql_where=sa.text("status = 'in_force'"),
        )

    op.drop_table("rule_sets")
