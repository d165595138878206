"""SQLite and PostgreSQL behind one interface: engines, sessions, types, bulk inserts, faults."""

import contextlib
import fcntl
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core.errors import (
    AppError,
    Busy,
    DatabaseFailing,
    DatabaseReadOnly,
    DatabaseUnreachable,
    StorageExhausted,
)
from app.core.settings import Settings

WRITE_WAIT_SECONDS = 10
MIGRATION_LOCK = 0x7A68616F  # "zhao"; any constant that other programs do not use

# busy_timeout must be first: the pragmas after it may already have to wait.
SQLITE_PRAGMAS = (
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "journal_size_limit = 100000000",
    "temp_store = MEMORY",
    "cache_size = -16000",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
PATIENCE = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
POSTGRES_OPTIONS = " ".join(
    f"-c {setting}"
    for setting in (
        "timezone=UTC",
        "statement_timeout=30s",
        "lock_timeout=5s",
        "idle_in_transaction_session_timeout=60s",
        # Compiling a statement takes longer than it saves in statements of seconds at most.
        "jit=off",
    )
)


class CompactUuid(TypeDecorator[UUID]):
    """A UUID as 16 bytes on SQLite and as ``uuid`` on PostgreSQL."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column's type on this database."""
        return dialect.type_descriptor(LargeBinary(16) if dialect.name == "sqlite" else Uuid())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        """Return the driver's value."""
        return value.bytes if value is not None and dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: UUID | bytes | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> UUID | None:
        """Return the UUID."""
        return _uuid(value) if isinstance(value, bytes) else value


@lru_cache(maxsize=8192)
def _uuid(value: bytes) -> UUID:
    """Return a UUID; making one takes longer than reading its cell, and few organisations recur."""
    return UUID(bytes=value)


class Instant(TypeDecorator[datetime]):
    """A point in time, stored in UTC and read back aware; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC, naive where the database has no zones."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table; every constraint has a name that migrations can use."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        UUID: CompactUuid,
        datetime: Instant,
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON(none_as_null=True),
    }


def one_of(column: str, values: Iterator[str] | tuple[str, ...] | list[str]) -> CheckConstraint:
    """Return a CHECK that a column holds one of the values: enums are stored as plain strings."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Database:
    """The engine and its sessions: reads see one snapshot, writes are serial on SQLite."""

    def __init__(self, settings: Settings) -> None:
        self.engine = _engine(settings)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._data_dir = settings.data_dir
        self._writing = threading.Lock()
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = self.engine.execution_options(**snapshot)
        self._writer = self.engine.execution_options(zhaodan_write=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection over one snapshot; nothing that it changes is kept."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a connection in one transaction: committed at the block's end, or rolled back.

        Raises:
            Busy: another writer of this process kept SQLite for too long.
        """
        if not self.is_sqlite:
            with self._writer.begin() as connection:
                yield connection
            return
        # One writer at a time here keeps the tail short; BEGIN IMMEDIATE orders processes.
        if not self._writing.acquire(timeout=WRITE_WAIT_SECONDS):
            raise Busy
        try:
            with self._writer.begin() as connection:
                yield connection
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session over one snapshot."""
        with self.reading() as connection, session_on(connection) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session in one transaction; what it holds is flushed before the commit."""
        with self.writing() as connection, session_on(connection) as session:
            yield session
            session.flush()

    @contextmanager
    def migration_lock(self) -> Iterator[Connection]:
        """Open a connection to migrate on; a second process waits until the first has finished."""
        if self.is_sqlite:
            path = Path(self.engine.url.database or self._data_dir / "zhaodan").with_suffix(".lock")
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(path, "w", opener=_private) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                with self.engine.connect() as connection:
                    yield connection
            return
        with self.engine.connect() as guard, self.engine.connect() as connection:
            # Migrating, and waiting for another who does, may take as long as it takes.
            for timeout in PATIENCE:
                guard.execute(text(f"SET LOCAL {timeout} = 0"))
                connection.execute(text(f"SET {timeout} = 0"))
            connection.commit()
            guard.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            yield connection
            connection.invalidate()  # it has no timeouts any more: not one for the pool

    def dispose(self) -> None:
        """Close every connection; SQLite folds its log into the file when the last one closes."""
        self.engine.dispose()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def reads_only(connection: Connection) -> bool:
    """Tell whether a connection only reads one snapshot: such rows may be kept by version.

    What a unit that writes has read may be rolled back, or be of two instants on PostgreSQL.
    """
    return not connection.get_execution_options().get("zhaodan_write")


def session_on(connection: Connection) -> Session:
    """Return a session on a connection whose transaction the caller begins and ends."""
    return Session(connection, expire_on_commit=False, autoflush=False)


def _engine(settings: Settings) -> Engine:
    if settings.url.startswith("sqlite"):
        file = make_url(settings.url).database
        if file and file != ":memory:":
            _keep_private(Path(file))
        engine = create_engine(settings.url, pool_size=settings.threads + 2, pool_timeout=10)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        settings.url,
        pool_pre_ping=True,
        pool_size=settings.pool_size,
        max_overflow=5,
        pool_timeout=10,
        pool_recycle=1800,
        connect_args={"options": POSTGRES_OPTIONS, "application_name": "zhaodan"},
    )


def _keep_private(path: Path) -> None:
    """Make the database's files readable to their owner only, also in an open folder.

    SQLite gives ``-wal`` and ``-shm`` the mode of the file that they belong to.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        # Somebody else's file, or one on a read-only disk: what it can be used for shows later.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                file.chmod(0o600)


def _configure_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred BEGIN that later writes fails at once when another writer came between, whatever
    # busy_timeout says; so a unit that writes takes the lock at its start.
    writes = connection.get_execution_options().get("zhaodan_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


# The faults that have a name, by SQLite's primary result codes and PostgreSQL's SQLSTATEs or,
# where all of a class mean the same, their first two characters.
FAULTS: dict[int | str, type[AppError]] = {
    **dict.fromkeys((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), Busy),
    **dict.fromkeys(("55P03", "40001", "40P01", "57014"), Busy),
    **dict.fromkeys((sqlite3.SQLITE_FULL, "53100"), StorageExhausted),
    **dict.fromkeys((sqlite3.SQLITE_READONLY, "25006"), DatabaseReadOnly),
    **dict.fromkeys((sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT), DatabaseFailing),
    **dict.fromkeys((sqlite3.SQLITE_NOTADB, "58", "XX001", "XX002"), DatabaseFailing),
    **dict.fromkeys((sqlite3.SQLITE_CANTOPEN, "08", "53300"), DatabaseUnreachable),
    **dict.fromkeys(("57P01", "57P02", "57P03"), DatabaseUnreachable),
}


def fault_of(error: DBAPIError) -> type[AppError] | None:
    """Return what is wrong with the database; None where the program or the data is at fault."""
    driver = error.orig
    if isinstance(code := getattr(driver, "sqlite_errorcode", None), int):
        return FAULTS.get(code & 0xFF)  # the rest of an extended code tells details
    if isinstance(state := getattr(driver, "sqlstate", None), str):
        return FAULTS.get(state) or FAULTS.get(state[:2])
    # What has no code did not come from a server: no connection was made, or it is gone.
    gone = error.connection_invalidated or isinstance(error, OperationalError)
    return DatabaseUnreachable if gone else None


BATCH = 5_000


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows, each with its values in the order of the columns; the others stay NULL.

    Values are what the columns' types take: UUIDs, days, numbers, text.
    """
    statement = _statement(connection, table, columns)
    processors = [
        table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for name in columns
    ]
    for start in range(0, len(rows), BATCH):
        by_column = [
            [process(value) for value in values] if process else list(values)
            for process, values in zip(
                processors, zip(*rows[start : start + BATCH], strict=True), strict=True
            )
        ]
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(statement, list(zip(*by_column, strict=True)))
        else:
            connection.exec_driver_sql(statement, tuple(by_column))


def _statement(connection: Connection, table: Table, columns: Sequence[str]) -> str:
    """Write the driver's statement: row by row on SQLite, with an array a column on PostgreSQL."""
    into = f"INSERT INTO {table.name} ({', '.join(columns)})"
    if connection.dialect.name == "sqlite":
        return f"{into} VALUES ({', '.join('?' * len(columns))})"
    types = (table.c[name].type.compile(connection.dialect) for name in columns)
    return f"{into} SELECT * FROM unnest({', '.join(f'%s::{type_}[]' for type_ in types)})"  # noqa: S608 - the tables' own names
