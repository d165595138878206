"""The command that starts the service."""

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
import uvicorn

from app import demo
from app.admin_commands import open_database, require_current
from app.console import Refused
from app.core import logging
from app.core.migrations import upgrade
from app.core.settings import Settings
from app.main import create_app

GRACE_SECONDS = 25
KEEP_ALIVE_SECONDS = 5


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
    first_start: Annotated[
        bool,
        typer.Option("--first-start", help="先迁移；数据库为空时载入参考年度并生成首次登录信息"),
    ] = False,
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way get 25 seconds to finish."""
    options: dict[str, Any] = {"host": host, "port": port}
    settings = Settings(**{name: value for name, value in options.items() if value is not None})
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
    """Open the listening socket, before anything is written to the database."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        address, reason = f"{settings.host}:{settings.port}", error.strerror or error
        raise Refused(f"不能监听 {address}：{reason}。请换一个端口或停止占用它的程序。") from error
    with listener:
        yield listener


def _reachable(host: str) -> str:
    local = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what to type instead
    return local.get(host, f"[{host}]" if ":" in host else host)


def _make_ready(settings: Settings, address: str, *, first: bool) -> None:
    with open_database(settings) as database:
        if not first:
            require_current(database)
            return
        upgrade(database)
        try:
            path = demo.begin(database, settings, address)
        except FileExistsError as error:
            raise Refused(f"{error.filename} 已存在，请移走后再启动；没有写入任何内容。") from error
        if path:
            typer.echo(f"已载入参考年度。首次登录信息写在 {path}，请阅后删除。")
