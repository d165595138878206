"""Reports, and triggers that refuse to change what is finalised."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FINAL = "finalised reports are not changed"
KEPT = "what a report was made from and its versions are only added to"
PARTS = ("report_blocks", "report_comments", "report_fact_sets", "report_versions")
ONLY_ADDED = ("report_fact_sets", "report_versions")
IS_FINAL = "EXISTS (SELECT 1 FROM reports WHERE id = {row}.report_id AND status = 'finalised')"
SQLITE = """
CREATE TRIGGER {table}_guard_{name} BEFORE {event} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""
POSTGRES_FUNCTIONS = (
    f"""
    CREATE FUNCTION reports_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF OLD.status = 'finalised' THEN RAISE EXCEPTION '{FINAL}'; END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$
    """,
    f"""
    CREATE FUNCTION report_parts_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF TG_OP <> 'INSERT' AND {IS_FINAL.format(row="OLD")} THEN
        RAISE EXCEPTION '{FINAL}';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      IF {IS_FINAL.format(row="NEW")} THEN RAISE EXCEPTION '{FINAL}'; END IF;
      RETURN NEW;
    END $$
    """,
    f"""
    CREATE FUNCTION reports_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION '{KEPT}';
    END $$
    """,
)
POSTGRES = """
CREATE TRIGGER {table}_{name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reports",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("voice", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("small_counts", sa.String(length=16), nullable=False),
        sa.Column("numerals", sa.String(length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("include_descendants", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("salutation", sa.String(length=100), nullable=True),
        sa.Column("byline", sa.String(length=100), nullable=True),
        sa.Column("signatory", sa.String(length=100), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("fact_set_number", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", CompactUuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("submitted_by", CompactUuid(), nullable=True),
        sa.Column("submitted_by_name", sa.String(length=100), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("finalised_at", Instant(), nullable=True),
        sa.Column("finalised_by_name", sa.String(length=100), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("template_revision_id", CompactUuid(), nullable=True),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'finalised') = (finalised_at IS NOT NULL) AND (status = 'finalised') = (sha256 IS NOT NULL)",
            name=op.f("ck_reports_finalised_when"),
        ),
        sa.CheckConstraint(
            "deleted_at IS NULL OR status = 'draft'", name=op.f("ck_reports_only_drafts_removed")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'finalised')",
            name=op.f("ck_reports_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_reports_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["reports.id"], name=op.f("fk_reports_predecessor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index("ix_reports_place", ["organization_id", "year"], unique=False)

    op.create_table(
        "report_blocks",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("report_id", CompactUuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("paragraph", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("key", sa.String(length=160), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=True),
        sa.Column("generated", sa.Text(), nullable=True),
        sa.Column("source", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("fact_set_number", sa.Integer(), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("outdated", sa.Boolean(), nullable=False),
        sa.Column("unsupported_numbers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'heading') = (level IS NOT NULL)",
            name=op.f("ck_report_blocks_headings_have_levels"),
        ),
        sa.CheckConstraint(
            "(kind = 'table') = (cells IS NOT NULL)",
            name=op.f("ck_report_blocks_tables_have_cells"),
        ),
        sa.CheckConstraint(
            "kind IN ('heading', 'sentence', 'text', 'table')",
            name=op.f("ck_report_blocks_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_blocks_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_blocks")),
    )
    with op.batch_alter_table("report_blocks", schema=None) as batch_op:
        batch_op.create_index("ix_report_blocks_place", ["report_id", "position"], unique=False)

    op.create_table(
        "report_fact_sets",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("report_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_fact_sets_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_fact_sets")),
        sa.UniqueConstraint(
            "report_id", "number", name=op.f("uq_report_fact_sets_report_id_number")
        ),
    )
    op.create_table(
        "report_versions",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("report_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "reason IN ('kept', 'submitted', 'finalised')",
            name=op.f("ck_report_versions_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_versions_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_versions")),
        sa.UniqueConstraint(
            "report_id", "number", name=op.f("uq_report_versions_report_id_number")
        ),
    )
    op.create_table(
        "report_comments",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("report_id", CompactUuid(), nullable=False),
        sa.Column("block_id", CompactUuid(), nullable=True),
        sa.Column("answers_id", CompactUuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("resolved_by_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by_name IS NULL)",
            name=op.f("ck_report_comments_resolved_by_whom"),
        ),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["report_comments.id"], name=op.f("fk_report_comments_answers_id")
        ),
        sa.ForeignKeyConstraint(
            ["block_id"], ["report_blocks.id"], name=op.f("fk_report_comments_block_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_comments_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_comments")),
    )
    with op.batch_alter_table("report_comments", schema=None) as batch_op:
        batch_op.create_index("ix_report_comments_report", ["report_id", "id"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgres()


def _guard_sqlite() -> None:
    def guard(table: str, event: str, when: str, words: str) -> None:
        name = event.lower()
        op.execute(SQLITE.format(table=table, name=name, event=event, when=when, words=words))

    for event in ("UPDATE", "DELETE"):
        guard("reports", event, "WHEN OLD.status = 'finalised'", FINAL)
    for table in PARTS:
        new, old = (IS_FINAL.format(row=row) for row in ("NEW", "OLD"))
        guard(table, "INSERT", f"WHEN {new}", FINAL)
        if table in ONLY_ADDED:
            guard(table, "UPDATE", "", KEPT)
            guard(table, "DELETE", "", KEPT)
        else:
            guard(table, "UPDATE", f"WHEN {new} OR {old}", FINAL)
            guard(table, "DELETE", f"WHEN {old}", FINAL)


def _guard_postgres() -> None:
    for function in POSTGRES_FUNCTIONS:
        op.execute(function)

    def guard(table: str, events: str, function: str, each: str = "ROW") -> None:
        name = "kept" if each == "STATEMENT" else "guard"
        op.execute(
            POSTGRES.format(table=table, name=name, events=events, each=each, function=function)
        )

    guard("reports", "UPDATE OR DELETE", "reports_guard")
    guard("reports", "TRUNCATE", "reports_keep", "STATEMENT")
    for table in PARTS:
        if table in ONLY_ADDED:
            guard(table, "INSERT", "report_parts_guard")
            guard(table, "UPDATE OR DELETE OR TRUNCATE", "reports_keep", "STATEMENT")
        else:
            guard(table, "INSERT OR UPDATE OR DELETE", "report_parts_guard")
            guard(table, "TRUNCATE", "reports_keep", "STATEMENT")


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("report_comments", schema=None) as batch_op:
        batch_op.drop_index("ix_report_comments_report")

    op.drop_table("report_comments")
    op.drop_table("report_versions")
    op.drop_table("report_fact_sets")
    with op.batch_alter_table("report_blocks", schema=None) as batch_op:
        batch_op.drop_index("ix_report_blocks_place")

    op.drop_table("report_blocks")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index("ix_reports_place")

    op.drop_table("reports")
    if op.get_bind().dialect.name != "sqlite":
        for function in ("reports_guard", "report_parts_guard", "reports_keep"):
            op.execute(f"DROP FUNCTION {function}()")
