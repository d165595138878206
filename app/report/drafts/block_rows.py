"""Blocks as rows and back, and as the document that formats are written from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert

from app.core.ids import new_id
from app.core.uow import UnitOfWork
from app.report.blocks import (
    COUNTS,
    NOTE,
    Block,
    BlockKind,
    Citation,
    HeadingLevel,
    ReportHead,
    TableCells,
    TextOrigin,
    fingerprint,
    runs_of,
    shown,
)
from app.report.drafts.annexes import AnnexName, annexes_of
from app.report.drafts.citations import Sources, remarks_of
from app.report.drafts.models import Report, ReportBlock
from app.report.drafts.schemas import BlockRead, BlockSourceRead, CellsField
from app.report.files.model import (
    Document,
    DocumentParagraph,
    DocumentVariant,
    Element,
    Heading,
    Run,
    Table,
)

# The table, not the class: the ORM would part the rows by which of their values are empty.
_BLOCKS: Any = ReportBlock.__table__


def head_of(report: Report) -> ReportHead:
    """A report's head."""
    return ReportHead(
        title=report.title,
        salutation=report.salutation,
        byline=report.byline,
        signatory=report.signatory,
        signed_on=report.signed_on,
    )


def block_of(row: ReportBlock) -> Block:
    """A row as a block."""
    source = row.source or {}
    return Block(
        kind=cast("BlockKind", row.kind),
        paragraph=row.paragraph,
        text=row.text,
        id=row.id,
        level=cast("HeadingLevel | None", row.level),
        cells=_cells(row.cells),
        key=row.key,
        origin=cast("TextOrigin | None", row.origin),
        generated=row.generated,
        phrase=source.get("phrase"),
        parameters=tuple((name, value) for name, value in source.get("parameters", ())),
        counts=COUNTS.validate_python(source.get("counts", ())),
        ids=tuple(source.get("ids", ())),
        notes=tuple(UUID(note) for note in source.get("notes", ())),
        sources=tuple(Citation(**one) for one in source.get("sources", ())),
        agent=source.get("agent"),
        full=source.get("full"),
        edited=row.edited,
        removed=row.removed,
        added=row.added,
        outdated=row.outdated,
        unsupported_numbers=tuple(row.unsupported_numbers),
    )


def _cells(stored: Mapping[str, Any] | None) -> TableCells | None:
    if stored is None:
        return None
    rows = tuple(tuple(row) for row in stored["rows"])
    return TableCells(tuple(stored["header"]), rows, tuple(stored["weights"]))


def generated_values(block: Block, fact_set_number: int) -> dict[str, Any]:
    """The columns that tell what a block was generated from."""
    source = {
        "phrase": block.phrase,
        "parameters": [list(pair) for pair in block.parameters],
        "counts": COUNTS.dump_python(block.counts, mode="json"),
        "ids": list(block.ids),
        "notes": [str(note) for note in block.notes],
        "sources": [{"kind": one.kind, "id": one.id} for one in block.sources],
        "agent": block.agent,
        "full": block.full,
    }
    made = block.generated is not None
    return {
        "key": block.key,
        "origin": block.origin,
        "generated": block.generated,
        "source": source if made else None,
        "hash": fingerprint(block),
        "fact_set_number": fact_set_number if made else None,
    }


def values_of(block: Block, fact_set_number: int) -> dict[str, Any]:
    """A new row of a block, but for its report and its place."""
    cells = block.cells
    return {
        "id": new_id(),
        "kind": block.kind,
        "level": block.level,
        "paragraph": block.paragraph,
        "text": block.text,
        "cells": None
        if cells is None
        else {
            "header": list(cells.header),
            "rows": [list(row) for row in cells.rows],
            "weights": list(cells.weights),
        },
        **generated_values(block, fact_set_number),
        "edited": block.edited,
        "removed": block.removed,
        "added": block.added,
        "outdated": block.outdated,
        "unsupported_numbers": list(block.unsupported_numbers),
        "version": 1,
    }


def insert_blocks(uow: UnitOfWork, report: Report, rows: Iterable[dict[str, Any]]) -> None:
    """Write new rows of a report, with the places they name; one statement for any number."""
    found = [{"report_id": report.id, **row} for row in rows]
    if found:
        uow.session.flush()
        uow.session.connection().execute(insert(_BLOCKS), found)


def read_of(row: ReportBlock) -> BlockRead:
    """A row as it is returned."""
    source = row.source
    return BlockRead(
        id=row.id,
        position=row.position,
        kind=row.kind,
        level=row.level,
        paragraph=row.paragraph,
        text=row.text,
        cells=None if row.cells is None else CellsField.model_validate(row.cells),
        source=None
        if source is None
        else BlockSourceRead.model_validate(
            {
                **source,
                "key": row.key,
                "kind": row.origin,
                "text": row.generated,
                "fact_set_number": row.fact_set_number,
                "sha256": row.hash,
            }
        ),
        edited=row.edited,
        removed=row.removed,
        added=row.added,
        outdated=row.outdated,
        unsupported_numbers=row.unsupported_numbers,
        version=row.version,
    )


def document_of(
    head: ReportHead,
    blocks: Iterable[Block],
    variant: DocumentVariant = "final",
    sources: Sources | None = None,
    annexes: Sequence[AnnexName] = (),
) -> Document:
    """The report as a document; in the review variant every sentence says what it stands on.

    Without ``sources`` no record is named and there are no annexes; restricted records are only
    counted.
    """
    text = shown(blocks)
    return Document(
        title=head.title,
        byline=head.byline,
        salutation=head.salutation,
        body=(*_elements(text, variant, sources), *_note(text, variant, sources)),
        signatory=head.signatory,
        signed_on=head.signed_on,
        annexes=annexes_of(annexes, text, sources) if sources else (),
    )


def _elements(
    blocks: Iterable[Block], variant: DocumentVariant, sources: Sources | None
) -> Iterator[Element]:
    text = tuple(blocks)
    remarks = remarks_of(text, sources) if variant == "review" else {}
    for run in runs_of(text):
        first = run[0]
        if first.kind == "heading":
            yield Heading(first.level or 1, first.text)
        elif first.cells is not None:
            yield Table(first.text, first.cells.header, first.cells.rows, first.cells.weights)
        else:
            yield DocumentParagraph(tuple(Run(block.text, remarks.get(id(block))) for block in run))


def _note(
    text: Sequence[Block], variant: DocumentVariant, sources: Sources | None
) -> Iterator[Element]:
    """What whoever checks the report has to know; drafts of earlier versions have it as text."""
    if variant == "review" and sources and sources.note and NOTE not in {one.key for one in text}:
        yield DocumentParagraph((Run(f"注：{sources.note}"),))
