"""Which kinds of file are evidence, and what a file may be called."""

import mmap
import re
import unicodedata
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
    stem, dot, last = display_name(name).rpartition(".")
    return last.lower() if stem and dot else ""


def content_disposition(filename: str) -> str:
    """Build the header of a download by RFC 6266: never inline, with an ASCII name beside UTF-8.

    The ASCII name is for clients that ignore ``filename*``; each other character becomes ``_``.
    """
    shown = display_name(filename)
    plain = _NOT_PLAIN.sub("_", shown)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe=_ATTR_CHARS)}"


_UNSTATED = frozenset({"", "application/octet-stream", "binary/octet-stream"})

Data = bytes | mmap.mmap
"""The content of a file: anything that can be sliced and searched without being copied."""

ZIP_END = b"PK\x05\x06"


class ContentShape(StrEnum):
    """How the content is built; each shape has one check."""

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
    """A kind of file: what we call it, and what the check of its shape must find.

    ``media_type`` is the one we store and serve, never the user's. ``mark`` is the shape's own
    proof: the brands of an ISO file, the stream of an OLE file, the main part of an OOXML file.
    """

    extension: str
    media_type: str
    label: str
    shape: ContentShape
    mark: frozenset[str] = frozenset()
    also_declared: frozenset[str] = frozenset()

    def accepts_declared(self, declared: str | None) -> bool:
        """Say whether a browser may have sent this media type; no statement is acceptable."""
        plain = (declared or "").partition(";")[0].strip().lower()
        return plain in _UNSTATED or plain == self.media_type or plain in self.also_declared


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_ISO_PHOTO = frozenset({"heic", "heix", "heim", "heis", "mif1"})
_ISO_VIDEO = frozenset({"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "3gp4"})
_ISO_SOUND = frozenset({"M4A ", "M4B ", "mp42", "isom", "iso2"})


def _office(
    extension: str, label: str, shape: ContentShape, media_type: str, *mark: str
) -> ContentType:
    """An office file; a machine with WPS declares names of its own for each of them."""
    wps = f"application/wps-office.{extension}"
    aliases = {wps, "application/kswps", "application/kset", "application/ksdps"}
    return ContentType(
        extension, media_type, label, shape, frozenset(mark), frozenset(aliases - {media_type})
    )


_ALL = (
    ContentType("pdf", "application/pdf", "PDF 文档", ContentShape.PDF),
    ContentType("ofd", "application/ofd", "OFD 文档", ContentShape.OFD),
    *(
        ContentType(
            e,
            "image/jpeg",
            "图片",
            ContentShape.JPEG,
            also_declared=frozenset({"image/jpg", "image/pjpeg"}),
        )
        for e in ("jpg", "jpeg")
    ),
    ContentType("png", "image/png", "图片", ContentShape.PNG),
    ContentType("webp", "image/webp", "图片", ContentShape.WEBP),
    *(
        ContentType(
            e,
            "image/heic",
            "图片",
            ContentShape.BOXES,
            _ISO_PHOTO,
            frozenset({"image/heif", "image/heic-sequence"}),
        )
        for e in ("heic", "heif")
    ),
    _office(
        "docx",
        "Word 文档",
        ContentShape.OOXML,
        f"{_OPEN_XML}wordprocessingml.document",
        f"{_OPEN_XML}wordprocessingml.document.main+xml",
    ),
    _office(
        "xlsx",
        "Excel 表格",
        ContentShape.OOXML,
        f"{_OPEN_XML}spreadsheetml.sheet",
        f"{_OPEN_XML}spreadsheetml.sheet.main+xml",
    ),
    _office(
        "pptx",
        "PowerPoint 演示文稿",
        ContentShape.OOXML,
        f"{_OPEN_XML}presentationml.presentation",
        f"{_OPEN_XML}presentationml.presentation.main+xml",
    ),
    _office("doc", "Word 文档", ContentShape.OLE, "application/msword", "WordDocument"),
    _office("wps", "WPS 文字", ContentShape.OLE, "application/vnd.ms-works", "WordDocument"),
    _office("xls", "Excel 表格", ContentShape.OLE, "application/vnd.ms-excel", "Workbook", "Book"),
    _office("et", "WPS 表格", ContentShape.OLE, "application/wps-office.et", "Workbook", "Book"),
    _office(
        "ppt",
        "PowerPoint 演示文稿",
        ContentShape.OLE,
        "application/vnd.ms-powerpoint",
        "PowerPoint Document",
    ),
    _office(
        "dps", "WPS 演示", ContentShape.OLE, "application/wps-office.dps", "PowerPoint Document"
    ),
    ContentType("txt", "text/plain", "文本", ContentShape.TEXT),
    ContentType(
        "csv",
        "text/csv",
        "表格文本",
        ContentShape.TEXT,
        also_declared=frozenset({"application/vnd.ms-excel", "application/csv", "text/plain"}),
    ),
    ContentType(
        "md",
        "text/markdown",
        "文本",
        ContentShape.TEXT,
        also_declared=frozenset({"text/x-markdown", "text/plain"}),
    ),
    ContentType(
        "mp3",
        "audio/mpeg",
        "录音",
        ContentShape.MP3,
        also_declared=frozenset({"audio/mp3", "audio/mpg"}),
    ),
    ContentType(
        "m4a",
        "audio/mp4",
        "录音",
        ContentShape.BOXES,
        _ISO_SOUND,
        frozenset({"audio/x-m4a", "audio/m4a", "audio/aac"}),
    ),
    ContentType("mp4", "video/mp4", "录像", ContentShape.BOXES, _ISO_VIDEO),
    ContentType(
        "zip",
        "application/zip",
        "压缩包",
        ContentShape.ZIP,
        also_declared=frozenset({"application/x-zip-compressed", "application/x-zip"}),
    ),
)

KINDS = {kind.extension: kind for kind in _ALL}


def kind_named(extension: str, member: str | None = None) -> ContentType:
    """Return the kind of an extension (lower case, no dot); raises ``EvidenceRefused``."""
    try:
        return KINDS[extension]
    except KeyError as error:
        raise EvidenceRefused(Refusal.TYPE_NOT_ALLOWED, member) from error
