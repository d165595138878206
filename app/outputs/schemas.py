"""Payloads of outputs."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from app.core.schemas import ApproximateCount, Headcount, Model, Name, field_error
from app.items.schemas import EventWrite, ItemFilters, ItemRead, ItemSummary
from app.outputs.rules import COPIED, OutputType, PolicyChange


class OutputOwn(Model):
    """What an output has beyond any record."""

    authors: Annotated[
        list[Name], Field(max_length=50, description="作者或完成人", examples=[["王建国"]])
    ] = Field(default_factory=list)
    change: Annotated[
        PolicyChange | None,
        Field(description="新制定或修订，制度必填、其他不填", examples=["created"]),
    ] = None
    document_number: Annotated[
        Name | None, Field(description="文号", examples=["指党〔2018〕6号"])
    ] = None
    issuer: Annotated[
        Name | None, Field(description="制发或颁发单位", examples=["集团公司党委"])
    ] = None
    publisher: Annotated[
        Name | None, Field(description="刊登或发布的媒体", examples=["集团公司内刊"])
    ] = None
    award_level: Annotated[
        Name | None, Field(description="表彰级别，仅表彰", examples=["集团公司级"])
    ] = None
    solved_difficulties: Annotated[
        Headcount | None, Field(description="破解难点数，仅课题攻关", examples=[3])
    ] = None
    copies: Annotated[ApproximateCount | None, Field(description="简报期数或材料份数")] = None


class OutputWrite(EventWrite, OutputOwn):
    """An output as a client states it; it is completed on the day on which it happened."""

    type: Annotated[OutputType, Field(description="成果类型", examples=["policy_document"])]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.type == OutputType.POLICY_DOCUMENT) != (self.change is not None):
            raise field_error(
                "change", "change_of_policy_document", "制度必须注明新制定或修订，其他成果不填"
            )
        if self.solved_difficulties is not None and self.type != OutputType.TASK_BREAKTHROUGH:
            raise field_error(
                "solved_difficulties",
                "difficulties_of_breakthrough",
                "破解难点数只在课题攻关中填写",
            )
        if self.award_level is not None and self.type != OutputType.AWARD:
            raise field_error("award_level", "level_of_award", "表彰级别只在表彰中填写")
        if self.copies is not None and self.type not in COPIED:
            raise field_error("copies", "copies_of_material", "期数、份数只在简报、材料中填写")
        return self


class OutputRead(ItemRead, OutputOwn):
    """An output as returned."""

    type: OutputType


class OutputSummary(ItemSummary):
    """An output as listed."""

    authors: list[str]
    change: PolicyChange | None
    document_number: str | None
    issuer: str | None
    publisher: str | None
    award_level: str | None
    solved_difficulties: int | None
    copies: Annotated[ApproximateCount | None, Field(description="简报期数或材料份数")]


class OutputFilters(ItemFilters):
    """Filters of the list of outputs."""

    type: Annotated[list[OutputType], Field(max_length=20, description="成果类型，可重复")] = Field(
        default_factory=list
    )
    change: Annotated[
        list[PolicyChange], Field(max_length=2, description="新制定或修订，可重复")
    ] = Field(default_factory=list)
