"""Payloads that show the four steps side by side."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.pages import PageParameters
from app.core.schemas import Model
from app.items.rules import Status
from app.meeting_steps.filing.schemas import FilingRead
from app.meeting_steps.guidance.schemas import GuidanceRead
from app.meeting_steps.publication.schemas import PublicationRead
from app.meeting_steps.review.schemas import QualityReviewRead
from app.meeting_steps.rules import FilingStanding, PublicationState, ReviewGrade
from app.meetings.rules import MeetingType


class MeetingField(Model):
    """The meeting that the steps belong to."""

    meeting_id: UUID
    type: MeetingType
    title: str
    organization_id: UUID
    organization_name: str
    status: Status
    planned_on: date | None
    happened_on: date | None


class MeetingStepsRead(MeetingField):
    """All four steps of one meeting."""

    filing: Annotated[FilingRead | None, Field(description="报备")]
    publication: Annotated[PublicationRead | None, Field(description="最近一次公示")]
    guidance: Annotated[list[GuidanceRead], Field(description="列席指导意见")]
    review: Annotated[QualityReviewRead | None, Field(description="最后确认的质量评估，不含草稿")]


class MeetingStepsRow(MeetingField):
    """One meeting of a year, with where each step is."""

    filing: Annotated[FilingStanding, Field(description="报备：按时、迟报、未报备等")]
    publication: Annotated[PublicationState, Field(description="最近一次公示的状态")]
    shown_until: Annotated[date | None, Field(description="最近一次公示的截止日")]
    guidance_count: Annotated[int, Field(description="列席指导意见条数")]
    score: Annotated[int | None, Field(description="最后确认的质量评估得分")]
    grade: Annotated[ReviewGrade | None, Field(description="等次")]


class MeetingStepsFilters(PageParameters):
    """Filters of the year's list."""

    year: Annotated[
        int,
        Field(
            ge=1921, le=2199, description="年度：按召开日期，未召开的按计划日期", examples=[2018]
        ),
    ]
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False
