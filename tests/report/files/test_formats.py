"""The other formats: nothing that was typed becomes markup, nothing typed is lost."""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given

from app.report.errors import TextNotWritable
from app.report.files.formats import FORMATS, NAMES, WORD, FormatName, file_name
from app.report.files.model import Document, Heading, Table, pieces, unix_lines
from app.report.files.plain import STYLESHEET, to_html, to_json, to_markdown, to_text
from tests.report.files.support import documents, line, sample
from tests.support.properties import examples

STATIC = Path(__file__).parents[3] / "app" / "web"
ALLOWED = {
    *("html", "head", "meta", "title", "link", "body", "main", "section", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "p", "br", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("mark", "sup", "a", "ol", "li"),
}


class Reader(HTMLParser):
    """Reads a page: its text without line ends, and what its elements are."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", set[str](), set[str]()
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@examples(60)
@given(documents)
def test_a_page_holds_the_text_and_no_markup_of_anybodys(document: Document) -> None:
    page = Reader(to_html(document))
    assert page.tags <= ALLOWED
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    read = re.sub(r"\s", "", page.text)
    for piece in pieces(document):
        assert re.sub(r"\s", "", piece.text) in read


def test_typed_markup_stays_text() -> None:
    evil = '<script>alert("1")</script><img src=x onerror=1>&amp;'
    document = sample(title=evil, body=(line(evil, evil), Heading(1, evil)))
    for variant in ("final", "review"):
        page = to_html(document, variant).decode()
        assert "<script" not in page
        assert "<img" not in page
        assert html.escape(evil) in page
    markdown = to_markdown(document).decode()
    assert "<script" not in markdown.replace("\\<script", "")


def test_the_stylesheet_is_ours_and_there() -> None:
    page = to_html(sample()).decode()
    assert page.count("<link") == 2
    assert f'href="{STYLESHEET}"' in page
    sheet = (STATIC / STYLESHEET.removeprefix("/")).read_text("utf-8")
    assert "@page" in sheet
    assert "url(" not in sheet
    for name in set(re.findall(r'class="([\w-]+)"', page)):
        assert f".{name}" in sheet


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1. 不是列表", "1\\. 不是列表"),
        ("- 不是列表", "\\- 不是列表"),
        ("# 不是标题", "\\# 不是标题"),
        ("*a* _b_ `c` [d](e) |f| ~g~", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\|f\\| \\~g\\~"),
        ("第一行\n2) 第二行", "第一行\\\n2\\) 第二行"),
        ("&lt; ![x](y)", "\\&lt; \\!\\[x\\](y)"),
        ("===", "\\==="),
    ],
)
def test_markdown_says_what_was_typed(typed: str, written: str) -> None:
    document = Document(title="题", body=(line(typed),))
    assert to_markdown(document).decode() == f"# 题\n\n{written}\n"


def test_markdown_and_text_have_tables_and_annexes() -> None:
    markdown = to_markdown(sample()).decode()
    assert "| 序号 | 问题 |\n| --- | --- |\n| 1 | 学习笔记不合格 |" in markdown
    assert "附件：1\\. 佐证材料目录" in markdown or "附件：1. 佐证材料目录" in markdown
    assert "## 附件2 数据来源对照表" in markdown
    text = to_text(sample()).decode()
    assert "序号\t问题\n1\t学习笔记不合格" in text
    assert "各位领导、同志们：\n一、履职情况\n" in text
    assert text.endswith("数据来源对照表\n\n　　对照\n")
    assert "2018年12月3日" in text


@examples(40)
@given(documents)
def test_plain_text_holds_every_word(document: Document) -> None:
    text = re.sub(r"\s", "", to_text(document).decode())
    assert text == re.sub(r"\s", "", "".join(piece.text for piece in pieces(document)))


def test_json_tells_the_structure_and_remarks_in_review_alone() -> None:
    told = json.loads(to_json(sample()))
    assert told["signed_on"] == "2018-12-03"
    assert [element["kind"] for element in told["body"][:4]] == [
        *("heading", "heading", "paragraph", "table")
    ]
    assert "remark" not in to_json(sample()).decode()
    assert json.loads(to_json(sample(), "review"))["body"][2]["runs"][1] == {
        "text": "召开专题会议三次",
        "remark": "记录3条",
    }


def test_every_name_that_a_query_may_use_is_a_format() -> None:
    assert set(get_args(FormatName)) == set(NAMES)


def test_every_format_is_offered_with_a_file_name() -> None:
    document = sample(title="一/二:三\n四\u202e")
    names = {kind: file_name(document, offered) for kind, offered in FORMATS.items()}
    assert names[WORD] == "一二三四.docx"
    assert len(set(names.values())) == len(FORMATS)
    assert file_name(document, FORMATS[WORD], "review") == "一二三四（审阅稿）.docx"
    assert file_name(sample(title="..."), FORMATS[WORD]) == "报告.docx"
    for offered in FORMATS.values():
        first = offered.write(sample(), "final", None)
        assert first == offered.write(sample(), "final", None)
        assert offered.content_type.startswith(offered.media_type)
        with pytest.raises(TextNotWritable):
            offered.write(sample(title="\x00"), "final", None)


def test_a_table_cell_of_several_lines_stays_in_its_row() -> None:
    table = Table("表", ("甲",), (("一\r\n二|三",),), (1,))
    assert "| 一 二\\|三 |" in to_markdown(Document(title="题", body=(table,))).decode()
    assert unix_lines("一\r\n二\r三") == "一\n二\n三"
