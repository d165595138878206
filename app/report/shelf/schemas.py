"""Payloads around report books; what a book says is in ``books.documents``."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.errors import Flaw
from app.core.schemas import Model
from app.report.books.models import BookStatus
from app.report.schemas import SummaryParameters, Year
from app.report.summary import Summary
from app.shelves.schemas import KeptFilters, KeptRead, RevisionRead, StatusPatch


class HintRead(Model):
    """Something in a book that deserves a second look; never a refusal."""

    pointer: Annotated[str, Field(description="在文件中的位置", examples=["#/phrases/0/text"])]
    code: str
    detail: Annotated[str, Field(description="提醒")]

    @classmethod
    def of(cls, flaw: Flaw) -> "HintRead":
        """A reminder as it is shown."""
        return cls(pointer=flaw.pointer or "#", code=flaw.code, detail=flaw.detail)


class ReportBookRead(KeptRead[BookStatus]):
    """A report book as returned; what it says is its document."""

    based_on: Annotated[str, Field(description="以 standard（标准）或 superior（上级）为基础")]


class ReportBookPatch(StatusPatch[BookStatus]):
    """Put a report book in force, back on the shelf, or out of use."""


class ReportBookFilters(KeptFilters[BookStatus]):
    """Filters of the list of report books."""


class ReportBookRevisionRead(RevisionRead):
    """A revision as listed."""


class PreviewParameters(SummaryParameters):
    """Which report to try a book on."""

    year: Annotated[Year, Field(description="年度", examples=[2018])]


class BookPreview(Model):
    """A report as it would read with a book; nothing was saved."""

    text: Annotated[str, Field(description="全文")]
    summary: Summary
    hints: Annotated[list[HintRead], Field(description="用语提醒，仅供参考")]


class SourceRead(Model):
    """A book of a chain, and its revision."""

    code: Annotated[str, Field(description="代码", examples=["standard"])]
    revision: Annotated[int, Field(description="修订号")]


class FormRead(Model):
    """A form of report that an organisation can use."""

    code: Annotated[str, Field(description="文种代码", examples=["duty_report"])]
    name: Annotated[str, Field(description="文种名称", examples=["书记述职报告"])]
    voices: Annotated[list[str], Field(description="人称，首个为默认")]
    periods: Annotated[list[str], Field(description="期间种类")]


class OrganizationBook(Model):
    """What an organisation's reports are written with."""

    organization_id: UUID
    sources: Annotated[list[SourceRead], Field(description="从标准起，一层层叠加的各套")]
    sha256: Annotated[str, Field(description="叠加后内容的 SHA-256；相同即用语相同")]
    forms: list[FormRead]
