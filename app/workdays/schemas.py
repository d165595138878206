"""Payloads of working days."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.core.schemas import Model, Name, Title

EARLIEST_YEAR, LATEST_YEAR = 1921, 2199
Year = Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR, description="年份", examples=[2018])]
Works = Annotated[bool, Field(description="是否上班：true 上班，false 休息", examples=[False])]


class WorkdayParameters(Model):
    """Which year's days are asked for."""

    year: Annotated[
        Year | None, Field(description="年份；默认本年（按该党组织的时区）", examples=[2018])
    ] = None


class WorkdayOverrideWrite(Model):
    """What a tree says of one day."""

    works: Works
    name: Annotated[Name, Field(description="名称", examples=["厂庆日放假"])]
    note: Annotated[
        Title | None, Field(description="依据或说明", examples=["集团公司通知：厂庆日放假一天"])
    ] = None


class WorkdayOverrideRead(Model):
    """What a tree says of one day, as returned."""

    day: Annotated[date, Field(examples=["2018-05-04"])]
    works: Works
    name: str
    note: str | None
    version: int


class WorkdayYearWrite(Model):
    """What a tree says of one year's swaps."""

    published: Annotated[
        bool, Field(description="该年放假调休安排是否已公布并录入", examples=[True])
    ]
    note: Annotated[
        Title | None, Field(description="依据或说明", examples=["国务院办公厅已公布放假安排"])
    ] = None


class WorkdayYearRead(Model):
    """What a tree says of one year's swaps, as returned."""

    year: int
    published: bool
    note: str | None
    version: int


class SpecialDayRead(Model):
    """A day that does not follow Monday to Friday."""

    day: Annotated[date, Field(examples=["2018-02-11"])]
    works: Works
    name: Annotated[str, Field(examples=["调休上班"])]
    note: Annotated[str | None, Field(description="依据或说明；只有本单位自定的日子才有")]
    version: Annotated[int | None, Field(description="本单位自定的日子的版本；国家公布的日子为空")]


class WorkdaysRead(Model):
    """A year's days off and swapped weekends in one tree."""

    year: int
    published: Annotated[bool, Field(description="该年放假调休安排是否已公布")]
    provisional: Annotated[
        bool, Field(description="是否暂定：安排未公布时只按节日和周末推算，公布后可能变化")
    ]
    note: Annotated[str | None, Field(description="本单位对该年的说明")]
    version: Annotated[int | None, Field(description="本单位年度标记的版本；未设置为空")]
    days: Annotated[
        list[SpecialDayRead],
        Field(description="与周一至周五上班不同的日子，以及本单位自定的全部日子，按日期排列"),
    ]
