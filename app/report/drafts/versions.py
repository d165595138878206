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
from app.report.drafts.service import blocks_of, note
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


def kept_text(report: Report, blocks: Iterable[ReportBlock]) -> dict[str, Any]:
    """Head and blocks as a version keeps them."""
    return {
        "head": {name: getattr(report, name) for name in _HEAD},
        "blocks": [{name: getattr(block, name) for name in _BLOCK} for block in blocks],
    }


def seal_of(report: Report, blocks: Iterable[ReportBlock], facts: Iterable[tuple[int, str]]) -> str:
    """SHA-256 over the text, the report's circumstances and the hashes of its fact sets."""
    about = {name: getattr(report, name) for name in _ABOUT}
    return sha256_of(
        {**kept_text(report, blocks), "about": about, "facts": [list(pair) for pair in facts]}
    )


def keep(uow: UnitOfWork, report: Report, label: str, reason: VersionReason) -> ReportVersion:
    """Keep the text as it stands."""
    uow.session.flush()
    last = select(func.max(ReportVersion.number)).where(ReportVersion.report_id == report.id)
    packed = pack(kept_text(report, uow.session.scalars(_fresh_blocks(report.id))))
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
    note(uow, "version_kept", report, None, after)
    return version


def keep_by_hand(uow: UnitOfWork, report: Report, label: str) -> ReportVersion:
    """Keep a version under a name of one's own; finalised reports have theirs already.

    Raises:
        Forbidden: the actor does not write there.
        ReportNotEditable: it is finalised.
    """
    require(uow, Permission.WRITE, report.organization_id)
    if report.status == ReportStatus.FINALISED:
        raise ReportNotEditable("报告已定稿，不再留存新的版本。")
    return keep(uow, report, label, VersionReason.KEPT)


def versions_of(report_id: UUID) -> Select[ReportVersion]:
    """A report's versions."""
    return select(ReportVersion).where(ReportVersion.report_id == report_id)


def read_version(uow: UnitOfWork, report: Report, number: int) -> VersionRead:
    """A text as it stood.

    Raises:
        NotFound: the report has no such version.
    """
    version = _version(uow, report, number)
    head, rows = _kept(version)
    summary = VersionSummary.model_validate(version)
    return VersionRead(**summary.model_dump(), head=head, blocks=[read_of(row) for row in rows])


def _version(
    uow: UnitOfWork, report: Report, number: int, parameter: str = "number"
) -> ReportVersion:
    statement = versions_of(report.id).where(ReportVersion.number == number)
    return uow.get_or_404(statement, f"报告没有第 {number} 版。", parameter=parameter)


def _kept(version: ReportVersion) -> tuple[HeadWrite, list[ReportBlock]]:
    content = unpack(version.content)
    rows = [
        ReportBlock(**{**block, "id": UUID(block["id"]), "version": 1})
        for block in content["blocks"]
    ]
    return HeadWrite.model_validate(content["head"]), rows


def comparison(uow: UnitOfWork, report: Report, wish: ComparisonParameters) -> ComparisonRead:
    """Two versions, or a version and the present text, sentence by sentence.

    Raises:
        NotFound: the report has no such version.
    """
    old_head, old_rows = _text(uow, report, wish.from_, "from")
    new_head, new_rows = _text(uow, report, wish.to, "to")
    before, after = old_head.model_dump(mode="json"), new_head.model_dump(mode="json")
    lines = compare(map(block_of, old_rows), map(block_of, new_rows))
    return ComparisonRead(
        head=[
            HeadChange(field=name, old=before[name], new=after[name])
            for name in before
            if before[name] != after[name]
        ],
        items=[LineRead.model_validate(line) for line in lines],
    )


def _text(
    uow: UnitOfWork, report: Report, number: int | None, parameter: str
) -> tuple[HeadWrite, Sequence[ReportBlock]]:
    if number is None:
        return HeadWrite.model_validate(report), uow.session.scalars(blocks_of(report.id)).all()
    return _kept(_version(uow, report, number, parameter))


def sealed(uow: UnitOfWork, report: Report) -> str:
    """The seal of a report as it stands, from what is in the tables."""
    facts = [(number, found or "") for number, _, found in _fact_sets(uow, report)]
    return seal_of(report, uow.session.scalars(_fresh_blocks(report.id)), facts)


def verify(uow: UnitOfWork, report: Report) -> VerificationRead:
    """Whether a finalised report is what was finalised, worked out anew from its rows.

    Raises:
        ReportNotFinalised: it has no seal yet.
    """
    if report.sha256 is None:
        raise ReportNotFinalised("报告尚未定稿，没有可核验的校验值。")
    sets = [
        FactSetVerification(number=number, sha256=kept, valid=found == kept)
        for number, kept, found in _fact_sets(uow, report)
    ]
    computed = sealed(uow, report)
    return VerificationRead(
        valid=computed == report.sha256 and all(one.valid for one in sets),
        sha256=report.sha256,
        computed=computed,
        fact_sets=sets,
        verified_at=uow.now(),
    )


def _fact_sets(uow: UnitOfWork, report: Report) -> list[tuple[int, str, str | None]]:
    """Number, kept hash and hash of what is there, for each fact set."""
    columns = (ReportFactSet.number, ReportFactSet.sha256, ReportFactSet.content)
    statement = select(*columns).where(ReportFactSet.report_id == report.id)
    rows = uow.session.execute(statement.order_by(ReportFactSet.number))
    return [(row.number, row.sha256, hash_of(row.content)) for row in rows]


def _fresh_blocks(report_id: UUID) -> Select[ReportBlock]:
    """The blocks as the tables hold them now, whatever the session remembers."""
    return blocks_of(report_id).execution_options(populate_existing=True)
