"""What a file really is: extension, content and the browser's declaration must agree.

The list of kinds and why each is on it: ``kinds``. The checks of a kind's shape: ``shapes``
(pictures, PDF, recordings, text), ``office`` and ``ole`` (documents), ``archives`` (zip). This
module decides which one looks at a file, and looks into archives with the same rules, so that
packing a file never gets it past them.
"""

import mmap
from collections.abc import Callable
from pathlib import Path

from app.evidence import office, ole, shapes
from app.evidence.archives import Archive, ArchiveLimits, Budget, Entry
from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.kinds import ContentType, Data, Shape, kind_named
from app.evidence.names import display_name, extension, safe_filename

# a zip may hold one more zip, and an office file one more office file, but no deeper
_MAX_ZIPS = 2
_MAX_OFFICE = 2

_APPLE_DOUBLE = b"\x00\x05\x16\x07"
_APPLE_STORE = b"\x00\x00\x00\x01Bud1"

_SIMPLE: dict[Shape, Callable[[Data, ContentType], None]] = {
    Shape.PDF: shapes.check_pdf,
    Shape.JPEG: shapes.check_jpeg,
    Shape.PNG: shapes.check_png,
    Shape.WEBP: shapes.check_webp,
    Shape.BOXES: shapes.check_boxes,
    Shape.MP3: shapes.check_mp3,
    Shape.TEXT: shapes.check_text,
    Shape.OLE: ole.check_ole,
}
_DEFAULT_LIMITS = ArchiveLimits()


def identify(
    path: Path,
    filename: str,
    declared_type: str | None,
    limits: ArchiveLimits = _DEFAULT_LIMITS,
) -> ContentType:
    """Return what the file is; raises ``EvidenceRefused`` unless all three witnesses agree.

    ``declared_type`` is the media type sent by the browser; None, empty and octet-stream state
    nothing. The whole file is read, in bounded memory; nothing of it is kept or executed.
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
    check = _SIMPLE.get(kind.shape)
    if check is not None:
        check(data, kind)
        if kind.shape is not Shape.OLE:
            shapes.check_no_archive_behind(data)
        return
    if kind.shape is Shape.OOXML and ole.is_encrypted_package(data):
        raise EvidenceRefused(Refusal.ENCRYPTED)
    if (zips >= _MAX_ZIPS) if kind.shape is Shape.ZIP else (offices >= _MAX_OFFICE):
        raise EvidenceRefused(Refusal.ARCHIVE_NESTING)
    archive = Archive(data, budget)
    if not archive.entries:
        raise EvidenceRefused(Refusal.FILE_EMPTY)
    if kind.shape is Shape.ZIP:
        for entry in archive.entries:
            _inspect_member(archive, entry, budget, zips + 1)
    elif kind.shape is Shape.OFD:
        office.check_ofd(archive)
    else:
        office.check_ooxml(
            archive,
            kind,
            lambda inner, its: _inspect(inner, its, budget, zips=0, offices=offices + 1),
        )


def _inspect_member(archive: Archive, entry: Entry, budget: Budget, zips: int) -> None:
    """Check one file of a zip as if it had been uploaded, and name it when it is refused."""
    with archive.unpacked(entry) as data:
        if _left_by_macos(entry, data):
            return
        try:
            kind = kind_named(extension(entry.name))
            _inspect(data, kind, budget, zips=zips, offices=0)
        except EvidenceRefused as refused:
            raise EvidenceRefused(refused.reason, entry.shown) from refused


def _left_by_macos(entry: Entry, data: Data) -> bool:
    """Say whether this is a file of attributes that macOS packs unasked, and really is one."""
    name = display_name(entry.name)
    return (name.startswith("._") and data[:4] == _APPLE_DOUBLE) or (
        name == ".DS_Store" and data[:8] == _APPLE_STORE
    )
