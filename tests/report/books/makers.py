"""Report books for tests."""

from typing import Any

from app.report.book import Book, laid_over, standard_book
from app.report.book_checks import flaws_of
from app.report.book_documents import BookDocument


def document(code: str = "own", **parts: Any) -> dict[str, Any]:
    return {"code": code, "name": "本单位报告用语", **parts}


def read(**parts: Any) -> BookDocument:
    return BookDocument.model_validate(document(**parts))


def book(**parts: Any) -> Book:
    made = read(**parts)
    assert flaws_of(made) == []
    return laid_over(standard_book(), made, 1)


def phrase(rule: str, text: str, *needs: str, **more: Any) -> dict[str, Any]:
    return {"rule": rule, "text": text, "needs": list(needs), **more}


def outline(code: str = "own_report", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": "专项报告",
        "title": "{organization}{term}专项报告",
        "task": "抓专项工作",
        "voices": ["organization"],
        "periods": ["year"],
        "sections": [{"id": "p1", "heading": "工作情况", "contents": [{"content": "work"}]}],
        **more,
    }


def refused(**parts: Any) -> dict[str, str]:
    return {flaw.pointer or "": flaw.code for flaw in flaws_of(read(**parts))}
