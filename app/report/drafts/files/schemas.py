"""Payloads: how a report is asked for as a file, and what proofreading says of it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Model
from app.report.documents.formats import FormatName
from app.report.drafts.annexes import AnnexName
from app.report.lint.lines import Severity


class DocumentParameters(Model):
    """How a report is written out."""

    variant: Annotated[
        Literal["final", "review"], Field(description="final 定稿样；review 审阅样，逐句注明依据")
    ] = "final"
    format: Annotated[
        FormatName | None, Field(description="格式；不填则按请求头 Accept，都不写为 json")
    ] = None
    annexes: Annotated[
        list[AnnexName],
        Field(
            max_length=4,
            description="附件，可重复：meetings 三会一课完成情况、rectifications 整改情况、"
            "evidence 佐证材料目录、sources 数据来源对照表；没有内容的不列",
        ),
    ] = Field(default_factory=list)


class HintRead(Model):
    """Something to look at in a block."""

    block_id: UUID
    code: Annotated[str, Field(description="检查规则", examples=["wrong_phrase"])]
    severity: Annotated[Severity, Field(description="error 写错了，hint 供参考")]
    start: Annotated[int, Field(description="起始位置（字，从 0 起）")]
    end: int
    found: Annotated[str, Field(examples=["台帐"])]
    message: Annotated[str, Field(examples=["“台帐”写法有误，应为“台账”。"])]
    suggestion: Annotated[str | None, Field(examples=["台账"])]


class UnsupportedRead(Model):
    """Numbers of a block that no record supports."""

    block_id: UUID
    numbers: Annotated[list[str], Field(examples=[["44"]])]


class StrayRead(Model):
    """A character that the fonts of official documents may not have."""

    character: Annotated[str, Field(examples=["喆"])]
    code_point: Annotated[str, Field(examples=["U+5586"])]
    part: Annotated[str, Field(description="所在部分", examples=["正文"])]
    context: str


class ProofreadingRead(Model):
    """What a careful colleague would point out; nothing is changed and nothing is blocked."""

    hints: Annotated[list[HintRead], Field(description="用语、数字、标点、标题和段落")]
    unsupported_numbers: Annotated[
        list[UnsupportedRead], Field(description="没有记录支持的数字，提醒核对")
    ]
    outside_gb2312: Annotated[
        list[StrayRead], Field(description="GB 2312 以外的字：仿宋_GB2312 等字体可能没有")
    ]
