"""Alembic's environment: the connection comes from ``app.core.migrations``."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from app.core.database import CompactUuid, Instant
from app.core.migrations import checked_foreign_keys
from app.registry import METADATA

KNOWN_TYPES = (CompactUuid, Instant)


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:  # noqa: ANN401 - Alembic's hook
    """Write our column types by their short names in migrations."""
    if kind == "type" and isinstance(item, KNOWN_TYPES):
        return f"{type(item).__name__}()"
    return False


def run(connection: Connection) -> None:
    """Run the migrations on one connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    with checked_foreign_keys(connection), context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
