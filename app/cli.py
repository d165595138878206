"""The ``zhaodan`` command: wiring only."""

import getpass
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
import uvicorn
from alembic.runtime.migration import MigrationContext
from pydantic import ValidationError
from sqlalchemy import select

from app.access.rules import Role
from app.access.schemas import UserWrite
from app.access.unit_of_work import unit_of_work
from app.audit.service import verify
from app.console import ChineseCommand, ChineseGroup, Refused, progress_bar, run
from app.core import logging
from app.core.clock import SystemClock
from app.core.database import Database
from app.core.migrations import is_current, upgrade
from app.core.settings import Settings
from app.core.unit import Unit
from app.core.validation import of_body
from app.demo import first_start, reference
from app.demo.administrators import OPERATOR, find_organization, new_administrator, new_root
from app.demo.bulk import Filling, Plan
from app.items.spans import reproject
from app.main import create_app
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind

GRACE_SECONDS = 25
KEEP_ALIVE_SECONDS = 5
BREAKS_SHOWN = 20
REPAIR_BATCH = 50

cli = typer.Typer(
    name="zhaodan",
    cls=ChineseGroup,
    help="照单履责。各项设置用环境变量 ZHAODAN_… 给出，见 docs/operations.md。",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """The entry point."""
    run(cli)


@cli.command(cls=ChineseCommand, help="启动服务（单进程）；数据库须先迁移")
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
    first_start: Annotated[
        bool,
        typer.Option("--first-start", help="先迁移；数据库为空时载入参考年度并生成首次登录信息"),
    ] = False,
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    given: dict[str, Any] = {"host": host, "port": port}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    logging.configure(settings)
    with _listening(settings) as listener:
        address = f"http://{_reachable(settings.host)}:{listener.getsockname()[1]}"
        _make_ready(settings, address, first=first_start)
        config = uvicorn.Config(
            create_app(settings),
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=settings.forwarded_allow_ips,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        typer.echo(f"照单履责：{address}（接口文档 {address}/docs，按 Ctrl+C 停止）")
        # The server raises the signal again once it has stopped: that is a success here.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
        if not server.started:
            raise Refused("服务没有启动成功，原因见日志。")


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket, taken before anything is written."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        place, reason = f"{settings.host}:{settings.port}", error.strerror or error
        raise Refused(f"不能监听 {place}：{reason}。请换一个端口或停止占用它的程序。") from error
    with listener:
        yield listener


def _reachable(host: str) -> str:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what to type instead
    return everywhere.get(host, f"[{host}]" if ":" in host else host)


def _make_ready(settings: Settings, address: str, *, first: bool) -> None:
    with _database(settings) as database:
        if first:
            upgrade(database)
            path = first_start_file(database, settings, address)
            if path:
                typer.echo(f"已载入参考年度。首次登录信息写在 {path}，请阅后删除。")
        elif not is_current(database):
            raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")


def first_start_file(database: Database, settings: Settings, address: str) -> Path | None:
    """Load the reference year into an empty database; returns where the way in is written."""
    try:
        return first_start.begin(database, settings, address)
    except FileExistsError as error:
        raise Refused(f"{error.filename} 已存在，请移走后再启动；没有写入任何内容。") from error


@contextmanager
def _database(settings: Settings | None = None) -> Iterator[Database]:
    database = Database(settings or Settings())
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _operating() -> Iterator[Unit]:
    """A unit of work of whoever sits at the command line, over a migrated database."""
    with _database() as database:
        if not is_current(database):
            raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")
        with unit_of_work(database, SystemClock(), OPERATOR, write=True) as unit:
            yield unit


@cli.command(cls=ChineseCommand, help="把数据库迁移到本版本的结构")
def migrate() -> None:
    """Migrate up; a second process waits until the first has finished."""
    with _database() as database:
        before = _revision(database)
        upgrade(database)
        after = _revision(database)
    typer.echo(f"数据库结构版本：{before or '空'} → {after}")


def _revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cli.command("create-admin", cls=ChineseCommand, help="新建管理员；可同时新建根组织")
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
    with _operating() as unit:
        if new_root_name:
            place = new_root(unit, new_root_name, kind, Settings().time_zone)
        else:
            place = find_organization(unit.session, organization)
        wish = _user(username, display_name, password, place)
        roles = [Role.ADMIN, Role.SECRETARY, *([Role.SUPERVISION] if supervision else [])]
        new_administrator(unit, wish, roles)
        name = place.name
    typer.echo(f"已在“{name}”新建管理员 {username}。")


def _user(username: str, display_name: str, password: str, place: Organization) -> UserWrite:
    try:
        return UserWrite(
            username=username,
            display_name=display_name,
            password=password,
            home_organization_id=place.id,
        )
    except ValidationError as error:
        raise of_body(error) from error


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise Refused("这里不是终端，无法询问密码；请加 --password-stdin，从标准输入给出密码。")
    password = getpass.getpass("密码：")
    if getpass.getpass("请再输入一次密码：") != password:
        raise Refused("两次输入的密码不一致，没有新建用户。")
    return password


@cli.command(
    cls=ChineseCommand, help="载入参考年度或有疏漏的示例年度；给出数量时生成大规模演示数据"
)
def demo(
    organizations: Annotated[int, typer.Option(min=0, max=100_000, help="党组织数量")] = 0,
    records: Annotated[int, typer.Option(min=0, max=10_000_000, help="记录数量")] = 0,
    faulty: Annotated[
        bool, typer.Option("--faulty", help="载入有疏漏的示例年度，供体检试用")
    ] = False,
    seed: Annotated[int, typer.Option(help="随机种子：同一种子生成同样的内容")] = 1,
    token_file: Annotated[
        Path | None, typer.Option(help="把一个可用的访问令牌写入该文件（权限 0600）")
    ] = None,
) -> None:
    """Load the reference year, or a large made-up tree for trying and measuring."""
    if not organizations and not records:
        with _operating() as unit:
            said = reference.enter(unit, Settings().time_zone, faulty=faulty)
        typer.echo(said)
        return
    if faulty or not organizations or not records:
        raise Refused("请同时给出 --organizations 和 --records，且不与 --faulty 并用。")
    with _database() as database:
        if not is_current(database):
            raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")
        plan = Plan(organizations, records, seed, Settings().time_zone)
        _fill(Filling(database, plan), plan, token_file)


def _fill(filling: Filling, plan: Plan, token_file: Path | None) -> None:
    if token_file and token_file.exists():
        raise Refused(f"{token_file} 已存在，请换一个文件；没有生成任何数据。")
    try:
        root = filling.plant()
        if token_file:
            first_start.write_secret(token_file, filling.issue_token(root))
        with progress_bar("生成记录", plan.records) as show:
            for done in filling.fill(root):
                show(done)
    except KeyboardInterrupt:
        typer.echo(f"已中断：写入了 {filling.done} 条完整的记录。", err=True)
        raise
    typer.echo(
        f"已生成 {plan.organizations} 个党组织、{filling.done} 条记录，"
        f"根组织 {root.name}（{root.id}）。"
    )


@cli.command("rebuild-deadlines", cls=ChineseCommand, help="按历史重新推算全部逾期查询数据")
def rebuild_deadlines() -> None:
    """Write all deadline spans anew, from the records' own history."""
    with _database() as database:
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


@cli.command("verify-audit", cls=ChineseCommand, help="校验审计记录是否完整、未被改动")
def verify_audit() -> None:
    """Walk the chain; exit with 1 and the places where it does not hold."""
    with _database() as database, database.read() as session:
        breaks = list(verify(session))
    if not breaks:
        typer.echo("审计记录完整。")
        return
    for found in breaks[:BREAKS_SHOWN]:
        typer.echo(f"第 {found.sequence} 条：{found.reason}", err=True)
    raise Refused(f"审计记录有 {len(breaks)} 处不一致。")
