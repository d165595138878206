"""The operations of report books, for the table of who may do what."""

from collections.abc import Mapping
from uuid import uuid4

from tests.access.operations import Needs, Operation, get, versioned
from tests.access.sites import Site


def _place(site: Site) -> str:
    return f"/organizations/{site.place}"


def _book(site: Site) -> str:
    return f"/report-books/{site.report_book['id']}"


def _fresh() -> dict[str, str]:
    return {"code": f"b{uuid4().hex}", "name": "本单位报告用语"}


REPORT_BOOKS: Mapping[str, Operation] = {
    "create_report_book": Operation(
        Needs.ORGANIZE, lambda s: ("POST", f"{_place(s)}/report-books", {"json": _fresh()})
    ),
    "preview_report_book": Operation(
        Needs.ORGANIZE,
        lambda s: ("POST", f"{_place(s)}/report-book-previews?year=2018", {"json": _fresh()}),
    ),
    "get_organization_report_book": get(lambda s: f"{_place(s)}/report-book"),
    "list_report_books": get(lambda s: f"/report-books?organization_id={s.place}"),
    "get_report_book": get(_book, Needs.HEIR),
    "update_report_book": versioned(
        "PATCH",
        Needs.HEIR_ORGANIZE,
        _book,
        lambda s: s.report_book["version"],
        {"status": "retired"},
    ),
    "get_report_book_document": get(lambda s: f"{_book(s)}/document", Needs.HEIR),
    "replace_report_book_document": Operation(
        Needs.HEIR_ORGANIZE,
        lambda s: (
            "PUT",
            f"{_book(s)}/document",
            {
                "json": {"code": s.report_book["code"], "name": "修订后的用语"},
                "version": s.report_book["version"],
            },
        ),
    ),
    "list_report_book_revisions": get(lambda s: f"{_book(s)}/revisions", Needs.HEIR),
    "get_report_book_revision_document": get(
        lambda s: f"{_book(s)}/revisions/1/document", Needs.HEIR
    ),
}
