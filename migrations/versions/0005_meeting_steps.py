"""The four steps of a meeting: filings, publications, guidance, quality reviews."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "filing_lead_times",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("days", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_filing_lead_times_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_lead_times")),
        sa.UniqueConstraint("root_id", name=op.f("uq_filing_lead_times_root_id")),
    )
    op.create_table(
        "quality_sheets",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("written_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_quality_sheets_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_sheets")),
        sa.UniqueConstraint("root_id", "edition", name=op.f("uq_quality_sheets_root_id_edition")),
    )
    op.create_table(
        "meeting_filings",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("meeting_id", CompactUuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("meeting_type", sa.String(length=64), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_at", Instant(), nullable=False),
        sa.Column("filed_by", CompactUuid(), nullable=True),
        sa.Column("filed_by_name", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by_name", sa.String(length=100), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('filed', 'acknowledged', 'returned', 'withdrawn')",
            name=op.f("ck_meeting_filings_state_known"),
        ),
        sa.CheckConstraint("lead_days >= 0", name=op.f("ck_meeting_filings_lead_not_negative")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.item_id"], name=op.f("fk_meeting_filings_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_filings")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_meeting_filings_meeting_id")),
    )
    op.create_table(
        "meeting_guidance",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("meeting_id", CompactUuid(), nullable=False),
        sa.Column("observer_name", sa.String(length=100), nullable=False),
        sa.Column("observer_post", sa.String(length=100), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("given_by_name", sa.String(length=100), nullable=False),
        sa.Column("rectification_id", CompactUuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.item_id"], name=op.f("fk_meeting_guidance_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.item_id"],
            name=op.f("fk_meeting_guidance_rectification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_guidance")),
        sa.UniqueConstraint("rectification_id", name=op.f("uq_meeting_guidance_rectification_id")),
    )
    with op.batch_alter_table("meeting_guidance", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_guidance_meeting", ["meeting_id", "id"], unique=False)

    op.create_table(
        "meeting_publications",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("meeting_id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("record", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("published_by_name", sa.String(length=100), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by_name", sa.String(length=100), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck_meeting_publications_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.item_id"], name=op.f("fk_meeting_publications_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_meeting_publications_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_publications")),
        sa.UniqueConstraint(
            "meeting_id", "sequence", name=op.f("uq_meeting_publications_meeting_id_sequence")
        ),
    )
    with op.batch_alter_table("meeting_publications", schema=None) as batch_op:
        batch_op.create_index(
            "ix_meeting_publications_place", ["organization_id", "ends_on"], unique=False
        )

    op.create_table(
        "quality_reviews",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("meeting_id", CompactUuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("scores", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("drafted_by_name", sa.String(length=100), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_quality_reviews_confirmed_with_time"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'confirmed')", name=op.f("ck_quality_reviews_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.item_id"], name=op.f("fk_quality_reviews_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_reviews")),
    )
    with op.batch_alter_table("quality_reviews", schema=None) as batch_op:
        batch_op.create_index("ix_quality_reviews_meeting", ["meeting_id", "id"], unique=False)
        batch_op.create_index(
            "uq_quality_reviews_draft",
            ["meeting_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "publication_objections",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("publication_id", CompactUuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("raised_by", CompactUuid(), nullable=True),
        sa.Column("raised_by_name", sa.String(length=100), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["meeting_publications.id"],
            name=op.f("fk_publication_objections_publication_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_objections")),
    )
    with op.batch_alter_table("publication_objections", schema=None) as batch_op:
        batch_op.create_index(
            "ix_publication_objections_publication", ["publication_id", "id"], unique=False
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("publication_objections", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_objections_publication")

    op.drop_table("publication_objections")
    with op.batch_alter_table("quality_reviews", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_quality_reviews_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.drop_index("ix_quality_reviews_meeting")

    op.drop_table("quality_reviews")
    with op.batch_alter_table("meeting_publications", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_publications_place")

    op.drop_table("meeting_publications")
    with op.batch_alter_table("meeting_guidance", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_guidance_meeting")

    op.drop_table("meeting_guidance")
    op.drop_table("meeting_filings")
    op.drop_table("quality_sheets")
    op.drop_table("filing_lead_times")
