"""A report's blocks as the document that every format is written from. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from app.report.blocks import Block, Head, runs_of, shown, told
from app.report.documents.model import Document, Element, Heading, Paragraph, Run, Table, Variant
from app.report.drafts.annexes import AnnexName, annexes_of
from app.report.drafts.naming import title_of
from app.report.drafts.sources import Sources, times
from app.report.drafts.subjects import Unclear, unclear
from app.report.facts import Fact

MOST_RECORDS = 20


def document_of(
    head: Head,
    blocks: Iterable[Block],
    variant: Variant = "final",
    sources: Sources | None = None,
    annexes: Sequence[AnnexName] = (),
) -> Document:
    """The report as a document; in the review variant every sentence says what it stands on.

    Without ``sources`` no record is named and there are no annexes; restricted records are only
    counted.
    """
    text = shown(blocks)
    return Document(
        title=head.title,
        byline=head.byline,
        salutation=head.salutation,
        body=tuple(_elements(text, variant, sources)),
        signatory=head.signatory,
        signed_on=head.signed_on,
        annexes=annexes_of(annexes, text, sources) if sources else (),
    )


def _elements(
    blocks: Iterable[Block], variant: Variant, sources: Sources | None
) -> Iterator[Element]:
    review = variant == "review"
    text = tuple(blocks)
    vague = {id(one.block): one for one in unclear(text)} if review else {}
    for run in runs_of(text):
        first = run[0]
        if first.kind == "heading":
            yield Heading(first.level or 1, first.text)
        elif first.cells is not None:
            yield Table(first.text, first.cells.header, first.cells.rows, first.cells.weights)
        else:
            yield Paragraph(
                tuple(
                    Run(
                        block.text, remark(block, sources, vague.get(id(block))) if review else None
                    )
                    for block in run
                )
            )


def remark(block: Block, sources: Sources | None, vague: Unclear | None = None) -> str | None:
    """What a sentence stands on, in lines: its numbers, records, grounds, phrase and original."""
    lines = [
        *([f"人工修改，原文：{block.generated}"] if block.edited else []),
        *(["人工添加"] if block.added else []),
        *([f"{vague.message}写明主体为：{vague.full}"] if vague else []),
        *(["起草后记录已有变化"] if block.outdated else []),
        *(
            [f"没有记录支持的数字：{'、'.join(block.unsupported_numbers)}"]
            if block.unsupported_numbers
            else []
        ),
        *map(told, block.counts),
        *(_records(block, sources) if sources else ()),
        *(_grounds(block, sources) if sources else ()),
        *([f"写法：{block.phrase}"] if block.phrase else []),
    ]
    return "\n".join(lines) or None


def _records(block: Block, sources: Sources) -> Iterator[str]:
    facts = [sources.facts[one] for one in block.ids if one in sources.facts]
    named = sorted((fact for fact in facts if not fact.is_restricted), key=_by_day)
    for fact in named[:MOST_RECORDS]:
        day = fact.day or fact.due_on or fact.planned_on
        when = f"{day.year}年{day.month}月{day.day}日　" if day else ""
        said = title_of(fact.kind, fact.type, fact.title)
        yield f"{when}{fact.organization_name}　{said}"
    if len(named) > MOST_RECORDS:
        yield f"等{len(named)}条记录"
    if secret := len(facts) - len(named):
        yield f"监督执纪记录{secret}条"


def _grounds(block: Block, sources: Sources) -> Iterator[str]:
    """What a sentence stands on besides records."""
    said = sources.said(block.sources)
    yield from (times(words, number) for words, number in said[:MOST_RECORDS])
    if len(said) > MOST_RECORDS:
        yield f"等{sum(number for _, number in said)}项"


def _by_day(fact: Fact) -> tuple[str, str, str]:
    day = fact.day or fact.due_on or fact.planned_on
    return (day.isoformat() if day else "9999", fact.organization_name, fact.id)
