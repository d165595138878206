"""Commands on a terminal: Chinese help, progress, one sentence for a failure, no traceback."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from sqlalchemy.exc import DBAPIError
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

from app.core.errors import AppError
from app.core.validation import describe

INTERRUPTED = 130
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.DEFAULT_STRING = "［默认：{}］"
rich_utils.REQUIRED_LONG_STRING = "［必填］"


class Refused(Exception):
    """A command cannot do its work; the message tells the operator why, in Chinese."""


class ChineseCommand(TyperCommand):
    """A command whose help option is described in Chinese."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's own types
        """Return the ``--help`` option."""
        return _in_chinese(super().get_help_option(ctx))


class ChineseGroup(TyperGroup):
    """A list of commands whose help option is described in Chinese."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's own types
        """Return the ``--help`` option."""
        return _in_chinese(super().get_help_option(ctx))


def _in_chinese(option: Any) -> Any:  # noqa: ANN401 - the library's own types
    option.help = "显示帮助"
    return option


@contextmanager
def progress_bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal only; yield the function that moves it to so many done."""
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done: progress.update(task, completed=done)


def run(cli: typer.Typer) -> None:
    """Run a command and exit; a failure is one sentence on standard error and exit code 1."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except (KeyboardInterrupt, Abort):
        typer.echo("已中断。", err=True)
        sys.exit(INTERRUPTED)
    except TyperException as error:
        if message := error.format_message():  # empty where the help was shown instead
            typer.echo(f"命令有误：{message}", err=True)
        sys.exit(error.exit_code)
    except (AppError, Refused, ValidationError, CommandError, DBAPIError, OSError) as error:
        typer.echo(_explain(error), err=True)
        sys.exit(1)


def _explain(error: Exception) -> str:
    """Return the sentence that lets an operator do something about an error."""
    if isinstance(error, AppError):
        return error.detail
    if isinstance(error, ValidationError):
        return "设置不可用：" + "；".join(map(_explain_setting, error.errors()))
    if isinstance(error, DBAPIError):
        return f"数据库不能使用：{str(error.orig).strip().splitlines()[0]}"
    if isinstance(error, CommandError):
        return f"数据库迁移未能完成：{error}"
    if isinstance(error, OSError):
        return f"不能读写 {error.filename or '文件'}：{error.strerror or error}"
    return str(error)


def _explain_setting(error: Mapping[str, Any]) -> str:
    name = "".join(f"ZHAODAN_{part} ".upper() for part in error["loc"])
    return name + describe(error).removeprefix("Value error, ")
