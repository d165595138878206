"""Payloads of changes since a draft was made, and of taking them over."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.schemas import Day, Model, field_error
from app.report.drafts.rules import UpdateKind

AsOf = Annotated[Day | None, Field(description="截至日期；不填则与报告相同")]


class ChangesParameters(Model):
    """From which day the records are looked at."""

    as_of: AsOf = None


class CountChangeRead(Model):
    """A number then and now."""

    label: Annotated[str, Field(examples=["党建工作专题会议"])]
    old: Annotated[str | None, Field(description="原来的写法", examples=["43次"])]
    new: Annotated[str | None, Field(description="现在的写法", examples=["44次"])]


class SentenceChange(Model):
    """A sentence that would change, come or go."""

    kind: Annotated[UpdateKind, Field(description="有变化、应新增、依据已不存在")]
    key: Annotated[str, Field(description="句子的固定编号")]
    block_id: Annotated[UUID | None, Field(description="报告中的段落；应新增的没有")]
    edited: Annotated[bool, Field(description="报告中的文字经人工修改")]
    old_text: Annotated[str | None, Field(description="原来生成的文字")]
    current_text: Annotated[str | None, Field(description="报告中现在的文字")]
    new_text: Annotated[str | None, Field(description="按今天的记录生成的文字")]
    counts: list[CountChangeRead]
    ids_added: Annotated[list[UUID], Field(description="新增的依据")]
    ids_removed: Annotated[list[UUID], Field(description="不再依据的记录")]


class ChangesRead(Model):
    """What today's records would make of a report."""

    as_of: date
    fact_set_number: int
    facts_changed: Annotated[bool, Field(description="记录与报告所依据的不同（文字未必改变）")]
    items: list[SentenceChange]


class UpdateWrite(Model):
    """Which sentences are to follow today's records."""

    block_ids: Annotated[
        list[UUID],
        Field(max_length=5000, description="要更新的段落；经人工修改的也会换成新生成的文字"),
    ] = Field(default_factory=list)
    keys: Annotated[
        list[Annotated[str, Field(max_length=160)]],
        Field(max_length=5000, description="要新增的句子"),
    ] = Field(default_factory=list)
    all: Annotated[
        bool, Field(description="全部更新；经人工修改的文字保留，只标明记录已有变化")
    ] = False
    as_of: AsOf = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.all or self.block_ids or self.keys):
            raise field_error("block_ids", "nothing_chosen", "请指明要更新的段落，或选择全部更新")
        return self
