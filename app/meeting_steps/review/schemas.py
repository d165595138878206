"""Payloads of sheets and of quality reviews."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator

from app.core.schemas import LongText, Model, Name, Title, field_error
from app.meeting_steps.rules import (
    FULL_MARKS,
    ReviewGrade,
    ReviewState,
    grade_of,
    unscored,
)

CriterionCode = Annotated[
    str,
    Field(
        max_length=64, pattern=r"^[a-z0-9_]+$", description="评估项目代码", examples=["attendance"]
    ),
]
Points = Annotated[int, Field(ge=0, le=FULL_MARKS, strict=True)]


class CriterionField(Model):
    """One line of a sheet."""

    code: CriterionCode
    name: Annotated[Name, Field(description="评估项目", examples=["到会情况"])]
    max_points: Annotated[
        int, Field(ge=1, le=FULL_MARKS, strict=True, description="满分", examples=[15])
    ]
    description: Annotated[
        Title, Field(description="评估内容", examples=["应到、实到清楚，缺席有原因。"])
    ]


class SheetWrite(Model):
    """A tree's sheet: criteria whose points are 100 together."""

    criteria: Annotated[list[CriterionField], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name, words in (("code", "评估项目代码重复"), ("name", "评估项目名称重复")):
            seen = Counter(getattr(criterion, name) for criterion in self.criteria)
            if max(seen.values()) > 1:
                raise field_error("criteria", f"criterion_{name}_repeated", words)
        total = sum(criterion.max_points for criterion in self.criteria)
        if total != FULL_MARKS:
            raise field_error(
                "criteria", "points_not_full", f"各项满分之和应为 {FULL_MARKS}，现为 {total}"
            )
        return self


class SheetRead(Model):
    """A sheet as returned."""

    edition: Annotated[int, Field(description="第几版；0 为默认评估表")]
    criteria: list[CriterionField]
    written_at: datetime | None
    written_by_name: str | None


class ScoreField(Model):
    """The points of one criterion."""

    code: CriterionCode
    points: Annotated[Points, Field(description="得分", examples=[13])]
    reason: Annotated[
        LongText | None, Field(description="扣分理由；扣分时必填", examples=["缺席两人未写明原因"])
    ] = None


class ReviewWrite(Model):
    """Scores; a draft may leave criteria for later."""

    scores: Annotated[list[ScoreField], Field(max_length=50, description="各项得分")]
    comment: Annotated[
        LongText | None, Field(description="总评", examples=["程序规范，决议跟踪需加强"])
    ] = None


class QualityReviewRead(Model):
    """A review as returned."""

    id: UUID
    meeting_id: UUID
    state: ReviewState
    edition: Annotated[int, Field(description="所用评估表的版次；0 为默认评估表")]
    criteria: Annotated[list[CriterionField], Field(description="所用评估表，不随以后的修订变动")]
    scores: list[ScoreField]
    comment: str | None
    record_version: Annotated[int, Field(description="评的是会议记录的哪一版")]
    changed_since: Annotated[bool, Field(description="评分之后会议记录是否有更正")]
    drafted_at: datetime
    drafted_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    version: int

    @computed_field(description="得分合计")
    def total(self) -> int:
        """The sum of the points."""
        return self._sum()

    @computed_field(description="尚未评分的项目代码")
    def unscored(self) -> list[str]:
        """The criteria without points."""
        limits = {criterion.code: criterion.max_points for criterion in self.criteria}
        return unscored(limits, (score.code for score in self.scores))

    @computed_field(description="等次；草稿为空")
    def grade(self) -> ReviewGrade | None:
        """The total in words, once it is confirmed."""
        return grade_of(self._sum()) if self.state == ReviewState.CONFIRMED else None

    def _sum(self) -> int:
        return sum(score.points for score in self.scores)


class ReviewsBody(Model):
    """The reviews of a meeting, oldest first; the last confirmed one counts."""

    items: list[QualityReviewRead]
