"""Making a database ready, and people who may work in it."""

import getpass
import sys
from typing import Annotated

import typer
from alembic.runtime.migration import MigrationContext

from app.access.administrators import find_organization, new_administrator
from app.access.passwords import hash_of
from app.access.queries import names_around
from app.access.rules import Role
from app.access.schemas import UserWrite
from app.commands.databases import open_database, open_migrated, operating
from app.console import Refused
from app.core.database import Database
from app.core.migrations import upgrade
from app.core.settings import Settings
from app.core.validation import checked
from app.items.focuses import new_root
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.organizations.schemas import OrganizationWrite


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
    password_hash = hash_of(password, username, display_name, *names)
    with operating() as unit:
        if new_root_name:
            root = OrganizationWrite(name=new_root_name, kind=kind)
            place = new_root(unit, root, Settings().time_zone)
        else:
            place = find_organization(unit.session, organization)
        wish = _user(username, display_name, password, place)
        roles = [Role.ADMIN, Role.SECRETARY, *([Role.SUPERVISION] if supervision else [])]
        new_administrator(unit, wish, roles, password_hash)
        name = place.name
    typer.echo(f"已在“{name}”新建管理员 {username}。")


def _names_around(organization: str | None) -> list[str]:
    with open_migrated() as database, database.read() as session:
        return names_around(session, find_organization(session, organization).id)


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
