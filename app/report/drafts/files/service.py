"""A report written out in a format, with the styles that are its own; and proofread."""

from app.core.unit import Unit
from app.evidence.storage import Storage
from app.report.blocks import shown
from app.report.documents.characters import PART_NAMES, outside_gb2312
from app.report.documents.formats import Format
from app.report.documents.model import Document
from app.report.drafts.documents import document_of
from app.report.drafts.files.proofreading import hints_of
from app.report.drafts.files.schemas import (
    DocumentParameters,
    HintRead,
    ProofreadingRead,
    StrayRead,
    UnsupportedRead,
)
from app.report.drafts.models import Report
from app.report.drafts.queries import blocks_of, sources_of
from app.report.drafts.rows import block_of, head_of
from app.report.drafts.rules import ReportStatus
from app.report.templates.queries import content_of, kept_revision, styles_of


def written(
    unit: Unit, report: Report, wish: DocumentParameters, offered: Format, storage: Storage
) -> tuple[Document, bytes]:
    """A report as a document, and the same as the bytes of a file."""
    rows = list(unit.session.scalars(blocks_of(report.id)))
    needed = wish.variant == "review" or wish.annexes
    sources = sources_of(unit, report, rows) if needed else None
    blocks = map(block_of, rows)
    document = document_of(head_of(report), blocks, wish.variant, sources, wish.annexes)
    template = _template(unit, report, storage) if offered.styled else None
    return document, offered.write(document, wish.variant, template)


def _template(unit: Unit, report: Report, storage: Storage) -> bytes | None:
    """The styles in use for the organisation; of a finalised report those it was finalised with."""
    if report.status != ReportStatus.FINALISED:
        return styles_of(unit, report.organization_id, storage)
    kept = report.template_revision_id
    revision = kept_revision(unit, kept) if kept else None
    return content_of(storage, revision) if revision else None


def proofreading(unit: Unit, report: Report) -> ProofreadingRead:
    """What there is to look at in a report's text."""
    rows = list(unit.session.scalars(blocks_of(report.id)))
    blocks = shown(map(block_of, rows))
    sources = sources_of(unit, report, rows)
    hints = hints_of(blocks, sources.facts, report.year)
    document = document_of(head_of(report), blocks)
    return ProofreadingRead(
        hints=[
            HintRead(
                block_id=block.id,
                code=hint.code,
                severity=hint.severity,
                start=hint.start,
                end=hint.end,
                found=hint.found,
                message=hint.message,
                suggestion=hint.suggestion,
            )
            for block, hint in hints
            if block.id is not None
        ],
        unsupported_numbers=[
            UnsupportedRead(block_id=block.id, numbers=list(block.unsupported_numbers))
            for block in blocks
            if block.id is not None and block.unsupported_numbers
        ],
        outside_gb2312=[
            StrayRead(
                character=stray.character,
                code_point=stray.code_point,
                part=PART_NAMES[stray.part],
                context=stray.context,
            )
            for stray in outside_gb2312(document)
        ],
    )
