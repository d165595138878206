"""What the tests of documents share: documents to write, files taken apart, templates."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from app.report.files.formats import WORD
from app.report.files.model import (
    Annex,
    Document,
    DocumentParagraph,
    Element,
    Heading,
    Level,
    Run,
    Table,
)
from app.report.templates import shipped_template
from tests.support.world import Client

TEMPLATE_NAME = "本单位公文样式.docx"


def line(text: str, remark: str | None = None) -> DocumentParagraph:
    return DocumentParagraph((Run(text, remark),))


def sample(**changes: Any) -> Document:
    """A document with something of everything."""
    return Document(
        **{
            "title": "2018年抓基层党建工作述职报告",
            "byline": "指挥部党总支  王总支",
            "salutation": "各位领导、同志们",
            "body": (
                Heading(1, "一、履职情况"),
                Heading(2, "（一）理论武装"),
                DocumentParagraph((Run("全年"), Run("召开专题会议三次", "记录3条"), Run("。"))),
                Table("整改情况", ("序号", "问题"), (("1", "学习笔记不合格"),), (1, 4)),
                Heading(3, "1. 压实责任"),
                Heading(4, "（1）按月通报"),
                line("末段。"),
            ),
            "signatory": "中共指挥部总支部委员会",
            "signed_on": date(2018, 12, 3),
            "annexes": (
                Annex("佐证材料目录", (line("目录"),)),
                Annex("数据来源对照表", (line("对照", "核对"),)),
            ),
            **changes,
        }
    )


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xml_of(content: bytes, part: str = "word/document.xml") -> str:
    return parts_of(content)[part].decode()


def changed(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """A file with parts replaced, added, or (None) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {**parts_of(content), **parts}.items():
            if body is not None:
                archive.writestr(name, body)
    return target.getvalue()


def template(**fonts: str) -> bytes:
    """The shipped template with the fonts of styles replaced: ``公文正文="华文中宋"``."""
    content = shipped_template()
    styles = xml_of(content, "word/styles.xml")
    for name, font in fonts.items():
        own = re.compile(rf'(<w:name w:val="{name}"/>.*?w:eastAsia=")[^"]*', re.DOTALL)
        styles = own.sub(rf"\g<1>{font}", styles, count=1)
    return changed(content, {"word/styles.xml": styles.encode()})


def template_file(content: bytes | None = None) -> tuple[str, bytes, str]:
    """A template as the file of a form."""
    return TEMPLATE_NAME, shipped_template() if content is None else content, WORD


def put_template(client: Client, place: UUID, content: bytes | None = None) -> dict[str, Any]:
    path = f"/organizations/{place}/report-template"
    files = {"file": template_file(content)}
    done = client("PUT", path, files=files, headers={"If-Match": "*"})
    assert done.status_code == 200, done.text
    result: dict[str, Any] = done.json()
    return result


_TYPED = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
one_line = st.text(_TYPED, max_size=30)
texts = st.text(_TYPED | st.sampled_from("\n\t<>&\"' "), max_size=60)
levels: st.SearchStrategy[Level] = st.sampled_from((1, 2, 3, 4))
paragraphs = st.lists(
    st.builds(Run, text=texts, remark=st.none() | texts), min_size=0, max_size=4
).map(lambda runs: DocumentParagraph(tuple(runs)))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 4))
    cells = st.tuples(*[texts] * columns)
    rows = draw(st.lists(cells, max_size=3))
    weights = draw(st.tuples(*[st.integers(1, 9)] * columns))
    return Table(draw(one_line), draw(cells), tuple(rows), weights)


elements: st.SearchStrategy[Element] = st.one_of(
    paragraphs, tables(), st.builds(Heading, level=levels, text=one_line)
)
bodies = st.lists(elements, max_size=4).map(tuple)
documents = st.builds(
    Document,
    title=one_line,
    byline=st.none() | one_line,
    salutation=st.none() | one_line,
    body=bodies,
    signatory=st.none() | one_line,
    signed_on=st.none() | st.dates(date(1921, 7, 1), date(2199, 12, 31)),
    annexes=st.lists(st.builds(Annex, title=one_line, elements=bodies), max_size=2).map(tuple),
)
