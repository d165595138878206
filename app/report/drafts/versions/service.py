"""Versions kept, read and compared; a finalised report sealed and verified."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from app.core.actor import Permission
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.queries import require
from app.report.drafts.errors import ReportNotEditable, ReportNotFinalised
from app.report.drafts.frozen import hash_of, pack, unpack
from app.report.drafts.models import Report, ReportBlock, ReportFactSet, ReportVersion
from app.report.drafts.queries import blocks_of
from app.report.drafts.rows import block_of, read_of
from app.report.drafts.rules import ReportStatus, VersionReason
from app.report.drafts.schemas import HeadWrite
from app.report.drafts.service import note
from app.report.drafts.versions.comparison import compare
from app.report.drafts.versions.schemas import (
    ComparisonParameters,
    ComparisonRead,
    FactSetVerification,
    HeadChange,
    LineRead,
    VerificationRead,
    VersionRead,
    VersionSummary,
)
from app.report.drafts.versions.sealing import kept_text, seal_of


def keep(unit: Unit, report: Report, label: str, reason: VersionReason) -> ReportVersion:
    """Keep the text as it stands."""
    unit.session.flush()
    last = select(func.max(ReportVersion.number)).where(ReportVersion.report_id == report.id)
    packed = pack(kept_text(report, unit.session.scalars(_fresh_blocks(report.id))))
    version = ReportVersion(
        id=new_id(),
        report_id=report.id,
        number=(unit.session.scalar(last) or 0) + 1,
        label=label,
        reason=reason,
        content=packed.content,
        sha256=packed.sha256,
        made_at=unit.now(),
        made_by_name=unit.actor.name,
    )
    unit.session.add(version)
    unit.session.flush()
    after = {"number": version.number, "label": label, "reason": reason, "sha256": packed.sha256}
    note(unit, "version_kept", report, None, after)
    return version


def keep_by_hand(unit: Unit, report: Report, label: str) -> ReportVersion:
    """Keep a version under a name of one's own; finalised reports have theirs already.

    Raises:
        Forbidden: the actor does not write there.
        ReportNotEditable: it is finalised.
    """
    require(unit, Permission.WRITE, report.organization_id)
    if report.status == ReportStatus.FINALISED:
        raise ReportNotEditable("报告已定稿，不再留存新的版本。")
    return keep(unit, report, label, VersionReason.KEPT)


def versions_of(report_id: UUID) -> Select[ReportVersion]:
    """A report's versions."""
    return select(ReportVersion).where(ReportVersion.report_id == report_id)


def read_version(unit: Unit, report: Report, number: int) -> VersionRead:
    """A text as it stood.

    Raises:
        NotFound: the report has no such version.
    """
    version = _version(unit, report, number)
    head, rows = _kept(version)
    summary = VersionSummary.model_validate(version)
    return VersionRead(**summary.model_dump(), head=head, blocks=[read_of(row) for row in rows])


def _version(unit: Unit, report: Report, number: int, parameter: str = "number") -> ReportVersion:
    statement = versions_of(report.id).where(ReportVersion.number == number)
    return unit.get_or_404(statement, f"报告没有第 {number} 版。", parameter=parameter)


def _kept(version: ReportVersion) -> tuple[HeadWrite, list[ReportBlock]]:
    content = unpack(version.content)
    rows = [
        ReportBlock(**{**block, "id": UUID(block["id"]), "version": 1})
        for block in content["blocks"]
    ]
    return HeadWrite.model_validate(content["head"]), rows


def comparison(unit: Unit, report: Report, wish: ComparisonParameters) -> ComparisonRead:
    """Two versions, or a version and the present text, sentence by sentence.

    Raises:
        NotFound: the report has no such version.
    """
    old_head, old_rows = _text(unit, report, wish.from_, "from")
    new_head, new_rows = _text(unit, report, wish.to, "to")
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
    unit: Unit, report: Report, number: int | None, parameter: str
) -> tuple[HeadWrite, Sequence[ReportBlock]]:
    if number is None:
        return HeadWrite.model_validate(report), unit.session.scalars(blocks_of(report.id)).all()
    return _kept(_version(unit, report, number, parameter))


def sealed(unit: Unit, report: Report) -> str:
    """The seal of a report as it stands, from what is in the tables."""
    facts = [(number, found or "") for number, _, found in _fact_sets(unit, report)]
    return seal_of(report, unit.session.scalars(_fresh_blocks(report.id)), facts)


def verify(unit: Unit, report: Report) -> VerificationRead:
    """Whether a finalised report is what was finalised, worked out anew from its rows.

    Raises:
        ReportNotFinalised: it has no seal yet.
    """
    if report.sha256 is None:
        raise ReportNotFinalised("报告尚未定稿，没有可核验的校验值。")
    sets = [
        FactSetVerification(number=number, sha256=kept, valid=found == kept)
        for number, kept, found in _fact_sets(unit, report)
    ]
    computed = sealed(unit, report)
    return VerificationRead(
        valid=computed == report.sha256 and all(one.valid for one in sets),
        sha256=report.sha256,
        computed=computed,
        fact_sets=sets,
        verified_at=unit.now(),
    )


def _fact_sets(unit: Unit, report: Report) -> list[tuple[int, str, str | None]]:
    """Number, kept hash and hash of what is there, for each fact set."""
    columns = (ReportFactSet.number, ReportFactSet.sha256, ReportFactSet.content)
    statement = select(*columns).where(ReportFactSet.report_id == report.id)
    rows = unit.session.execute(statement.order_by(ReportFactSet.number))
    return [(row.number, row.sha256, hash_of(row.content)) for row in rows]


def _fresh_blocks(report_id: UUID) -> Select[ReportBlock]:
    """The blocks as the tables hold them now, whatever the session remembers."""
    return blocks_of(report_id).execution_options(populate_existing=True)
