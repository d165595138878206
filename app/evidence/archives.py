"""Zips read by their directory alone, and office files that are zips (OOXML, OFD)."""

import mmap
import re
import stat
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.parsers import expat

from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.formats import (
    KINDS,
    ZIP_END,
    ContentShape,
    ContentType,
    Data,
    extension,
    has_unsafe_characters,
)

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DIRECTORY_BYTES = 1024 * 1024
_STORED, _DEFLATED = 0, 8
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x1, 0x800
_STEP_BYTES = 256 * 1024
_IN_MEMORY_BYTES = 2 * 1024 * 1024
_RATIO_FLOOR_BYTES = 1024 * 1024
_SHOWN_CHARACTERS = 80
_DRIVE = re.compile(r"[A-Za-z]:")
_MARKUP_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
_CONTENT_TYPES = "[content_types].xml"
_SMALL_PART_BYTES = 1024 * 1024
_MACRO_PART = re.compile(r"vbaproject|vbadata|(?:^|/)macrosheets/|(?:^|/)activex/")
_MACRO_WORD = re.compile(r"macro|vbaproject|activex", re.IGNORECASE)
_EMBEDDED_PART = re.compile(r"(?:^|/)embeddings/")
_LOCAL_DRIVE = re.compile(r"(?:file:/*)?[a-z]:/")

PROLOG_BYTES = 64 * 1024
END_REACH = 65_535 + _END.size
"""In how many last bytes a zip's end record lies: a comment of up to 65,535 bytes follows it."""

Inspect = Callable[[Data, ContentType], None]
"""How an office file inside this one is checked: the content and the kind its name promises."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What one upload may unfold to, archives within it included.

    ``ratio`` is the greatest number of unpacked bytes for one packed byte of a file.
    """

    entries: int = 2_000
    total_bytes: int = 256 * 1024 * 1024
    ratio: int = 200


@dataclass(slots=True)
class Budget:
    """What is left of the limits while one upload is checked, nested archives included."""

    limits: ArchiveLimits
    entries: int = field(init=False)
    bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self.entries = self.limits.entries
        self.bytes = self.limits.total_bytes

    def spend(self, entries: int, unpacked: int) -> None:
        """Take one archive's entries and declared bytes; raises ``EvidenceRefused``."""
        self.entries -= entries
        self.bytes -= unpacked
        if self.entries < 0:
            raise EvidenceRefused(Refusal.ARCHIVE_ENTRIES)
        if self.bytes < 0:
            raise EvidenceRefused(Refusal.ARCHIVE_SIZE)


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One file of an archive; sizes in bytes, ``start`` is where its packed bytes begin."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool

    @property
    def shown(self) -> str:
        """The name as it may stand in a message."""
        return self.name[-_SHOWN_CHARACTERS:]


class Archive:
    """A zip whose directory passed every check; folders are left out of ``entries``."""

    def __init__(self, data: Data, budget: Budget) -> None:
        self._data = data
        self._ratio = budget.limits.ratio
        offset, count, end = self._directory(budget)
        entries: list[ArchiveEntry] = []
        reached = 0
        for start, record in sorted(self._records(offset, count, end)):
            if start < reached or (start and not entries):
                raise EvidenceRefused(Refusal.FILE_DAMAGED)
            entry = self._entry(start, record)
            reached = entry.start + entry.packed
            if reached > offset:
                raise EvidenceRefused(Refusal.FILE_DAMAGED)
            entries.append(entry)
        budget.spend(len(entries), sum(entry.size for entry in entries))
        names = [entry.name.casefold() for entry in entries]
        if len(set(names)) < len(names):
            raise EvidenceRefused(Refusal.ARCHIVE_PATH)
        self.entries = tuple(entry for entry in entries if not entry.name.endswith("/"))

    def chunks(self, entry: ArchiveEntry) -> Iterator[bytes]:
        """Yield the unpacked bytes; raises ``EvidenceRefused`` when they are not as stated."""
        crc = size = 0
        for chunk in self._unpacked(entry):
            size += len(chunk)
            if size > entry.size:
                raise EvidenceRefused(Refusal.FILE_DAMAGED, entry.shown)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if size != entry.size or crc != entry.crc:
            raise EvidenceRefused(Refusal.FILE_DAMAGED, entry.shown)

    @contextmanager
    def unpacked(self, entry: ArchiveEntry) -> Iterator[Data]:
        """Give the whole of an entry: small ones in memory, large ones in a nameless file."""
        if entry.size <= _IN_MEMORY_BYTES:
            yield b"".join(self.chunks(entry))
            return
        with tempfile.TemporaryFile() as file:
            for chunk in self.chunks(entry):
                file.write(chunk)
            file.flush()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield data

    def _directory(self, budget: Budget) -> tuple[int, int, int]:
        """Find the directory: offset, number of entries and end, all inside the limits."""
        data = self._data
        if data[:4] not in {b"PK\x03\x04", ZIP_END}:
            raise EvidenceRefused(Refusal.TYPE_MISMATCH)
        end = data.rfind(ZIP_END, max(0, len(data) - END_REACH))
        if end < 0 or end + _END.size > len(data):
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        _, disk, first_disk, on_disk, count, size, offset, comment = _END.unpack_from(data, end)
        if size > _DIRECTORY_BYTES or count > budget.limits.entries:
            raise EvidenceRefused(Refusal.ARCHIVE_ENTRIES)
        if end + _END.size + comment != len(data) or offset + size != end:
            raise EvidenceRefused(Refusal.FOREIGN_PAYLOAD)
        if disk or first_disk or on_disk != count:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        return offset, count, end

    def _records(self, offset: int, count: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Yield each directory record with the offset of its file, exactly filling the space."""
        for _ in range(count):
            head = self._data[offset : offset + _CENTRAL.size]
            if len(head) < _CENTRAL.size or head[:4] != b"PK\x01\x02":
                raise EvidenceRefused(Refusal.FILE_DAMAGED)
            fields = _CENTRAL.unpack(head)
            next_offset = offset + _CENTRAL.size + sum(fields[10:13])
            yield fields[16], self._data[offset:next_offset]
            offset = next_offset
        if offset != end:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)

    def _entry(self, offset: int, record: bytes) -> ArchiveEntry:
        """Check one directory record and the header of its file at ``offset``."""
        fields = _CENTRAL.unpack_from(record)
        _, _, _, flags, method, _, _, crc, packed, size, name_length, *_, mode, _ = fields
        name_bytes = record[_CENTRAL.size : _CENTRAL.size + name_length]
        name = _decode_path(name_bytes, flags)
        shown = name[-_SHOWN_CHARACTERS:]
        if flags & _ENCRYPTED_FLAG:
            raise EvidenceRefused(Refusal.ENCRYPTED, shown)
        if method not in {_STORED, _DEFLATED} or (method == _STORED and packed != size):
            raise EvidenceRefused(Refusal.ARCHIVE_METHOD, shown)
        if stat.S_IFMT(mode >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise EvidenceRefused(Refusal.ARCHIVE_LINK, shown)
        if size > _RATIO_FLOOR_BYTES and size > packed * self._ratio:
            raise EvidenceRefused(Refusal.ARCHIVE_RATIO, shown)
        if name.endswith("/") and size:
            raise EvidenceRefused(Refusal.FILE_DAMAGED, shown)
        start = self._content_start(offset, name_bytes, method)
        return ArchiveEntry(name, start, packed, size, crc, method == _DEFLATED)

    def _content_start(self, offset: int, name: bytes, method: int) -> int:
        """Read the file's own header, which must say what the directory says."""
        head = self._data[offset : offset + _LOCAL.size]
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        _, _, flags, own_method, *_, name_length, extra_length = _LOCAL.unpack(head)
        name_start = offset + _LOCAL.size
        if self._data[name_start : name_start + name_length] != name or own_method != method:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        if flags & _ENCRYPTED_FLAG:
            raise EvidenceRefused(Refusal.ENCRYPTED)
        return name_start + len(name) + int(extra_length)

    def _unpacked(self, entry: ArchiveEntry) -> Iterator[bytes]:
        end = entry.start + entry.packed
        pieces = (
            self._data[start : min(end, start + _STEP_BYTES)]
            for start in range(entry.start, end, _STEP_BYTES)
        )
        return _inflate(pieces, entry) if entry.deflated else pieces


def _inflate(pieces: Iterator[bytes], entry: ArchiveEntry) -> Iterator[bytes]:
    """Inflate in steps of bounded size, so that no byte beyond the next step is ever held."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in pieces:
            rest = piece
            while rest:
                yield inflater.decompress(rest, _STEP_BYTES)
                rest = inflater.unconsumed_tail
            if inflater.unused_data:
                break
        yield inflater.flush()
    except zlib.error as error:
        raise EvidenceRefused(Refusal.FILE_DAMAGED, entry.shown) from error
    if not inflater.eof or inflater.unused_data:
        raise EvidenceRefused(Refusal.FILE_DAMAGED, entry.shown)


def _decode_path(name: bytes, flags: int) -> str:
    """Decode a path (UTF-8, else the GB18030 of Chinese Windows); raises for an unsafe one."""
    for encoding in ("utf-8",) if flags & _UTF8_FLAG else ("utf-8", "gb18030"):
        try:
            path = name.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
        parts = path.removesuffix("/").split("/")
        if has_unsafe_characters(path) or _DRIVE.match(path) or {"", ".", ".."} & set(parts):
            break
        return path
    raise EvidenceRefused(Refusal.ARCHIVE_PATH)


class _RootReached(Exception):
    """Carry the root's name out of the parser, which reads no further."""


def looks_like_xml(head: bytes) -> bool:
    """Say whether a part is XML, whatever its name and its declared type are."""
    return bool(_MARKUP_START.match(head))


def root_element(head: bytes, member: str) -> str:
    """Return the local name of the root from the first ``PROLOG_BYTES`` of a part.

    Raises ``EvidenceRefused`` for a document type declaration or when no root comes in time.
    """

    def stop(name: str, _attributes: dict[str, str]) -> None:
        raise _RootReached(name)

    try:
        _parse(head, member, stop, whole=len(head) < PROLOG_BYTES)
    except _RootReached as root:
        return str(root)
    raise EvidenceRefused(Refusal.FILE_DAMAGED, member)


def elements(document: bytes, member: str) -> list[tuple[str, dict[str, str]]]:
    """Return local name and attributes of each element of a small document.

    Raises ``EvidenceRefused`` for a document type declaration and for what is no XML.
    """
    pairs: list[tuple[str, dict[str, str]]] = []
    _parse(document, member, lambda name, attributes: pairs.append((name, attributes)))
    return pairs


def _parse(
    document: bytes,
    member: str,
    element_starts: Callable[[str, dict[str, str]], None],
    *,
    whole: bool = True,
) -> None:
    """Call back for each element with its local name; without ``whole`` the end may be missing."""

    def refuse(*_declaration: object) -> None:
        raise EvidenceRefused(Refusal.XML_ENTITIES, member)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: element_starts(
        name.rpartition(":")[2], attributes
    )
    try:
        parser.Parse(document, whole)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise EvidenceRefused(Refusal.FILE_DAMAGED, member) from error


def check_ooxml(archive: Archive, kind: ContentType, inspect: Inspect) -> None:
    """Check a Word, Excel or PowerPoint file; raises ``EvidenceRefused``."""
    content_types: set[str] = set()
    for entry in archive.entries:
        name = entry.name.lower()
        if _MACRO_PART.search(name):
            raise EvidenceRefused(Refusal.MACROS)
        if name == _CONTENT_TYPES:
            declared = elements(_small_part(archive, entry), entry.shown)
            content_types = {attributes.get("ContentType", "") for _, attributes in declared}
        elif name.endswith(".rels"):
            _check_relationships(archive, entry)
        elif _EMBEDDED_PART.search(name):
            _check_embedded(archive, entry, inspect)
        else:
            _check_part(archive, entry)
    if any(_MACRO_WORD.search(name) for name in content_types):
        raise EvidenceRefused(Refusal.MACROS)
    if not content_types & kind.mark:
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)


def check_ofd(archive: Archive) -> None:
    """Check an OFD: its entry document by GB/T 33190, and every XML part of it."""
    roots = {entry.name.lower(): _check_part(archive, entry) for entry in archive.entries}
    if roots.get("ofd.xml") != "OFD":
        raise EvidenceRefused(Refusal.TYPE_MISMATCH)


def _check_part(archive: Archive, entry: ArchiveEntry) -> str | None:
    """Unpack a part to its end; return the name of its root when it is XML."""
    head = b""
    for chunk in archive.chunks(entry):
        head += chunk[: PROLOG_BYTES - len(head)]
    if looks_like_xml(head) or entry.name.lower().endswith(".xml"):
        return root_element(head, entry.shown)
    return None


def _small_part(archive: Archive, entry: ArchiveEntry) -> bytes:
    if entry.size > _SMALL_PART_BYTES:
        raise EvidenceRefused(Refusal.ARCHIVE_SIZE, entry.shown)
    return b"".join(archive.chunks(entry))


def _check_relationships(archive: Archive, entry: ArchiveEntry) -> None:
    """Refuse macros and whatever is fetched from elsewhere on opening; links to click stay."""
    for name, attributes in elements(_small_part(archive, entry), entry.shown):
        if name != "Relationship":
            continue
        kind = attributes.get("Type", "").rpartition("/")[2]
        if _MACRO_WORD.search(kind):
            raise EvidenceRefused(Refusal.MACROS)
        external = attributes.get("TargetMode", "").lower() == "external"
        if external and kind != "hyperlink" and _is_remote(attributes.get("Target", "")):
            raise EvidenceRefused(Refusal.EXTERNAL_CONTENT)


def _is_remote(target: str) -> bool:
    """Say whether opening this target leaves the reader's machine; a path on a drive does not."""
    path = target.strip().replace("\\", "/").lower()
    if _LOCAL_DRIVE.match(path):
        return False
    return path.startswith("//") or ":" in path.partition("/")[0]


def _check_embedded(archive: Archive, entry: ArchiveEntry, inspect: Inspect) -> None:
    """Accept an office file inside (the data of a chart); refuse any other object."""
    kind = KINDS.get(extension(entry.name))
    if kind is None or kind.shape is not ContentShape.OOXML:
        raise EvidenceRefused(Refusal.EMBEDDED_OBJECT)
    with archive.unpacked(entry) as data:
        inspect(data, kind)
