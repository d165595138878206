"""Files of a report in every format, and proofreading of its text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Model
from app.core.uow import UnitOfWork
from app.evidence.storage import Storage
from app.report.blocks import Block, shown
from app.report.drafts.annexes import AnnexName
from app.report.drafts.block_rows import block_of, document_of, head_of
from app.report.drafts.citations import unclear_subjects
from app.report.drafts.models import Report
from app.report.drafts.proofreading import Hint, HintSeverity, ProofLine, proofread
from app.report.drafts.rules import ReportStatus
from app.report.drafts.service import blocks_of, sources_of
from app.report.facts import Fact, RecordId
from app.report.files.formats import Format, FormatName
from app.report.files.model import Document, outside_gb2312
from app.report.templates import content_of, kept_revision, styles_of


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


class ProofreadingHintRead(Model):
    """Something to look at in a block."""

    block_id: UUID
    code: Annotated[str, Field(description="检查规则", examples=["wrong_phrase"])]
    severity: Annotated[HintSeverity, Field(description="error 写错了，hint 供参考")]
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

    hints: Annotated[list[ProofreadingHintRead], Field(description="用语、数字、标点、标题和段落")]
    unsupported_numbers: Annotated[
        list[UnsupportedRead], Field(description="没有记录支持的数字，提醒核对")
    ]
    outside_gb2312: Annotated[
        list[StrayRead], Field(description="GB 2312 以外的字：仿宋_GB2312 等字体可能没有")
    ]


def hints_of(
    blocks: Iterable[Block], facts: Mapping[RecordId, Fact], year: int
) -> tuple[tuple[Block, Hint], ...]:
    """Return each hint with its block; neither tables nor titles of cited records are proofread.

    `facts` are the records that the blocks may cite.
    """
    text = [block for block in shown(blocks) if block.kind != "table"]
    lines = [_line(str(index), block, facts) for index, block in enumerate(text)]
    hints = proofread(lines, year, _subject_hints(text))
    return tuple((text[int(hint.line_id)], hint) for hint in hints)


def _subject_hints(text: Sequence[Block]) -> Iterator[Hint]:
    """Point out sentences that no longer show their subject, with what they should say."""
    line_ids = {id(block): str(index) for index, block in enumerate(text)}
    for subject in unclear_subjects(text):
        yield Hint(
            code="subject_unclear",
            severity="hint" if subject.before is None else "error",
            line_id=line_ids[id(subject.block)],
            start=0,
            end=len(subject.block.text),
            found=subject.block.text,
            message=subject.message,
            suggestion=subject.full,
        )


def _line(line_id: str, block: Block, facts: Mapping[RecordId, Fact]) -> ProofLine:
    cited = [facts[id_] for id_ in block.ids if id_ in facts and not facts[id_].is_restricted]
    return ProofLine(
        id=line_id,
        kind="text" if block.kind == "table" else block.kind,
        paragraph=block.paragraph,
        text=block.text,
        level=block.level,
        # As it was generated, a sentence says nothing without sources, be it what is left out.
        is_sourced=bool(block.ids or block.notes or block.sources)
        or (block.origin == "generated" and not block.edited),
        titles=tuple(dict.fromkeys(name for fact in cited for name in _names(fact))),
    )


def _names(fact: Fact) -> tuple[str, ...]:
    names = (fact.title, fact.organization_name, fact.place, fact.outcome, fact.suspension_reason)
    return tuple(name for name in names if name)


def write_document(
    uow: UnitOfWork,
    report: Report,
    parameters: DocumentParameters,
    offered: Format,
    storage: Storage,
) -> tuple[Document, bytes]:
    """Return a report as a document, and as the bytes of a file in the offered format."""
    variant, annexes = parameters.variant, parameters.annexes
    rows = list(uow.session.scalars(blocks_of(report.id)))
    sources = sources_of(uow, report, rows) if variant == "review" or annexes else None
    document = document_of(head_of(report), map(block_of, rows), variant, sources, annexes)
    template = _template(uow, report, storage) if offered.styled else None
    return document, offered.write(document, variant, template)


def _template(uow: UnitOfWork, report: Report, storage: Storage) -> bytes | None:
    """Return the styles in use for the organisation; of a finalised report those it has kept."""
    if report.status != ReportStatus.FINALISED:
        return styles_of(uow, report.organization_id, storage)
    revision_id = report.template_revision_id
    revision = kept_revision(uow, revision_id) if revision_id else None
    return content_of(storage, revision) if revision else None


def proofread_report(uow: UnitOfWork, report: Report) -> ProofreadingRead:
    """Return what there is to look at in a report's text."""
    rows = list(uow.session.scalars(blocks_of(report.id)))
    blocks = shown(map(block_of, rows))
    facts = sources_of(uow, report, rows).facts
    document = document_of(head_of(report), blocks)
    return ProofreadingRead(
        hints=[_hint_read(block, hint) for block, hint in hints_of(blocks, facts, report.year)],
        unsupported_numbers=[
            UnsupportedRead.model_validate(
                {"block_id": block.id, "numbers": block.unsupported_numbers}
            )
            for block in blocks
            if block.unsupported_numbers
        ],
        outside_gb2312=[
            StrayRead.model_validate(asdict(stray)) for stray in outside_gb2312(document)
        ],
    )


def _hint_read(block: Block, hint: Hint) -> ProofreadingHintRead:
    names = ProofreadingHintRead.model_fields.keys() - {"block_id"}
    values = {name: getattr(hint, name) for name in names}
    return ProofreadingHintRead.model_validate({"block_id": block.id, **values})
