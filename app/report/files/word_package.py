"""The stylesheet of a Word report and the package around its body."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count
from xml.sax.saxutils import escape

import docx
from docx.document import Document as WordDocument
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from app.report.files.word_styles import (
    BASE_STYLES,
    NAMESPACES,
    PAGE_NUMBER,
    STYLES,
    STYLES_PART,
    OoxmlElement,
    Style,
    fixed_parts,
    style_xml,
)

THEME_PART = "word/theme/theme1.xml"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SCRIPTS = {"EastAsia": "ea", "Bidi": "cs", "Ascii": "latin", "HAnsi": "latin"}
_THEMED = {
    "asciiTheme": "ascii",
    "hAnsiTheme": "hAnsi",
    "eastAsiaTheme": "eastAsia",
    "cstheme": "cs",
}
_ID = qn("w:styleId")
_THEME_ATTRIBUTE = re.compile(r"theme", re.IGNORECASE)
_COMMENT_STYLES = (
    (
        '<w:style w:type="character" w:styleId="CommentReference">'
        '<w:name w:val="annotation reference"/><w:uiPriority w:val="99"/>'
        '<w:rPr><w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr></w:style>'
    ),
    (
        '<w:style w:type="paragraph" w:styleId="CommentText">'
        '<w:name w:val="annotation text"/><w:uiPriority w:val="99"/>'
        '<w:pPr><w:jc w:val="left"/></w:pPr>'
        '<w:rPr><w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr></w:style>'
    ),
)


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """A stylesheet in bytes, and the id of each named style, escaped for an attribute."""

    content: bytes
    ids: Mapping[str, str]


class UnusableStyleError(ValueError):
    """A template's style under a name that we use is not one of paragraphs, or has no id."""


def stylesheet(template: bytes | None, *, justified: bool = True) -> Stylesheet:
    """Make the stylesheet of a report, from a style template (.docx) if there is one.

    With `justified` False body text is set ragged right, for programs that lose characters at the
    ends of justified lines.

    Raises:
        UnusableStyleError: the template has another kind of style under a name that we use, or no
            stylesheet at all.
    """
    root = _root_xml(BASE_STYLES) if template is None else _root_of(template)
    ids: dict[str, str] = {}
    present = _styles_by_name(root)
    taken = {style.get(_ID) for style in present.values()}
    for style in STYLES:
        known = present.get(style.name)
        if known is None:
            ids[style.name] = _free_id(style.key, taken)
            root.append(_root_xml(style_xml(style, ids[style.name], justified=justified))[0])
        elif known.get(qn("w:type")) != "paragraph" or not known.get(_ID):
            raise UnusableStyleError(style.name)
        else:
            ids[style.name] = known.get(_ID)
            if not justified:
                _align_left(known)
    for xml in _COMMENT_STYLES:
        style_element = _root_xml(xml)[0]
        name = _name(style_element)
        if name not in present:
            style_element.set(_ID, _free_id(style_element.get(_ID), taken))
            root.append(style_element)
            present[name] = style_element
        ids[name] = present[name].get(_ID)
    quoted = {name: escape(key, {'"': "&quot;"}) for name, key in ids.items()}
    return Stylesheet(serialize_part_xml(root), quoted)


def missing_styles(template: bytes) -> tuple[Style, ...]:
    """Return the styles that a template does not define; ours are used for them."""
    present = _styles_by_name(_root_of(template))
    return tuple(style for style in STYLES if style.name not in present)


def _root_xml(styles: str) -> OoxmlElement:
    return parse_xml(f"<w:styles {NAMESPACES}>{styles}</w:styles>")


def _styles_by_name(root: OoxmlElement) -> dict[str, OoxmlElement]:
    return {_name(style): style for style in root.iterchildren(qn("w:style"))}


def _root_of(template: bytes) -> OoxmlElement:
    """Read the template's styles, with nothing left that leads to another part of its file."""
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        root: OoxmlElement = parse_xml(archive.read(STYLES_PART))
        if root.tag != qn("w:styles"):
            raise UnusableStyleError(root.tag)
        has_theme = THEME_PART in archive.namelist()
        fonts = _theme_fonts(archive.read(THEME_PART)) if has_theme else {}
    for element in list(root.iter(qn("w:numPr"))):
        element.getparent().remove(element)
    for element in root.iter(qn("w:rFonts")):
        _name_fonts(element, fonts)
    for element in root.iter():
        for attribute in [name for name in element.attrib if _THEME_ATTRIBUTE.search(str(name))]:
            del element.attrib[attribute]
    return root


def _name_fonts(element: OoxmlElement, fonts: Mapping[str, str]) -> None:
    """Write out the fonts that a style names by its theme's roles: the role would win in Word."""
    for role, plain in _THEMED.items():
        themed = element.get(qn(f"w:{role}"))
        if themed is not None and fonts.get(themed):
            element.set(qn(f"w:{plain}"), fonts[themed])


def _theme_fonts(content: bytes) -> dict[str, str]:
    """Return the font of each role (minorEastAsia and so on) in a theme."""
    theme: OoxmlElement = parse_xml(content)
    fonts: dict[str, str] = {}
    for size in ("major", "minor"):
        for group in theme.iter(f"{_DRAWING}{size}Font"):
            for role, tag in _SCRIPTS.items():
                face = group.find(f"{_DRAWING}{tag}")
                fonts[size + role] = "" if face is None else face.get("typeface", "")
            chinese = [face for face in group if face.get("script") == "Hans"]
            if chinese and not fonts[f"{size}EastAsia"]:
                fonts[f"{size}EastAsia"] = chinese[0].get("typeface", "")
    return fonts


def _name(style: OoxmlElement) -> str:
    name = style.find(qn("w:name"))
    return "" if name is None else str(name.get(qn("w:val")))


def _free_id(key: str, taken: set[str]) -> str:
    candidates = chain((key,), (f"{key}{number}" for number in count(1)))
    free = next(candidate for candidate in candidates if candidate not in taken)
    taken.add(free)
    return free


def _align_left(style: OoxmlElement) -> None:
    for alignment in style.iter(qn("w:jc")):
        if alignment.get(qn("w:val")) in {"both", "distribute"}:
            alignment.set(qn("w:val"), "left")


_FIRST = ("[Content_Types].xml", "_rels/.rels")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


@lru_cache(maxsize=16)
def blank(
    template: bytes | None, *, comments: bool, justified: bool
) -> tuple[bytes, Mapping[str, str]]:
    """Make an empty report, and the ids of its styles; kept in memory for each style template."""
    sheet = stylesheet(template, justified=justified)
    fixed = fixed_parts(sheet.ids[PAGE_NUMBER.name], comments=comments)
    parts = {name: content.encode() for name, content in fixed.items()}
    return _pack({**parts, STYLES_PART: sheet.content}), sheet.ids


def open_word(content: bytes) -> WordDocument:
    """Open a Word file with python-docx."""
    return docx.Document(io.BytesIO(content))


def save_word(document: WordDocument) -> bytes:
    """Return a document's file, without the times and the order that python-docx would give it."""
    target = io.BytesIO()
    document.save(target)
    with zipfile.ZipFile(target) as archive:
        return _pack({name: archive.read(name) for name in archive.namelist()})


def _pack(parts: Mapping[str, bytes]) -> bytes:
    """Zip the parts: content types first, the others by name, each with the same fixed date."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=lambda name: (name not in _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            archive.writestr(entry, parts[name])
    return target.getvalue()
