"""Whether a file can serve as a style template; stricter than what evidence must pass.

Only the styles of a template ever reach a report (`word.stylesheet`). What else a Word file may
carry is refused all the same: a file that is handed on to others must hold nothing that acts.
"""

import re

from app.evidence.archives import Archive, ArchiveLimits, Budget, Entry
from app.evidence.errors import MESSAGES, EvidenceRefused, Refusal
from app.evidence.xmlparts import elements, looks_like_xml
from app.report.documents.word.parts import STYLES_PART
from app.report.documents.word.stylesheet import (
    THEME_PART,
    UnusableStyleError,
    missing_styles,
    stylesheet,
)
from app.report.errors import TemplateRefused

MAX_BYTES = 2_000_000
_LIMITS = ArchiveLimits(entries=200, total_bytes=20_000_000, ratio=100)
_XML_BYTES = 1_000_000
_READ_PARTS = frozenset({STYLES_PART, THEME_PART})
_ACTIVE_PART = re.compile(r"embeddings/|activex|vba|afchunk|oleobject|\.bin$|\.docx?$|\.docm$")
_FONT_PART = re.compile(r"\.(?:odttf|ttf|ttc|otf|fntdata)$|(?:^|/)fonts/")
_ACTIVE_KINDS = frozenset(
    {"aFChunk", "oleObject", "package", "control", "subDocument", "frame", "attachedTemplate"}
)
_EMBEDDED_FONTS = frozenset({"embedRegular", "embedBold", "embedItalic", "embedBoldItalic"})
_FONTS = "模板中嵌入了字体，请在 Word 的保存选项中取消“将字体嵌入文件”，再另存上传。"
_EXTERNAL = "模板引用了文件以外的内容（链接、链接的图片或上级模板），请删去后再上传。"
_ACTIVE = "模板中嵌入了其他文件或对象，请删去后再上传。"
_LARGE = "模板的样式内容过大，请删去正文和不用的样式后再上传。"
_NO_STYLES = "文件中没有样式，请用 Word 或 WPS 另存为 docx 后再上传。"
_NOT_WORD = "请上传 Word 文档（.docx）。"


def refusal(refused: EvidenceRefused) -> TemplateRefused:
    """What a file's refusal as evidence means for a template."""
    of_type = {Refusal.TYPE_NOT_ALLOWED, Refusal.TYPE_MISMATCH, Refusal.DECLARED_TYPE_MISMATCH}
    words = _NOT_WORD if refused.reason in of_type else MESSAGES[refused.reason]
    return TemplateRefused(refused.reason.value, words)


def examine(content: bytes, extension: str) -> list[str]:
    """Check a template's content; returns the names of the styles that it lacks.

    Raises:
        TemplateRefused: it is no plain Word file, or its styles cannot be used.
    """
    if extension != "docx":
        raise TemplateRefused(Refusal.TYPE_NOT_ALLOWED.value, _NOT_WORD)
    try:
        archive = Archive(content, Budget(_LIMITS))
        for entry in archive.entries:
            _check_entry(archive, entry)
    except EvidenceRefused as refused:
        raise refusal(refused) from refused
    if STYLES_PART not in {entry.name for entry in archive.entries}:
        raise TemplateRefused("styles_missing", _NO_STYLES)
    return _styles(content)


def _styles(content: bytes) -> list[str]:
    try:
        stylesheet(content)
    except UnusableStyleError as error:
        words = f"样式“{error}”不是段落样式，请改名或改为段落样式后再上传。"
        raise TemplateRefused("style_unusable", words) from error
    except SyntaxError as error:  # the parser's own is one of these
        raise TemplateRefused("styles_missing", _NO_STYLES) from error
    return [style.name for style in missing_styles(content)]


def _check_entry(archive: Archive, entry: Entry) -> None:
    name = entry.name.lower()
    if _ACTIVE_PART.search(name):
        raise TemplateRefused(Refusal.EMBEDDED_OBJECT.value, _ACTIVE)
    if _FONT_PART.search(name):
        raise TemplateRefused("embedded_fonts", _FONTS)
    content = b"".join(archive.chunks(entry))
    if entry.name in _READ_PARTS and len(content) > _XML_BYTES:
        raise TemplateRefused(Refusal.ARCHIVE_SIZE.value, _LARGE)
    if not looks_like_xml(content) and entry.name not in _READ_PARTS:
        return
    for tag, attributes in elements(content, entry.shown):
        if tag == "Relationship" and name.endswith(".rels"):
            _check_relationship(attributes)
        elif tag in {"altChunk", "object", "OLEObject", "control"}:
            raise TemplateRefused(Refusal.EMBEDDED_OBJECT.value, _ACTIVE)
        elif tag in _EMBEDDED_FONTS:
            raise TemplateRefused("embedded_fonts", _FONTS)


def _check_relationship(attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").rpartition("/")[2]
    if attributes.get("TargetMode", "").lower() == "external":
        raise TemplateRefused(Refusal.EXTERNAL_CONTENT.value, _EXTERNAL)
    if kind in _ACTIVE_KINDS:
        raise TemplateRefused(Refusal.EMBEDDED_OBJECT.value, _ACTIVE)
    if kind == "font":
        raise TemplateRefused("embedded_fonts", _FONTS)
