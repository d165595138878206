"""A year's report written straight to a file; nothing is stored."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.access.service import OPERATOR
from app.access.unit_of_work import unit_of_work
from app.commands.admin import open_database
from app.console import Refused
from app.core.clock import SystemClock
from app.core.ids import new_id
from app.core.migrations import is_current
from app.core.settings import Settings
from app.core.uow import Actor, Permission, UnitOfWork
from app.core.validation import checked
from app.evidence.storage import LocalStorage
from app.organizations.models import Organization
from app.report.blocks import Block
from app.report.book_documents import Voice
from app.report.drafts.annexes import ANNEX_NAMES, AnnexName
from app.report.drafts.block_rows import document_of, head_of
from app.report.drafts.citations import sources_in
from app.report.drafts.files import hints_of
from app.report.drafts.proofreading import Hint
from app.report.drafts.schemas import ReportWrite
from app.report.drafts.service import compose_report
from app.report.facts import PeriodCode
from app.report.files.formats import FORMATS, Format
from app.report.files.model import Document, DocumentVariant, outside_gb2312
from app.report.templates import applied_template, content_of

CANDIDATES = 10
HINTS_SHOWN = 20
EXCERPT = 20
_FORBIDDEN = "这个文件夹不许写入，请换一个位置，或请管理员开通权限"
_REASONS = {
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: "这个位置只能读，请换一个位置",
    errno.ENOSPC: "磁盘已满，请清理后再试，或换一个位置",
    errno.ENAMETOOLONG: "文件名太长，请改短",
}
BY_SUFFIX = {f".{offered.extension}": offered for offered in FORMATS.values()}
*_SUFFIXES, _LAST_SUFFIX = BY_SUFFIX

PlaceArgument = Annotated[str, typer.Argument(help="党组织的名称或编号")]
YearArgument = Annotated[int, typer.Argument(min=1949, max=2199, help="年度")]
OutputOption = Annotated[
    Path,
    typer.Option("-o", "--output", help=f"写到哪个文件：{'、'.join(_SUFFIXES)} 或 {_LAST_SUFFIX}"),
]
FormOption = Annotated[str, typer.Option(help="文种的代码，见报告用语")]
VoiceOption = Annotated[Voice | None, typer.Option(help="人称；不填则按文种")]
PeriodOption = Annotated[PeriodCode | None, typer.Option(help="期间；不填则按文种")]
DayOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="截至日期；默认今天，不晚于期末")
]
VariantOption = Annotated[DocumentVariant, typer.Option(help="final 定稿样，review 审阅样")]
BelowOption = Annotated[
    bool, typer.Option("--include-descendants/--no-include-descendants", help="包括全部下级组织")
]
AnnexesOption = Annotated[
    str, typer.Option(help=f"附件，以逗号分开：{'、'.join(ANNEX_NAMES)}", show_default=False)
]
SupervisionOption = Annotated[
    bool, typer.Option("--supervision", help="写入监督执纪谈话和处分的数量")
]
ForceOption = Annotated[bool, typer.Option("--force", help="覆盖已有的文件")]


@dataclass(frozen=True, slots=True)
class _FileOptions:
    """How the file is to be written."""

    offered: Format
    variant: DocumentVariant
    annexes: tuple[AnnexName, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A report as a file, and what there is to look at."""

    document: Document
    content: bytes
    hints: tuple[tuple[Block, Hint], ...]


def report(  # noqa: PLR0913 - each is an option of the command
    organization: PlaceArgument,
    year: YearArgument,
    output: OutputOption,
    *,
    form: FormOption = "duty_report",
    voice: VoiceOption = None,
    period: PeriodOption = None,
    as_of: DayOption = None,
    variant: VariantOption = "final",
    include_descendants: BelowOption = False,
    annexes: AnnexesOption = "",
    supervision: SupervisionOption = False,
    force: ForceOption = False,
) -> None:
    """Compose a report from today's records and write it to a file."""
    asked = _FileOptions(_format_of(output), variant, _annexes_of(annexes))
    _check_place(output, force=force)
    with _reading(organization, supervision=supervision) as (uow, place):
        stated = {
            "organization_id": place,
            "year": year,
            "form": form,
            "voice": voice,
            "period": period,
            "as_of": as_of.date() if as_of else None,
            "include_descendants": include_descendants,
            "include_supervision": supervision,
        }
        made = _make(uow, checked(ReportWrite, stated), asked)
    _write(output, made.content)
    typer.echo(f"已写出 {output}（{made.document.title}）。")
    for line in _remarks(made):
        typer.echo(line)


def _check_place(output: Path, *, force: bool) -> None:
    """See that the file can be written there, before any work is done."""
    try:
        if not output.parent.is_dir():
            raise Refused(f"没有文件夹 {output.parent}，请先建立或换一个位置。")
        if output.is_dir():
            raise Refused(f"{output} 是文件夹，请写明文件名。")
        if output.exists() and not force:
            raise Refused(f"{output} 已存在，没有写出；要覆盖请加 --force。")
    except OSError as error:
        raise _unwritten(output, error) from error


def _unwritten(output: Path, error: OSError) -> Refused:
    words = _REASONS.get(error.errno or 0, f"系统报告错误 {error.errno}，请换一个位置再试")
    return Refused(f"没有写成 {output}：{words}。")


def _format_of(output: Path) -> Format:
    offered = BY_SUFFIX.get(output.suffix.lower())
    if offered is None:
        raise Refused(f"按文件名看不出格式，请以 {'、'.join(BY_SUFFIX)} 之一结尾。")
    return offered


def _annexes_of(said: str) -> tuple[AnnexName, ...]:
    asked = {name.strip() for name in said.split(",") if name.strip()}
    if unknown := asked.difference(ANNEX_NAMES):
        known = "、".join(ANNEX_NAMES)
        raise Refused(f"没有这样的附件：{'、'.join(sorted(unknown))}；可用的有：{known}。")
    return tuple(name for name in ANNEX_NAMES if name in asked)


@contextmanager
def _reading(wanted: str, *, supervision: bool) -> Iterator[tuple[UnitOfWork, UUID]]:
    """A unit of work that reads one organisation and all below, over a migrated database."""
    with open_database() as database:
        if not is_current(database):
            raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")
        with database.read() as session:
            place = _place(session, wanted)
        permissions = (Permission.READ, *([Permission.SUPERVISION] if supervision else []))
        actor = Actor(None, OPERATOR.name, dict.fromkeys(permissions, frozenset({place})))
        with unit_of_work(database, SystemClock(), actor, write=False) as uow:
            yield uow, place


def _place(session: Session, wanted: str) -> UUID:
    """The only organisation of this name or id; else those that may be meant are listed."""
    try:
        found = _organizations(session, Organization.id == UUID(wanted))
    except ValueError:
        found = _organizations(session, Organization.name == wanted)
    if len(found) == 1:
        return found[0].id
    if found:
        words = f"名为“{wanted}”的党组织不止一个，请改用编号："
        raise Refused(words + _listed(found))
    like = _organizations(session, Organization.name.contains(wanted, autoescape=True))
    words = f"没有名称或编号为“{wanted}”的党组织"
    raise Refused(f"{words}，名称相近的有：{_listed(like)}" if like else f"{words}。")


def _organizations(session: Session, condition: ColumnElement[bool]) -> list[Organization]:
    statement = select(Organization).where(condition).order_by(Organization.id).limit(CANDIDATES)
    return list(session.scalars(statement))


def _listed(found: Iterable[Organization]) -> str:
    return "；".join(f"{one.name} {one.id}" for one in found)


def _make(uow: UnitOfWork, wish: ReportWrite, asked: _FileOptions) -> _Made:
    made = compose_report(uow, wish)
    draft, fresh = made.report, made.fresh
    sources = sources_in([fresh.facts], fresh.note)
    head, blocks = head_of(draft), fresh.blocks
    document = document_of(head, blocks, asked.variant, sources, asked.annexes)
    applied = applied_template(uow, draft.organization_id) if asked.offered.styled else None
    # Opening the storage writes to the disk, so it is opened only for a file that is there.
    evidence = Settings().data_dir / "evidence"
    template = content_of(LocalStorage(evidence), applied.revision) if applied else None
    content = asked.offered.write(document, asked.variant, template)
    return _Made(document, content, hints_of(blocks, sources.facts, draft.year))


def _write(output: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    temporary = output.with_name(f".zhaodan-{new_id()}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(output)
    except OSError as error:
        raise _unwritten(output, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _remarks(made: _Made) -> Iterator[str]:
    """What proofreading and the check of characters found."""
    if made.hints:
        yield f"文字检查：{len(made.hints)} 处请核对。"
    else:
        yield "文字检查：没有发现问题。"
    for block, hint in made.hints[:HINTS_SHOWN]:
        yield f"  “{block.text[:EXCERPT]}…”：{hint.message}"
    strays = outside_gb2312(made.document)
    if strays:
        found = "、".join(dict.fromkeys(f"{one.character}（{one.code_point}）" for one in strays))
        yield f"GB 2312 以外的字，打印前请核对字体：{found}"
