"""A command line in Chinese: help, and every failure as plain sentences and an exit code."""

import sys
from collections.abc import Sequence
from typing import Any

import typer
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

from app.core.errors import AppError
from app.core.messages import describe

USAGE, INTERRUPTED = 2, 130
rich_utils.OPTIONS_PANEL_TITLE, rich_utils.COMMANDS_PANEL_TITLE = "选项", "命令"
rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = "［默认：{}］", "［必填］"


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


def run(cli: typer.Typer, arguments: Sequence[str] | None) -> None:
    """Run a command line (the process's own when None) and exit with its code."""
    try:
        code = cli(arguments, prog_name="zhaodan", standalone_mode=False)
    except (KeyboardInterrupt, Abort):
        code, words = INTERRUPTED, "已中断。"
    except TyperException as error:
        code, words = USAGE, f"命令行参数不正确：{error.format_message()}（用法见 --help）"
    except ValidationError as error:
        code, words = USAGE, _wrong_settings(error)
    except (Refused, AppError) as error:
        code, words = 1, str(error)
    except CommandError as error:
        code, words = 1, f"数据库的版本与本程序不符：{error}"
    except DBAPIError as error:
        code, words = 1, f"数据库不可用：{str(error.orig).strip()}"
    except OSError as error:
        code, words = 1, f"无法读写 {error.filename or '文件'}：{error.strerror or error}"
    else:
        sys.exit(code if isinstance(code, int) else 0)
    typer.echo(words, err=True)
    sys.exit(code)


def _wrong_settings(error: ValidationError) -> str:
    lines = []
    for flaw in error.errors(include_url=False):
        reason = (flaw.get("ctx") or {}).get("error") or describe(flaw)
        name = "".join(f"ZHAODAN_{str(part).upper()} " for part in flaw["loc"][:1])
        lines.append(f"设置不正确：{name}{reason}")
    return "\n".join(lines)
