"""Payloads of kept documents, to be named and completed by each kind."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from app.core.pages import PageParameters
from app.core.schemas import Model

Status = TypeVar("Status", bound=StrEnum)


class KeptDocument(Model):
    """What every kept document begins with (``format`` is the format's version, 1)."""

    format: Annotated[Literal[1], Field(description="格式版本，目前为 1")] = 1
    code: str
    name: str
    based_on: str | None


class KeptRead(Model, Generic[Status]):
    """A kept document as returned; what it says is its document."""

    id: UUID
    organization_id: Annotated[UUID, Field(description="制定的党组织，对其及全部下级有效")]
    code: str
    name: str
    based_on: str | None
    status: Annotated[Status, Field(description="备用、启用或停用")]
    revision: Annotated[int, Field(description="最新修订号")]
    created_at: datetime
    updated_at: datetime
    version: int


class StatusPatch(Model, Generic[Status]):
    """Put a document in force, back on the shelf, or out of use."""

    status: Annotated[Status, Field(description="状态", examples=["in_force"])]


class KeptFilters(PageParameters, Generic[Status]):
    """Filters of a list of kept documents."""

    organization_id: Annotated[UUID | None, Field(description="只列该组织自己制定的")] = None
    status: Annotated[list[Status], Field(max_length=3, description="状态，可重复")] = Field(
        default_factory=list
    )


class RevisionRead(Model):
    """A revision as listed."""

    id: UUID
    number: Annotated[int, Field(description="修订号")]
    sha256: Annotated[str, Field(description="内容的 SHA-256，十六进制")]
    created_at: datetime
    created_by: UUID | None
    created_by_name: str
