"""The command that writes a year's report straight to a file and stores nothing."""

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
from app.admin_commands import open_migrated
from app.console import Refused
from app.core.clock import SystemClock
from app.core.ids import new_id
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
BY_SUFFIX = {f".{known.extension}": known for known in FORMATS.values()}
*_SUFFIXES, _LAST_SUFFIX = BY_SUFFIX

OrganizationArgument = Annotated[str, typer.Argument(help="党组织的名称或编号")]
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
    file_format: Format
    variant: DocumentVariant
    annexes: tuple[AnnexName, ...]


@dataclass(frozen=True, slots=True)
class _ReportFile:
    """A report as the content of a file, with its hints of proofreading."""

    document: Document
    content: bytes
    hints: tuple[tuple[Block, Hint], ...]


def report(  # noqa: PLR0913 - each is an option of the command
    organization: OrganizationArgument,
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
    options = _FileOptions(_format_of(output), variant, _annexes_of(annexes))
    _check_output(output, force=force)
    with _reading(organization, supervision=supervision) as (uow, organization_id):
        values = {
            "organization_id": organization_id,
            "year": year,
            "form": form,
            "voice": voice,
            "period": period,
            "as_of": as_of.date() if as_of else None,
            "include_descendants": include_descendants,
            "include_supervision": supervision,
        }
        file = _compose(uow, checked(ReportWrite, values), options)
    _write(output, file.content)
    typer.echo(f"已写出 {output}（{file.document.title}）。")
    for line in _remarks(file):
        typer.echo(line)


def _check_output(output: Path, *, force: bool) -> None:
    """Refuse a place where the file cannot be written, before any work is done."""
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
    reason = _REASONS.get(error.errno or 0, f"系统报告错误 {error.errno}，请换一个位置再试")
    return Refused(f"没有写成 {output}：{reason}。")


def _format_of(output: Path) -> Format:
    file_format = BY_SUFFIX.get(output.suffix.lower())
    if file_format is None:
        raise Refused(f"按文件名看不出格式，请以 {'、'.join(BY_SUFFIX)} 之一结尾。")
    return file_format


def _annexes_of(option: str) -> tuple[AnnexName, ...]:
    names = {name.strip() for name in option.split(",") if name.strip()}
    if unknown := names.difference(ANNEX_NAMES):
        known = "、".join(ANNEX_NAMES)
        raise Refused(f"没有这样的附件：{'、'.join(sorted(unknown))}；可用的有：{known}。")
    return tuple(name for name in ANNEX_NAMES if name in names)


@contextmanager
def _reading(name_or_id: str, *, supervision: bool) -> Iterator[tuple[UnitOfWork, UUID]]:
    """Open a unit of work that reads one organisation and all below; yield it and the id."""
    with open_migrated() as database:
        with database.read() as session:
            organization_id = _find_organization(session, name_or_id)
        permissions = (Permission.READ, *([Permission.SUPERVISION] if supervision else []))
        reach = dict.fromkeys(permissions, frozenset({organization_id}))
        actor = Actor(None, OPERATOR.name, reach)
        with unit_of_work(database, SystemClock(), actor, write=False) as uow:
            yield uow, organization_id


def _find_organization(session: Session, name_or_id: str) -> UUID:
    """Return the id of the only organisation of this name or id.

    Raises:
        Refused: there is none or several; the candidates are listed.
    """
    try:
        matches = _organizations(session, Organization.id == UUID(name_or_id))
    except ValueError:
        matches = _organizations(session, Organization.name == name_or_id)
    if len(matches) == 1:
        return matches[0].id
    if matches:
        raise Refused(f"名为“{name_or_id}”的党组织不止一个，请改用编号：{_listed(matches)}")
    similar = _organizations(session, Organization.name.contains(name_or_id, autoescape=True))
    ending = f"，名称相近的有：{_listed(similar)}" if similar else "。"
    raise Refused(f"没有名称或编号为“{name_or_id}”的党组织{ending}")


def _organizations(session: Session, condition: ColumnElement[bool]) -> list[Organization]:
    statement = select(Organization).where(condition).order_by(Organization.id).limit(CANDIDATES)
    return list(session.scalars(statement))


def _listed(organizations: Iterable[Organization]) -> str:
    return "；".join(f"{organization.name} {organization.id}" for organization in organizations)


def _compose(uow: UnitOfWork, payload: ReportWrite, options: _FileOptions) -> _ReportFile:
    composition = compose_report(uow, payload)
    draft, fresh = composition.report, composition.fresh
    sources = sources_in([fresh.facts], fresh.note)
    blocks = fresh.blocks
    document = document_of(head_of(draft), blocks, options.variant, sources, options.annexes)
    styled = options.file_format.styled
    applied = applied_template(uow, draft.organization_id) if styled else None
    # Opening the storage writes to the disk, so it is opened only for a file that is there.
    evidence = Settings().data_dir / "evidence"
    template = content_of(LocalStorage(evidence), applied.revision) if applied else None
    content = options.file_format.write(document, options.variant, template)
    return _ReportFile(document, content, hints_of(blocks, sources.facts, draft.year))


def _write(output: Path, content: bytes) -> None:
    """Write the whole file or nothing."""
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


def _remarks(file: _ReportFile) -> Iterator[str]:
    """Yield the results of proofreading and the characters outside GB 2312, a line each."""
    hints = file.hints
    yield f"文字检查：{len(hints)} 处请核对。" if hints else "文字检查：没有发现问题。"
    for block, hint in hints[:HINTS_SHOWN]:
        yield f"  “{block.text[:EXCERPT]}…”：{hint.message}"
    strays = dict.fromkeys(
        f"{stray.character}（{stray.code_point}）" for stray in outside_gb2312(file.document)
    )
    if strays:
        yield f"GB 2312 以外的字，打印前请核对字体：{'、'.join(strays)}"
