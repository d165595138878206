"""Report books and their revisions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "report_books",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("based_on", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('available', 'in_force', 'retired')",
            name=op.f("ck_report_books_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_report_books_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_report_books_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_books")),
        sa.UniqueConstraint("root_id", "code", name=op.f("uq_report_books_root_id_code")),
    )
    with op.batch_alter_table("report_books", schema=None) as batch_op:
        batch_op.create_index(
            "ix_report_books_in_force",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("status = 'in_force'"),
            postgresql_where=sa.text("status = 'in_force'"),
        )
        batch_op.create_index("ix_report_books_organization", ["organization_id"], unique=False)

    op.create_table(
        "report_book_revisions",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("report_book_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", CompactUuid(), nullable=True),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_book_id"],
            ["report_books.id"],
            name=op.f("fk_report_book_revisions_report_book_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_book_revisions")),
        sa.UniqueConstraint(
            "report_book_id", "number", name=op.f("uq_report_book_revisions_report_book_id_number")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("report_book_revisions")
    with op.batch_alter_table("report_books", schema=None) as batch_op:
        batch_op.drop_index("ix_report_books_organization")
        batch_op.drop_index(
            "ix_report_books_in_force",
            sqlite_where=sa.text("status = 'in_force'"),
            postgresql_where=sa.text("status = 'in_force'"),
        )

    op.drop_table("report_books")
