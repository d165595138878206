"""Characters to look at before a report is printed, and those that no file can hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.report.documents.layout import Part, Piece, pieces
from app.report.documents.model import Document, Element, Paragraph
from app.report.errors import TextNotWritable

# What XML 1.0 cannot hold (§2.2): control characters, lone surrogates, two that are no characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTEXT = 10
_LAYOUT = frozenset("\n\r\t\u3000 ")

PART_NAMES: dict[Part, str] = {
    "title": "标题",
    "byline": "署名",
    "salutation": "称谓",
    "heading": "小标题",
    "paragraph": "正文",
    "caption": "表题",
    "cell": "表格",
    "annex_list": "附件说明",
    "signatory": "落款",
    "signed_on": "成文日期",
    "annex_mark": "附件序号",
    "annex_title": "附件标题",
}


@dataclass(frozen=True, slots=True)
class Stray:
    """A character outside GB 2312: the fonts of official documents may not have it."""

    character: str
    code_point: str
    part: Part
    context: str


def outside_gb2312(document: Document) -> tuple[Stray, ...]:
    """The characters outside GB 2312 in the order of reading, for the clerk to check.

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


def refuse_unwritable(document: Document) -> None:
    """Insist that every character can be written to a file; nothing is dropped silently.

    Payloads refuse such characters when they come in, so this meets only what came another way.

    Raises:
        TextNotWritable: a control character, a lone surrogate, U+FFFE or U+FFFF.
    """
    for piece in pieces(document):
        _refuse(piece.text, PART_NAMES[piece.part])
    elements = [*document.body, *(e for annex in document.annexes for e in annex.elements)]
    for remark in _remarks(elements):
        _refuse(remark, "批注")


def _remarks(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, Paragraph):
            yield from (run.remark for run in element.runs if run.remark)


def _refuse(text: str, place: str) -> None:
    found = UNWRITABLE.search(text)
    if found:
        raise TextNotWritable(
            f"{place}中第 {found.start() + 1} 个字符（U+{ord(found[0]):04X}）无法写入文件，"
            "请删去后重新生成。"
        )
