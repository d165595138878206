"""Payloads of style templates."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Model


class ReportTemplateWrite(Model):
    """A style template: nothing is stated but the file."""


class ReportTemplateRead(Model):
    """The style template that applies to an organisation's reports."""

    organization_id: Annotated[UUID, Field(description="上传模板的党组织")]
    organization_name: Annotated[str, Field(examples=["集团公司党委"])]
    inherited: Annotated[bool, Field(description="是否沿用上级党组织的模板")]
    number: Annotated[int, Field(description="第几次上传")]
    filename: Annotated[str, Field(description="上传时的文件名", examples=["公文样式.docx"])]
    size: Annotated[int, Field(description="字节数")]
    sha256: Annotated[str, Field(description="文件的 SHA-256，十六进制")]
    missing_styles: Annotated[
        list[str],
        Field(description="模板中没有、由系统补上的样式", examples=[["公文称谓", "公文页码"]]),
    ]
    uploaded_at: datetime
    uploaded_by_name: str
    version: Annotated[
        int | None, Field(description="更换或撤下时写入 If-Match；沿用上级模板时为空")
    ]
