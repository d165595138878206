"""Which kinds of file are evidence, and what a file may be called."""

import mmap
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from app.evidence.errors import EvidenceRefused, Refusal

MAX_FILENAME = 500

_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CHARACTERS = _BIDI_CONTROLS | frozenset("\ufffe\uffff")
_ESCAPED_CONTROL = re.compile(r"%0[0ad]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/\\]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._()+=@~-]")
# RFC 5987 attr-char, beyond the letters and digits that quote() always leaves alone
_ATTR_CHARS = "!#$&+-.^_`|~"


def has_unsafe_characters(name: str) -> bool:
    """Say whether a name could forge a line, end a string early or lie about its direction."""
    return bool(_ESCAPED_CONTROL.search(name)) or any(
        c in _REFUSED_CHARACTERS or unicodedata.category(c) in _REFUSED_CATEGORIES for c in name
    )


def safe_filename(name: str) -> str:
    """Return the name exactly as typed, fit to be stored as metadata.

    Path separators, reserved names and emoji are harmless in metadata and stay. Control
    characters, line and paragraph separators, lone surrogates, bidirectional overrides and
    percent-escaped NUL, CR or LF are refused, not repaired: a name that changes silently is no
    evidence. Raises ``EvidenceRefused``; at most ``MAX_FILENAME`` characters.
    """
    if not name.strip():
        raise EvidenceRefused(Refusal.FILENAME_MISSING)
    if len(name) > MAX_FILENAME:
        raise EvidenceRefused(Refusal.FILENAME_TOO_LONG)
    if has_unsafe_characters(name):
        raise EvidenceRefused(Refusal.FILENAME_CHARACTERS)
    return name


def display_name(name: str) -> str:
    """Return the last part of a name that may look like a path: what a page or a download shows."""
    last = _SEPARATORS.split(name)[-1]
    return last if last.strip(" .") else "佐证材料"


def extension(name: str) -> str:
    """Return the last extension in lower case without the dot, or an empty string."""
    stem, _, suffix = display_name(name).rpartition(".")
    return suffix.lower() if stem else ""


def content_disposition(filename: str) -> str:
    """Build the header of a download by RFC 6266: never inline, with an ASCII name beside UTF-8.

    The ASCII name is for clients that ignore ``filename*``; each other character becomes ``_``.
    """
    name = display_name(filename)
    ascii_name = _NOT_PLAIN.sub("_", name)
    encoded = quote(name, safe=_ATTR_CHARS)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{encoded}"


Data = bytes | mmap.mmap
"""The content of a file: anything that can be sliced and searched without being copied."""

ZIP_END = b"PK\x05\x06"
"""The signature of the end record of a zip's directory (APPNOTE.TXT 4.3.16)."""


class ContentShape(StrEnum):
    """How the content is built; each shape has one check in ``content``."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    BOXES = "boxes"
    MP3 = "mp3"
    TEXT = "text"
    OLE = "ole"
    OOXML = "ooxml"
    OFD = "ofd"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class ContentType:
    """A kind of file: what it is called, and what the check of its shape must find.

    ``media_type`` is the one that is stored and served, never the user's. ``mark`` is the shape's
    own proof: the brands of an ISO file, the streams of an OLE file, the content type of an OOXML
    file's main part.
    """

    extension: str
    media_type: str
    label: str
    shape: ContentShape
    mark: frozenset[str] = frozenset()

    def accepts_declared(self, declared: str | None) -> bool:
        """Say whether a browser may have sent this media type; no statement is acceptable."""
        media_type = (declared or "").partition(";")[0].strip().lower()
        accepted = {self.media_type, *_UNSTATED, *_ALIASES.get(self.media_type, ())}
        if self.shape in {ContentShape.OLE, ContentShape.OOXML}:
            accepted |= {f"application/wps-office.{self.extension}", *_WPS_TYPES}
        return media_type in accepted


_UNSTATED = frozenset({"", "application/octet-stream", "binary/octet-stream"})
# What browsers declare instead of the media type; machines with WPS have names of their own.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": ("image/jpg", "image/pjpeg"),
    "image/heic": ("image/heif", "image/heic-sequence"),
    "text/csv": ("application/vnd.ms-excel", "application/csv", "text/plain"),
    "text/markdown": ("text/x-markdown", "text/plain"),
    "audio/mpeg": ("audio/mp3", "audio/mpg"),
    "audio/mp4": ("audio/x-m4a", "audio/m4a", "audio/aac"),
    "application/zip": ("application/x-zip-compressed", "application/x-zip"),
}
_WPS_TYPES = ("application/kswps", "application/kset", "application/ksdps")
_ISO_PHOTO = frozenset({"heic", "heix", "heim", "heis", "mif1"})
_ISO_VIDEO = frozenset({"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "3gp4"})
_ISO_SOUND = frozenset({"M4A ", "M4B ", "mp42", "isom", "iso2"})


def _ooxml(extension: str, label: str, document: str) -> ContentType:
    media_type = f"application/vnd.openxmlformats-officedocument.{document}"
    main_part = frozenset({f"{media_type}.main+xml"})
    return ContentType(extension, media_type, label, ContentShape.OOXML, main_part)


def _ole(extension: str, label: str, media_type: str, *streams: str) -> ContentType:
    return ContentType(extension, media_type, label, ContentShape.OLE, frozenset(streams))


_ALL = (
    ContentType("pdf", "application/pdf", "PDF 文档", ContentShape.PDF),
    ContentType("ofd", "application/ofd", "OFD 文档", ContentShape.OFD),
    ContentType("jpg", "image/jpeg", "图片", ContentShape.JPEG),
    ContentType("jpeg", "image/jpeg", "图片", ContentShape.JPEG),
    ContentType("png", "image/png", "图片", ContentShape.PNG),
    ContentType("webp", "image/webp", "图片", ContentShape.WEBP),
    ContentType("heic", "image/heic", "图片", ContentShape.BOXES, _ISO_PHOTO),
    ContentType("heif", "image/heic", "图片", ContentShape.BOXES, _ISO_PHOTO),
    _ooxml("docx", "Word 文档", "wordprocessingml.document"),
    _ooxml("xlsx", "Excel 表格", "spreadsheetml.sheet"),
    _ooxml("pptx", "PowerPoint 演示文稿", "presentationml.presentation"),
    _ole("doc", "Word 文档", "application/msword", "WordDocument"),
    _ole("wps", "WPS 文字", "application/vnd.ms-works", "WordDocument"),
    _ole("xls", "Excel 表格", "application/vnd.ms-excel", "Workbook", "Book"),
    _ole("et", "WPS 表格", "application/wps-office.et", "Workbook", "Book"),
    _ole("ppt", "PowerPoint 演示文稿", "application/vnd.ms-powerpoint", "PowerPoint Document"),
    _ole("dps", "WPS 演示", "application/wps-office.dps", "PowerPoint Document"),
    ContentType("txt", "text/plain", "文本", ContentShape.TEXT),
    ContentType("csv", "text/csv", "表格文本", ContentShape.TEXT),
    ContentType("md", "text/markdown", "文本", ContentShape.TEXT),
    ContentType("mp3", "audio/mpeg", "录音", ContentShape.MP3),
    ContentType("m4a", "audio/mp4", "录音", ContentShape.BOXES, _ISO_SOUND),
    ContentType("mp4", "video/mp4", "录像", ContentShape.BOXES, _ISO_VIDEO),
    ContentType("zip", "application/zip", "压缩包", ContentShape.ZIP),
)
KINDS = {kind.extension: kind for kind in _ALL}


def kind_named(extension: str) -> ContentType:
    """Return the kind of an extension (lower case, no dot); raises ``EvidenceRefused``."""
    try:
        return KINDS[extension]
    except KeyError as error:
        raise EvidenceRefused(Refusal.TYPE_NOT_ALLOWED) from error
