"""A file is what its name, its bytes and its sender say alike, or it is refused with a reason."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.content import identify
from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.formats import (
    KINDS,
    MAX_FILENAME,
    content_disposition,
    display_name,
    extension,
    safe_filename,
)
from tests.evidence import makers
from tests.evidence.makers import JPEG, PAGE, PDF, WEBP
from tests.support.properties import examples

SIGN_IN_SHEET = "姓名,应到\r\n张三,是\r\n"
MINUTES = "支部党员大会会议记录\n一、学习文件\n".encode()

GENUINE = {
    "记录.pdf": PDF,
    "公文.ofd": makers.ofd(),
    "照片.jpg": JPEG,
    "照片.JPEG": JPEG,
    "扫描.png": makers.png(),
    "微信图片.webp": WEBP,
    "IMG_0001.HEIC": makers.boxes(b"heic"),
    "照片.heif": makers.boxes(b"mif1"),
    "签到.docx": makers.office("docx"),
    "台账.xlsx": makers.office("xlsx"),
    "党课.pptx": makers.office("pptx"),
    "旧.doc": makers.ole({"WordDocument": bytes(600), "1Table": bytes(600)}),
    "旧.wps": makers.ole({"WordDocument": bytes(600)}),
    "旧.xls": makers.ole({"Workbook": makers.workbook(0, 2)}),
    "更旧.xls": makers.ole({"Book": makers.workbook(0)}),
    "旧.et": makers.ole({"Workbook": makers.workbook(0)}),
    "旧.ppt": makers.ole({"PowerPoint Document": bytes(9_000), "Current User": b"x"}),
    "旧.dps": makers.ole({"PowerPoint Document": bytes(30_000)}),
    "名单.csv": SIGN_IN_SHEET.encode("gb18030"),
    "说明.md": "# 说明\n\n<b>粗</b>\n".encode(),
    "记录.txt": b"\xef\xbb\xbf" + MINUTES,
    "录音.mp3": makers.mp3(tagged=True),
    "录音2.mp3": makers.mp3(tagged=False),
    "录音.m4a": makers.boxes(b"M4A "),
    "录像.mp4": makers.boxes(b"isom"),
    "材料.zip": makers.zipped({"记录.pdf": PDF, "照片/1.jpg": JPEG}),
}


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    return tmp_path / "received"


def why(path: Path, name: str, content: bytes, declared: str | None = None) -> Refusal | None:
    """Return why the file is refused, None when it is accepted."""
    path.write_bytes(content)
    try:
        identify(path, name, declared)
    except EvidenceRefused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("name", GENUINE)
def test_a_genuine_file_is_what_its_name_says(upload: Path, name: str) -> None:
    upload.write_bytes(GENUINE[name])
    kind = identify(upload, name, None)
    assert kind is KINDS[name.rpartition(".")[2].lower()]
    assert identify(upload, name, f"{kind.media_type}; charset=binary") is kind
    assert identify(upload, name, "application/octet-stream") is kind
    assert why(upload, name, GENUINE[name], "text/html") is Refusal.DECLARED_TYPE_MISMATCH


def test_a_refusal_says_field_reason_and_what_to_do(upload: Path) -> None:
    upload.write_bytes(PAGE)
    with pytest.raises(EvidenceRefused) as refused:
        identify(upload, "记录.pdf", "application/pdf")
    error = refused.value
    assert (error.status, error.code) == (422, "evidence_refused")
    assert [flaw.as_dict() for flaw in error.flaws] == [
        {"pointer": "#/file", "code": "type_mismatch", "detail": error.detail}
    ]
    assert error.detail.startswith("佐证材料：文件内容与扩展名不符，请")


def test_every_kind_has_a_genuine_file_and_every_refusal_its_words() -> None:
    assert {extension(name) for name in GENUINE} == set(KINDS)
    assert all("请" in words and words.endswith("。") for words in Refusal.labels().values())


@pytest.mark.parametrize("name", GENUINE)
def test_no_content_passes_under_a_name_of_another_shape(upload: Path, name: str) -> None:
    shape = KINDS[extension(name)].shape
    for other, content in GENUINE.items():
        if KINDS[extension(other)].shape is not shape:
            assert why(upload, name, content) is not None, other


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg.exe", "a.exe", "a.svg", "a.html", "a.htm", "a.js", "a.docm", "a.xlsm", "a.pptm",
        "a.rar", "a.7z", "a.gif", "a.lnk", "a.php", "pdf", ".pdf", "a.", "a.pdf ", "a.pdf.",
        "a.ｐｄｆ", "CON", "../../x", "a.pdf/", "x.pdf\\..",
    ],
)  # fmt: skip
def test_an_extension_that_is_not_listed_is_refused(upload: Path, name: str) -> None:
    assert why(upload, name, PDF) is Refusal.TYPE_NOT_ALLOWED


HOSTILE = [
    ("a.pdf", PAGE, Refusal.TYPE_MISMATCH),
    ("a.pdf", PAGE + PDF, Refusal.TYPE_MISMATCH),
    ("a.pdf", b"\n" + PDF, Refusal.TYPE_MISMATCH),
    ("a.pdf", b"%PDF-1.4\n" + PAGE + PDF, Refusal.FOREIGN_PAYLOAD),
    ("a.pdf", PDF + PAGE, Refusal.FOREIGN_PAYLOAD),
    ("a.pdf", PDF + makers.zipped({"a.txt": b"a"}), Refusal.FOREIGN_PAYLOAD),
    ("a.pdf", PDF + bytes(5_000), Refusal.FOREIGN_PAYLOAD),
    ("a.pdf", PDF[:-20], Refusal.FILE_DAMAGED),
    ("a.pdf", b"", Refusal.FILE_EMPTY),
    ("a.jpg", PAGE, Refusal.TYPE_MISMATCH),
    ("a.jpg", JPEG + makers.zipped({"a.txt": b"a"}), Refusal.FOREIGN_PAYLOAD),
    ("a.jpg", JPEG + b"<?php system($_GET[0]); ?>", Refusal.FOREIGN_PAYLOAD),
    ("a.jpg", JPEG + b"x" * 5_000, Refusal.FOREIGN_PAYLOAD),
    ("a.jpg", JPEG + JPEG + makers.zipped({"a.txt": b"a"}), Refusal.FOREIGN_PAYLOAD),
    ("a.jpg", JPEG + JPEG + b"<script>" + bytes(2_000), Refusal.FOREIGN_PAYLOAD),
    ("a.jpg", JPEG[:-2], Refusal.FILE_DAMAGED),
    ("a.jpg", b"\xff\xd8\xff" + b"\xe0\x00\x02\xff" * 200_000, Refusal.FILE_DAMAGED),
    ("a.png", makers.png() + makers.zipped({"a.txt": b"a"}), Refusal.FOREIGN_PAYLOAD),
    ("a.png", makers.png() + PAGE, Refusal.FOREIGN_PAYLOAD),
    ("a.png", makers.png()[:-12], Refusal.FILE_DAMAGED),
    ("a.png", makers.png()[:33] + bytes(12) * 200_000, Refusal.FILE_DAMAGED),
    ("a.webp", WEBP + b"Rar!\x1a\x07\x00", Refusal.FOREIGN_PAYLOAD),
    ("a.webp", WEBP[:-4], Refusal.FILE_DAMAGED),
    ("a.mp4", makers.boxes(b"isom") + makers.zipped({"a": b"a"}), Refusal.FOREIGN_PAYLOAD),
    ("a.mp4", makers.boxes(b"qt  "), Refusal.TYPE_MISMATCH),
    ("a.m4a", makers.boxes(b"heic"), Refusal.TYPE_MISMATCH),
    ("a.mp4", makers.boxes(b"isom")[:-4], Refusal.FILE_DAMAGED),
    ("a.mp3", makers.mp3(tagged=True) + makers.zipped({"a": b"a"}), Refusal.FOREIGN_PAYLOAD),
    ("a.mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00" + PAGE, Refusal.TYPE_MISMATCH),
    ("a.mp3", makers.mp3(tagged=False)[:900], Refusal.FILE_DAMAGED),
    ("a.txt", PAGE, Refusal.TYPE_MISMATCH),
    ("a.txt", b"\xef\xbb\xbf \n<sCript>alert(1)</script>", Refusal.TYPE_MISMATCH),
    ("a.csv", b"<?xml version='1.0'?><svg/>", Refusal.TYPE_MISMATCH),
    ("a.txt", PDF, Refusal.TYPE_MISMATCH),
    ("a.txt", b"a\x00b", Refusal.TEXT_ENCODING),
    ("a.txt", b"\x1b]0;owned\x07", Refusal.TEXT_ENCODING),
    ("a.txt", "会议".encode("utf-16"), Refusal.TEXT_ENCODING),
    ("a.txt", b"\xff\xfe\xfd\xff", Refusal.TEXT_ENCODING),
    ("a.txt", MINUTES[:-2] + b"\xe4", Refusal.TEXT_ENCODING),
    ("a.doc", PAGE, Refusal.TYPE_MISMATCH),
    ("a.doc", makers.office("docx"), Refusal.TYPE_MISMATCH),
    ("a.doc", makers.ole({"Workbook": makers.workbook(0)}), Refusal.TYPE_MISMATCH),
    ("a.doc", makers.ole({"WordDocument": b"x"}, ["Macros", "VBA"]), Refusal.MACROS),
    ("a.xls", makers.ole({"Workbook": b"x"}, ["_VBA_PROJECT_CUR"]), Refusal.MACROS),
    ("a.xls", makers.ole({"Workbook": makers.workbook(0, 1)}), Refusal.MACROS),
    ("a.xls", makers.ole({"Workbook": makers.workbook(0, password=True)}), Refusal.ENCRYPTED),
    ("a.xls", makers.ole({"Workbook": b"\x01\x00\xff\xff" * 100}), Refusal.FILE_DAMAGED),
    ("a.doc", makers.ole({"WordDocument": bytes(10) + b"\0\1"}), Refusal.ENCRYPTED),
    (
        "a.doc",
        makers.ole({"WordDocument": b"x", "\x01Ole10Native": b"MZ"}),
        Refusal.EMBEDDED_OBJECT,
    ),
    (
        "a.ppt",
        makers.ole({"PowerPoint Document": bytes(505) + bytes.fromhex(
            "1f00ff031400000002000004 0c000000")}),
        Refusal.MACROS,
    ),
    ("a.ppt", makers.ole({"PowerPoint Document": b"", "EncryptedSummary": b""}), Refusal.ENCRYPTED),
    (
        "a.doc",
        makers.ole({"WordDocument": b"x"}) + makers.zipped({"a": b"a"}),
        Refusal.FOREIGN_PAYLOAD,
    ),
    ("a.doc", makers.ole({"WordDocument": b"x"})[:600], Refusal.FILE_DAMAGED),
    ("a.doc", makers.ole({})[:8], Refusal.FILE_DAMAGED),
    (
        "a.docx",
        makers.ole({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}),
        Refusal.ENCRYPTED,
    ),
    ("a.docx", makers.ole({"WordDocument": b"x"}), Refusal.TYPE_MISMATCH),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "reason"), HOSTILE)
def test_a_file_that_is_not_only_what_it_says_is_refused(
    upload: Path, name: str, content: bytes, reason: Refusal
) -> None:
    assert why(upload, name, content) is reason


@pytest.mark.parametrize(
    "tail",
    [
        bytes(64),
        b"x" * 500,
        bytes(3_000) + JPEG + bytes(3_000),
        makers.boxes(b"mp42") + b"\x7fELF PK\x03\x04" + bytes(5_000),
        b"MotionPhoto_Data" + bytes(5_000) + b"SEFT",
    ],
    ids=["padding", "note", "second picture", "motion photo", "samsung"],
)
def test_what_phones_leave_behind_a_photo_is_accepted(upload: Path, tail: bytes) -> None:
    assert why(upload, "照片.jpg", JPEG + tail) is None


def test_a_small_zip_inside_an_old_document_is_its_own_business(upload: Path) -> None:
    theme = makers.zipped({"theme.xml": b"<a/>"})
    assert why(upload, "a.doc", makers.ole({"WordDocument": bytes(9_000) + theme})) is None


def test_a_loop_of_sectors_ends(upload: Path) -> None:
    looped = bytearray(makers.ole({"WordDocument": b"x"}))
    looped[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")  # the directory follows itself
    assert why(upload, "a.doc", bytes(looped)) is Refusal.FILE_DAMAGED


def test_only_the_top_level_makes_a_file_what_it_is(upload: Path) -> None:
    sound, macros = makers.workbook(0), makers.workbook(1)
    embedded = makers.ole({"WordDocument": b"x"}, ["ObjectPool"], nested={"Workbook": sound})
    assert why(upload, "a.doc", embedded) is None
    assert why(upload, "a.xls", embedded) is Refusal.TYPE_MISMATCH
    shadowed = makers.ole({"Book": macros}, ["ObjectPool"], nested={"Workbook": sound})
    assert why(upload, "a.xls", shadowed) is Refusal.MACROS


@examples(60)
@given(
    name=st.sampled_from(sorted(GENUINE)),
    at=st.integers(0, 3_000),
    junk=st.binary(min_size=1, max_size=40),
    cut=st.booleans(),
)
def test_a_damaged_file_is_accepted_or_refused_but_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: int, junk: bytes, cut: bool
) -> None:
    content = GENUINE[name]
    at %= len(content)
    path = tmp_path_factory.getbasetemp() / "damaged"
    why(path, name, content[:at] + junk + (b"" if cut else content[at + len(junk) :]))


KEPT_AS_TYPED = [
    "../../x.pdf", "CON", "CON.pdf", "长" * 100 + ".pdf", "a" * 296 + ".pdf",
    "党员👨‍👩‍👧大会🎉.jpg",
    "C:\\fake\\照片.jpg", "  前后空格 .pdf", 'a;b="c".pdf', "100%完成.pdf", "é.pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", KEPT_AS_TYPED)
def test_a_strange_name_is_kept_as_typed(name: str) -> None:
    assert safe_filename(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", Refusal.FILENAME_MISSING),
        (" \u3000", Refusal.FILENAME_MISSING),
        ("a" * (MAX_FILENAME + 1), Refusal.FILENAME_TOO_LONG),
        *(
            (f"a{bad}.jpg", Refusal.FILENAME_CHARACTERS)
            for bad in "\x00\r\n\t\x1b\x7f\x85\u2028\u2029\u202e\u202a\u2066\u2069\ud800"
        ),
        ("a.php%00.jpg", Refusal.FILENAME_CHARACTERS),
        ("a%0D%0aSet-Cookie: x.jpg", Refusal.FILENAME_CHARACTERS),
    ],
)
def test_a_name_that_lies_is_refused(upload: Path, name: str, reason: Refusal) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        safe_filename(name)
    assert refused.value.reason is reason
    assert why(upload, name, JPEG) is reason


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\fake\\照片.jpg", "照片.jpg"),
        ("..", "佐证材料"),
        ("目录/", "佐证材料"),
    ],
)
def test_only_the_last_part_of_a_path_is_shown(name: str, shown: str) -> None:
    assert display_name(name) == shown


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plan 1.pdf", "attachment; filename=\"plan 1.pdf\"; filename*=UTF-8''plan%201.pdf"),
        ("会议.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E4%BC%9A%E8%AE%AE.pdf"),
        ('a"\\b;%.pdf', "attachment; filename=\"b__.pdf\"; filename*=UTF-8''b%3B%25.pdf"),
        ("../x'*.pdf", "attachment; filename=\"x__.pdf\"; filename*=UTF-8''x%27%2A.pdf"),
    ],
)
def test_a_download_names_the_file_by_rfc_6266(name: str, header: str) -> None:
    assert content_disposition(name) == header


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_the_header_of_a_download_is_one_safe_line_that_tells_the_name(name: str) -> None:
    header = content_disposition(name)
    matched = re.fullmatch(
        r"attachment; filename=\"[A-Za-z0-9 ._()+=@~-]+\"; filename\*=UTF-8''([!-~]+)", header
    )
    assert matched
    assert unquote(matched[1]) == display_name(name)
