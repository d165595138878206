"""Lists, lines, what falls due, links and amendments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "duty_lists",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("submitted_by", CompactUuid(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("published_by_name", sa.String(length=100), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('published', 'closed')) = (published_at IS NOT NULL)",
            name=op.f("ck_duty_lists_published_when"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'published', 'closed')",
            name=op.f("ck_duty_lists_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_duty_lists_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_lists")),
        sa.UniqueConstraint(
            "organization_id", "year", name=op.f("uq_duty_lists_organization_id_year")
        ),
    )
    op.create_table(
        "duties",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("list_id", CompactUuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=130), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rule_set", sa.String(length=64), nullable=True),
        sa.Column("rule_set_revision", sa.Integer(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_until", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "effective_until > effective_from", name=op.f("ck_duties_effective_some_time")
        ),
        sa.ForeignKeyConstraint(["list_id"], ["duty_lists.id"], name=op.f("fk_duties_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint(
            "list_id", "code", "effective_from", name=op.f("uq_duties_list_id_code_effective_from")
        ),
    )
    op.create_table(
        "list_amendments",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("list_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["duty_lists.id"], name=op.f("fk_list_amendments_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_amendments")),
        sa.UniqueConstraint("list_id", "number", name=op.f("uq_list_amendments_list_id_number")),
    )
    op.create_table(
        "occurrences",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("duty_id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("owed_by_id", CompactUuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("waived_on", sa.Date(), nullable=True),
        sa.Column("waived_reason", sa.Text(), nullable=True),
        sa.Column("waived_by_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(waived_on IS NULL) = (waived_reason IS NULL)", name=op.f("ck_occurrences_waived_why")
        ),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_occurrences_period_runs_forward")),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_occurrences_duty_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_occurrences_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["owed_by_id"], ["organizations.id"], name=op.f("fk_occurrences_owed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint(
            "duty_id",
            "owed_by_id",
            "first_on",
            "number",
            name=op.f("uq_occurrences_duty_id_owed_by_id_first_on_number"),
        ),
    )
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.create_index("ix_occurrences_owed_by", ["owed_by_id"], unique=False)
        batch_op.create_index("ix_occurrences_place", ["organization_id", "year"], unique=False)

    op.create_table(
        "occurrence_records",
        sa.Column("occurrence_id", CompactUuid(), nullable=False),
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.Column("linked_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_occurrence_records_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_occurrence_records_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "item_id", name=op.f("pk_occurrence_records")),
    )
    with op.batch_alter_table("occurrence_records", schema=None) as batch_op:
        batch_op.create_index("ix_occurrence_records_item", ["item_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("occurrence_records", schema=None) as batch_op:
        batch_op.drop_index("ix_occurrence_records_item")

    op.drop_table("occurrence_records")
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.drop_index("ix_occurrences_place")
        batch_op.drop_index("ix_occurrences_owed_by")

    op.drop_table("occurrences")
    op.drop_table("list_amendments")
    op.drop_table("duties")
    op.drop_table("duty_lists")
