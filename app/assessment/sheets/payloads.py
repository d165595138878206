"""Payloads around score sheets; their documents are in ``documents``."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Model


class AssessmentSheetRead(Model):
    """A sheet of a tree as listed."""

    code: str
    name: str
    revision: Annotated[int, Field(description="最新修订号；0 为随系统提供、尚未使用或修订")]


class SheetsBody(Model):
    """The sheets that a tree can assess by."""

    items: list[AssessmentSheetRead]


class AssessmentSheetRevisionRead(Model):
    """A revision as listed."""

    id: UUID
    number: Annotated[int, Field(description="修订号")]
    sha256: Annotated[str, Field(description="内容的 SHA-256，十六进制")]
    created_at: datetime
    created_by_name: str
