"""Two texts compared sentence by sentence, readable as a person reads them. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal
from uuid import UUID

from app.report.blocks import Block, shown
from app.report.drafts.rules import ChangeKind

Operation = Literal["equal", "insert", "delete"]
# Beyond this a comparison by character takes long and tells nobody anything.
MOST_WORK = 4_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence: in both texts, only in the new one, or only in the old one."""

    operation: Operation
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one block; `moved` also stands beside a change of its words."""

    kind: ChangeKind
    block_id: UUID | None
    moved: bool
    old_text: str | None
    new_text: str | None
    spans: tuple[Span, ...] = ()


def spans(old: str, new: str) -> tuple[Span, ...]:
    """What was deleted and inserted, character by character."""
    if len(old) * len(new) > MOST_WORK:
        return (Span("delete", old), Span("insert", new))
    found: list[Span] = []
    for code, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            found.append(Span("equal", old[i1:i2]))
            continue
        if i2 > i1:
            found.append(Span("delete", old[i1:i2]))
        if j2 > j1:
            found.append(Span("insert", new[j1:j2]))
    return tuple(found)


def compare(old: Iterable[Block], new: Iterable[Block]) -> tuple[Line, ...]:
    """Every block of either text, in the new one's order, removed ones where they stood."""
    before, after = shown(old), shown(new)
    known = {block.id: block for block in before}
    staying = _staying(before, after)
    present = {block.id for block in after}
    lines = _removed(before, present)
    found = list(lines.get(None, ()))
    for block in after:
        found.append(_line(known.get(block.id), block, moved=block.id not in staying))
        found += lines.get(block.id, ())
    return tuple(found)


def _line(old: Block | None, new: Block, *, moved: bool) -> Line:
    text = said(new)
    if old is None:
        return Line(
            kind=ChangeKind.ADDED, block_id=new.id, moved=False, old_text=None, new_text=text
        )
    was = said(old)
    kind = ChangeKind.MOVED if moved else ChangeKind.KEPT
    changed = was != text
    return Line(
        kind=ChangeKind.CHANGED if changed else kind,
        block_id=new.id,
        moved=moved,
        old_text=was,
        new_text=text,
        spans=spans(was, text) if changed else (),
    )


def said(block: Block) -> str:
    """A block's words; a table's with its cells."""
    if block.cells is None:
        return block.text
    rows = (block.cells.header, *block.cells.rows)
    return "\n".join((block.text, *("｜".join(row) for row in rows)))


def _removed(
    before: Sequence[Block], present: set[UUID | None]
) -> Mapping[UUID | None, list[Line]]:
    """The blocks that are gone, by the block after which they stood."""
    found: dict[UUID | None, list[Line]] = {}
    last: UUID | None = None
    for block in before:
        if block.id in present:
            last = block.id
            continue
        gone = Line(
            kind=ChangeKind.REMOVED,
            block_id=block.id,
            moved=False,
            old_text=said(block),
            new_text=None,
        )
        found.setdefault(last, []).append(gone)
    return found


def _staying(before: Sequence[Block], after: Sequence[Block]) -> set[UUID | None]:
    """The most blocks that keep their order among each other; the others have moved."""
    places = {block.id: place for place, block in enumerate(before)}
    common = [block.id for block in after if block.id in places]
    ends: list[int] = []
    at: list[int] = []
    previous: list[int | None] = []
    for index, one in enumerate(common):
        length = bisect_left(ends, places[one])
        previous.append(at[length - 1] if length else None)
        ends[length:] = [places[one]] if length == len(ends) else [places[one], *ends[length + 1 :]]
        at[length:] = [index] if length == len(at) else [index, *at[length + 1 :]]
    staying: set[UUID | None] = set()
    step = at[-1] if at else None
    while step is not None:
        staying.add(common[step])
        step = previous[step]
    return staying
