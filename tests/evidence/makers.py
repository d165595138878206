"""Files for the tests of evidence, true ones and hostile ones, all made here."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.evidence.formats import KINDS

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0" * 20 + b"\xff\xd9"
)
PDF = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    b"xref\n0 1\ntrailer\n<</Root 1 0 R>>\nstartxref\n42\n%%EOF\n"
)
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
WEBP = b"RIFF" + struct.pack("<I", 4 + 8 + 10) + b"WEBPVP8 " + struct.pack("<I", 10) + bytes(10)


def png(*extra: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = b"".join(chunk(b"tEXt", text) for text in extra)
    image = chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + image + chunk(b"IEND", b"")


def boxes(brand: bytes) -> bytes:
    return (
        struct.pack(">I", 20)
        + b"ftyp"
        + brand
        + bytes(4)
        + brand
        + struct.pack(">I", 16)
        + b"mdat"
        + bytes(8)
    )


def mp3(*, tagged: bool) -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)  # 128 kbit/s at 44.1 kHz: 417 bytes
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) if tagged else b""
    return tag + frame * 4


def zipped(files: Mapping[str, bytes] | Iterable[tuple[str, bytes]], comment: bytes = b"") -> bytes:
    target = io.BytesIO()
    pairs = files.items() if isinstance(files, Mapping) else files
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            archive.writestr(name, content)
        archive.comment = comment
    return target.getvalue()


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


@dataclass(frozen=True)
class ForgedZip:
    """A zip of one file whose directory says what it is told to say, ``count`` times."""

    packed: bytes
    name: bytes = b"a.txt"
    size: int = 0
    crc: int = 0
    method: int = 8
    local_name: bytes | None = None
    flags: int = 0
    mode: int = 0
    count: int = 1

    def __bytes__(self) -> bytes:
        own = self.name if self.local_name is None else self.local_name
        sizes = (self.crc, len(self.packed), self.size)
        common = struct.pack("<HHHHHIII", 20, self.flags, self.method, 0, 33, *sizes)
        local = b"PK\x03\x04" + common + struct.pack("<HH", len(own), 0) + own + self.packed
        tail = struct.pack("<HHHHHII", len(self.name), 0, 0, 0, 0, self.mode << 16, 0)
        record = b"PK\x01\x02" + struct.pack("<H", 0x0314) + common + tail + self.name
        directory = record * self.count
        told = self.count % 65_536
        place = (len(directory), len(local), 0)
        end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, told, told, *place)
        return local + directory + end


def office(extension: str, extra: Mapping[str, bytes] | None = None, types: str = "") -> bytes:
    """Make a docx, xlsx or pptx with its content types, one relationship file and one part."""
    (main,) = KINDS[extension].mark
    parts = {
        "[Content_Types].xml": (
            '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="urn:t">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/main.xml" ContentType="{main}"/>{types}</Types>'
        ).encode(),
        "_rels/.rels": relationships(("officeDocument", "main.xml", "Internal")),
        "main.xml": b"<?xml version='1.0'?><w:document xmlns:w='urn:w'>\xe5\x85\x9a</w:document>",
    }
    return zipped({**parts, **(extra or {})})


def relationships(*entries: tuple[str, str, str]) -> bytes:
    rows = "".join(
        f'<Relationship Id="r{i}" Type="urn:x/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for i, (kind, target, mode) in enumerate(entries)
    )
    return f"<Relationships>{rows}</Relationships>".encode()


def ofd(root: str = "OFD") -> bytes:
    return zipped({"OFD.xml": f"<ofd:{root} xmlns:ofd='urn:o'/>".encode(), "Doc_0/a.xml": b"<a/>"})


def ole(
    streams: Mapping[str, bytes],
    storages: Iterable[str] = (),
    nested: Mapping[str, bytes] | None = None,
) -> bytes:
    """Make a compound file: its table, the directory, the table of small blocks, the streams.

    Streams below 4096 bytes share the root's stream, in blocks of 64; ``nested`` ones lie in the
    last storage.
    """
    everything = {**streams, **(nested or {})}
    small = {n: body for n, body in everything.items() if len(body) < 4096}
    large = {n: body for n, body in everything.items() if n not in small}
    folders = list(storages)
    records = 1 + len(folders) + len(everything)
    at = 1 + -(-records // 4) + 1
    chains, mini_chains = [0xFFFFFFFD, *_chained(1, at - 2), 0xFFFFFFFE], list[int]()
    starts = {}
    for name, body in small.items():
        starts[name] = len(mini_chains)
        mini_chains += _chained(len(mini_chains), -(-max(len(body), 1) // 64))
    shared = b"".join(
        body.ljust(-(-max(len(body), 1) // 64) * 64, b"\0") for body in small.values()
    )
    contents = [_padded(shared), *(_padded(body) for body in large.values())]
    for name, body in zip(["Root Entry", *large], contents, strict=True):
        starts[name] = at if body else 0xFFFFFFFE
        chains += _chained(at, len(body) // 512)
        at += len(body) // 512
    rows = _rows(len(shared), folders, streams, nested or {})
    directory = b"".join(_record(*row, starts.get(row[0], 0xFFFFFFFE)) for row in rows)
    assert len(chains) <= 128
    assert len(mini_chains) <= 128
    return b"".join((
        _ole_header(mini=chains.index(0xFFFFFFFE, 1) + 1), _table(chains), _padded(directory),
        _table(mini_chains), *contents,
    ))  # fmt: skip


_NONE = 0xFFFFFFFF


def _rows(
    shared: int, folders: list[str], streams: Mapping[str, bytes], nested: Mapping[str, bytes]
) -> list[tuple[str, int, int, int, int]]:
    """List name, kind, child, right neighbour and size of each record."""
    top = [(name, 1, 0) for name in folders] + [(n, 2, len(body)) for n, body in streams.items()]
    rows = [("Root Entry", 5, 1 if top else _NONE, _NONE, shared)]
    for row, (name, kind, size) in enumerate(top, 1):
        inside = 1 + len(top) if nested and row == len(folders) else _NONE
        rows.append((name, kind, inside, row + 1 if row < len(top) else _NONE, size))
    return rows + [(name, 2, _NONE, _NONE, len(body)) for name, body in nested.items()]


def _ole_header(mini: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, mini, 1, 0xFFFFFFFE, 0, 0)
    return head.ljust(512, b"\xff")


def _record(name: str, kind: int, child: int, right: int, size: int, first: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _NONE, right, child)
    return head.ljust(116, b"\0") + struct.pack("<IQ", first, size)


def _table(chains: list[int]) -> bytes:
    return struct.pack("<128I", *chains, *[_NONE] * (128 - len(chains)))


def _padded(body: bytes) -> bytes:
    return body.ljust(-(-len(body) // 512) * 512, b"\0")


def _chained(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), 0xFFFFFFFE] if count else []


def workbook(*sheet_kinds: int, password: bool = False) -> bytes:
    """Make the records of an xls: one sheet of each kind (0 cells, 1 macros)."""
    records = [(0x0809, bytes(16))]
    if password:
        records.append((0x002F, bytes(54)))
    records += [(0x0085, struct.pack("<IBB", 0, 0, kind) + b"\x02\x00S1") for kind in sheet_kinds]
    records.append((0x000A, b""))
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
