"""Which kinds of file are evidence, and what a browser may call them.

The list is what offices of a party organisation really hand in: scans and official documents (PDF,
OFD of GB/T 33190), photos from phones, the Word, Excel and PowerPoint formats with their WPS twins,
plain text, recordings, and one zip of such files. What is not on it either runs in a browser (html,
svg), runs on a desktop (exe, js, docm, xlsm), cannot be looked into (rar, 7z) or says nothing more
than a listed kind (gif, bmp, tiff).
"""

import mmap
from dataclasses import dataclass
from enum import StrEnum

from app.evidence.errors import EvidenceRefused, Refusal

_UNSTATED = frozenset({"", "application/octet-stream", "binary/octet-stream"})

Data = bytes | mmap.mmap
"""The content of a file: anything that can be sliced and searched without being copied."""


class Shape(StrEnum):
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
    shape: Shape
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


def _office(extension: str, label: str, shape: Shape, media_type: str, *mark: str) -> ContentType:
    """An office file; a machine with WPS declares names of its own for each of them."""
    wps = f"application/wps-office.{extension}"
    aliases = {wps, "application/kswps", "application/kset", "application/ksdps"}
    return ContentType(
        extension, media_type, label, shape, frozenset(mark), frozenset(aliases - {media_type})
    )


_ALL = (
    ContentType("pdf", "application/pdf", "PDF 文档", Shape.PDF),
    ContentType("ofd", "application/ofd", "OFD 文档", Shape.OFD),
    *(
        ContentType(
            e,
            "image/jpeg",
            "图片",
            Shape.JPEG,
            also_declared=frozenset({"image/jpg", "image/pjpeg"}),
        )
        for e in ("jpg", "jpeg")
    ),
    ContentType("png", "image/png", "图片", Shape.PNG),
    ContentType("webp", "image/webp", "图片", Shape.WEBP),
    *(
        ContentType(
            e,
            "image/heic",
            "图片",
            Shape.BOXES,
            _ISO_PHOTO,
            frozenset({"image/heif", "image/heic-sequence"}),
        )
        for e in ("heic", "heif")
    ),
    _office(
        "docx",
        "Word 文档",
        Shape.OOXML,
        f"{_OPEN_XML}wordprocessingml.document",
        f"{_OPEN_XML}wordprocessingml.document.main+xml",
    ),
    _office(
        "xlsx",
        "Excel 表格",
        Shape.OOXML,
        f"{_OPEN_XML}spreadsheetml.sheet",
        f"{_OPEN_XML}spreadsheetml.sheet.main+xml",
    ),
    _office(
        "pptx",
        "PowerPoint 演示文稿",
        Shape.OOXML,
        f"{_OPEN_XML}presentationml.presentation",
        f"{_OPEN_XML}presentationml.presentation.main+xml",
    ),
    _office("doc", "Word 文档", Shape.OLE, "application/msword", "WordDocument"),
    _office("wps", "WPS 文字", Shape.OLE, "application/vnd.ms-works", "WordDocument"),
    _office("xls", "Excel 表格", Shape.OLE, "application/vnd.ms-excel", "Workbook", "Book"),
    _office("et", "WPS 表格", Shape.OLE, "application/wps-office.et", "Workbook", "Book"),
    _office(
        "ppt",
        "PowerPoint 演示文稿",
        Shape.OLE,
        "application/vnd.ms-powerpoint",
        "PowerPoint Document",
    ),
    _office("dps", "WPS 演示", Shape.OLE, "application/wps-office.dps", "PowerPoint Document"),
    ContentType("txt", "text/plain", "文本", Shape.TEXT),
    ContentType(
        "csv",
        "text/csv",
        "表格文本",
        Shape.TEXT,
        also_declared=frozenset({"application/vnd.ms-excel", "application/csv", "text/plain"}),
    ),
    ContentType(
        "md",
        "text/markdown",
        "文本",
        Shape.TEXT,
        also_declared=frozenset({"text/x-markdown", "text/plain"}),
    ),
    ContentType(
        "mp3", "audio/mpeg", "录音", Shape.MP3, also_declared=frozenset({"audio/mp3", "audio/mpg"})
    ),
    ContentType(
        "m4a",
        "audio/mp4",
        "录音",
        Shape.BOXES,
        _ISO_SOUND,
        frozenset({"audio/x-m4a", "audio/m4a", "audio/aac"}),
    ),
    ContentType("mp4", "video/mp4", "录像", Shape.BOXES, _ISO_VIDEO),
    ContentType(
        "zip",
        "application/zip",
        "压缩包",
        Shape.ZIP,
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
