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


@dataclass(frozen=True, slots=True)
class _Record:
    """A storage or stream of the directory; the numbers name other records and a sector."""

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
        """Return ``count`` bytes (at most a block) from the offset ``at``; fewer at the end."""
        index, start = divmod(at, self.block_bytes)
        return self._joined(index, 2)[start : start + count]

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
        sector_shift = int.from_bytes(head[30:32], "little")
        if len(head) < _HEADER_BYTES or sector_shift not in _SECTOR_SHIFTS:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        self._sector_bytes = 1 << sector_shift
        self._sectors = len(data) // self._sector_bytes
        self._table = self._allocation(head)
        self._records = self._directory(_uint32(head, 48))
        mini_sectors = _chain(self._table, _uint32(head, 60), self._sectors)
        self._mini_table = tuple(
            number for sector in mini_sectors for number in self._numbers(sector)
        )
        self.names = frozenset(record.name for record in self._records if record.kind)

    def stream(self, name: str) -> Stream | None:
        """Return a stream of the top level, None when there is none of this name."""
        record = self._top_level().get(name)
        if record is None:
            return None
        if record.size >= _MINI_CUTOFF:
            return self._stream(record.first)
        # small streams lie in blocks of 64 bytes of the root's stream
        holder = self._stream(self._records[0].first).blocks
        per_block = self._sector_bytes // _MINI_BYTES
        numbers = _chain(self._mini_table, record.first, len(holder) * per_block)
        if any(number // per_block >= len(holder) for number in numbers):
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        blocks = (
            holder[number // per_block] + number % per_block * _MINI_BYTES for number in numbers
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

    def _numbers(self, sector: int) -> tuple[int, ...]:
        """Read a sector as unsigned numbers of 32 bits; what is missing at the end is free."""
        start = (sector + 1) * self._sector_bytes
        raw = self._data[start : start + self._sector_bytes].ljust(self._sector_bytes, b"\xff")
        return struct.unpack(f"<{self._sector_bytes // 4}I", raw)

    def _allocation(self, head: bytes) -> tuple[int, ...]:
        """Read the table of chains; the header names its first sectors, a chain the others."""
        tables = list(struct.unpack_from(f"<{_HEADER_TABLES}I", head, 76))
        following = _uint32(head, 68)
        for _ in range(self._sectors):
            if following > _LAST_SECTOR or len(tables) > self._sectors + _HEADER_TABLES:
                break
            *numbers, following = self._numbers(following)
            tables.extend(numbers)
        chains: list[int] = []
        for sector in tables:
            if sector <= _LAST_SECTOR and len(chains) <= self._sectors:
                chains.extend(self._numbers(sector))
        return tuple(chains)

    def _directory(self, first: int) -> tuple[_Record, ...]:
        directory = self._stream(first)
        if len(directory.blocks) * self._sector_bytes > _MAX_RECORDS * _RECORD.size:
            raise EvidenceRefused(Refusal.ARCHIVE_ENTRIES)
        raw = b"".join(self._data[start : start + self._sector_bytes] for start in directory.blocks)
        whole = len(raw) // _RECORD.size * _RECORD.size
        records = tuple(_record(*fields) for fields in _RECORD.iter_unpack(raw[:whole]))
        if not records or records[0].kind != _ROOT:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        return records

    def _top_level(self) -> dict[str, _Record]:
        """Walk the tree of the root's children; what lies deeper belongs to embedded objects."""
        streams: dict[str, _Record] = {}
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
                streams[record.name] = record
        return streams


def _record(name: bytes, length: int, kind: int, _colour: int, *numbers: int) -> _Record:
    """Make a record of its fields; ``length`` counts the bytes of the name and its final NUL."""
    text = name[: min(max(length - 2, 0), _MAX_NAME_BYTES)].decode("utf-16-le", "replace")
    return _Record(text, kind if kind in {_STORAGE, _STREAM, _ROOT} else 0, *numbers)


def _chain(table: tuple[int, ...], first: int, most: int) -> list[int]:
    """Follow a chain of sectors from the first; a loop or a stray link is damage."""
    sectors: list[int] = []
    while first <= _LAST_SECTOR:
        if first >= len(table) or len(sectors) >= most:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        sectors.append(first)
        first = table[first]
    return sectors


def _uint32(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 4], "little")


def check_ole(data: Data, kind: ContentType) -> None:
    """Check a file of the older office formats; raises ``EvidenceRefused``."""
    if data[:8] != MAGIC:
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    compound = CompoundFile(data)
    if compound.names & _ENCRYPTED:
        raise EvidenceRefused(Refusal.ENCRYPTED)
    streams = {name: compound.stream(name) for name in sorted(kind.mark)}
    if not any(streams.values()):
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)
    if compound.names & _MACROS:
        raise EvidenceRefused(Refusal.MACROS)
    if _PACKAGED in compound.names:
        raise EvidenceRefused(Refusal.EMBEDDED_OBJECT)
    if data.find(ZIP_END, compound.end()) >= 0:
        raise EvidenceRefused(Refusal.FOREIGN_PAYLOAD)
    for name, stream in streams.items():
        if stream:
            _CHECKS[name](stream)


def is_encrypted_package(data: Data) -> bool:
    """Say whether this is a docx, xlsx or pptx with a password: those are wrapped in OLE."""
    return data[:8] == MAGIC and bool(CompoundFile(data).names & _ENCRYPTED)


def _check_word(stream: Stream) -> None:
    if int.from_bytes(stream.read(_DOC_FLAGS, 2), "little") & _DOC_ENCRYPTED:
        raise EvidenceRefused(Refusal.ENCRYPTED)


def _check_workbook(stream: Stream) -> None:
    """Read the records of the workbook's first part: a password, or sheets of Excel 4 macros."""
    for kind, start in _workbook_records(stream):
        if kind == _XLS_FILE_PASS:
            raise EvidenceRefused(Refusal.ENCRYPTED)
        if kind == _XLS_BOUND_SHEET and stream.read(start + 5, 1) in _XLS_MACRO_SHEETS:
            raise EvidenceRefused(Refusal.MACROS)


def _check_presentation(stream: Stream) -> None:
    if any(_PPT_MACROS in window for window in stream.windows()):
        raise EvidenceRefused(Refusal.MACROS)


def _workbook_records(stream: Stream) -> Iterator[tuple[int, int]]:
    """Yield the kind of each record and the offset of its content, up to the part's end."""
    offset = 0
    for _ in range(_XLS_MAX_RECORDS):
        head = stream.read(offset, _XLS_HEAD_BYTES)
        if len(head) < _XLS_HEAD_BYTES:
            break
        kind, length = struct.unpack("<HH", head)
        if kind == _XLS_END:
            return
        offset += _XLS_HEAD_BYTES
        yield kind, offset
        offset += length
    raise EvidenceRefused(Refusal.FILE_DAMAGED)


_CHECKS = {
    "WordDocument": _check_word,
    "Workbook": _check_workbook,
    "Book": _check_workbook,
    "PowerPoint Document": _check_presentation,
}
