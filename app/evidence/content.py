"""What a file really is: its extension, its content and the declared type must agree."""

import codecs
import mmap
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from app.evidence import archives, ole
from app.evidence.archives import END_REACH, Archive, ArchiveEntry, ArchiveLimits, Budget
from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.formats import (
    ZIP_END,
    ContentShape,
    ContentType,
    Data,
    display_name,
    extension,
    kind_named,
    safe_filename,
)

TAIL_TOLERANCE = 1024
_SCANNED_BYTES = 64 * 1024
_STEP_BYTES = 1024 * 1024
_MAX_PARTS = 100_000
_BRANDS_END = 256
# a zip may hold one more zip, and an office file one more office file, but no deeper
_MAX_ZIPS = 2
_MAX_OFFICE = 2
_DEFAULT_LIMITS = ArchiveLimits()
_MARKUP = rb"(?i:<(?:!doctype|html|head|body|script|svg[\s>]|iframe|\?php))"
_FOREIGN = re.compile(
    rb"PK\x03\x04|PK\x05\x06|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|%PDF-|\x7fELF|" + _MARKUP
)
_MARKUP_ANYWHERE = re.compile(_MARKUP)
_MARKUP_AT_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml|" + _MARKUP + rb")")
_OTHER_AT_START = re.compile(rb"%PDF-|\{\\rtf|GIF8|#!")
_ZEROS = re.compile(rb"\x00*")
_PDF_START = re.compile(rb"%PDF-[12]\.\d")
_PDF_END = re.compile(rb"startxref\s++\d++\s++%%EOF")
_JPEG_END_OF_IMAGE = 0xD9  # ISO/IEC 10918-1 table B.1
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BOX_TYPE = re.compile(rb"[ -~]{4}")
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
_APPLE_STORE = b"\x00\x00\x00\x01Bud1"
_MP3_KBPS = {
    # (MPEG 1?): kilobits a second by index, layer III
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_1, _LAYER_3 = 3, 1  # in the header's own codes
_MP3_SYNC = 0x7FF  # eleven bits
# By version: MPEG 1, 2, 2.5.
_MP3_HERTZ = {
    _MPEG_1: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_MP3_FRAMES = 3


def identify(
    path: Path, filename: str, declared_type: str | None, limits: ArchiveLimits = _DEFAULT_LIMITS
) -> ContentType:
    """Return what kind of file this is, by its extension, its content and the declared type.

    ``declared_type`` is the media type sent by the browser; None, empty and octet-stream state
    nothing. The whole file is read, in bounded memory; nothing of it is kept or executed.

    Raises:
        EvidenceRefused: the three do not agree, or the content is refused.
    """
    kind = kind_named(extension(safe_filename(filename)))
    if not kind.accepts_declared(declared_type):
        raise EvidenceRefused(Refusal.DECLARED_TYPE_MISMATCH)
    if not path.stat().st_size:
        raise EvidenceRefused(Refusal.FILE_EMPTY)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _inspect(data, kind, Budget(limits), zips=0, offices=0)
    return kind


def _inspect(data: Data, kind: ContentType, budget: Budget, *, zips: int, offices: int) -> None:
    """Check one file; ``zips`` and ``offices`` count what it lies inside of."""
    if not data:
        raise EvidenceRefused(Refusal.FILE_EMPTY)
    check = _CHECKS.get(kind.shape)
    if check is not None:
        check(data, kind)
        if kind.shape is not ContentShape.OLE:
            _check_no_archive_behind(data)
        return
    if kind.shape is ContentShape.OOXML and ole.is_encrypted_package(data):
        raise EvidenceRefused(Refusal.ENCRYPTED)
    if (zips >= _MAX_ZIPS) if kind.shape is ContentShape.ZIP else (offices >= _MAX_OFFICE):
        raise EvidenceRefused(Refusal.ARCHIVE_NESTING)
    archive = Archive(data, budget)
    if not archive.entries:
        raise EvidenceRefused(Refusal.FILE_EMPTY)
    if kind.shape is ContentShape.ZIP:
        for entry in archive.entries:
            _inspect_member(archive, entry, budget, zips + 1)
    elif kind.shape is ContentShape.OFD:
        archives.check_ofd(archive)
    else:
        archives.check_ooxml(
            archive,
            kind,
            lambda inner, inner_kind: _inspect(
                inner, inner_kind, budget, zips=0, offices=offices + 1
            ),
        )


def _inspect_member(archive: Archive, entry: ArchiveEntry, budget: Budget, zips: int) -> None:
    """Check one file of a zip as if it had been uploaded, and name it when it is refused."""
    with archive.unpacked(entry) as data:
        if _left_by_macos(entry, data):
            return
        try:
            kind = kind_named(extension(entry.name))
            _inspect(data, kind, budget, zips=zips, offices=0)
        except EvidenceRefused as refused:
            raise EvidenceRefused(refused.reason, entry.shown) from refused


def _left_by_macos(entry: ArchiveEntry, data: Data) -> bool:
    """Say whether this is a file of attributes that macOS packs unasked, and really is one."""
    name = display_name(entry.name)
    return (name.startswith("._") and data[:4] == _APPLE_DOUBLE) or (
        name == ".DS_Store" and data[:8] == _APPLE_STORE
    )


def _check_no_archive_behind(data: Data) -> None:
    """Refuse content whose last bytes make it a zip as well, whatever stands in front.

    Not for OLE: newer programs keep small zips of their own in older documents.
    """
    if data.find(ZIP_END, max(0, len(data) - END_REACH)) >= 0:
        raise EvidenceRefused(Refusal.FOREIGN_PAYLOAD)


def _check_tail(data: Data, end: int, *, companion: bool = False) -> None:
    """Refuse what follows the end mark when it is foreign, or long and no known companion.

    A companion is megabytes of packed pictures, where marks of four bytes turn up by chance: only
    longer ones count there, and only where a reader that guesses would look.
    """
    if end > len(data):
        raise EvidenceRefused(Refusal.FILE_DAMAGED)
    marks = _MARKUP_ANYWHERE if companion else _FOREIGN
    too_long = len(data) - end > TAIL_TOLERANCE and not companion
    if too_long or marks.search(data, end, end + _SCANNED_BYTES):
        raise EvidenceRefused(Refusal.FOREIGN_PAYLOAD)


def _check_pdf(data: Data, _kind: ContentType) -> None:
    """Check a PDF: its header at byte 0, its cross-reference and end mark in the last bytes."""
    if not _PDF_START.match(data):
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    if _MARKUP_ANYWHERE.search(data, 0, TAIL_TOLERANCE):
        raise EvidenceRefused(Refusal.FOREIGN_PAYLOAD)
    ends = list(_PDF_END.finditer(data, max(0, len(data) - 2 * TAIL_TOLERANCE)))
    if not ends:
        raise EvidenceRefused(
            Refusal.FOREIGN_PAYLOAD if _PDF_END.search(data) else Refusal.FILE_DAMAGED
        )
    _check_tail(data, ends[-1].end())


def _check_jpeg(data: Data, _kind: ContentType) -> None:
    """Check a JPEG; a second picture, a motion photo or a Samsung block may follow its end.

    Phones append those to ordinary photos (CIPA DC-007 multi-picture, gain maps, moving photos).
    """
    if data[:3] != b"\xff\xd8\xff":
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    end = _jpeg_end(data)
    start = _skip_zeros(data, end)
    head = data[start : start + 12]
    # a box begins with its size, whose leading zeros are skipped as padding
    companion = head[:3] == b"\xff\xd8\xff" or head[1:5] == b"ftyp" or data[-4:] == b"SEFT"
    _check_tail(data, end, companion=companion)


def _skip_zeros(data: Data, start: int) -> int:
    zeros = _ZEROS.match(data, start)
    return zeros.end() if zeros else start


def _jpeg_end(data: Data) -> int:
    """Return where the picture ends: behind the marker EOI, past the segments before it."""
    offset = 2
    for _ in range(_MAX_PARTS):
        marker = _JPEG_MARKER.search(data, offset)
        if marker is None:
            break
        offset = marker.end()
        if data[offset - 1] == _JPEG_END_OF_IMAGE:
            return offset
        offset += int.from_bytes(data[offset : offset + 2], "big")
    raise EvidenceRefused(Refusal.FILE_DAMAGED)


def _check_png(data: Data, _kind: ContentType) -> None:
    """Check a PNG chunk by chunk, from IHDR to IEND."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    offset = 8
    for _ in range(_MAX_PARTS):
        name = data[offset + 4 : offset + 8]
        offset += 12 + int.from_bytes(data[offset : offset + 4], "big")
        if name == b"IEND":
            _check_tail(data, offset)
            return
        if offset >= len(data):
            break
    raise EvidenceRefused(Refusal.FILE_DAMAGED)


def _check_webp(data: Data, _kind: ContentType) -> None:
    """Check a WebP: a RIFF whose stated size is the file."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    _check_tail(data, 8 + int.from_bytes(data[4:8], "little"))


def _check_boxes(data: Data, kind: ContentType) -> None:
    """Check an ISO media file (heic, m4a, mp4): an accepted brand, then boxes to the last byte."""
    if data[4:8] != b"ftyp":
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    brands = data[8 : min(int.from_bytes(data[:4], "big"), _BRANDS_END)]
    if not {brands[i : i + 4].decode("latin-1") for i in range(0, len(brands), 4)} & kind.mark:
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    end = 0
    for end in _box_ends(data):
        if end >= len(data):
            break
    _check_tail(data, end)


def _box_ends(data: Data) -> Iterator[int]:
    """Yield where each box ends (ISO/IEC 14496-12); size 0 reaches to the end of the file."""
    offset = 0
    for _ in range(_MAX_PARTS):
        size, head_bytes = int.from_bytes(data[offset : offset + 4], "big"), 8
        if size == 1:
            size, head_bytes = int.from_bytes(data[offset + 8 : offset + 16], "big"), 16
        elif size == 0:
            size = len(data) - offset
        if size < head_bytes or not _BOX_TYPE.fullmatch(data[offset + 4 : offset + 8]):
            return
        offset += size
        yield offset


def _check_mp3(data: Data, _kind: ContentType) -> None:
    """Check an MP3: an ID3 tag or none, then three frames in a row where each must be."""
    offset = 0
    if data[:3] == b"ID3":
        # four bytes of seven bits each
        size = sum((byte & 0x7F) << (7 * (3 - i)) for i, byte in enumerate(data[6:10]))
        offset = _skip_zeros(data, 10 + size)
    for _ in range(_MP3_FRAMES):
        offset += _mp3_frame_bytes(data[offset : offset + 4])
    if offset > len(data):
        raise EvidenceRefused(Refusal.FILE_DAMAGED)


def _mp3_frame_bytes(header: bytes) -> int:
    """Return how many bytes a layer III frame has, by its header (ISO/IEC 11172-3, 13818-3)."""
    bits = int.from_bytes(header, "big")
    version, layer, rate, sampling = bits >> 19 & 3, bits >> 17 & 3, bits >> 12 & 15, bits >> 10 & 3
    is_mpeg_1 = version == _MPEG_1
    known = (
        version in _MP3_HERTZ
        and layer == _LAYER_3
        and 0 < rate < len(_MP3_KBPS[is_mpeg_1])
        and sampling < len(_MP3_HERTZ[_MPEG_1])
    )
    if bits >> 21 != _MP3_SYNC or not known:
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    kilobits, hertz = _MP3_KBPS[is_mpeg_1][rate], _MP3_HERTZ[version][sampling]
    return (144_000 if is_mpeg_1 else 72_000) * kilobits // hertz + (bits >> 9 & 1)


def _check_text(data: Data, _kind: ContentType) -> None:
    """Check a text: UTF-8 or GB18030 throughout, no control characters, no page or script."""
    if _MARKUP_AT_START.match(data) or _OTHER_AT_START.match(data):
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    if not (_is_text(data, "utf-8") or _is_text(data, "gb18030")):
        raise EvidenceRefused(Refusal.TEXT_ENCODING)


def _is_text(data: Data, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _STEP_BYTES):
            if _CONTROL.search(decoder.decode(data[start : start + _STEP_BYTES])):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_CHECKS: dict[ContentShape, Callable[[Data, ContentType], None]] = {
    ContentShape.PDF: _check_pdf,
    ContentShape.JPEG: _check_jpeg,
    ContentShape.PNG: _check_png,
    ContentShape.WEBP: _check_webp,
    ContentShape.BOXES: _check_boxes,
    ContentShape.MP3: _check_mp3,
    ContentShape.TEXT: _check_text,
    ContentShape.OLE: ole.check_ole,
}
