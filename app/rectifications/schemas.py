"""Payloads of rectifications and of the steps in their life."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from app.core.schemas import Day, LongText, Model, Name, Title, field_error
from app.items.rules import Status
from app.items.schemas import ItemFilters, ItemRead, ItemSummary, RecordWrite, only_true
from app.rectifications.rules import RectificationType, Source, StepName


class RectificationOwn(Model):
    """What a rectification has beyond any record."""

    source: Annotated[Source, Field(description="来源", examples=["assessment_feedback"])]
    found_on: Annotated[Day, Field(description="发现（下发）日期", examples=["2018-03-20"])]
    corrective_measure: Annotated[LongText | None, Field(description="整改措施")] = None
    lead_leader: Annotated[Name | None, Field(description="牵头领导")] = None


class RectificationWrite(RecordWrite, RectificationOwn):
    """A rectification as a client states it; ``title`` is the problem."""

    title: Annotated[Title, Field(description="存在问题", examples=["党费收缴公示不及时"])]
    type: Annotated[RectificationType, Field(description="整改类型")] = (
        RectificationType.BY_DEADLINE
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.type == RectificationType.BY_DEADLINE and self.due_on is None:
            raise field_error("due_on", "deadline_missing", "限期整改必须填写整改时限")
        if self.due_on and self.due_on < self.found_on:
            raise field_error("due_on", "due_before_found", "整改时限不能早于发现日期")
        return self


class RectificationRead(ItemRead, RectificationOwn):
    """A rectification as returned."""

    type: RectificationType


class RectificationSummary(ItemSummary):
    """A rectification as listed."""

    source: Source
    found_on: date
    lead_leader: str | None


class RectificationFilters(ItemFilters):
    """Filters of the rectification ledger."""

    source: Annotated[list[Source], Field(description="来源，可重复")] = Field(default_factory=list)
    type: Annotated[list[RectificationType], Field(description="类型，可重复")] = Field(
        default_factory=list
    )
    lead_leader: Annotated[Name | None, Field(description="牵头领导")] = None
    returned: Annotated[
        bool | None,
        Field(description="只列曾提交验收后被退回的；同时填写 as_of 时按当日情况"),
        AfterValidator(only_true),
    ] = None


class _StepWrite(Model):
    on: Annotated[Day | None, Field(description="办理日期，默认今天；事后补录时填实际日期")] = None


class ProgressStep(_StepWrite):
    """A progress note."""

    name: Literal[StepName.PROGRESS]
    note: Annotated[LongText, Field(description="进展情况")]


class SubmissionStep(_StepWrite):
    """Handing in for acceptance."""

    name: Literal[StepName.SUBMITTED]
    note: Annotated[LongText, Field(description="完成情况")]


class AcceptanceStep(_StepWrite):
    """Acceptance and close-out (销号), by somebody other than who handed in."""

    name: Literal[StepName.ACCEPTED]
    note: Annotated[LongText | None, Field(description="验收意见")] = None


class ReturnStep(_StepWrite):
    """Return to the owner."""

    name: Literal[StepName.RETURNED]
    note: Annotated[LongText, Field(description="退回原因")]


class SuspensionStep(_StepWrite):
    """Suspension (暂缓): with its reason, its approver and the document behind it."""

    name: Literal[StepName.SUSPENDED]
    note: Annotated[LongText, Field(description="暂缓原因")]
    approver: Annotated[Name, Field(description="批准单位或批准人", examples=["集团公司工会"])]
    document: Annotated[Title, Field(description="请示或批复（文号、标题）")]


class ResumptionStep(_StepWrite):
    """Resumption after a suspension."""

    name: Literal[StepName.RESUMED]
    note: Annotated[LongText | None, Field(description="说明")] = None


class ReopeningStep(_StepWrite):
    """Reopening of what was closed."""

    name: Literal[StepName.REOPENED]
    note: Annotated[LongText, Field(description="重新整改的原因")]


AnyStep = Annotated[
    ProgressStep
    | SubmissionStep
    | AcceptanceStep
    | ReturnStep
    | SuspensionStep
    | ResumptionStep
    | ReopeningStep,
    Field(discriminator="name"),
]


class EventRead(Model):
    """One step in the life of a rectification."""

    sequence: int
    name: Annotated[str, Field(description="步骤", examples=["submitted"])]
    status: Annotated[Status, Field(description="之后的状态")]
    due_on: Annotated[date | None, Field(description="之后的时限")]
    effective_on: Annotated[date, Field(description="办理日期")]
    note: str | None
    details: dict[str, Any] | None
    recorded_at: Annotated[datetime, Field(description="实际登记时间")]
    recorded_by_name: str


class EventsBody(Model):
    """A rectification's life, oldest step first."""

    items: list[EventRead]
