"""The ``zhaodan`` command: wiring only."""

import gc
import sys
from importlib import import_module

import typer

from app.console import ChineseCommand, ChineseGroup, run

# Name, module under app, function, help. Only the module of the command that is called is
# imported: importing the server and all rooms takes half of a short command's time.
COMMANDS: tuple[tuple[str, str, str, str], ...] = (
    ("serve", "serve_command", "serve", "启动服务（单进程）；数据库须先迁移"),
    ("migrate", "admin_commands", "migrate", "把数据库迁移到本版本的结构"),
    ("create-admin", "admin_commands", "create_admin", "新建管理员；可同时新建根组织"),
    ("draw-up", "admin_commands", "draw_up", "按规则库拟订一个组织及其下级的年度责任清单"),
    (
        "report",
        "report_command",
        "report",
        "由记录写出一份报告，存为 Word、网页、Markdown、文本或 JSON 文件",
    ),
    ("rebuild-deadlines", "admin_commands", "rebuild_deadlines", "按历史重新推算全部逾期查询数据"),
    ("verify-audit", "admin_commands", "verify_audit", "校验审计记录是否完整、未被改动"),
)


def commands(called: str | None = None) -> typer.Typer:
    """Build the command line with the command ``called``, with all of them when it is none."""
    cli = typer.Typer(
        name="zhaodan",
        cls=ChineseGroup,
        help="照单履责。各项设置用环境变量 ZHAODAN_… 给出，见 docs/operations.md。",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    cli.callback()(_make_a_group)
    chosen = [command for command in COMMANDS if command[0] == called] or COMMANDS
    for name, module, function, summary in chosen:
        command = getattr(import_module(f"app.{module}"), function)
        cli.command(name, cls=ChineseCommand, help=summary)(command)
    return cli


def _make_a_group() -> None:
    """Do nothing: a callback is what makes a group of a single command."""


def main() -> None:
    """Run the command that the process was called with."""
    cli = commands(sys.argv[1] if len(sys.argv) > 1 else None)
    gc.freeze()  # what was imported stays: the collector need not look through it again
    run(cli)
