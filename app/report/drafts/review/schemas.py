"""Payloads of the review: steps and comments."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.pages import PageParameters
from app.core.schemas import LongText, Model, field_error
from app.report.drafts.rules import ReportStep


class ReportStepWrite(Model):
    """A step of a report as a whole."""

    step: Annotated[
        ReportStep, Field(description="提交、退回、同意、撤回、定稿", examples=["submit"])
    ]
    note: Annotated[LongText | None, Field(description="说明；退回时必填")] = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.step == ReportStep.RETURN and self.note is None:
            raise field_error("note", "note_required", "退回时请写明原因")
        return self


class CommentWrite(Model):
    """A remark, or an answer to one."""

    text: Annotated[LongText, Field(description="批注", examples=["第三季度的次数请再核对"])]
    block_id: Annotated[UUID | None, Field(description="所批注的段落；不填则针对全文")] = None
    answers_id: Annotated[UUID | None, Field(description="所答复的批注")] = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.block_id is not None and self.answers_id is not None:
            raise field_error("block_id", "two_places", "答复批注时不必再指明段落")
        return self


class CommentPatch(Model):
    """Whether a remark is settled."""

    resolved: Annotated[bool, Field(description="是否已处理")]


class CommentFilters(PageParameters):
    """Filters of comments."""

    block_id: Annotated[UUID | None, Field(description="段落")] = None
    resolved: Annotated[bool | None, Field(description="是否已处理")] = None


class CommentRead(Model):
    """A remark or an answer."""

    id: UUID
    report_id: UUID
    block_id: UUID | None
    answers_id: UUID | None
    text: str
    made_at: datetime
    made_by_name: str
    resolved_at: datetime | None
    resolved_by_name: str | None
    version: int
