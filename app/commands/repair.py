"""Making derived data anew, and looking whether the trail is whole."""

from uuid import UUID

import typer
from sqlalchemy import select

from app.audit.service import verify
from app.commands.databases import open_database
from app.console import Refused, progress_bar
from app.core.database import Database
from app.items.spans import reproject
from app.organizations.models import Organization

BREAKS_SHOWN = 20
REPAIR_BATCH = 50


def rebuild_deadlines() -> None:
    """Write all deadline spans anew, from the records' own history."""
    with open_database() as database:
        with database.read() as session:
            places = list(session.scalars(select(Organization.id).order_by(Organization.id)))
        count = 0
        with progress_bar("推算", len(places)) as show:
            for start in range(0, len(places), REPAIR_BATCH):
                count += _reproject(database, places[start : start + REPAIR_BATCH])
                show(min(start + REPAIR_BATCH, len(places)))
    typer.echo(f"已重新推算 {count} 条有时限的记录。")


def _reproject(database: Database, places: list[UUID]) -> int:
    with database.write() as session:
        return reproject(session, places)


def verify_audit() -> None:
    """Walk the chain; exit with 1 and the places where it does not hold."""
    with open_database() as database, database.read() as session:
        breaks = list(verify(session))
    if not breaks:
        typer.echo("审计记录完整。")
        return
    for found in breaks[:BREAKS_SHOWN]:
        typer.echo(f"第 {found.sequence} 条：{found.reason}", err=True)
    raise Refused(f"审计记录有 {len(breaks)} 处不一致。")
