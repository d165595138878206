"""The document that every format is written from, and what each shows beyond its text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Literal

from app.report.errors import TextNotWritable

DocumentVariant = Literal["final", "review"]
Level = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Run:
    """Text that stands together; `remark` is its Word comment in the review variant."""

    text: str
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 一、, 2 （一）, 3 1., 4 （1）; the text holds its number."""

    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class DocumentParagraph:
    """A paragraph of the body; the runs follow each other without a gap."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The text of all runs together."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; `weights` are the columns' shares of the width.

    The caption may be empty: where a table is all of an annex, the annex's title says it.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...]


Element = Heading | DocumentParagraph | Table


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (附件), on a page of its own."""

    title: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report to be written out; the same document gives the same bytes in every format.

    `byline` names who reports (署名), `signatory` and `signed_on` end the text (落款).
    """

    title: str
    byline: str | None = None
    salutation: str | None = None
    body: tuple[Element, ...] = ()
    signatory: str | None = None
    signed_on: date | None = None
    annexes: tuple[Annex, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that is read as a whole, and what readers call this part of a document."""

    part: str
    text: str


def unix_lines(text: str) -> str:
    """Return the text with every kind of line end as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def signed_line(document: Document) -> str | None:
    """Return the date under the text, without leading zeros: 2018年12月3日; None without one."""
    day = document.signed_on
    return f"{day.year}年{day.month}月{day.day}日" if day else None


def salutation_line(salutation: str) -> str:
    """Return the salutation with its full-width colon."""
    return f"{salutation}："


def marked_annexes(document: Document) -> Iterator[tuple[str, Annex]]:
    """Yield each annex with the mark above it: 附件 for the only one, else 附件1 and so on."""
    for number, annex in enumerate(document.annexes, start=1):
        yield "附件" if len(document.annexes) == 1 else f"附件{number}", annex


def annex_list(document: Document) -> tuple[str, ...]:
    """Return the lines that list the annexes after the text; the first begins with 附件：."""
    titles = [annex.title for annex in document.annexes]
    if len(titles) > 1:
        titles = [f"{number}. {title}" for number, title in enumerate(titles, start=1)]
    return tuple(f"附件：{title}" if not index else title for index, title in enumerate(titles))


def pieces(document: Document) -> Iterator[Piece]:
    """Yield every text that a reader of the document sees, in order, as it was given."""
    yield Piece("标题", document.title)
    if document.byline:
        yield Piece("署名", document.byline)
    if document.salutation:
        yield Piece("称谓", salutation_line(document.salutation))
    yield from _element_pieces(document.body)
    for line in annex_list(document):
        yield Piece("附件说明", line)
    if document.signatory:
        yield Piece("落款", document.signatory)
    if day := signed_line(document):
        yield Piece("成文日期", day)
    for mark, annex in marked_annexes(document):
        yield Piece("附件序号", mark)
        yield Piece("附件标题", annex.title)
        yield from _element_pieces(annex.elements)


def _element_pieces(elements: tuple[Element, ...]) -> Iterator[Piece]:
    for element in elements:
        if isinstance(element, Heading):
            yield Piece("小标题", element.text)
        elif isinstance(element, DocumentParagraph):
            yield Piece("正文", element.text)
        else:
            if element.caption:
                yield Piece("表题", element.caption)
            for row in (element.header, *element.rows):
                yield from (Piece("表格", cell) for cell in row)


TITLE_WIDTH = 20.0
LONGEST_SEARCHED = 60
_MOST_BREAKS = 3
# By how surely a phrase ends at the break.
_BREAK_COSTS = (4.0, 1.0, 0.0)
_BREAK_AFTER = re.compile(
    r"(?:党组|党委|党总支|党支部|党工委|支部委员会|公司|集团|指挥部|项目部|年度|年|季度|关于|书记|的)$"
)
_BREAK_BEFORE = re.compile(
    r"^(?:抓基层|关于|述职|工作|年度|党建|党风|整改|情况|专项|半年|季度|\d{4}年)"
)
_NEVER_FIRST = frozenset("，。、；：？！”’》）】〕…—·%％")
_NEVER_LAST = frozenset("“‘《（【〔")


def width(text: str) -> float:
    """Return the width of a text in full-width characters; any other is half as wide."""
    return sum(
        1.0 if unicodedata.east_asian_width(character) in {"W", "F", "A"} else 0.5
        for character in text
        if not unicodedata.combining(character)
    )


def title_lines(title: str, most: float = TITLE_WIDTH) -> tuple[str, ...]:
    """Break a title where phrases end, into lines that form a trapezoid or a lozenge.

    Joined, the lines are the title. Line breaks that were typed are kept. `most` is the width of a
    line in full-width characters.
    """
    return tuple(line for typed in unix_lines(title).split("\n") for line in _broken(typed, most))


def _broken(text: str, most: float) -> tuple[str, ...]:
    if width(text) <= most:
        return (text,)
    for breaks in range(1, _MOST_BREAKS + 1):
        if width(text) <= most * (breaks + 1) and len(text) <= LONGEST_SEARCHED:
            positions = [at for at in range(1, len(text)) if _may_break(text, at)]
            layouts = [_cut(text, chosen) for chosen in combinations(positions, breaks)]
            fitting = [lines for lines in layouts if all(width(line) <= most for line in lines)]
            if fitting:
                return min(fitting, key=_unsightliness)
    return (text,)


def _cut(text: str, positions: tuple[int, ...]) -> tuple[str, ...]:
    bounds = (0, *positions, len(text))
    return tuple(text[start:end] for start, end in pairwise(bounds))


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _NEVER_FIRST or before in _NEVER_LAST or unicodedata.combining(after):
        return False
    is_quoted = any(text[:at].count(mark) > text[:at].count(end) for mark, end in ("《》", "“”"))
    is_latin = width(before) < 1 and width(after) < 1
    return not is_quoted and not is_latin and not (before.isdigit() and after in "年月日")


def _unsightliness(lines: tuple[str, ...]) -> tuple[float, float]:
    """Return what a layout costs: broken phrases first, then how uneven its lines are."""
    broken = sum(_BREAK_COSTS[_phrase_ends(before, after)] for before, after in pairwise(lines))
    widths = [width(line) for line in lines]
    steps = [abs(a - b) for a, b in pairwise(widths)]
    # Lines of one length make a block, the standard asks for a trapezoid or a lozenge.
    square = sum(1.0 for step in steps if step < 1)
    return broken + square / 2 + (max(widths) - min(widths)) / max(widths) * 2, -widths[0]


def _phrase_ends(before: str, after: str) -> int:
    """Return how many signs there are that a phrase ends between two lines: 0, 1 or 2."""
    return bool(_BREAK_BEFORE.match(after)) + bool(_BREAK_AFTER.search(before))


SIGNATURE_GAP = 2.0
SIGNATURE_WIDTH = 27.6
"""The characters of 16 points that a line of 156 mm holds, untracked."""


def signature_starts(document: Document) -> tuple[float, float]:
    """Return where the signatory and the date begin, in characters from the left edge.

    The date begins two characters right of the signatory; whichever reaches further ends two
    characters before the right edge (GB/T 9704-2012 §7.3.5.2). A signatory of more than a line
    begins at the edge.
    """
    signatory, day = width(document.signatory or ""), width(signed_line(document) or "")
    end = SIGNATURE_WIDTH - SIGNATURE_GAP
    if not signatory or signatory > end:
        return 0.0, end - day
    start = max(end - day - SIGNATURE_GAP if day > signatory else end - signatory, 0.0)
    return start, start + SIGNATURE_GAP


_CONTEXT = 10
_LAYOUT = frozenset("\n\r\t\u3000 ")


@dataclass(frozen=True, slots=True)
class Stray:
    """A character outside GB 2312: the fonts of official documents may not have it."""

    character: str
    code_point: str
    part: str
    context: str


def outside_gb2312(document: Document) -> tuple[Stray, ...]:
    """Return the characters outside GB 2312 in the order of reading, for the clerk to check.

    仿宋_GB2312 and 楷体_GB2312 hold GB 2312 only: a rare character of a name is printed in another
    face, or not at all. Each character is listed once for each stretch of text that has it.
    """
    return tuple(stray for piece in pieces(document) for stray in _strays(piece))


def _strays(piece: Piece) -> Iterator[Stray]:
    for character in dict.fromkeys(piece.text):
        if character not in _LAYOUT and not _in_gb2312(character):
            at = piece.text.index(character)
            context = piece.text[max(0, at - _CONTEXT) : at + _CONTEXT + 1]
            yield Stray(character, f"U+{ord(character):04X}", piece.part, context)


def _in_gb2312(character: str) -> bool:
    # The codec maps three marks of this table to other code points than fonts and keyboards do.
    if character in "·—‖":
        return True
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


# What XML 1.0 cannot hold (§2.2): control characters, lone surrogates, two that are no characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def refuse_unwritable(document: Document) -> None:
    """Refuse a document with a character that no file can hold; nothing is dropped silently.

    Payloads refuse such characters when they come in, so this meets only what came another way.

    Raises:
        TextNotWritable: a control character, a lone surrogate, U+FFFE or U+FFFF.
    """
    texts = [(piece.text, piece.part) for piece in pieces(document)]
    for elements in (document.body, *(annex.elements for annex in document.annexes)):
        texts += [(remark, "批注") for remark in _remarks(elements)]
    for text, part in texts:
        if match := _UNWRITABLE.search(text):
            raise TextNotWritable(
                f"{part}中第 {match.start() + 1} 个字符（U+{ord(match[0]):04X}）无法写入文件，"
                "请删去后重新生成。"
            )


def _remarks(elements: Iterable[Element]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, DocumentParagraph):
            yield from (run.remark for run in element.runs if run.remark)
