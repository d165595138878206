"""Editing of a draft, block by block."""

from typing import Annotated, Any, Literal, Self, cast
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import func, select, update
from sqlalchemy.orm.attributes import flag_modified

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.schemas import LongText, Model, field_error
from app.core.uow import UnitOfWork
from app.report.blocks import Block
from app.report.drafts.block_rows import block_of, cells_of, insert_blocks, values_of
from app.report.drafts.models import REPORT_BLOCKS, Report, ReportBlock
from app.report.drafts.numerals import support_of, unsupported_numbers
from app.report.drafts.schemas import CellsField
from app.report.drafts.service import blocks_of, facts_of, get_block, note_change
from app.report.errors import ReportTooLong

After = Annotated[UUID | None, Field(description="放在哪一段之后；为空则放在最前")]
Joins = Annotated[
    Literal["previous", "next", "none"],
    Field(description="接在前一段之后（previous）、放在后一段之首（next），或自成一段（none）"),
]


class BlockWrite(Model):
    """A block of one's own."""

    kind: Annotated[
        Literal["heading", "text", "table"],
        Field(description="标题、文字或表格", examples=["text"]),
    ]
    text: Annotated[
        LongText, Field(description="文字；表格为表题", examples=["以上报告，请予审议。"])
    ]
    level: Annotated[Literal[1, 2, 3, 4] | None, Field(description="标题层次，1 为“一、”")] = None
    cells: Annotated[CellsField | None, Field(description="表格内容")] = None
    after: After = None
    joins: Joins = "previous"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind == "heading") != (self.level is not None):
            raise field_error("level", "level_misplaced", "标题须写明层次，其他内容不写")
        if (self.kind == "table") != (self.cells is not None):
            raise field_error("cells", "cells_misplaced", "表格须填写内容，其他内容不填")
        return self


class BlockPatch(Model):
    """What is to change in a block; what is not sent stays."""

    text: Annotated[LongText | None, Field(description="改成的文字")] = None
    cells: Annotated[CellsField | None, Field(description="改成的表格内容")] = None
    removed: Annotated[bool | None, Field(description="从正文中删去，或恢复")] = None
    original: Annotated[Literal[True] | None, Field(description="恢复生成时的原文")] = None

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        if self.original and self.text is not None:
            raise field_error("original", "two_texts", "恢复原文和改写文字不能同时提交")
        return self


class BlockMove(Model):
    """Where a block goes."""

    after: After
    joins: Joins = "previous"


MOST_BLOCKS = 5000
_COLUMNS = REPORT_BLOCKS.c
_RUNNING = {"sentence", "text"}
_AUDITED = ("position", "kind", "paragraph", "text", "cells", "removed", "edited", "outdated")


def add_block(uow: UnitOfWork, report: Report, payload: BlockWrite) -> ReportBlock:
    """Add a person's own block to the text.

    Raises:
        NotFound: the block it is to stand after is not there.
        ReportTooLong: the report holds 5,000 blocks already.
    """
    statement = select(func.count()).where(ReportBlock.report_id == report.id)
    if (uow.session.scalar(statement) or 0) >= MOST_BLOCKS:
        raise ReportTooLong(f"一份报告最多 {MOST_BLOCKS} 段。")
    position = _position_of(uow, report, payload.after)
    block = Block(
        kind=payload.kind,
        paragraph=_paragraph(uow, report, payload.kind, position, payload.joins),
        text=payload.text,
        level=payload.level,
        cells=cells_of(payload.cells.model_dump() if payload.cells else None),
        added=True,
    )
    values = values_of(block, report.fact_set_number)
    values["unsupported_numbers"] = _unsupported(uow, report, block)
    _shift(uow, report, position, by=1)
    insert_blocks(uow, report, [{**values, "position": position + 1}])
    row = get_block(uow, report, values["id"])
    uow.touch(report)
    note_change(uow, "block_added", report, None, _state(row))
    return row


def change_block(uow: UnitOfWork, report: Report, row: ReportBlock, payload: BlockPatch) -> None:
    """Reword a block, remove or restore it; a generated one keeps its sources and original.

    Raises:
        ValidationFailed: there is no original, or what is not a table is to get cells.
    """
    before = _state(row)
    if payload.original:
        if row.generated is None:
            message = "这一段是人工添加的，没有生成时的原文"
            raise ValidationFailed.at("#/original", "no_original", message)
        row.text = row.generated
    if payload.text is not None:
        row.text = payload.text
    if payload.cells is not None:
        if row.kind != "table":
            raise ValidationFailed.at("#/cells", "cells_misplaced", "只有表格可以填写表格内容")
        row.cells = payload.cells.model_dump(mode="json")
    if payload.removed is not None:
        row.removed = payload.removed
    row.edited = row.generated is not None and row.text != row.generated
    if payload.original or payload.text is not None:
        row.unsupported_numbers = _unsupported(uow, report, block_of(row))
    uow.touch(report)
    note_change(uow, "block_changed", report, before, _state(row))


def move_block(uow: UnitOfWork, report: Report, row: ReportBlock, payload: BlockMove) -> None:
    """Move a block; the others keep their versions.

    Raises:
        NotFound: the block it is to stand after is not there.
        ValidationFailed: it is to stand after itself.
    """
    if payload.after == row.id:
        raise ValidationFailed.at("#/after", "after_itself", "不能放在自己之后")
    before = _state(row)
    _shift(uow, report, row.position, by=-1)
    position = _position_of(uow, report, payload.after)
    row.paragraph = _paragraph(uow, report, row.kind, position, payload.joins, moved_id=row.id)
    _shift(uow, report, position, by=1)
    row.position = position + 1
    # The session does not know of the shift: an equal position would not be written.
    flag_modified(row, "position")
    uow.touch(report)
    note_change(uow, "block_moved", report, before, _state(row))


def _position_of(uow: UnitOfWork, report: Report, after: UUID | None) -> int:
    """Return the present position of the block to stand after; 0 for the beginning."""
    if after is None:
        return 0
    row = get_block(uow, report, after, pointer="#/after")
    statement = select(_COLUMNS.position).where(_COLUMNS.id == row.id)
    return int(uow.session.connection().execute(statement).scalar_one())


def _shift(uow: UnitOfWork, report: Report, position: int, *, by: int) -> None:
    """Renumber what stands behind a position, under the report's lock; versions stay."""
    uow.session.flush()
    statement = (
        update(REPORT_BLOCKS)
        .where(_COLUMNS.report_id == report.id, _COLUMNS.position > position)
        .values(position=_COLUMNS.position + by)
    )
    uow.session.connection().execute(statement)


def _paragraph(
    uow: UnitOfWork,
    report: Report,
    kind: str,
    position: int,
    joins: str,
    *,
    moved_id: UUID | None = None,
) -> str:
    """Return the paragraph of a block behind a position; a fresh one when it joins none."""
    fresh = f"own.{new_id()}"
    if kind not in _RUNNING or joins == "none":
        return fresh
    neighbour = position if joins == "previous" else position + 1
    statement = select(_COLUMNS.kind, _COLUMNS.paragraph).where(
        _COLUMNS.report_id == report.id, _COLUMNS.position == neighbour
    )
    if moved_id is not None:
        statement = statement.where(_COLUMNS.id != moved_id)
    row = uow.session.connection().execute(statement).first()
    return row.paragraph if row is not None and row.kind in _RUNNING else fresh


def _unsupported(uow: UnitOfWork, report: Report, block: Block) -> list[str]:
    """Return the numbers that nothing supports.

    A generated block stands on its own sources, what people add on all of the report's.
    """
    if block.text == block.generated:
        return []
    number = report.fact_set_number
    counts, ids = list(block.counts), set(block.ids)
    texts = [f"{year}年" for year in (report.year - 1, report.year, report.year + 1)]
    if block.generated is not None:
        row = uow.session.get(ReportBlock, block.id)
        number = cast("int", row.fact_set_number) if row is not None else number
        texts += [block.generated, *(value for _, value in block.parameters)]
    else:
        for cited in map(block_of, uow.session.scalars(blocks_of(report.id))):
            counts += cited.counts
            ids.update(cited.ids)
    facts = facts_of(uow, report, number).facts
    records = [fact for fact in facts.facts if fact.id in ids and not fact.is_restricted]
    return list(unsupported_numbers(block.text, support_of(counts, records, texts, [facts.as_of])))


def _state(row: ReportBlock) -> dict[str, Any]:
    """Return a block as the audit trail keeps it."""
    return {"block_id": str(row.id), **{name: getattr(row, name) for name in _AUDITED}}
