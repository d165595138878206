"""How commands speak to a person: Chinese help, one sentence for a failure, no traceback."""

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


@contextmanager
def progress_bar(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal and nothing elsewhere; yields what tells it how much is done."""
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(words, total=total)
        yield lambda done: progress.update(task, completed=done)


def run(cli: typer.Typer) -> None:
    """Run a command; a failure is told in one sentence on standard error, with exit code 1."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except (KeyboardInterrupt, Abort):
        _tell("已中断。")
        sys.exit(INTERRUPTED)
    except TyperException as error:
        if words := error.format_message():  # empty where the help was shown instead
            _tell(f"命令有误：{words}")
        sys.exit(error.exit_code)
    except (AppError, Refused, ValidationError, CommandError, DBAPIError, OSError) as error:
        _tell(explained(error))
        sys.exit(1)


def explained(error: Exception) -> str:
    """What an operator can do something about."""
    if isinstance(error, AppError):
        return error.detail
    if isinstance(error, ValidationError):
        return "设置不可用：" + "；".join(_setting(flaw) for flaw in error.errors())
    if isinstance(error, DBAPIError):
        return f"数据库不能使用：{str(error.orig).strip().splitlines()[0]}"
    if isinstance(error, CommandError):
        return f"数据库迁移未能完成：{error}"
    if isinstance(error, OSError):
        return f"不能读写 {error.filename or '文件'}：{error.strerror or error}"
    return str(error)


def _setting(flaw: Mapping[str, Any]) -> str:
    name = "".join(f"ZHAODAN_{part} ".upper() for part in flaw["loc"])
    return name + describe(flaw).removeprefix("Value error, ")


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)
