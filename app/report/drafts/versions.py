"""Versions of a report and the seal on a final one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import Select, func, select

from app.core.ids import new_id, sha256_of
from app.core.schemas import Model, Name
from app.core.uow import Permission, UnitOfWork
from app.organizations.queries import require
from app.report.drafts.block_rows import block_of, read_of
from app.report.drafts.comparison import compare
from app.report.drafts.composing import hash_of, pack, unpack
from app.report.drafts.models import Report, ReportBlock, ReportFactSet, ReportVersion
from app.report.drafts.rules import ChangeKind, ReportStatus, VersionReason
from app.report.drafts.schemas import BlockRead, HeadWrite
from app.report.drafts.service import blocks_of, fresh_blocks_of, note_change
from app.report.errors import ReportNotEditable, ReportNotFinalised

Number = Annotated[int, Field(ge=1, le=1_000_000, description="版本序号")]


class VersionWrite(Model):
    """A version to be kept."""

    label: Annotated[Name, Field(description="版本名称", examples=["征求支委意见稿"])]


class VersionSummary(Model):
    """A version as it is listed."""

    id: UUID
    number: int
    label: str
    reason: Annotated[VersionReason, Field(description="人工留存、提交时或定稿时自动留存")]
    sha256: str
    made_at: datetime
    made_by_name: str


class VersionRead(VersionSummary):
    """A text as it stood."""

    head: HeadWrite
    blocks: list[BlockRead]


class ComparisonParameters(Model):
    """Which two texts are compared."""

    from_: Annotated[int, Field(alias="from", ge=1, description="旧版本序号", examples=[1])]
    to: Annotated[
        int | None, Field(ge=1, description="新版本序号；不填则与现在的文字比较", examples=[2])
    ] = None


class SpanRead(Model):
    """A piece of a sentence."""

    operation: Literal["equal", "insert", "delete"]
    text: str


class LineRead(Model):
    """What became of a block."""

    kind: ChangeKind
    block_id: UUID
    moved: bool
    old_text: str | None
    new_text: str | None
    spans: Annotated[list[SpanRead], Field(description="改动处逐字对照")]


class HeadChange(Model):
    """A changed field of the head."""

    field: str
    old: str | None
    new: str | None


class ComparisonRead(Model):
    """Two texts compared."""

    head: list[HeadChange]
    items: list[LineRead]


class FactSetVerification(Model):
    """A fact set and whether it is what was kept."""

    number: int
    sha256: str
    valid: bool


class VerificationRead(Model):
    """Whether a finalised report is what was finalised."""

    valid: Annotated[bool, Field(description="正文与所依据的事实均与定稿时一致")]
    sha256: Annotated[str, Field(description="定稿时的校验值")]
    computed: Annotated[str, Field(description="现在重新计算的校验值")]
    fact_sets: list[FactSetVerification]
    verified_at: datetime


# What versions store and seals cover: changing these names changes every seal.
_HEAD = ("title", "salutation", "byline", "signatory", "signed_on")
_ABOUT = (
    *("organization_id", "year", "form", "voice", "numerals", "as_of", "include_descendants"),
    *("restricted", "predecessor_id", "fact_set_number", "submitted_at", "submitted_by_name"),
    *("decided_at", "decided_by_name", "finalised_at", "finalised_by_name"),
    "template_revision_id",
)
_BLOCK = (
    *("id", "position", "kind", "level", "paragraph", "text", "cells", "key", "origin"),
    *("generated", "source", "hash", "fact_set_number", "edited", "removed", "added", "outdated"),
    "unsupported_numbers",
)


def version_content(report: Report, rows: Iterable[ReportBlock]) -> dict[str, Any]:
    """Return head and blocks as a version stores them."""
    return {
        "head": {name: getattr(report, name) for name in _HEAD},
        "blocks": [{name: getattr(row, name) for name in _BLOCK} for row in rows],
    }


def keep_version(
    uow: UnitOfWork, report: Report, label: str, reason: VersionReason
) -> ReportVersion:
    """Store the present text as a version."""
    uow.session.flush()
    last = select(func.max(ReportVersion.number)).where(ReportVersion.report_id == report.id)
    packed = pack(version_content(report, uow.session.scalars(fresh_blocks_of(report.id))))
    version = ReportVersion(
        id=new_id(),
        report_id=report.id,
        number=(uow.session.scalar(last) or 0) + 1,
        label=label,
        reason=reason,
        content=packed.content,
        sha256=packed.sha256,
        made_at=uow.now(),
        made_by_name=uow.actor.name,
    )
    uow.session.add(version)
    uow.session.flush()
    after = {"number": version.number, "label": label, "reason": reason, "sha256": packed.sha256}
    note_change(uow, "version_kept", report, None, after)
    return version


def keep_named_version(uow: UnitOfWork, report: Report, label: str) -> ReportVersion:
    """Store a version under a name that a person gives; finalised reports have theirs already.

    Raises:
        Forbidden: the actor does not write there.
        ReportNotEditable: it is finalised.
    """
    require(uow, Permission.WRITE, report.organization_id)
    if report.status == ReportStatus.FINALISED:
        raise ReportNotEditable("报告已定稿，不再留存新的版本。")
    return keep_version(uow, report, label, VersionReason.KEPT)


def versions_of(report_id: UUID) -> Select[ReportVersion]:
    """Select a report's versions."""
    return select(ReportVersion).where(ReportVersion.report_id == report_id)


def read_version(uow: UnitOfWork, report: Report, number: int) -> VersionRead:
    """Return a version with its text.

    Raises:
        NotFound: the report has no such version.
    """
    version = _get_version(uow, report, number)
    head, rows = _stored_text(version)
    summary = VersionSummary.model_validate(version)
    return VersionRead(**summary.model_dump(), head=head, blocks=[read_of(row) for row in rows])


def _get_version(
    uow: UnitOfWork, report: Report, number: int, parameter: str = "number"
) -> ReportVersion:
    statement = versions_of(report.id).where(ReportVersion.number == number)
    return uow.get_or_404(statement, f"报告没有第 {number} 版。", parameter=parameter)


def _stored_text(version: ReportVersion) -> tuple[HeadWrite, list[ReportBlock]]:
    content = unpack(version.content)
    rows = [
        ReportBlock(**{**values, "id": UUID(values["id"]), "version": 1})
        for values in content["blocks"]
    ]
    return HeadWrite.model_validate(content["head"]), rows


def compare_versions(
    uow: UnitOfWork, report: Report, parameters: ComparisonParameters
) -> ComparisonRead:
    """Compare two versions, or a version and the present text, sentence by sentence.

    Raises:
        NotFound: the report has no such version.
    """
    old_head, old_rows = _text(uow, report, parameters.from_, "from")
    new_head, new_rows = _text(uow, report, parameters.to, "to")
    before, after = old_head.model_dump(mode="json"), new_head.model_dump(mode="json")
    return ComparisonRead(
        head=[
            HeadChange(field=name, old=before[name], new=after[name])
            for name in before
            if before[name] != after[name]
        ],
        items=[
            LineRead.model_validate(compared)
            for compared in compare(map(block_of, old_rows), map(block_of, new_rows))
        ],
    )


def _text(
    uow: UnitOfWork, report: Report, number: int | None, parameter: str
) -> tuple[HeadWrite, Sequence[ReportBlock]]:
    if number is None:
        return HeadWrite.model_validate(report), uow.session.scalars(blocks_of(report.id)).all()
    return _stored_text(_get_version(uow, report, number, parameter))


def compute_seal(uow: UnitOfWork, report: Report) -> str:
    """Return the SHA-256 of the text, the report's circumstances and its facts, as stored now."""
    content = version_content(report, uow.session.scalars(fresh_blocks_of(report.id)))
    about = {name: getattr(report, name) for name in _ABOUT}
    facts = [[number, computed or ""] for number, _, computed in _fact_hashes(uow, report)]
    return sha256_of({**content, "about": about, "facts": facts})


def verify(uow: UnitOfWork, report: Report) -> VerificationRead:
    """Tell whether a finalised report is what was finalised, computed from its rows.

    Raises:
        ReportNotFinalised: it has no seal yet.
    """
    if report.sha256 is None:
        raise ReportNotFinalised("报告尚未定稿，没有可核验的校验值。")
    fact_sets = [
        FactSetVerification(number=number, sha256=stored, valid=computed == stored)
        for number, stored, computed in _fact_hashes(uow, report)
    ]
    seal = compute_seal(uow, report)
    return VerificationRead(
        valid=seal == report.sha256 and all(fact_set.valid for fact_set in fact_sets),
        sha256=report.sha256,
        computed=seal,
        fact_sets=fact_sets,
        verified_at=uow.now(),
    )


def _fact_hashes(uow: UnitOfWork, report: Report) -> list[tuple[int, str, str | None]]:
    """Return number, stored hash and hash of the content, for each fact set."""
    columns = (ReportFactSet.number, ReportFactSet.sha256, ReportFactSet.content)
    statement = select(*columns).where(ReportFactSet.report_id == report.id)
    rows = uow.session.execute(statement.order_by(ReportFactSet.number))
    return [(row.number, row.sha256, hash_of(row.content)) for row in rows]
