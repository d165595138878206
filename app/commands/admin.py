"""Look after a database: its schema, derived data and trail, its people, the lists of a year."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

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


@contextmanager
def open_database(settings: Settings | None = None) -> Iterator[Database]:
    """The database of the settings, closed at the block's end."""
    database = Database(settings or Settings())
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def open_migrated() -> Iterator[Database]:
    """The same, refused while it is not of this version."""
    with open_database() as database:
        if not is_current(database):
            raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")
        yield database


@contextmanager
def operating() -> Iterator[UnitOfWork]:
    """A unit of work of whoever sits at the command line, over a migrated database."""
    with (
        open_migrated() as database,
        unit_of_work(database, SystemClock(), OPERATOR, write=True) as uow,
    ):
        yield uow


def migrate() -> None:
    """Migrate up; a second process waits until the first has finished."""
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
    """Make an administrator; the password is never an argument, where others could see it."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked_password()
    names = [new_root_name] if new_root_name else _names_around(organization)
    password_hash = hash_new_password(password, username, display_name, *names)
    with operating() as uow:
        if new_root_name:
            root = OrganizationWrite(name=new_root_name, kind=kind)
            place = new_root(uow, root, Settings().time_zone)
        else:
            place = find_organization(uow.session, organization)
        wish = _user(username, display_name, password, place)
        roles = [Role.ADMIN, Role.SECRETARY, *([Role.SUPERVISION] if supervision else [])]
        add_administrator(uow, wish, roles, password_hash)
        name = place.name
    typer.echo(f"已在“{name}”新建管理员 {username}。")


def _names_around(organization: str | None) -> list[str]:
    with open_migrated() as database, database.read() as session:
        return own_and_superior_names(session, find_organization(session, organization).id)


def _user(username: str, display_name: str, password: str, place: Organization) -> UserWrite:
    stated = {
        "username": username,
        "display_name": display_name,
        "password": password,
        "home_organization_id": place.id,
    }
    return checked(UserWrite, stated)


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise Refused("这里不是终端，无法询问密码；请加 --password-stdin，从标准输入给出密码。")
    password = getpass.getpass("密码：")
    if getpass.getpass("请再输入一次密码：") != password:
        raise Refused("两次输入的密码不一致，没有新建用户。")
    return password


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
                count += _rebuild_batch(database, places[start : start + REPAIR_BATCH])
                show(min(start + REPAIR_BATCH, len(places)))
    typer.echo(f"已重新推算 {count} 条有时限的记录。")


def _rebuild_batch(database: Database, places: list[UUID]) -> int:
    with database.write() as session:
        return rebuild_organization_deadlines(session, places)


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


def draw_up(
    year: Annotated[int, typer.Argument(min=1921, max=2199, help="年度")],
    organization: Annotated[
        str | None, typer.Option(help="党组织的名称或编号；只有一个根组织时可不填")
    ] = None,
    publish_now: Annotated[
        bool, typer.Option("--publish", help="拟订后直接公布，并生成各项责任事项")
    ] = False,
) -> None:
    """Draw up the lists of an organisation and all below, in one transaction."""
    with operating() as uow:
        place = find_organization(uow.session, organization)
        lists, existing = draft(uow, place.id, year, include_descendants=True)
        made = 0
        if publish_now and lists:
            with progress_bar("公布清单", len(lists)) as show:
                made = publish(uow, lists, show)
    typer.echo(f"已拟订 {len(lists)} 份 {year} 年责任清单，{existing} 个组织原有清单未动。")
    if publish_now:
        typer.echo(f"已公布并生成 {made} 项责任事项。")
