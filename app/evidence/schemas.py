"""Payloads of evidence."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.core.changes import partial
from app.core.pagination import PageParameters
from app.core.schemas import Day, Model, Title


class EvidenceWrite(Model):
    """What a client states of evidence, beside the file."""

    caption: Annotated[Title | None, Field(description="说明", examples=["第三季度党课签到表"])] = (
        None
    )
    effective_on: Annotated[
        Day | None, Field(description="材料所属日期", examples=["2018-09-20"])
    ] = None


EvidencePatch = partial(EvidenceWrite, "EvidencePatch")


class RevisionWrite(Model):
    """A new file for evidence that stands: nothing is stated but the file."""


def form_of(model: type[Model]) -> dict[str, Any]:
    """Return the OpenAPI description of a form with a file, which the framework does not read."""
    schema = model.model_json_schema()
    file = {"type": "string", "contentMediaType": "application/octet-stream", "description": "文件"}
    schema["properties"] = {"file": file, **schema["properties"]}
    schema["required"] = ["file"]
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


class EvidenceFilters(PageParameters):
    """Filters of a record's evidence."""

    include_deleted: Annotated[bool, Field(description="是否列出已删除的材料（不含文件）")] = False


class EvidenceRemoval(Model):
    """What may be said when evidence is removed."""

    reason: Annotated[Title | None, Field(description="删除理由", examples=["传错文件"])] = None


class RevisionRead(Model):
    """A file as it was handed in."""

    number: Annotated[int, Field(description="第几次上传")]
    filename: Annotated[str, Field(description="上传时的文件名")]
    media_type: Annotated[str, Field(description="系统认定的类型")]
    extension: str
    size: Annotated[int, Field(description="字节数")]
    sha256: Annotated[str, Field(description="文件的 SHA-256，十六进制")]
    uploaded_at: datetime
    uploaded_by: UUID | None
    uploaded_by_name: str


class EvidenceRead(Model):
    """Evidence as it is returned."""

    id: UUID
    item_id: UUID
    caption: str | None
    effective_on: date | None
    file: Annotated[RevisionRead | None, Field(description="最新的文件；已删除的为空")]
    created_at: datetime
    created_by: UUID | None
    created_by_name: str
    deleted: Annotated[bool, Field(description="是否已删除（只留痕迹，不再提供文件）")]
    deleted_at: datetime | None
    deleted_by: UUID | None
    deleted_by_name: str | None
    delete_reason: str | None
    version: int


class RevisionsBody(Model):
    """Every file that evidence ever was, oldest first."""

    items: list[RevisionRead]
