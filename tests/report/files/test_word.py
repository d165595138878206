"""The Word file: its text is the document's, its bytes are always the same, its XML is in order."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from pydantic import TypeAdapter, ValidationError

from app.core.schemas import Title
from app.evidence.errors import EvidenceRefused
from app.evidence.formats import safe_filename
from app.report.errors import TextNotWritable
from app.report.files.model import (
    Document,
    DocumentVariant,
    outside_gb2312,
    signature_starts,
    title_lines,
    width,
)
from app.report.files.word import to_word
from tests.report.files.support import documents, line, one_line, parts_of, sample, xml_of
from tests.support.properties import examples
from tests.support.word import text_as_written, text_of_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The order that ECMA-376 part 1, §17.3.1.26 and §17.3.2.28 prescribe, as far as we write them.
ORDER = {
    "pPr": [
        *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr"),
        *("autoSpaceDE", "autoSpaceDN", "snapToGrid", "spacing", "ind", "jc", "outlineLvl"),
        *("rPr", "sectPr"),
    ],
    "rPr": [
        *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "spacing", "kern", "sz", "szCs"),
        "lang",
    ],
    "tblPr": ["tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblCaption"],
    "tcPr": ["tcW", "vAlign"],
    "trPr": ["cantSplit", "tblHeader"],
    "tbl": ["tblPr", "tblGrid", "tr"],
    "style": ["name", "uiPriority", "semiHidden", "qFormat", "pPr", "rPr", "tblPr"],
    "settings": [
        *("zoom", "defaultTabStop", "evenAndOddHeaders", "characterSpacingControl", "compat")
    ],
    "sectPr": ["footerReference", "pgSz", "pgMar", "cols", "docGrid"],
    "font": ["altName", "charset", "family", "pitch"],
}


@examples(60)
@given(documents)
def test_the_text_of_the_file_is_the_documents_text(document: Document) -> None:
    for variant in ("final", "review"):
        assert text_of_word(to_word(document, variant)) == text_as_written(document)


@examples(200)
@given(one_line)
def test_lines_of_a_title_are_the_title(title: str) -> None:
    assert "".join(title_lines(title)) == title


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("2018年抓基层党建工作述职报告", 1),
        ("集团公司铁路工程指挥部党总支书记2018年抓基层党建工作述职报告", 2),
        ("中共集团公司铁路工程指挥部总支部委员会关于2018年度民主生活会整改情况的报告", 2),
        (
            "集团公司第一铁路工程指挥部党总支关于2018年度落实全面从严治党主体责任和整改情况的专项报告",
            3,
        ),
    ],
)
def test_long_titles_break_where_phrases_end(title: str, lines: int) -> None:
    found = title_lines(title)
    assert len(found) == lines
    assert all(width(each) <= 20 for each in found)
    assert not any(
        re.match(r"^[\d年月日，。的]*年", each) and not each[0].isdigit() for each in found
    )
    for each in found[:-1]:
        assert re.search(r"(?:书记|委员会|党总支|年度|关于|和|的|责任)$", each), found


def test_the_same_document_gives_the_same_bytes() -> None:
    assert to_word(sample()) == to_word(sample())
    assert to_word(sample(), "review") == to_word(sample(), "review")
    assert to_word(sample()) != to_word(sample(title="另一份"))


def test_comments_are_in_the_review_variant_alone() -> None:
    final, review = parts_of(to_word(sample())), parts_of(to_word(sample(), "review"))
    assert "word/comments.xml" not in final
    assert b"comment" not in final["word/document.xml"]
    comments = review["word/comments.xml"].decode()
    assert comments.count('w:author="系统"') == 2
    assert comments.index("记录3条") < comments.index("核对")
    for mark in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert review["word/document.xml"].decode().count(f"<w:{mark} ") == 2
    assert "w:date" not in comments


@examples(30)
@given(documents)
def test_elements_stand_in_the_order_of_the_schema(document: Document) -> None:
    variants: tuple[DocumentVariant, ...] = ("final", "review")
    for variant in variants:
        for name, content in parts_of(to_word(document, variant)).items():
            if name.startswith("word/") and name.endswith(".xml"):
                check_order(ET.fromstring(content))  # noqa: S314 - made here


def check_order(root: ET.Element) -> None:
    for element in root.iter():
        wanted = ORDER.get(element.tag.removeprefix(W))
        if wanted:
            found = [wanted.index(child.tag.removeprefix(W)) for child in element]
            assert found == sorted(found), [child.tag for child in element]


def test_the_page_is_that_of_an_official_document() -> None:
    parts = {name: part.decode() for name, part in parts_of(to_word(sample())).items()}
    body = parts["word/document.xml"]
    assert '<w:pgSz w:w="11906" w:h="16838"/>' in body
    assert '<w:docGrid w:type="lines" w:linePitch="579"/>' in body
    assert body.count("<w:tblHeader/>") == 1
    assert body.count("<w:cantSplit/>") == 2
    assert body.count("<w:pageBreakBefore/>") == 2
    assert sum(map(int, re.findall(r'<w:gridCol w:w="(\d+)"', body))) == 8844
    styles = parts["word/styles.xml"]
    for font in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"):
        assert f'w:eastAsia="{font}"' in styles
        assert f'<w:font w:name="{font}"><w:altName' in parts["word/fontTable.xml"]
    assert "<w:evenAndOddHeaders/>" in parts["word/settings.xml"]
    for name, side in (("word/footer1.xml", "right"), ("word/footer2.xml", "left")):
        assert f'<w:jc w:val="{side}"/>' in parts[name]
        assert parts[name].count("<w:fldChar ") == 3
    everything = "".join(parts.values())
    assert "heme" not in everything
    assert "embed" not in everything


def test_the_files_properties_tell_the_documents_day_and_nothing_else() -> None:
    core = xml_of(to_word(sample()), "docProps/core.xml")
    assert core.count("2018-12-03T00:00:00Z") == 2
    assert "python" not in core
    assert "creator" not in core
    undated = xml_of(to_word(sample(signed_on=None)), "docProps/core.xml")
    assert "dcterms:created" not in undated


def test_the_signature_follows_the_standard() -> None:
    long_name = signature_starts(sample())
    assert long_name == (27.6 - 2 - 11, 27.6 - 11)
    person = signature_starts(sample(signatory="王总支"))
    assert person == (27.6 - 2 - 6.5 - 2, 27.6 - 2 - 6.5)
    assert signature_starts(sample(signatory=None))[1] == 27.6 - 2 - 6.5
    assert signature_starts(sample(signed_on=None))[0] == 27.6 - 2 - 11
    assert signature_starts(sample(signatory="长" * 40))[0] == 0


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_refused_and_named(text: str) -> None:
    for document in (
        sample(title=f"报告{text}"),
        sample(body=(line(f"正文{text}"),)),
        sample(body=(line("正文", f"注{text}"),)),
    ):
        with pytest.raises(TextNotWritable) as refused:
            to_word(document)
        assert f"U+{ord(text):04X}" in refused.value.detail


@pytest.mark.parametrize("text", ["\x00", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_payloads_and_file_names_refuse_it_when_it_comes_in(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Title).validate_python(f"题{text}")
    with pytest.raises(EvidenceRefused):
        safe_filename(f"题{text}.pdf")


def test_characters_outside_gb2312_are_listed_with_their_place() -> None:
    document = sample(byline="张䶮", body=(line("王喆“三会一课”——第1次·“㸌”，喆"),))
    found = [(stray.character, stray.code_point, stray.part) for stray in outside_gb2312(document)]
    assert found == [("䶮", "U+4DAE", "署名"), ("喆", "U+5586", "正文"), ("㸌", "U+3E0C", "正文")]
    assert outside_gb2312(sample()) == ()
