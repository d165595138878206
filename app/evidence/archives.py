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
    ContentShape,
    ContentType,
    Data,
    extension,
    has_unsafe_characters,
)

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END_REACH = 65_535 + _END.size
_DIRECTORY_BYTES = 1024 * 1024
_STORED, _DEFLATED = 0, 8
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x1, 0x800
_STEP_BYTES = 256 * 1024
_IN_MEMORY_BYTES = 2 * 1024 * 1024
_RATIO_FLOOR_BYTES = 1024 * 1024
_SHOWN_CHARACTERS = 80
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What one upload may unfold to, archives within it included: entries, bytes, bytes a byte."""

    entries: int = 2_000
    total_bytes: int = 256 * 1024 * 1024
    ratio: int = 200


@dataclass(slots=True)
class Budget:
    """What is left of the limits while one upload is looked through, nested archives included."""

    limits: ArchiveLimits
    entries: int = field(init=False)
    bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self.entries = self.limits.entries
        self.bytes = self.limits.total_bytes

    def spend(self, entries: int, unfolded: int) -> None:
        """Take one archive's entries and declared bytes; raises ``EvidenceRefused``."""
        self.entries -= entries
        self.bytes -= unfolded
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
        for start, raw in sorted(self._records(offset, count, end)):
            if start < reached or (start and not entries):
                raise EvidenceRefused(Refusal.FILE_DAMAGED)
            entry = self._entry(start, raw)
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
        crc = 0
        size = 0
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
        if data[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
            raise EvidenceRefused(Refusal.TYPE_MISMATCH)
        at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END_REACH))
        if at < 0 or at + _END.size > len(data):
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(data, at)
        if size > _DIRECTORY_BYTES or count > budget.limits.entries:
            raise EvidenceRefused(Refusal.ARCHIVE_ENTRIES)
        if at + _END.size + comment != len(data) or offset + size != at:
            raise EvidenceRefused(Refusal.FOREIGN_PAYLOAD)
        if disk or first_disk or here != count:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        return offset, count, at

    def _records(self, offset: int, count: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Yield each directory record with the offset of its file, exactly filling the space."""
        at = offset
        for _ in range(count):
            head = self._data[at : at + _CENTRAL.size]
            if len(head) < _CENTRAL.size or head[:4] != b"PK\x01\x02":
                raise EvidenceRefused(Refusal.FILE_DAMAGED)
            length = _CENTRAL.size + sum(_CENTRAL.unpack(head)[10:13])
            yield _CENTRAL.unpack(head)[16], self._data[at : at + length]
            at += length
        if at != end:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)

    def _entry(self, offset: int, raw: bytes) -> ArchiveEntry:
        _, _, _, flags, method, _, _, crc, packed, size, n, *_, mode, _ = _CENTRAL.unpack_from(raw)
        name_bytes = raw[_CENTRAL.size : _CENTRAL.size + n]
        name = _decoded(name_bytes, flags)
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
        first = offset + _LOCAL.size
        if self._data[first : first + name_length] != name or own_method != method:
            raise EvidenceRefused(Refusal.FILE_DAMAGED)
        if flags & _ENCRYPTED_FLAG:
            raise EvidenceRefused(Refusal.ENCRYPTED)
        return first + len(name) + int(extra_length)

    def _unpacked(self, entry: ArchiveEntry) -> Iterator[bytes]:
        end = entry.start + entry.packed
        pieces = (
            self._data[at : min(end, at + _STEP_BYTES)]
            for at in range(entry.start, end, _STEP_BYTES)
        )
        return _inflated(pieces, entry) if entry.deflated else pieces


def _inflated(pieces: Iterator[bytes], entry: ArchiveEntry) -> Iterator[bytes]:
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


def _decoded(name: bytes, flags: int) -> str:
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


PROLOG_BYTES = 64 * 1024

_MARKUP_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")

XmlElement = tuple[str, dict[str, str]]


class _RootReached(Exception):
    """The parser met the root element."""


def looks_like_xml(head: bytes) -> bool:
    """Say whether a part is XML, whatever its name and its declared type are."""
    return bool(_MARKUP_START.match(head))


def root_element(head: bytes, member: str) -> str:
    """Return the local name of the root from the first ``PROLOG_BYTES`` of a part.

    Raises ``EvidenceRefused`` for a document type declaration or when no root comes in time.
    """
    roots: list[str] = []

    def reached(name: str, _attributes: dict[str, str]) -> None:
        roots.append(_local(name))
        raise _RootReached

    parser = _parser(member)
    parser.StartElementHandler = reached
    try:
        parser.Parse(head, len(head) < PROLOG_BYTES)
    except _RootReached:
        return roots[0]
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise EvidenceRefused(Refusal.FILE_DAMAGED, member) from error
    raise EvidenceRefused(Refusal.FILE_DAMAGED, member)


def elements(document: bytes, member: str) -> Iterator[XmlElement]:
    """Yield local name and attributes of each element of a small document."""
    found: list[XmlElement] = []
    parser = _parser(member)
    parser.StartElementHandler = lambda name, attributes: found.append((_local(name), attributes))
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise EvidenceRefused(Refusal.FILE_DAMAGED, member) from error
    yield from found


def _parser(member: str) -> expat.XMLParserType:
    def refuse(*_declaration: object) -> None:
        raise EvidenceRefused(Refusal.XML_ENTITIES, member)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


Inspect = Callable[[Data, ContentType], None]
"""How an office file inside this one is checked: the content and the kind its name promises."""

_CONTENT_TYPES = "[content_types].xml"
_SMALL_PART_BYTES = 1024 * 1024
_MACRO_PART = re.compile(r"vbaproject|vbadata|(?:^|/)macrosheets/|(?:^|/)activex/")
_MACRO_WORD = re.compile(r"macro|vbaproject|activex", re.IGNORECASE)
_EMBEDDED_PART = re.compile(r"(?:^|/)embeddings/")
_LOCAL_DRIVE = re.compile(r"(?:file:/*)?[a-z]:/")


def check_ooxml(archive: Archive, kind: ContentType, inspect: Inspect) -> None:
    """Check a Word, Excel or PowerPoint file; raises ``EvidenceRefused``."""
    types: set[str] = set()
    for entry in archive.entries:
        name = entry.name.lower()
        if _MACRO_PART.search(name):
            raise EvidenceRefused(Refusal.MACROS)
        if name == _CONTENT_TYPES:
            types = _content_types(archive, entry)
        elif name.endswith(".rels"):
            _check_relationships(archive, entry)
        elif _EMBEDDED_PART.search(name):
            _check_embedded(archive, entry, inspect)
        else:
            _check_part(archive, entry)
    if any(_MACRO_WORD.search(name) for name in types):
        raise EvidenceRefused(Refusal.MACROS)
    if not types & kind.mark:
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


def _content_types(archive: Archive, entry: ArchiveEntry) -> set[str]:
    """Return the declared content types of all parts."""
    document = _small_part(archive, entry)
    return {attributes.get("ContentType", "") for _, attributes in elements(document, entry.shown)}


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
    plain = target.strip().replace("\\", "/").lower()
    if _LOCAL_DRIVE.match(plain):
        return False
    return plain.startswith("//") or ":" in plain.partition("/")[0]


def _check_embedded(archive: Archive, entry: ArchiveEntry, inspect: Inspect) -> None:
    """Accept an office file inside (the data of a chart); refuse any other object."""
    kind = KINDS.get(extension(entry.name))
    if kind is None or kind.shape is not ContentShape.OOXML:
        raise EvidenceRefused(Refusal.EMBEDDED_OBJECT)
    with archive.unpacked(entry) as data:
        inspect(data, kind)
