"""Style templates: their fonts win, what they lack is added, what acts is refused."""

import re
from collections.abc import Mapping

import pytest

from app.report.errors import TemplateRefused
from app.report.files.word import to_word
from app.report.templates import examine, shipped_template
from tests.evidence.makers import ForgedZip, deflated, zipped
from tests.report.files.support import changed, parts_of, sample, template, xml_of
from tests.support.word import text_as_written, text_of_word

RELS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements>'
    '<a:fontScheme name="x"><a:majorFont><a:latin typeface="Arial"/><a:ea typeface="微软雅黑"/>'
    '<a:cs typeface=""/></a:majorFont><a:minorFont><a:latin typeface="Calibri"/>'
    '<a:ea typeface=""/><a:cs typeface=""/><a:font script="Hans" typeface="华文楷体"/>'
    "</a:minorFont></a:fontScheme></a:themeElements></a:theme>"
)


def related(kind: str, target: str, mode: str = "Internal") -> bytes:
    row = f'<Relationship Id="rX" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return xml_of(shipped_template(), RELS).replace("</Rel", row + "</Rel").encode()


def styles(pattern: str, by: str) -> bytes:
    found = re.subn(pattern, by, xml_of(shipped_template(), "word/styles.xml"), count=1)
    assert found[1] == 1
    return found[0].encode()


def test_the_shipped_template_is_acceptable_and_changes_nothing() -> None:
    assert examine(shipped_template(), "docx") == []
    ours, theirs = (
        xml_of(to_word(sample(), "final", given), "word/styles.xml")
        for given in (None, shipped_template())
    )
    assert ours == theirs


def test_the_fonts_of_a_template_win() -> None:
    given = template(公文正文="华文中宋", 公文标题="华文新魏")
    assert examine(given, "docx") == []
    written = to_word(sample(), "review", given)
    sheet = xml_of(written, "word/styles.xml")
    assert re.search(r'w:val="公文正文"/>.*?w:eastAsia="华文中宋"', sheet)
    assert re.search(r'w:val="公文标题"/>.*?w:eastAsia="华文新魏"', sheet)
    assert text_of_word(written) == text_as_written(sample())
    assert written == to_word(sample(), "review", given)


def test_missing_styles_are_added_and_ids_may_be_anything() -> None:
    sheet = styles(r'<w:style [^>]*w:styleId="ZdByline".*?</w:style>', "")
    sheet = sheet.replace(b'w:styleId="ZdBody"', b'w:styleId="a&quot;&lt;1"')
    sheet = sheet.replace(b'w:styleId="ZdTitle"', b'w:styleId="ZdByline"')
    given = changed(shipped_template(), {"word/styles.xml": sheet})
    assert examine(given, "docx") == ["公文署名"]
    written = to_word(sample(), "review", given)
    body = xml_of(written)
    assert '<w:pStyle w:val="a&quot;&lt;1"/>' in body
    assert '<w:pStyle w:val="ZdByline1"/>' in body
    assert text_of_word(written) == text_as_written(sample())


def test_theme_fonts_are_written_out() -> None:
    themed = 'w:hint="eastAsia" w:asciiTheme="majorHAnsi" w:eastAsiaTheme="minorEastAsia"'
    sheet = styles(r'(?<=w:val="公文正文"/>)(.*?)w:hint="eastAsia"', rf"\1{themed}")
    parts = {"word/styles.xml": sheet, "word/theme/theme1.xml": THEME.encode()}
    given = changed(shipped_template(), parts)
    assert examine(given, "docx") == []
    written = xml_of(to_word(sample(), "final", given), "word/styles.xml")
    own = re.search(r'w:val="公文正文"/>.*?<w:rFonts[^>]*>', written)
    assert own
    assert 'w:eastAsia="华文楷体"' in own[0]
    assert 'w:ascii="Arial"' in own[0]
    assert "heme" not in written


def test_nothing_but_styles_reaches_a_report() -> None:
    body = xml_of(shipped_template()).replace("公文正文", "夹带的内容")
    numbered = styles(r"(?<=<w:qFormat/><w:pPr>)", '<w:numPr><w:numId w:val="7"/></w:numPr>')
    given = changed(
        shipped_template(),
        {
            "word/document.xml": body.encode(),
            "word/styles.xml": numbered,
            "word/media/a.png": b"\x89PNG",
            "customXml/item1.xml": "<x>夹带</x>".encode(),
        },
    )
    written = parts_of(to_word(sample(), "final", given))
    assert set(written) == set(parts_of(to_word(sample())))
    assert not any("夹带".encode() in part for part in written.values())
    assert b"numPr" not in written["word/styles.xml"]


BILLION = b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
HOSTILE: Mapping[str, tuple[str, Mapping[str, bytes | None]]] = {
    "macros": ("embedded_object", {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
    "ole": ("embedded_object", {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}),
    "package": ("embedded_object", {"word/embeddings/a.xlsx": b"PK\x03\x04"}),
    "activex": ("embedded_object", {"word/activeX/activeX1.xml": b"<a/>"}),
    "chunk": ("embedded_object", {"word/afchunk.mht": b"x", RELS: related("aFChunk", "a.mht")}),
    "chunk related": ("embedded_object", {RELS: related("aFChunk", "a.htm")}),
    "chunk in text": (
        "embedded_object",
        {"word/document.xml": b'<w:document xmlns:w="urn:w"><w:altChunk/></w:document>'},
    ),
    "inner word file": ("embedded_object", {"word/inner.docx": b"PK\x03\x04"}),
    "remote template": (
        "external_content",
        {RELS: related("attachedTemplate", "https://example.org/t.dotm", "External")},
    ),
    "linked picture": ("external_content", {RELS: related("image", "//host/p.png", "External")}),
    "hyperlink": ("external_content", {RELS: related("hyperlink", "https://e.org", "External")}),
    "local link": ("external_content", {RELS: related("image", "file:///c:/p.png", "external")}),
    "font": ("embedded_fonts", {"word/fonts/font1.odttf": b"x"}),
    "font named": ("embedded_fonts", {RELS: related("font", "f1")}),
    "font table": (
        "embedded_fonts",
        {"word/fontTable.xml": b'<w:fonts xmlns:w="urn:w"><w:embedRegular/></w:fonts>'},
    ),
    "entities": ("xml_entities", {"word/settings.xml": BILLION + b"<x>&b;</x>"}),
    "entities in styles": ("xml_entities", {"word/styles.xml": BILLION + b"<x>&b;</x>"}),
    "broken styles": ("file_damaged", {"word/styles.xml": b"<w:styles"}),
    "ebcdic styles": ("file_damaged", {"word/styles.xml": "<?xml version='1.0'?>".encode("cp037")}),
    "no namespace": ("styles_missing", {"word/styles.xml": b"<w:styles/>"}),
    "other root": ("style_unusable", {"word/styles.xml": b"<styles/>"}),
    "no styles": ("styles_missing", {"word/styles.xml": None}),
    "many entries": ("archive_entries", {f"word/a{n}.xml": b"<a/>" for n in range(250)}),
    "long styles": ("archive_size", {"word/styles.xml": b"<a>" + b"x" * 1_100_000 + b"</a>"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_acts_or_deceives_is_refused(name: str) -> None:
    reason, parts = HOSTILE[name]
    with pytest.raises(TemplateRefused) as refused:
        examine(changed(shipped_template(), parts), "docx")
    assert refused.value.flaws[0].code in {reason, "archive_ratio"}
    assert refused.value.detail.startswith("样式模板：")


def test_a_style_of_another_kind_is_refused_by_its_name() -> None:
    other = styles(
        r'w:type="paragraph" (w:customStyle="1" w:styleId="ZdBody")', r'w:type="character" \1'
    )
    with pytest.raises(TemplateRefused) as refused:
        examine(changed(shipped_template(), {"word/styles.xml": other}), "docx")
    assert "公文正文" in refused.value.detail


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (b"not a zip", "docx"),
        (zipped({"a.txt": b"x"}), "docx"),
        (
            bytes(ForgedZip(deflated(bytes(4_000_000)), name=b"word/styles.xml", size=4_000_000)),
            "docx",
        ),
        (shipped_template(), "pdf"),
    ],
)
def test_other_files_are_refused(content: bytes, extension: str) -> None:
    with pytest.raises(TemplateRefused):
        examine(content, extension)
