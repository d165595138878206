"""A report's text under the eyes of the proofreader. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.report.blocks import Block, shown
from app.report.drafts.subjects import unclear
from app.report.facts import Fact, RecordId
from app.report.lint.lines import Hint, Line
from app.report.lint.proofreading import proofread


def hints_of(
    blocks: Iterable[Block], facts: Mapping[RecordId, Fact], year: int
) -> tuple[tuple[Block, Hint], ...]:
    """Each hint with its block; tables are not proofread, titles of cited records are quotations.

    `facts` are the records that the blocks may cite.
    """
    read = [block for block in shown(blocks) if block.kind != "table"]
    lines = [_line(str(at), block, facts) for at, block in enumerate(read)]
    return tuple(
        (read[int(hint.line_id)], hint) for hint in proofread(lines, year, _without_subject(read))
    )


def _without_subject(read: Sequence[Block]) -> Iterator[Hint]:
    """The sentences whose subject is no longer to be seen, with what they should say."""
    places = {id(block): str(at) for at, block in enumerate(read)}
    for one in unclear(read):
        yield Hint(
            code="subject_unclear",
            severity="hint" if one.before is None else "error",
            line_id=places[id(one.block)],
            start=0,
            end=len(one.block.text),
            found=one.block.text,
            message=one.message,
            suggestion=one.full,
        )


def _line(key: str, block: Block, facts: Mapping[RecordId, Fact]) -> Line:
    cited = [facts[one] for one in block.ids if one in facts and not facts[one].is_restricted]
    return Line(
        id=key,
        kind="text" if block.kind == "table" else block.kind,
        paragraph=block.paragraph,
        text=block.text,
        level=block.level,
        # As it was generated, a sentence says nothing without grounds, be it what is left out.
        is_sourced=bool(block.ids or block.notes or block.sources)
        or (block.origin == "generated" and not block.edited),
        titles=tuple(dict.fromkeys(name for fact in cited for name in _names(fact))),
    )


def _names(fact: Fact) -> tuple[str, ...]:
    names = (fact.title, fact.organization_name, fact.place, fact.outcome, fact.suspension_reason)
    return tuple(name for name in names if name)
