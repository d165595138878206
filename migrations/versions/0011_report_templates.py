"""Style templates of reports."""

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "report_templates",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("newest >= 1", name=op.f("ck_report_templates_newest_counts")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_report_templates_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_templates")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_report_templates_organization_id")),
    )
    op.create_table(
        "report_template_revisions",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("template_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=500), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=64), nullable=False),
        sa.Column("missing_styles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("uploaded_at", Instant(timezone=True), nullable=False),
        sa.Column("uploaded_by", CompactUuid(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "length(sha256) = 64", name=op.f("ck_report_template_revisions_sha256_whole")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_report_template_revisions_number_counts")),
        sa.CheckConstraint("size > 0", name=op.f("ck_report_template_revisions_size_positive")),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["report_templates.id"],
            name=op.f("fk_report_template_revisions_template_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template_revisions")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_report_template_revisions_storage_key")),
        sa.UniqueConstraint(
            "template_id", "number", name=op.f("uq_report_template_revisions_template_id_number")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("report_template_revisions")
    op.drop_table("report_templates")
