"""Office files of the older kind (doc, xls, ppt and their WPS twins): what makes them act.

The stream that makes a file what its name says must stand at the top level; a password, macros
(VBA, Excel 4) and packaged programs are refused ([MS-DOC], [MS-XLS], [MS-PPT]).
"""

import struct
from collections.abc import Iterator

from app.evidence.compound import MAGIC, CompoundFile, Stream
from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.kinds import ContentType, Data
from app.evidence.shapes import ZIP_END

_ENCRYPTED = frozenset({"EncryptedPackage", "EncryptionInfo", "EncryptedSummary"})
_MACROS = frozenset({"VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"})
_PACKAGED = "\x01Ole10Native"

_XLS_BOUND_SHEET, _XLS_FILE_PASS, _XLS_END = 0x0085, 0x002F, 0x000A
_XLS_MACRO_SHEETS = frozenset({b"\x01", b"\x06"})
_XLS_HEAD_BYTES = 4  # the kind and the length of a record
_XLS_MAX_RECORDS = 200_000
# VbaInfoContainer with its VbaInfoAtom, [MS-PPT] 2.4.10: present when there is a VBA project
_PPT_MACROS = bytes.fromhex("1f00ff0314000000 020000040c000000")
_DOC_FLAGS, _DOC_ENCRYPTED = 10, 0x0100


def check_ole(data: Data, kind: ContentType) -> None:
    """Check a file of the older office formats; raises ``EvidenceRefused``."""
    if data[:8] != MAGIC:
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    compound = CompoundFile(data)
    if compound.names & _ENCRYPTED:
        raise EvidenceRefused(Refusal.ENCRYPTED)
    mains = [(name, compound.stream(name)) for name in sorted(kind.mark)]
    if not any(stream for _, stream in mains):
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    if compound.names & _MACROS:
        raise EvidenceRefused(Refusal.MACROS)
    if _PACKAGED in compound.names:
        raise EvidenceRefused(Refusal.EMBEDDED_OBJECT)
    if data.find(ZIP_END, compound.end()) >= 0:
        raise EvidenceRefused(Refusal.FOREIGN_PAYLOAD)
    for name, stream in mains:
        if stream:
            _OWN_CHECKS[name](stream)


def is_encrypted_package(data: Data) -> bool:
    """Say whether this is a docx, xlsx or pptx with a password: those are wrapped in OLE."""
    return data[:8] == MAGIC and bool(CompoundFile(data).names & _ENCRYPTED)


def _check_word(stream: Stream) -> None:
    if int.from_bytes(stream.read(_DOC_FLAGS, 2), "little") & _DOC_ENCRYPTED:
        raise EvidenceRefused(Refusal.ENCRYPTED)


def _check_workbook(stream: Stream) -> None:
    """Read the records of the workbook's first part: a password, or sheets of Excel 4 macros."""
    for kind, start in _records(stream):
        if kind == _XLS_FILE_PASS:
            raise EvidenceRefused(Refusal.ENCRYPTED)
        if kind == _XLS_BOUND_SHEET and stream.read(start + 5, 1) in _XLS_MACRO_SHEETS:
            raise EvidenceRefused(Refusal.MACROS)


def _check_presentation(stream: Stream) -> None:
    if any(_PPT_MACROS in window for window in stream.windows()):
        raise EvidenceRefused(Refusal.MACROS)


def _records(stream: Stream) -> Iterator[tuple[int, int]]:
    """Yield the kind of each record and where its content begins."""
    at = 0
    for _ in range(_XLS_MAX_RECORDS):
        head = stream.read(at, _XLS_HEAD_BYTES)
        if len(head) < _XLS_HEAD_BYTES:
            break
        kind, length = struct.unpack("<HH", head)
        if kind == _XLS_END:
            return
        yield kind, at + _XLS_HEAD_BYTES
        at += _XLS_HEAD_BYTES + length
    raise EvidenceRefused(Refusal.FILE_DAMAGED)


_OWN_CHECKS = {
    "WordDocument": _check_word,
    "Workbook": _check_workbook,
    "Book": _check_workbook,
    "PowerPoint Document": _check_presentation,
}
