"""What is wrong with a database, told from its driver's codes."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from app.core.errors import (
    AppError,
    Busy,
    DatabaseFailing,
    DatabaseReadOnly,
    DatabaseUnreachable,
    StorageExhausted,
)

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
    """What is wrong with the database, or None where its error is the program's or the data's."""
    driver = error.orig
    if isinstance(code := getattr(driver, "sqlite_errorcode", None), int):
        return FAULTS.get(code & 0xFF)  # the rest of an extended code tells details
    if isinstance(state := getattr(driver, "sqlstate", None), str):
        return FAULTS.get(state) or FAULTS.get(state[:2])
    # What has no code did not come from a server: no connection was made, or it is gone.
    gone = error.connection_invalidated or isinstance(error, OperationalError)
    return DatabaseUnreachable if gone else None
