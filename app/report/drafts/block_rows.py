"""Blocks as rows and back, and as the document that formats are written from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.core.ids import new_id
from app.core.uow import UnitOfWork
from app.report.blocks import (
    COUNTS,
    NOTE,
    Block,
    Citation,
    ReportHead,
    TableCells,
    fingerprint,
    runs_of,
    shown,
)
from app.report.drafts.annexes import AnnexName, annexes_of
from app.report.drafts.citations import Sources, remarks_of
from app.report.drafts.models import REPORT_BLOCKS, Report, ReportBlock
from app.report.drafts.schemas import BlockRead
from app.report.files.model import (
    Document,
    DocumentParagraph,
    DocumentVariant,
    Element,
    Heading,
    Run,
    Table,
)

# Values that a block and its row hold alike.
_TEXT = ("kind", "level", "paragraph", "text", "edited", "removed", "added", "outdated")
_ORIGIN = ("key", "origin", "generated")


def head_of(report: Report) -> ReportHead:
    """Return a report's head."""
    return ReportHead(**{field.name: getattr(report, field.name) for field in fields(ReportHead)})


def block_of(row: ReportBlock) -> Block:
    """Return a row as a block."""
    source = row.source or {}
    return Block(
        **{name: getattr(row, name) for name in ("id", *_TEXT, *_ORIGIN)},
        cells=cells_of(row.cells),
        phrase=source.get("phrase"),
        parameters=tuple((name, value) for name, value in source.get("parameters", ())),
        counts=COUNTS.validate_python(source.get("counts", ())),
        ids=tuple(source.get("ids", ())),
        notes=tuple(UUID(note_id) for note_id in source.get("notes", ())),
        sources=tuple(Citation(**citation) for citation in source.get("sources", ())),
        agent=source.get("agent"),
        full=source.get("full"),
        unsupported_numbers=tuple(row.unsupported_numbers),
    )


def cells_of(stored: Mapping[str, Any] | None) -> TableCells | None:
    """Return a table's cells from their JSON."""
    if stored is None:
        return None
    rows = tuple(tuple(row) for row in stored["rows"])
    return TableCells(tuple(stored["header"]), rows, tuple(stored["weights"]))


def generated_values(block: Block, fact_set_number: int) -> dict[str, Any]:
    """Return the columns that tell what a block was generated from."""
    source = {
        "phrase": block.phrase,
        "parameters": [list(pair) for pair in block.parameters],
        "counts": COUNTS.dump_python(block.counts, mode="json"),
        "ids": list(block.ids),
        "notes": [str(note_id) for note_id in block.notes],
        "sources": [{"kind": citation.kind, "id": citation.id} for citation in block.sources],
        "agent": block.agent,
        "full": block.full,
    }
    is_generated = block.generated is not None
    return {
        **{name: getattr(block, name) for name in _ORIGIN},
        "source": source if is_generated else None,
        "hash": fingerprint(block),
        "fact_set_number": fact_set_number if is_generated else None,
    }


def values_of(block: Block, fact_set_number: int) -> dict[str, Any]:
    """Return a new row of a block, but for its report and its position."""
    return {
        "id": new_id(),
        **{name: getattr(block, name) for name in _TEXT},
        "cells": None if block.cells is None else asdict(block.cells),
        **generated_values(block, fact_set_number),
        "unsupported_numbers": list(block.unsupported_numbers),
        "version": 1,
    }


def insert_blocks(uow: UnitOfWork, report: Report, rows: Iterable[dict[str, Any]]) -> None:
    """Insert new rows of a report, which state their positions, by one statement."""
    values = [{"report_id": report.id, **row} for row in rows]
    if values:
        uow.session.flush()
        uow.session.connection().execute(insert(REPORT_BLOCKS), values)


def read_of(row: ReportBlock) -> BlockRead:
    """Return a row as the API shows it."""
    values = {name: getattr(row, name) for name in BlockRead.model_fields}
    if row.source is not None:
        values["source"] = {
            **row.source,
            "key": row.key,
            "kind": row.origin,
            "text": row.generated,
            "fact_set_number": row.fact_set_number,
            "sha256": row.hash,
        }
    return BlockRead.model_validate(values)


def document_of(
    head: ReportHead,
    blocks: Iterable[Block],
    variant: DocumentVariant = "final",
    sources: Sources | None = None,
    annexes: Sequence[AnnexName] = (),
) -> Document:
    """Return the report as a document; the review variant says what every sentence stands on.

    Without ``sources`` no record is named and there are no annexes; restricted records are only
    counted.
    """
    text = shown(blocks)
    return Document(
        **asdict(head),
        body=tuple(_elements(text, variant, sources)),
        annexes=annexes_of(annexes, text, sources) if sources else (),
    )


def _elements(
    text: Sequence[Block], variant: DocumentVariant, sources: Sources | None
) -> Iterator[Element]:
    remarks = remarks_of(text, sources) if variant == "review" else {}
    for run in runs_of(text):
        first = run[0]
        if first.kind == "heading":
            yield Heading(first.level or 1, first.text)
        elif first.cells is not None:
            yield Table(first.text, first.cells.header, first.cells.rows, first.cells.weights)
        else:
            yield DocumentParagraph(tuple(Run(block.text, remarks.get(id(block))) for block in run))
    # Drafts of earlier versions hold this note as a block.
    has_note = any(block.key == NOTE for block in text)
    if variant == "review" and sources and sources.note and not has_note:
        yield DocumentParagraph((Run(f"注：{sources.note}"),))
