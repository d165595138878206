"""Payloads of guidance, and of the rectification that it can become."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.patching import partial
from app.core.schemas import Day, LongText, Model, Name, Title
from app.items.schemas import FocusCode, ItemLink
from app.rectifications.rules import RectificationType, Source


class GuidanceWrite(Model):
    """What a superior who attended leaves with a meeting."""

    observer_name: Annotated[Name, Field(description="列席人", examples=["周志强"])]
    observer_post: Annotated[
        Name | None, Field(description="列席人职务", examples=["党总支副书记"])
    ] = None
    text: Annotated[
        LongText,
        Field(description="指导意见", examples=["决议应写明责任人和时限，下次会议通报落实情况"]),
    ]
    agreed_on: Annotated[Day | None, Field(description="约定整改日期", examples=["2018-12-31"])] = (
        None
    )


GuidancePatch = partial(GuidanceWrite, "GuidancePatch")


class GuidanceRead(GuidanceWrite):
    """Guidance as returned."""

    id: UUID
    meeting_id: UUID
    agreed_on: date | None
    given_at: datetime
    given_by_name: str
    rectification: Annotated[ItemLink | None, Field(description="由本意见产生的整改")]
    version: int


class GuidanceBody(Model):
    """The guidance of a meeting, oldest first."""

    items: list[GuidanceRead]


class GuidanceRectificationWrite(Model):
    """What makes a rectification of a guidance; its place, origin and days follow from it."""

    title: Annotated[Title, Field(description="存在问题", examples=["会议决议没有责任人和时限"])]
    source: Annotated[Source, Field(description="来源", examples=["inspection"])]
    type: Annotated[RectificationType, Field(description="整改类型")] = (
        RectificationType.BY_DEADLINE
    )
    due_on: Annotated[
        Day | None, Field(description="整改时限；已有约定日期时不填，以约定日期为准")
    ] = None
    corrective_measure: Annotated[LongText | None, Field(description="整改措施")] = None
    lead_leader: Annotated[Name | None, Field(description="牵头领导")] = None
    responsible_person: Annotated[Name | None, Field(description="责任人")] = None
    responsible_department: Annotated[Name | None, Field(description="责任部门")] = None
    focus: Annotated[FocusCode | None, Field(description="责任类别代码")] = None
