"""Editing a draft: blocks added, reworded, taken out, put back, moved. Nothing typed is lost."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm.attributes import flag_modified

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.report.blocks import Block, Cells
from app.report.drafts.editing.schemas import BlockMove, BlockPatch, BlockWrite
from app.report.drafts.errors import ReportTooLong
from app.report.drafts.models import Report, ReportBlock
from app.report.drafts.numbers import Support, support_of, unsupported_numbers
from app.report.drafts.queries import blocks_of, facts_of, get_block
from app.report.drafts.rows import block_of, insert_blocks, values_of
from app.report.drafts.service import note

MOST_BLOCKS = 5000
_BLOCKS: Any = ReportBlock.__table__.c
_RUNNING = {"sentence", "text"}


def add_block(unit: Unit, report: Report, wish: BlockWrite) -> ReportBlock:
    """Put a block of one's own into the text.

    Raises:
        NotFound: the block it is to stand after is not there.
        ReportTooLong: the report holds 5,000 blocks already.
    """
    counting = select(func.count()).where(ReportBlock.report_id == report.id)
    if (unit.session.scalar(counting) or 0) >= MOST_BLOCKS:
        raise ReportTooLong(f"一份报告最多 {MOST_BLOCKS} 段。")
    place = _place(unit, report, wish.after)
    cells = wish.cells
    block = Block(
        kind=wish.kind,
        paragraph=_paragraph(unit, report, wish.kind, place, wish.joins),
        text=wish.text,
        level=wish.level,
        cells=None
        if cells is None
        else Cells(tuple(cells.header), tuple(map(tuple, cells.rows)), tuple(cells.weights)),
        added=True,
    )
    values = values_of(block, report.fact_set_number)
    values["unsupported_numbers"] = list(_unsupported(unit, report, block))
    _shift(unit, report, place, by=1)
    insert_blocks(unit, report, [{**values, "position": place + 1}])
    made = get_block(unit, report, values["id"])
    unit.touch(report)
    note(unit, "block_added", report, None, _state(made))
    return made


def change_block(unit: Unit, report: Report, block: ReportBlock, wish: BlockPatch) -> None:
    """Reword a block, take it out or put it back; a generated one keeps its sources and original.

    Raises:
        ValidationFailed: there is no original, or what is not a table is to get cells.
    """
    before = _state(block)
    if wish.original:
        if block.generated is None:
            words = "这一段是人工添加的，没有生成时的原文"
            raise ValidationFailed.at("#/original", "no_original", words)
        block.text = block.generated
    if wish.text is not None:
        block.text = wish.text
    if wish.cells is not None:
        if block.kind != "table":
            raise ValidationFailed.at("#/cells", "cells_misplaced", "只有表格可以填写表格内容")
        block.cells = wish.cells.model_dump(mode="json")
    if wish.removed is not None:
        block.removed = wish.removed
    block.edited = block.generated is not None and block.text != block.generated
    if wish.original or wish.text is not None:
        block.unsupported_numbers = list(_unsupported(unit, report, block_of(block)))
    unit.touch(report)
    note(unit, "block_changed", report, before, _state(block))


def move_block(unit: Unit, report: Report, block: ReportBlock, wish: BlockMove) -> None:
    """Let a block stand somewhere else; the others keep their versions.

    Raises:
        NotFound: the block it is to stand after is not there.
        ValidationFailed: it is to stand after itself.
    """
    if wish.after == block.id:
        raise ValidationFailed.at("#/after", "after_itself", "不能放在自己之后")
    before = _state(block)
    _shift(unit, report, block.position, by=-1)
    place = _place(unit, report, wish.after)
    block.paragraph = _paragraph(unit, report, block.kind, place, wish.joins, apart=block.id)
    _shift(unit, report, place, by=1)
    block.position = place + 1
    flag_modified(block, "position")
    unit.touch(report)
    note(unit, "block_moved", report, before, _state(block))


def _place(unit: Unit, report: Report, after: UUID | None) -> int:
    """The position of the block to stand after; nought for the beginning."""
    if after is None:
        return 0
    found = get_block(unit, report, after, pointer="#/after")
    statement = select(_BLOCKS.position).where(_BLOCKS.id == found.id)
    return int(unit.session.connection().execute(statement).scalar_one())


def _shift(unit: Unit, report: Report, place: int, *, by: int) -> None:
    """Renumber what stands behind a place, under the report's lock; versions stay as they are."""
    unit.session.flush()
    moved = (
        update(ReportBlock.__table__)  # type: ignore[arg-type]  # a table, known as a selectable
        .where(_BLOCKS.report_id == report.id, _BLOCKS.position > place)
        .values(position=_BLOCKS.position + by)
    )
    unit.session.connection().execute(moved)


def _paragraph(
    unit: Unit, report: Report, kind: str, place: int, joins: str, *, apart: UUID | None = None
) -> str:
    """The paragraph that a block at a place belongs to; a fresh one when it joins none."""
    fresh = f"own.{new_id()}"
    if kind not in _RUNNING or joins == "none":
        return fresh
    wanted = _BLOCKS.position == (place if joins == "previous" else place + 1)
    statement = select(_BLOCKS.kind, _BLOCKS.paragraph).where(
        _BLOCKS.report_id == report.id, wanted
    )
    if apart is not None:
        statement = statement.where(_BLOCKS.id != apart)
    row = unit.session.connection().execute(statement).first()
    return row.paragraph if row is not None and row.kind in _RUNNING else fresh


def _unsupported(unit: Unit, report: Report, block: Block) -> Iterable[str]:
    """The numbers that nothing supports; as it was generated, a text stands on its sources."""
    if block.text == block.generated:
        return ()
    return unsupported_numbers(block.text, _support(unit, report, block))


def _support(unit: Unit, report: Report, block: Block) -> Support:
    """A generated block stands on its own sources, one's own words on all of the report's."""
    number = report.fact_set_number
    counts, ids = list(block.counts), set(block.ids)
    texts = [f"{year}年" for year in (report.year - 1, report.year, report.year + 1)]
    if block.generated is not None:
        row = unit.session.get(ReportBlock, block.id)
        number = cast("int", row.fact_set_number) if row is not None else number
        texts += [block.generated, *(value for _, value in block.parameters)]
    else:
        for other in map(block_of, unit.session.scalars(blocks_of(report.id))):
            counts += other.counts
            ids.update(other.ids)
    facts = facts_of(unit, report, number).facts
    cited = [fact for fact in facts.facts if fact.id in ids and not fact.is_restricted]
    return support_of(counts, cited, texts, [facts.as_of])


def _state(block: ReportBlock) -> dict[str, Any]:
    """A block as the trail keeps it."""
    shown = ("position", "kind", "paragraph", "text", "cells", "removed", "edited", "outdated")
    return {"block_id": str(block.id), **{name: getattr(block, name) for name in shown}}
