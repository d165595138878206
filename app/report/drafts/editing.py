"""Edit a draft block by block."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Self, cast
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import func, select, update
from sqlalchemy.orm.attributes import flag_modified

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.schemas import LongText, Model, field_error
from app.core.uow import UnitOfWork
from app.report.blocks import Block, TableCells
from app.report.drafts.block_rows import block_of, insert_blocks, values_of
from app.report.drafts.models import Report, ReportBlock
from app.report.drafts.numerals import Support, support_of, unsupported_numbers
from app.report.drafts.schemas import CellsField
from app.report.drafts.service import blocks_of, facts_of, get_block, note
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


class TracedCount(Model):
    """A number and how it came about."""

    label: str
    value: Annotated[float | None, Field(description="数值；按设置不列出的为空")]
    unit: str
    printed: Annotated[str, Field(description="文中写法", examples=["三次"])]
    arithmetic: Annotated[
        str, Field(description="算式", examples=["共3条记录", "2+1+3=6", "13－3=10"])
    ]
    source: Annotated[str, Field(description="由什么数得：record 记录，occurrence 责任事项等")]
    ids: list[str]


class TracedCitation(Model):
    """Something besides records that a block stands on."""

    kind: Annotated[str, Field(examples=["occurrence"])]
    id: str
    words: Annotated[str, Field(description="说明", examples=["责任事项：党课，按时完成"])]


class TracedRecord(Model):
    """A record behind a block, as it stands now."""

    id: UUID
    kind: str
    title: str
    day: Annotated[date | None, Field(description="开展或完成的日期")]
    organization_id: UUID
    organization_name: str
    status: str
    url: Annotated[str, Field(examples=["/api/v1/meetings/01890000-0000-7000-8000-000000000001"])]
    version_then: Annotated[int | None, Field(description="起草时的版本")]
    version_now: int
    changed: Annotated[bool, Field(description="起草之后有改动")]


class TraceRead(Model):
    """What a block stands on."""

    block_id: UUID
    fact_set_number: int | None
    as_of: Annotated[date | None, Field(description="所依据事实的截至日期")]
    phrase: str | None
    original: Annotated[str | None, Field(description="生成时的原文")]
    edited: bool
    counts: list[TracedCount]
    records: list[TracedRecord]
    grounds: Annotated[list[TracedCitation], Field(description="记录之外的依据")]
    gone: Annotated[int, Field(description="此后已删除或无权查看的记录数")]


class UncitedRead(Model):
    """The records of the report's facts that the text tells nowhere."""

    records: list[TracedRecord]
    gone: Annotated[int, Field(description="此后已删除或无权查看的记录数")]


MOST_BLOCKS = 5000
_BLOCKS: Any = ReportBlock.__table__.c
_RUNNING = {"sentence", "text"}


def add_block(uow: UnitOfWork, report: Report, wish: BlockWrite) -> ReportBlock:
    """Put a block of one's own into the text.

    Raises:
        NotFound: the block it is to stand after is not there.
        ReportTooLong: the report holds 5,000 blocks already.
    """
    counting = select(func.count()).where(ReportBlock.report_id == report.id)
    if (uow.session.scalar(counting) or 0) >= MOST_BLOCKS:
        raise ReportTooLong(f"一份报告最多 {MOST_BLOCKS} 段。")
    place = _place(uow, report, wish.after)
    cells = wish.cells
    block = Block(
        kind=wish.kind,
        paragraph=_paragraph(uow, report, wish.kind, place, wish.joins),
        text=wish.text,
        level=wish.level,
        cells=None
        if cells is None
        else TableCells(tuple(cells.header), tuple(map(tuple, cells.rows)), tuple(cells.weights)),
        added=True,
    )
    values = values_of(block, report.fact_set_number)
    values["unsupported_numbers"] = list(_unsupported(uow, report, block))
    _shift(uow, report, place, by=1)
    insert_blocks(uow, report, [{**values, "position": place + 1}])
    made = get_block(uow, report, values["id"])
    uow.touch(report)
    note(uow, "block_added", report, None, _state(made))
    return made


def change_block(uow: UnitOfWork, report: Report, block: ReportBlock, wish: BlockPatch) -> None:
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
        block.unsupported_numbers = list(_unsupported(uow, report, block_of(block)))
    uow.touch(report)
    note(uow, "block_changed", report, before, _state(block))


def move_block(uow: UnitOfWork, report: Report, block: ReportBlock, wish: BlockMove) -> None:
    """Let a block stand somewhere else; the others keep their versions.

    Raises:
        NotFound: the block it is to stand after is not there.
        ValidationFailed: it is to stand after itself.
    """
    if wish.after == block.id:
        raise ValidationFailed.at("#/after", "after_itself", "不能放在自己之后")
    before = _state(block)
    _shift(uow, report, block.position, by=-1)
    place = _place(uow, report, wish.after)
    block.paragraph = _paragraph(uow, report, block.kind, place, wish.joins, apart=block.id)
    _shift(uow, report, place, by=1)
    block.position = place + 1
    flag_modified(block, "position")
    uow.touch(report)
    note(uow, "block_moved", report, before, _state(block))


def _place(uow: UnitOfWork, report: Report, after: UUID | None) -> int:
    """The position of the block to stand after; nought for the beginning."""
    if after is None:
        return 0
    found = get_block(uow, report, after, pointer="#/after")
    statement = select(_BLOCKS.position).where(_BLOCKS.id == found.id)
    return int(uow.session.connection().execute(statement).scalar_one())


def _shift(uow: UnitOfWork, report: Report, place: int, *, by: int) -> None:
    """Renumber what stands behind a place, under the report's lock; versions stay as they are."""
    uow.session.flush()
    moved = (
        update(ReportBlock.__table__)  # type: ignore[arg-type]  # a table, known as a selectable
        .where(_BLOCKS.report_id == report.id, _BLOCKS.position > place)
        .values(position=_BLOCKS.position + by)
    )
    uow.session.connection().execute(moved)


def _paragraph(
    uow: UnitOfWork, report: Report, kind: str, place: int, joins: str, *, apart: UUID | None = None
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
    row = uow.session.connection().execute(statement).first()
    return row.paragraph if row is not None and row.kind in _RUNNING else fresh


def _unsupported(uow: UnitOfWork, report: Report, block: Block) -> Iterable[str]:
    """The numbers that nothing supports; as it was generated, a text stands on its sources."""
    if block.text == block.generated:
        return ()
    return unsupported_numbers(block.text, _support(uow, report, block))


def _support(uow: UnitOfWork, report: Report, block: Block) -> Support:
    """A generated block stands on its own sources, one's own words on all of the report's."""
    number = report.fact_set_number
    counts, ids = list(block.counts), set(block.ids)
    texts = [f"{year}年" for year in (report.year - 1, report.year, report.year + 1)]
    if block.generated is not None:
        row = uow.session.get(ReportBlock, block.id)
        number = cast("int", row.fact_set_number) if row is not None else number
        texts += [block.generated, *(value for _, value in block.parameters)]
    else:
        for other in map(block_of, uow.session.scalars(blocks_of(report.id))):
            counts += other.counts
            ids.update(other.ids)
    facts = facts_of(uow, report, number).facts
    cited = [fact for fact in facts.facts if fact.id in ids and not fact.is_restricted]
    return support_of(counts, cited, texts, [facts.as_of])


def _state(block: ReportBlock) -> dict[str, Any]:
    """A block as the trail keeps it."""
    shown = ("position", "kind", "paragraph", "text", "cells", "removed", "edited", "outdated")
    return {"block_id": str(block.id), **{name: getattr(block, name) for name in shown}}
