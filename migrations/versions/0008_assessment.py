"""Score sheets, assessments and appeals."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assessment_sheets",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_assessment_sheets_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_sheets")),
        sa.UniqueConstraint("root_id", "code", name=op.f("uq_assessment_sheets_root_id_code")),
    )
    op.create_table(
        "assessment_sheet_revisions",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("sheet_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", CompactUuid(), nullable=True),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["assessment_sheets.id"],
            name=op.f("fk_assessment_sheet_revisions_sheet_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_sheet_revisions")),
        sa.UniqueConstraint(
            "sheet_id", "number", name=op.f("uq_assessment_sheet_revisions_sheet_id_number")
        ),
    )
    op.create_table(
        "assessments",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("sheet_revision_id", CompactUuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("quarter_over", sa.Boolean(), nullable=False),
        sa.Column("items", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("bonus", sa.Double(), nullable=False),
        sa.Column("bonus_reason", sa.Text(), nullable=True),
        sa.Column("veto", sa.String(length=60), nullable=True),
        sa.Column("veto_reason", sa.Text(), nullable=True),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=True),
        sa.Column("ungraded", sa.String(length=40), nullable=True),
        sa.Column("final_points", sa.Double(), nullable=False),
        sa.Column("final_grade", sa.String(length=16), nullable=True),
        sa.Column("computed_at", Instant(), nullable=False),
        sa.Column("computed_by_name", sa.String(length=100), nullable=False),
        sa.Column("scored_at", Instant(), nullable=True),
        sa.Column("scored_by", CompactUuid(), nullable=True),
        sa.Column("scored_by_name", sa.String(length=100), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=100), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("published_by_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_assessments_published_at"),
        ),
        sa.CheckConstraint(
            "final_grade IN ('advanced', 'good', 'average', 'lagging')",
            name=op.f("ck_assessments_final_grade_known"),
        ),
        sa.CheckConstraint(
            "grade IN ('advanced', 'good', 'average', 'lagging')",
            name=op.f("ck_assessments_grade_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'confirmed', 'published')",
            name=op.f("ck_assessments_status_known"),
        ),
        sa.CheckConstraint(
            "ungraded IN ('founded_less_than_a_year_ago')",
            name=op.f("ck_assessments_ungraded_known"),
        ),
        sa.CheckConstraint(
            "(veto IS NULL) = (veto_reason IS NULL)", name=op.f("ck_assessments_veto_why")
        ),
        sa.CheckConstraint(
            "bonus = 0 OR bonus_reason IS NOT NULL", name=op.f("ck_assessments_bonus_why")
        ),
        sa.CheckConstraint(
            "points >= 0 AND final_points >= 0", name=op.f("ck_assessments_points_not_negative")
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_assessments_quarter_known")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_assessments_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_revision_id"],
            ["assessment_sheet_revisions.id"],
            name=op.f("fk_assessments_sheet_revision_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint(
            "organization_id",
            "year",
            "quarter",
            "sheet_revision_id",
            name=op.f("uq_assessments_organization_id_year_quarter_sheet_revision_id"),
        ),
    )
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index("ix_assessments_quarter", ["year", "quarter"], unique=False)
        batch_op.create_index("ix_assessments_sheet_revision", ["sheet_revision_id"], unique=False)

    op.create_table(
        "assessment_appeals",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("assessment_id", CompactUuid(), nullable=False),
        sa.Column("item_code", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("points_before", sa.Double(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", CompactUuid(), nullable=True),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("points_after", sa.Double(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('keep', 'adjust')", name=op.f("ck_assessment_appeals_decision_known")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_assessment_appeals_decided_at"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decision_reason IS NULL)",
            name=op.f("ck_assessment_appeals_decided_why"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_assessment_appeals_assessment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_appeals")),
        sa.UniqueConstraint(
            "assessment_id", "item_code", name=op.f("uq_assessment_appeals_assessment_id_item_code")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("assessment_appeals")
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.drop_index("ix_assessments_sheet_revision")
        batch_op.drop_index("ix_assessments_quarter")

    op.drop_table("assessments")
    op.drop_table("assessment_sheet_revisions")
    op.drop_table("assessment_sheets")
