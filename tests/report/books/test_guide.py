"""The guide's example is a book that can be used, and does what the guide says."""

import re
from pathlib import Path
from typing import get_args

from app.org_documents.parsing import from_yaml
from app.report.book import laid_over, standard_book
from app.report.book_checks import flaws_of, hints_of
from app.report.book_documents import (
    STRANDS,
    BookDocument,
    ContentName,
    Outline,
    OutlineContent,
    OutlineSection,
)
from app.report.compose.outline import compose
from app.report.facts import Options
from app.report.routes import BODY, EXAMPLE
from tests.report.golden import reference_period
from tests.report.written import paragraphs, sections, to_text

GUIDE = (Path(__file__).parents[3] / "docs" / "report-books.zh-CN.md").read_text("utf-8")


def example() -> BookDocument:
    [text] = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    return from_yaml(text.encode(), BookDocument).document


def test_the_example_reads_as_the_guide_says() -> None:
    document = example()
    assert flaws_of(document) == []
    assert hints_of(document) == []
    book = laid_over(standard_book(), document, 1)
    organization = Options(voice="organization")
    whole = to_text(compose(reference_period("year"), organization, book))
    assert "一是聚焦理论武装，以集中学习为主。" in whole
    assert "总支书记牵头建立党群工作网。" in whole
    brief = compose(reference_period("q3"), Options(form="quarterly_brief", voice="organization"),
                    book)  # fmt: skip
    headings = [section.heading for section in sections(brief)]
    assert headings == ["一、第三季度工作", "二、第四季度安排"]
    assert paragraphs(brief, 0)[0].startswith("第一，聚焦理论武装。")
    training = compose(
        reference_period("year"), Options(form="training_report", voice="organization"), book
    )
    assert training.head.title == "指挥部党总支2018年度党员教育培训情况报告"
    assert "培训135人次" in to_text(training)
    assert "制度" not in to_text(training)


def test_every_field_and_word_is_explained() -> None:
    words = [
        *Outline.model_fields,
        *OutlineSection.model_fields,
        *OutlineContent.model_fields,
        *get_args(ContentName),
        *STRANDS,
    ]
    assert [word for word in words if f"`{word}`" not in GUIDE and f"{word}:" not in GUIDE] == []
    for outline in standard_book().outlines.values():
        assert f"| `{outline.code}` | {outline.name} |" in GUIDE


def test_the_examples_of_the_api_hold_too() -> None:
    assert flaws_of(from_yaml(EXAMPLE.encode(), BookDocument).document) == []
    [as_json] = [
        body["example"] for body in BODY["requestBody"]["content"].values() if "example" in body
    ]
    assert flaws_of(BookDocument.model_validate(as_json)) == []
