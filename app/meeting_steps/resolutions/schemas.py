"""The payload of a record that is made of a resolution."""

from typing import Annotated, Literal

from pydantic import Field

from app.core.schemas import Day, Model, Name, Title
from app.items.rules import ItemKind
from app.items.schemas import FocusCode, TypeCode
from app.rectifications.rules import Source

FollowUpKind = Literal[ItemKind.RECTIFICATION, ItemKind.ACTIVITY, ItemKind.OUTPUT, ItemKind.MEETING]


class FollowUpWrite(Model):
    """What makes a record of a resolution; what is left out follows from the resolution."""

    kind: Annotated[FollowUpKind, Field(description="事项种类", examples=["rectification"])]
    type: Annotated[
        TypeCode | None,
        Field(description="该种类下的类型；整改可不填（限期整改）", examples=["by_deadline"]),
    ] = None
    title: Annotated[
        Title | None, Field(description="名称；不填则取决议内容", examples=["完善党费收缴台账"])
    ] = None
    responsible_person: Annotated[
        Name | None, Field(description="责任人；不填则取决议的责任人", examples=["刘洋"])
    ] = None
    responsible_department: Annotated[Name | None, Field(description="责任部门")] = None
    due_on: Annotated[
        Day | None, Field(description="完成时限；不填则取决议的时限", examples=["2018-12-31"])
    ] = None
    planned_on: Annotated[Day | None, Field(description="计划日期；整改不填")] = None
    source: Annotated[Source | None, Field(description="问题来源，仅整改；默认其他")] = None
    focus: Annotated[FocusCode | None, Field(description="责任类别代码")] = None
