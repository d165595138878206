"""Office files of the older kind (doc, xls, ppt): OLE compound files ([MS-CFB])."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.formats import ZIP_END, ContentType, Data

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER_BYTES = 512
_HEADER_TABLES = 109
_LAST_SECTOR = 0xFFFFFFF9
_FREE = 0xFFFFFFFF
_MINI_CUTOFF, _MINI_BYTES = 4096, 64
_RECORD = struct.Struct("<64sHBBIII36xII4x")
_MAX_RECORDS = 20_000
_MAX_NAME_BYTES = 64
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_SECTOR_SHIFTS = frozenset({9, 12})
_WINDOW_BLOCKS = 256


@dataclass(frozen=True, slots=True)
class _Record:
    name: str
    kind: int
    left: int
    right: int
    child: int
    first: int
    size: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as the blocks of the file that hold it; ``blocks`` are byte offsets."""

    data: Data
    blocks: tuple[int, ...]
    block_bytes: int

    def read(self, at: int, count: int) -> bytes:
        """Return a few bytes, at most a block; fewer at the end."""
        index, inside = divmod(at, self.block_bytes)
        return self._joined(index, 2)[inside : inside + count]

    def windows(self) -> Iterator[bytes]:
        """Yield the whole stream in windows that overlap by one block."""
        for index in range(0, len(self.blocks), _WINDOW_BLOCKS):
            yield self._joined(index, _WINDOW_BLOCKS + 1)

    def _joined(self, index: int, count: int) -> bytes:
        return b"".join(
            self.data[start : start + self.block_bytes]
            for start in self.blocks[index : index + count]
        )


class CompoundFile:
    """The directory of a compound file; raises ``EvidenceRefused`` for a damaged one.

    ``names`` are those of all storages and streams at any depth.
    """

    def __init__(self, data: Data) -> None:
        self._data = data
        head = data[:_HEADER_BYTES]
        if len(head) < _HEADER_BYTES or _short(head, 30) not in _SECTOR_SHIFTS:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        self._sector_bytes = 1 << _short(head, 30)
        self._sectors = len(data) // self._sector_bytes
        self._table = self._allocation(head)
        self._records = self._directory(_long(head, 48))
        self._mini_table = self._mini_allocation(_long(head, 60))
        self.names = frozenset(record.name for record in self._records if record.kind)

    def stream(self, name: str) -> Stream | None:
        """Return a stream of the top level, None when there is none of this name."""
        record = self._top_level().get(name)
        if record is None:
            return None
        if record.size >= _MINI_CUTOFF:
            return self._stream(record.first)
        inner = self._stream(self._records[0].first)
        per_block = self._sector_bytes // _MINI_BYTES
        numbers = _chain(self._mini_table, record.first, len(inner.blocks) * per_block)
        if any(number // per_block >= len(inner.blocks) for number in numbers):
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        blocks = (
            inner.blocks[number // per_block] + number % per_block * _MINI_BYTES
            for number in numbers
        )
        return Stream(self._data, tuple(blocks), _MINI_BYTES)

    def end(self) -> int:
        """Return where the last sector that belongs to anything ends, in bytes."""
        used = (n for n in reversed(range(len(self._table))) if self._table[n] != _FREE)
        return (next(used, 0) + 2) * self._sector_bytes

    def _stream(self, first: int) -> Stream:
        numbers = _chain(self._table, first, self._sectors)
        blocks = tuple((number + 1) * self._sector_bytes for number in numbers)
        return Stream(self._data, blocks, self._sector_bytes)

    def _words(self, number: int) -> tuple[int, ...]:
        start = (number + 1) * self._sector_bytes
        raw = self._data[start : start + self._sector_bytes].ljust(self._sector_bytes, b"\xff")
        return struct.unpack(f"<{self._sector_bytes // 4}I", raw)

    def _allocation(self, head: bytes) -> tuple[int, ...]:
        """Read the table of chains; the header names its first sectors, a chain the others."""
        tables = list(struct.unpack_from(f"<{_HEADER_TABLES}I", head, 76))
        following = _long(head, 68)
        for _ in range(self._sectors):
            if following > _LAST_SECTOR or len(tables) > self._sectors + _HEADER_TABLES:
                break
            *more, following = self._words(following)
            tables.extend(more)
        chains: list[int] = []
        for number in tables:
            if number <= _LAST_SECTOR and len(chains) <= self._sectors:
                chains.extend(self._words(number))
        return tuple(chains)

    def _mini_allocation(self, first: int) -> tuple[int, ...]:
        numbers = _chain(self._table, first, self._sectors)
        return tuple(word for number in numbers for word in self._words(number))

    def _directory(self, first: int) -> tuple[_Record, ...]:
        directory = self._stream(first)
        if len(directory.blocks) * self._sector_bytes > _MAX_RECORDS * _RECORD.size:
            raise EvidenceRefused(Refusal.ARCHIVE_ENTRIES)
        raw = b"".join(self._data[at : at + self._sector_bytes] for at in directory.blocks)
        whole = len(raw) // _RECORD.size * _RECORD.size
        records = tuple(_record(*fields) for fields in _RECORD.iter_unpack(raw[:whole]))
        if not records or records[0].kind != _ROOT:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        return records

    def _top_level(self) -> dict[str, _Record]:
        """Walk the tree of the root's children; what lies deeper belongs to embedded objects."""
        found: dict[str, _Record] = {}
        waiting = [self._records[0].child]
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._records):
                continue
            seen.add(number)
            record = self._records[number]
            waiting += [record.left, record.right]
            if record.kind == _STREAM:
                found[record.name] = record
        return found


def _record(name: bytes, length: int, kind: int, _colour: int, *rest: int) -> _Record:
    known = kind in {_STORAGE, _STREAM, _ROOT}
    left, right, child, first, size = rest
    text = name[: min(max(length - 2, 0), _MAX_NAME_BYTES)].decode("utf-16-le", "replace")
    return _Record(text, kind if known else 0, left, right, child, first, size)


def _chain(table: tuple[int, ...], first: int, most: int) -> list[int]:
    """Follow a chain of sectors from the first; a loop or a stray link is damage."""
    found: list[int] = []
    while first <= _LAST_SECTOR:
        if first >= len(table) or len(found) >= most:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        found.append(first)
        first = table[first]
    return found


def _short(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 2], "little")


def _long(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 4], "little")


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
