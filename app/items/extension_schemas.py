"""Payloads of extensions (延期)."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Day, LongText, Model


class ExtensionWrite(Model):
    """A request for a later deadline."""

    due_on: Annotated[Day, Field(description="申请延至", examples=["2018-12-31"])]
    reason: Annotated[LongText, Field(description="延期理由")]


class ExtensionDecision(Model):
    """The decision on a request, by somebody other than who asked."""

    approved: Annotated[bool, Field(description="是否同意")]
    note: Annotated[LongText | None, Field(description="意见；不同意时必填")] = None
    on: Annotated[Day | None, Field(description="审批日期，默认今天；事后补录时填实际日期")] = None


class ExtensionRead(Model):
    """A request for a later deadline, with its decision."""

    id: UUID
    item_id: UUID
    previous_due_on: date
    requested_due_on: date
    reason: str
    state: Literal["pending", "approved", "denied", "withdrawn"]
    requested_at: datetime
    requested_by_name: str
    decided_on: date | None
    decided_at: datetime | None
    decided_by_name: str | None
    decision_note: str | None
