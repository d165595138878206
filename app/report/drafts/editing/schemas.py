"""Payloads of editing: blocks added, changed and moved; what stands behind a block."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.schemas import LongText, Model, field_error
from app.report.drafts.schemas import CellsField

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


class TracedGround(Model):
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
    grounds: Annotated[list[TracedGround], Field(description="记录之外的依据")]
    gone: Annotated[int, Field(description="此后已删除或无权查看的记录数")]


class UncitedRead(Model):
    """The records of the report's facts that the text tells nowhere."""

    records: list[TracedRecord]
    gone: Annotated[int, Field(description="此后已删除或无权查看的记录数")]
