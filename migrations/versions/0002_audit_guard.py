"""The audit trail's beginning, and triggers that refuse to change or remove its entries."""

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

GENESIS = "0" * 64
# After a way back there are entries already: the chain goes on from the last of them.
HEAD = f"""
INSERT INTO audit_head (id, sequence, hash)
SELECT 1, coalesce(max(sequence), 0), coalesce(
    (SELECT hash FROM audit_entries ORDER BY sequence DESC LIMIT 1), '{GENESIS}'
) FROM audit_entries
"""  # noqa: S608 - a constant
SQLITE = """
CREATE TRIGGER audit_entries_no_{name} BEFORE {event} ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$
"""
POSTGRES = """
CREATE TRIGGER audit_entries_no_{name} BEFORE {event} ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only()
"""


def upgrade() -> None:
    """Begin the chain and guard it."""
    op.execute(HEAD)
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(name=event.lower(), event=event))
        return
    op.execute(POSTGRES_FUNCTION)
    for event in ("UPDATE", "DELETE", "TRUNCATE"):
        op.execute(POSTGRES.format(name=event.lower(), event=event))


def downgrade() -> None:
    """Take the guard away."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_entries_no_{event}")
    else:
        op.execute("DROP FUNCTION audit_entries_append_only() CASCADE")
    op.execute("DELETE FROM audit_head")
