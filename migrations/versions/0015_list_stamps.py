"""A list has a stamp that the database renews with every change of its lines or of what they owe.

What was read of a list and is kept in memory under its stamp holds as long as the stamp stays, and
no writer can forget to renew it.
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The columns of duty_lists by which the list of a changed row is found, and those of the row.
LISTS = {
    "duties": (["id"], ["list_id"]),
    "occurrences": (["organization_id", "year"], ["organization_id", "year"]),
}
# What moves from one list to another changes both.
ROWS = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}
SQLITE_STAMP = "UPDATE duty_lists SET stamp = randomblob(16) WHERE ({there}) = ({here});"
SQLITE = "CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {stamps} END"
POSTGRES_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE duty_lists SET stamp = gen_random_uuid() WHERE ({there}) IN ({changed});
  RETURN NULL;
END $$
"""
POSTGRES = """
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION {name}()
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("duty_lists", sa.Column("stamp", CompactUuid(), nullable=True))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    stamp = "randomblob(16)" if is_sqlite else "gen_random_uuid()"
    op.execute(f"UPDATE duty_lists SET stamp = {stamp}")  # noqa: S608 - one of two words
    for name, table, event in _triggers():
        if is_sqlite:
            op.execute(_sqlite(name, table, event))
        else:
            op.execute(_postgres_function(name, table, event))
            tables = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in ROWS[event])
            op.execute(POSTGRES.format(name=name, event=event, table=table, tables=tables))


def downgrade() -> None:
    """Revert."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, _ in _triggers():
        if is_sqlite:
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_column("duty_lists", "stamp")


def _triggers() -> Iterator[tuple[str, str, str]]:
    for table in LISTS:
        for event in ROWS:
            yield f"{table}_stamp_{event.lower()}", table, event


def _sqlite(name: str, table: str, event: str) -> str:
    there, here = LISTS[table]
    stamps = [
        SQLITE_STAMP.format(
            there=", ".join(there), here=", ".join(f"{row}.{column}" for column in here)
        )
        for row in ROWS[event]
    ]
    return SQLITE.format(name=name, event=event, table=table, stamps=" ".join(stamps))


def _postgres_function(name: str, table: str, event: str) -> str:
    there, here = LISTS[table]
    changed = " UNION ".join(
        f"SELECT {', '.join(here)} FROM {row.lower()}_rows"  # noqa: S608 - names of columns
        for row in ROWS[event]
    )
    return POSTGRES_FUNCTION.format(name=name, there=", ".join(there), changed=changed)
