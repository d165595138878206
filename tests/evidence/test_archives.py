"""Archives and office files cost little to refuse, and hide nothing."""

import io
import random
import stat
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from app.evidence.archives import ArchiveLimits
from app.evidence.content import identify
from app.evidence.errors import EvidenceRefused, Refusal
from tests.evidence.makers import (
    JPEG,
    PAGE,
    PDF,
    ForgedZip,
    deflated,
    ofd,
    office,
    relationships,
    zipped,
)
from tests.support.effort import effort
from tests.support.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
TEXT = "支部".encode()


def noise(size: int) -> bytes:
    """Bytes that nothing makes smaller, the same every time."""
    return random.Random(size).randbytes(size)  # noqa: S311 - test data, not a secret


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    return tmp_path / "received"


def why(
    path: Path, name: str, content: bytes, limits: ArchiveLimits | None = None
) -> Refusal | None:
    path.write_bytes(content)
    try:
        identify(path, name, None, limits or ArchiveLimits())
    except EvidenceRefused as refused:
        return refused.reason
    return None


def zeros_deflated(megabytes: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_of_evidence_is_accepted(upload: Path, method: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.mkdir("会议")
        archive.writestr("会议/记录.pdf", PDF)
        archive.writestr("会议/照片.jpg", JPEG)
        archive.writestr("会议/签到.docx", office("docx"))
        archive.writestr("会议/讲稿.txt", noise(3_000_000).hex().encode())
        archive.writestr("__MACOSX/会议/._记录.pdf", b"\x00\x05\x16\x07" + bytes(40))
        archive.writestr("会议/.DS_Store", b"\x00\x00\x00\x01Bud1" + bytes(40))
        archive.comment = "党办".encode()
    assert why(upload, "材料.zip", target.getvalue()) is None


def test_names_of_chinese_windows_are_read(upload: Path) -> None:
    # the second byte of this character is a backslash in GB18030
    name = "繺.txt".encode("gb18030")
    assert b"\\" in name
    assert why(upload, "a.zip", bytes(replace(SOUND, name=name))) is None


def test_a_member_is_judged_like_an_upload_and_named(upload: Path) -> None:
    upload.write_bytes(zipped({"好.pdf": PDF, "通知/坏.pdf": PAGE}))
    with pytest.raises(EvidenceRefused) as refused:
        identify(upload, "a.zip", None)
    assert refused.value.reason is Refusal.TYPE_MISMATCH
    assert refused.value.detail.startswith("压缩包内的“通知/坏.pdf”：文件内容与扩展名不符")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.exe", b"MZ", Refusal.TYPE_NOT_ALLOWED),
        ("._a.exe", b"MZ", Refusal.TYPE_NOT_ALLOWED),
        (".DS_Store", b"MZ", Refusal.TYPE_NOT_ALLOWED),
        ("a.pdf", b"", Refusal.FILE_EMPTY),
        ("../a.txt", TEXT, Refusal.ARCHIVE_PATH),
        ("a/../../b.txt", TEXT, Refusal.ARCHIVE_PATH),
        ("/etc/a.txt", TEXT, Refusal.ARCHIVE_PATH),
        ("..\\a.txt", TEXT, Refusal.ARCHIVE_PATH),
        ("C:/a.txt", TEXT, Refusal.ARCHIVE_PATH),
        ("a\n.txt", TEXT, Refusal.ARCHIVE_PATH),
        ("a\u202etxt.txt", TEXT, Refusal.ARCHIVE_PATH),
    ],
)
def test_a_member_that_is_not_evidence_is_refused(
    upload: Path, name: str, content: bytes, reason: Refusal
) -> None:
    assert why(upload, "a.zip", zipped({name: content})) is reason


SOUND = ForgedZip(packed=deflated(TEXT), size=len(TEXT), crc=zlib.crc32(TEXT))
STORED = replace(SOUND, packed=TEXT, method=0)

CRAFTED = [
    (SOUND, None),
    (STORED, None),
    (replace(SOUND, mode=stat.S_IFREG | 0o644), None),
    (replace(SOUND, mode=stat.S_IFLNK | 0o777), Refusal.ARCHIVE_LINK),
    (replace(SOUND, mode=stat.S_IFIFO), Refusal.ARCHIVE_LINK),
    (replace(SOUND, flags=1), Refusal.ENCRYPTED),
    (replace(SOUND, method=12), Refusal.ARCHIVE_METHOD),
    (replace(STORED, size=7), Refusal.ARCHIVE_METHOD),
    (replace(SOUND, size=3), Refusal.FILE_DAMAGED),
    (replace(SOUND, size=9), Refusal.FILE_DAMAGED),
    (replace(SOUND, crc=1), Refusal.FILE_DAMAGED),
    (replace(SOUND, packed=deflated(TEXT) + b"hidden"), Refusal.FILE_DAMAGED),
    (replace(SOUND, packed=deflated(TEXT)[:-1]), Refusal.FILE_DAMAGED),
    (replace(SOUND, packed=b"\xff\xff\xff"), Refusal.FILE_DAMAGED),
    (replace(SOUND, local_name=b"b.exe"), Refusal.FILE_DAMAGED),
    (replace(SOUND, count=2), Refusal.FILE_DAMAGED),
    (PDF + bytes(SOUND), Refusal.TYPE_MISMATCH),
    (b"PK\x03\x04" + bytes(60) + bytes(SOUND), Refusal.FOREIGN_PAYLOAD),
    (bytes(SOUND) + b"behind", Refusal.FOREIGN_PAYLOAD),
    (bytes(SOUND)[:-30], Refusal.FILE_DAMAGED),
    (zipped({}), Refusal.FILE_EMPTY),
]


@pytest.mark.parametrize(("content", "reason"), CRAFTED)
def test_a_zip_must_be_what_its_directory_says(
    upload: Path, content: bytes | ForgedZip, reason: Refusal | None
) -> None:
    assert why(upload, "a.zip", bytes(content)) is reason


def test_two_members_of_one_name_are_refused(upload: Path) -> None:
    content = zipped({"a.txt": TEXT, "b.txt": PAGE}).replace(b"b.txt", b"A.txt")
    assert why(upload, "a.zip", content) is Refusal.ARCHIVE_PATH


def test_limits_hold_across_nested_archives(upload: Path) -> None:
    inner = zipped({f"{i}.txt": TEXT for i in range(6)})
    outer = zipped({"1.zip": inner, "2.zip": inner})
    unfolded = 2 * (len(inner) + 6 * len(TEXT))
    assert why(upload, "a.zip", outer, ArchiveLimits(14, unfolded)) is None
    assert why(upload, "a.zip", outer, ArchiveLimits(13, unfolded)) is Refusal.ARCHIVE_ENTRIES
    assert why(upload, "a.zip", outer, ArchiveLimits(14, unfolded - 1)) is Refusal.ARCHIVE_SIZE


def test_archives_nest_once_and_office_files_once(upload: Path) -> None:
    chart = office("docx", {"word/embeddings/图表.xlsx": office("xlsx")})
    once = zipped({"内.zip": zipped({"图表.docx": chart})})
    assert why(upload, "a.zip", once) is None
    assert why(upload, "a.zip", zipped({"外.zip": once})) is Refusal.ARCHIVE_NESTING
    deeper = office("pptx", {"ppt/embeddings/a.docx": chart})
    assert why(upload, "a.pptx", deeper) is Refusal.ARCHIVE_NESTING


def linked(kind: str, target: str, mode: str = "External") -> dict[str, bytes]:
    return {"word/_rels/document.xml.rels": relationships((kind, target, mode))}


BILLION_LAUGHS = b"<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><a>&b;</a>"
XXE = b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"

OFFICE = [
    ({"word/media/1.jpg": JPEG, "xl/printerSettings/printerSettings1.bin": b"x"}, None),
    (linked("hyperlink", "https://www.12371.cn/"), None),
    (linked("attachedTemplate", "file:///C:\\Templates\\a.dotx"), None),
    (linked("externalLinkPath", "台账2017.xlsx"), None),
    (linked("attachedTemplate", "https://evil.example/a.dotm"), Refusal.EXTERNAL_CONTENT),
    (linked("image", "\\\\evil.example\\a.png"), Refusal.EXTERNAL_CONTENT),
    (linked("oleObject", "file://evil.example/a.doc"), Refusal.EXTERNAL_CONTENT),
    (linked("oleObject", "file:///\\\\evil.example\\a"), Refusal.EXTERNAL_CONTENT),
    (linked("frame", "mhtml:http://evil.example/a!x"), Refusal.EXTERNAL_CONTENT),
    (linked("vbaProject", "innocent.bin", "Internal"), Refusal.MACROS),
    (linked("xlMacrosheet", "sheet1.xml", "Internal"), Refusal.MACROS),
    ({"word/vbaProject.bin": b"x"}, Refusal.MACROS),
    ({"xl/macrosheets/sheet1.xml": b"<a/>"}, Refusal.MACROS),
    ({"word/activeX/activeX1.bin": b"x"}, Refusal.MACROS),
    ({"word/embeddings/oleObject1.bin": b"x"}, Refusal.EMBEDDED_OBJECT),
    ({"word/embeddings/a.xlsx": PAGE}, Refusal.TYPE_MISMATCH),
    ({"word/a.xml": BILLION_LAUGHS}, Refusal.XML_ENTITIES),
    ({"word/a.xml": XXE}, Refusal.XML_ENTITIES),
    ({"word/a.xml": b"\xff\xfe" + XXE.decode().encode("utf-16-le")}, Refusal.XML_ENTITIES),
    ({"word/a.xml": b"<!--" + b"x" * 40_000 + b"-->" + XXE}, Refusal.XML_ENTITIES),
    ({"word/a.xml": b"<!--" + b"x" * 90_000 + b"-->" + XXE}, Refusal.FILE_DAMAGED),
    ({"word/media/image.svg": b"<?xml version='1.0'?>" + XXE}, Refusal.XML_ENTITIES),
    ({"word/a.odd": XXE}, Refusal.XML_ENTITIES),
    ({"word/_rels/a.rels": BILLION_LAUGHS}, Refusal.XML_ENTITIES),
    ({"word/_rels/a.rels": b"<a>"}, Refusal.FILE_DAMAGED),
    ({"word/_rels/a.rels": b"<a>" + noise(1_100_000).hex().encode()}, Refusal.ARCHIVE_SIZE),
    ({"word/a.xml": b"not xml"}, Refusal.FILE_DAMAGED),
    ({"word/a.xml": b"<?xml version='1.0' encoding='no-such'?><a/>"}, Refusal.FILE_DAMAGED),
]


@pytest.mark.parametrize(("parts", "reason"), OFFICE)
def test_an_office_file_does_nothing_by_itself(
    upload: Path, parts: dict[str, bytes], reason: Refusal | None
) -> None:
    assert why(upload, "a.docx", office("docx", parts)) is reason


@pytest.mark.parametrize(
    "part",
    [
        '<Override PartName="/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
        '<Default Extension="q" ContentType="application/vnd.ms-word.document.macroEnabled"/>',
    ],
)
def test_macros_are_found_under_any_name(upload: Path, part: str) -> None:
    assert why(upload, "a.docx", office("docx", types=part)) is Refusal.MACROS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office("xlsx")),
        ("a.docx", zipped({"a.txt": TEXT})),
        ("a.xlsx", ofd()),
        ("a.ofd", office("docx")),
        ("a.ofd", ofd("html")),
        ("a.zip", office("docx")),
    ],
)
def test_a_zip_of_another_kind_is_refused(upload: Path, name: str, content: bytes) -> None:
    assert why(upload, name, content) in {Refusal.TYPE_MISMATCH, Refusal.TYPE_NOT_ALLOWED}


def test_an_ofd_holds_no_entities(upload: Path) -> None:
    bad = zipped({"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": BILLION_LAUGHS})
    assert why(upload, "a.ofd", bad) is Refusal.XML_ENTITIES


def bombs() -> dict[str, tuple[str, bytes]]:
    """Make archives that would unfold to gigabytes, or to a million names."""
    zeros = zeros_deflated(200)
    empty = ForgedZip(name=b"a", packed=b"\x03\x00")
    bottom = zipped({"0.txt": b" " * 1_000_000})
    for depth in range(5):
        bottom = zipped({f"{depth}-{i}.zip": bottom for i in range(16)})
    sheet = ForgedZip(name=b"xl/sheet1.xml", packed=zeros)
    return {
        "ten gigabytes": ("a.xlsx", bytes(replace(sheet, size=0xFFFFFFF0))),
        "a size that lies": ("a.xlsx", bytes(replace(sheet, size=1_000_000))),
        "a million names": ("a.zip", bytes(replace(empty, count=1_000_000))),
        "a count that wraps": ("a.zip", bytes(replace(empty, count=65_536 * 4))),
        "42": ("a.zip", bottom),
    }


MEASURE = """
import re, sys
from pathlib import Path
from app.evidence.content import identify
from app.evidence.errors import EvidenceRefused
from tests.support.effort import effort
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
def refuse(path):
    try:
        identify(path, path.name, None)
    except EvidenceRefused as refused:
        print(refused.reason, end=" ")
    else:
        print("accepted", path, end=" ")
effort(lambda: None)
before = peak()
for path in sys.argv[1:]:
    print(effort(lambda: refuse(Path(path))), peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory there")
def test_a_bomb_is_refused_at_once_and_within_64_mib(tmp_path: Path) -> None:
    paths = []
    for number, (name, content) in enumerate(bombs().values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths.append(folder / name)
        paths[-1].write_bytes(content)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths)],
        check=True, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT,
    )  # fmt: skip
    rows = [line.split() for line in ran.stdout.splitlines()]
    assert all(len(row) == 3 for row in rows), rows
    assert max(float(row[1]) for row in rows) < 10, rows
    assert int(rows[-1][2]) < 64 * 1024, rows


def test_a_large_honest_archive_is_read_quickly(upload: Path) -> None:
    photo = JPEG[:-2] + noise(6_000_000).replace(b"\xff", b"\xfe") + JPEG[-2:]
    content = zipped({"大.jpg": photo, "小.jpg": JPEG})
    assert why(upload, "a.zip", content) is None
    assert effort(lambda: why(upload, "a.zip", content)) < 40, "about 3"
