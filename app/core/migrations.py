"""Migrate a database to the program's schema, and tell whether it has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.core.database import Database

INI = Path(__file__).resolve().parents[2] / "alembic.ini"


def _config(connection: Connection | None = None) -> Config:
    config = Config(INI)
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up; a second process that does the same waits until the first has finished."""
    with database.migration_lock() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to a revision; for tests and for an operator's last resort."""
    with database.migration_lock() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def draft(database: Database, message: str) -> None:
    """Write a new migration from the difference between the tables and the database."""
    with database.migration_lock() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def check(database: Database) -> None:
    """Compare the tables with the migrations.

    Raises:
        alembic.util.CommandError: they differ.
    """
    with database.migration_lock() as connection:
        command.check(_config(connection))


def is_current(database: Database) -> bool:
    """Tell whether the database is at the program's newest revision."""
    with database.engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory.from_config(_config()).get_heads())


@contextmanager
def checked_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off on SQLite while tables are rebuilt, and check them afterwards.

    With them on, rebuilding a parent in batch mode silently deletes its children.

    Raises:
        RuntimeError: the rebuilt tables break a foreign key.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.rollback()
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration broke foreign keys: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")
