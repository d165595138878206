"""Payloads of versions, their comparison, and the verification of a finalised report."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Model, Name
from app.report.drafts.rules import ChangeKind, VersionReason
from app.report.drafts.schemas import BlockRead, HeadWrite

Number = Annotated[int, Field(ge=1, le=1_000_000, description="版本序号")]


class VersionWrite(Model):
    """A version to be kept."""

    label: Annotated[Name, Field(description="版本名称", examples=["征求支委意见稿"])]


class VersionSummary(Model):
    """A version as it is listed."""

    id: UUID
    number: int
    label: str
    reason: Annotated[VersionReason, Field(description="人工留存、提交时或定稿时自动留存")]
    sha256: str
    made_at: datetime
    made_by_name: str


class VersionRead(VersionSummary):
    """A text as it stood."""

    head: HeadWrite
    blocks: list[BlockRead]


class ComparisonParameters(Model):
    """Which two texts are compared."""

    from_: Annotated[int, Field(alias="from", ge=1, description="旧版本序号", examples=[1])]
    to: Annotated[
        int | None, Field(ge=1, description="新版本序号；不填则与现在的文字比较", examples=[2])
    ] = None


class SpanRead(Model):
    """A piece of a sentence."""

    operation: Literal["equal", "insert", "delete"]
    text: str


class LineRead(Model):
    """What became of a block."""

    kind: ChangeKind
    block_id: UUID
    moved: bool
    old_text: str | None
    new_text: str | None
    spans: Annotated[list[SpanRead], Field(description="改动处逐字对照")]


class HeadChange(Model):
    """A changed field of the head."""

    field: str
    old: str | None
    new: str | None


class ComparisonRead(Model):
    """Two texts compared."""

    head: list[HeadChange]
    items: list[LineRead]


class FactSetVerification(Model):
    """A fact set and whether it is what was kept."""

    number: int
    sha256: str
    valid: bool


class VerificationRead(Model):
    """Whether a finalised report is what was finalised."""

    valid: Annotated[bool, Field(description="正文与所依据的事实均与定稿时一致")]
    sha256: Annotated[str, Field(description="定稿时的校验值")]
    computed: Annotated[str, Field(description="现在重新计算的校验值")]
    fact_sets: list[FactSetVerification]
    verified_at: datetime
