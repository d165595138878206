"""A report's blocks as the document that every format is written from. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from app.report.blocks import NOTE, Block, Head, runs_of, shown
from app.report.documents.model import Document, Element, Heading, Paragraph, Run, Table, Variant
from app.report.drafts.annexes import AnnexName, annexes_of
from app.report.drafts.remarks import remarks_of
from app.report.drafts.sources import Sources


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
        body=(*_elements(text, variant, sources), *_note(text, variant, sources)),
        signatory=head.signatory,
        signed_on=head.signed_on,
        annexes=annexes_of(annexes, text, sources) if sources else (),
    )


def _elements(
    blocks: Iterable[Block], variant: Variant, sources: Sources | None
) -> Iterator[Element]:
    text = tuple(blocks)
    remarks = remarks_of(text, sources) if variant == "review" else {}
    for run in runs_of(text):
        first = run[0]
        if first.kind == "heading":
            yield Heading(first.level or 1, first.text)
        elif first.cells is not None:
            yield Table(first.text, first.cells.header, first.cells.rows, first.cells.weights)
        else:
            yield Paragraph(tuple(Run(block.text, remarks.get(id(block))) for block in run))


def _note(text: Sequence[Block], variant: Variant, sources: Sources | None) -> Iterator[Element]:
    """What whoever checks the report has to know; drafts of earlier versions have it as text."""
    if variant == "review" and sources and sources.note and NOTE not in {one.key for one in text}:
        yield Paragraph((Run(f"注：{sources.note}"),))
