"""The ``zhaodan`` command: wiring only; every failure is one Chinese sentence and an exit code."""

import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import structlog
import typer
import uvicorn
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

from app import tables
from app.access.rules import Role
from app.access.schemas import UserWrite
from app.access.unit_of_work import unit_of_work
from app.audit.service import verify
from app.core import logging
from app.core.clock import SystemClock
from app.core.database import Database
from app.core.errors import AppError
from app.core.messages import describe
from app.core.migrations import is_current, upgrade
from app.core.settings import Settings
from app.core.unit import Unit
from app.core.validation import of_body
from app.demo import first_start, reference
from app.demo.administrators import OPERATOR, find_organization, new_administrator, new_root
from app.demo.bulk import UNTIL, Filling, Plan
from app.items.spans import reproject
from app.main import create_app
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.report.inputs import write_inputs
from app.report.schemas import ReportInputsWrite

GRACE_SECONDS = 25
KEEP_ALIVE_SECONDS = 5
BREAKS_SHOWN = 20
INTERRUPTED = 130
REPAIR_BATCH = 50
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.DEFAULT_STRING = "［默认：{}］"
rich_utils.REQUIRED_LONG_STRING = "［必填］"


class Refused(Exception):
    """A command cannot do its work; the text is for the operator."""


class ChineseCommand(TyperCommand):
    """A command whose help option speaks Chinese."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's own types
        """The ``--help`` option."""
        return _in_chinese(super().get_help_option(ctx))


class ChineseGroup(TyperGroup):
    """The list of commands, whose help option speaks Chinese."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's own types
        """The ``--help`` option."""
        return _in_chinese(super().get_help_option(ctx))


def _in_chinese(option: Any) -> Any:  # noqa: ANN401 - the library's own types
    option.help = "显示帮助"
    return option


cli = typer.Typer(
    name="zhaodan",
    cls=ChineseGroup,
    help="照单履责。各项设置用环境变量 ZHAODAN_… 给出，见 docs/operations.md。",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@cli.command(cls=ChineseCommand, help="启动服务（单进程）；数据库须先迁移")
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
    first_start: Annotated[
        bool, typer.Option("--first-start", help="先迁移；数据库为空时载入参考年度并生成首次登录信息")
    ] = False,
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    given = {"host": host, "port": port}
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
        typer.echo(f"照单履责：{address}（按 Ctrl+C 停止）")
        # The server raises the signal again once it has stopped: that is a success here.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket, taken before anything is written."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise Refused(f"不能监听 {place}：{error.strerror or error}。请换一个端口或停止占用它的程序。") from error
    with listener:
        yield listener


def _reachable(host: str) -> str:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what to type instead
    return everywhere.get(host, f"[{host}]" if ":" in host else host)


def _make_ready(settings: Settings, address: str, *, first: bool) -> None:
    with _database(settings) as database:
        if first:
            upgrade(database)
            path = first_start_of(database, settings, address)
            if path:
                typer.echo(f"已载入参考年度。首次登录信息写在 {path}，请阅后删除。")
