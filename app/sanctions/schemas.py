"""Payloads of sanctions."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator

from app.core.schemas import Day, Model, Name, Title, field_error
from app.items.schemas import EventWrite, ItemFilters, ItemRead, ItemSummary, PersonField
from app.sanctions.rules import SanctionType, four_forms


class SanctionOwn(Model):
    """What a sanction has beyond any record."""

    person: Annotated[PersonField, Field(description="受处分人")]
    decision_number: Annotated[
        Name | None, Field(description="处分决定文号", examples=["集纪〔2018〕12号"])
    ] = None
    decision_title: Annotated[
        Title | None, Field(description="处分决定标题", examples=["关于给予某某党内警告处分的决定"])
    ] = None
    authority: Annotated[Name | None, Field(description="批准机关", examples=["集团公司纪委"])] = (
        None
    )
    expires_on: Annotated[
        Day | None, Field(description="察看期满日期，仅留党察看", examples=["2019-10-11"])
    ] = None


class SanctionWrite(EventWrite, SanctionOwn):
    """A sanction as a client states it: a fact, so its day is known."""

    type: Annotated[SanctionType, Field(description="处分种类", examples=["warning"])]
    happened_on: Annotated[Day, Field(description="处分决定日期", examples=["2018-10-11"])]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.expires_on is None:
            return self
        if self.type != SanctionType.PROBATION_WITHIN_PARTY:
            raise field_error("expires_on", "expiry_of_probation", "只有留党察看填写察看期满日期")
        if self.expires_on <= self.happened_on:
            raise field_error(
                "expires_on", "expires_before_decision", "察看期满日期应晚于处分决定日期"
            )
        return self


class SanctionRead(ItemRead, SanctionOwn):
    """A sanction as returned."""

    type: SanctionType
    happened_on: date

    @computed_field(description="属于四种形态的第几种")
    def four_forms(self) -> int:
        """Return which of the four forms the sanction belongs to."""
        return four_forms(self.type)


class SanctionSummary(ItemSummary):
    """A sanction as listed."""

    four_forms: Annotated[int, Field(description="属于四种形态的第几种")]
    person_name: Annotated[str, Field(description="受处分人姓名")]
    decision_number: str | None
    authority: str | None
    expires_on: date | None


class SanctionFilters(ItemFilters):
    """Filters of the list of sanctions."""

    type: Annotated[list[SanctionType], Field(max_length=20, description="处分种类，可重复")] = (
        Field(default_factory=list)
    )
    member_id: Annotated[UUID | None, Field(description="受处分人在花名册中的编号")] = None
