"""Payloads of publication (公示), and how rows of the four steps become payloads."""

from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field, computed_field

from app.core.pagination import PageParameters
from app.core.schemas import Day, LongText, Model
from app.meeting_steps.rules import DEFAULT_SHOWN_DAYS, MAX_SHOWN_DAYS, PublicationState
from app.meetings.rules import MeetingType

PayloadT = TypeVar("PayloadT", bound=Model)


def as_payload(model: type[PayloadT], row: object, **given: Any) -> PayloadT:
    """Make a payload of a row's attributes of the same names, beside the fields that are given."""
    read = {name: getattr(row, name) for name in model.model_fields if name not in given}
    return model.model_validate({**read, **given})


class PublicationWrite(Model):
    """For how long a record is shown, and whether the discussion is shown with it."""

    days: Annotated[
        int,
        Field(
            ge=1, le=MAX_SHOWN_DAYS, strict=True, description="公示天数，起始日计入", examples=[7]
        ),
    ] = DEFAULT_SHOWN_DAYS
    note: Annotated[
        LongText | None, Field(description="公示说明", examples=["如有意见，请在公示期内提出"])
    ] = None
    starts_on: Annotated[Day | None, Field(description="起始日期，默认今天")] = None
    include_discussion: Annotated[
        bool, Field(description="是否连同发言要点一并公示；默认不公示")
    ] = False


class PublicationWithdrawal(Model):
    """Why a record is not shown any more."""

    reason: Annotated[
        LongText, Field(description="撤下原因", examples=["决议文字有误，更正后重发"])
    ]


class PublishedResolution(Model):
    """A resolution on show: what was resolved, by when."""

    text: str
    due_on: date | None


class PublishedRecord(Model):
    """All that a publication can show of a meeting; what is not named here is never shown."""

    title: str
    type: MeetingType
    happened_on: date
    starts_at: time | None
    ends_at: time | None
    place: str | None
    chair: str | None
    expected: int | None
    present: int | None
    vote_eligible: int | None
    present_eligible: int | None
    agenda: list[str]
    resolutions: list[PublishedResolution]
    discussion: str | None


class PublicationRead(Model):
    """A publication as returned."""

    id: UUID
    meeting_id: UUID
    organization_id: UUID
    organization_name: str
    starts_on: Annotated[date, Field(description="公示起始日")]
    ends_on: Annotated[date, Field(description="公示截止日（含当日，党组织所在时区）")]
    state: Annotated[PublicationState, Field(description="状态：未开始、公示中、已结束、已撤下")]
    note: str | None
    record: Annotated[
        PublishedRecord | None, Field(description="公示内容，自公示时固定；撤下后不再显示")
    ]
    record_version: Annotated[int, Field(description="公示的是会议记录的哪一版")]
    changed_since: Annotated[bool, Field(description="公示之后会议记录是否有更正")]
    unanswered_objections: Annotated[int, Field(description="尚未答复的意见数")]
    published_at: datetime
    published_by_name: str
    withdrawn_on: date | None
    withdrawn_by_name: str | None
    withdrawal_reason: str | None
    version: int

    @computed_field(description="公示天数")
    def days(self) -> int:
        """The number of days on show, the first and the last included."""
        return (self.ends_on - self.starts_on).days + 1


class PublicationFilters(PageParameters):
    """Filters of the list of what is on show."""

    as_of: Annotated[Day | None, Field(description="哪一天在公示（党组织所在时区），默认今天")] = (
        None
    )
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False


class ObjectionWrite(Model):
    """What a reader says about a record on show."""

    text: Annotated[
        LongText, Field(description="意见", examples=["第二项决议的完成时限与会上所说不一致"])
    ]


class ObjectionAnswer(Model):
    """What the publisher's side answers."""

    answer: Annotated[LongText, Field(description="答复", examples=["经核对会议原始记录，已更正"])]


class ObjectionRead(Model):
    """An objection as returned."""

    id: UUID
    publication_id: UUID
    text: str
    raised_at: datetime
    raised_by_name: str
    answer: str | None
    answered_at: datetime | None
    answered_by_name: str | None
    version: int
