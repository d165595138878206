"""Commands of the administrator: schema, users, lists of a year, derived data, audit trail."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select

from app.access.passwords import hash_new_password
from app.access.queries import own_and_superior_names
from app.access.rules import Role
from app.access.schemas import UserWrite
from app.access.service import OPERATOR, add_administrator, find_organization
from app.access.unit_of_work import unit_of_work
from app.checklist.lists import draft
from app.checklist.publishing import publish
from app.console import Refused, progress_bar
from app.core.audit import verify
from app.core.clock import SystemClock
from app.core.database import Database
from app.core.migrations import is_current, upgrade
from app.core.settings import Settings
from app.core.uow import UnitOfWork
from app.core.validation import checked
from app.items.focuses import new_root
from app.items.timeline import rebuild_organization_deadlines
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.organizations.schemas import OrganizationWrite

BREAKS_SHOWN = 20
REBUILD_BATCH = 50


@contextmanager
def open_database(settings: Settings | None = None) -> Iterator[Database]:
    """Open the database of the settings; close it at the block's end."""
    database = Database(settings or Settings())
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def open_migrated() -> Iterator[Database]:
    """Open the database of the settings.

    Raises:
        Refused: its schema is not this version's.
    """
    with open_database() as database:
        require_current(database)
        yield database


def require_current(database: Database) -> None:
    """Refuse a database that has not been migrated to this version.

    Raises:
        Refused: its schema is another one.
    """
    if not is_current(database):
        raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")


@contextmanager
def operating() -> Iterator[UnitOfWork]:
    """Open a unit of work of the operator, over a migrated database; commit at the block's end."""
    with (
        open_migrated() as database,
        unit_of_work(database, SystemClock(), OPERATOR, write=True) as uow,
    ):
        yield uow


def migrate() -> None:
    """Migrate to this version; a second process waits until the first has finished."""
    with open_database() as database:
        before = _revision(database)
        upgrade(database)
        after = _revision(database)
    typer.echo(f"数据库结构版本：{before or '空'} → {after}")


def _revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def create_admin(
    username: Annotated[str, typer.Option(help="用户名")],
    display_name: Annotated[str, typer.Option(help="姓名")],
    organization: Annotated[
        str | None, typer.Option(help="所在党组织的名称或编号；只有一个根组织时可不填")
    ] = None,
    new_root_name: Annotated[
        str | None, typer.Option("--new-root", help="新建根组织并在其中新建管理员")
    ] = None,
    kind: Annotated[
        OrganizationKind, typer.Option(help="新建根组织的类型")
    ] = OrganizationKind.PARTY_COMMITTEE,
    supervision: Annotated[
        bool, typer.Option("--supervision", help="同时授予监督执纪权限")
    ] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读取密码")
    ] = False,
) -> None:
    """Create an administrator; the password is no argument, since others could see it there."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _ask_password()
    names = [new_root_name] if new_root_name else _names_around(organization)
    password_hash = hash_new_password(password, username, display_name, *names)
    with operating() as uow:
        if new_root_name:
            root = OrganizationWrite(name=new_root_name, kind=kind)
            home = new_root(uow, root, Settings().time_zone)
        else:
            home = find_organization(uow.session, organization)
        values = {
            "username": username,
            "display_name": display_name,
            "password": password,
            "home_organization_id": home.id,
        }
        roles = [Role.ADMIN, Role.SECRETARY, *([Role.SUPERVISION] if supervision else [])]
        add_administrator(uow, checked(UserWrite, values), roles, password_hash)
        home_name = home.name
    typer.echo(f"已在“{home_name}”新建管理员 {username}。")


def _names_around(organization: str | None) -> list[str]:
    with open_migrated() as database, database.read() as session:
        return own_and_superior_names(session, find_organization(session, organization).id)


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise Refused("这里不是终端，无法询问密码；请加 --password-stdin，从标准输入给出密码。")
    password = getpass.getpass("密码：")
    if getpass.getpass("请再输入一次密码：") != password:
        raise Refused("两次输入的密码不一致，没有新建用户。")
    return password


def rebuild_deadlines() -> None:
    """Write all deadline spans anew from the records' history, some organisations at a time."""
    with open_database() as database:
        with database.read() as session:
            ids = list(session.scalars(select(Organization.id).order_by(Organization.id)))
        count = 0
        with progress_bar("推算", len(ids)) as show:
            for start in range(0, len(ids), REBUILD_BATCH):
                batch = ids[start : start + REBUILD_BATCH]
                with database.write() as session:
                    count += rebuild_organization_deadlines(session, batch)
                show(start + len(batch))
    typer.echo(f"已重新推算 {count} 条有时限的记录。")


def verify_audit() -> None:
    """Check the whole audit trail.

    Raises:
        Refused: an entry was changed, reordered or removed; the first 20 have been printed.
    """
    with open_database() as database, database.read() as session:
        breaks = list(verify(session))
    if not breaks:
        typer.echo("审计记录完整。")
        return
    for chain_break in breaks[:BREAKS_SHOWN]:
        typer.echo(f"第 {chain_break.sequence} 条：{chain_break.reason}", err=True)
    raise Refused(f"审计记录有 {len(breaks)} 处不一致。")


def draw_up(
    year: Annotated[int, typer.Argument(min=1921, max=2199, help="年度")],
    organization: Annotated[
        str | None, typer.Option(help="党组织的名称或编号；只有一个根组织时可不填")
    ] = None,
    publish_now: Annotated[
        bool, typer.Option("--publish", help="拟订后直接公布，并生成各项责任事项")
    ] = False,
) -> None:
    """Draw up the lists of an organisation and of all below it, in one transaction."""
    with operating() as uow:
        root = find_organization(uow.session, organization)
        lists, existing = draft(uow, root.id, year, include_descendants=True)
        occurrences = 0
        if publish_now and lists:
            with progress_bar("公布清单", len(lists)) as show:
                occurrences = publish(uow, lists, show)
    typer.echo(f"已拟订 {len(lists)} 份 {year} 年责任清单，{existing} 个组织原有清单未动。")
    if publish_now:
        typer.echo(f"已公布并生成 {occurrences} 项责任事项。")
