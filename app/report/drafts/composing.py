"""Composing a report from today's records, and snapshots of its facts as canonical bytes."""

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, cast

from pydantic import TypeAdapter

from app.core.ids import canonical, new_id
from app.core.uow import UnitOfWork
from app.organizations.models import Organization
from app.report.blocks import Block
from app.report.book import Book
from app.report.compose.outline import compose
from app.report.drafts.models import Report, ReportFactSet
from app.report.effective_book import effective_book
from app.report.errors import FormGone
from app.report.facts import FactSet, Options, PeriodCode
from app.report.inputs import inputs_of
from app.report.load_fact_sets import load_fact_set
from app.report.scope import ReportScope

FORMAT = 1
_FACTS = TypeAdapter(FactSet)
_OPTIONS = TypeAdapter(Options)
_BOOK = TypeAdapter(Book)


class ReportSnapshot(NamedTuple):
    """What a report was made from: the facts, how they are told, and the words that are used."""

    facts: FactSet
    options: Options
    book: Book


class Unreadable(ValueError):
    """Stored bytes that are no compressed JSON any more."""


@dataclass(frozen=True, slots=True)
class PackedContent:
    """Compressed bytes, and the SHA-256 of what they hold."""

    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class FreshText:
    """What today's records give: the facts, the same as bytes, the text, the entered salutation.

    `note` is what whoever checks the report has to know of it.
    """

    facts: FactSet
    packed: PackedContent
    title: str
    salutation: str | None
    blocks: tuple[Block, ...]
    note: str | None


def compose_today(
    uow: UnitOfWork, organization: Organization, report: Report, as_of: date
) -> FreshText:
    """Compose a report from today's records as they were on a day.

    Raises:
        FormGone: the organisation's book has no outline of the report's form any more.
    """
    year = report.year
    entered = {
        row.year: row for row in uow.session.scalars(inputs_of(organization.id, year - 1, year))
    }
    scope = ReportScope(
        organization,
        year,
        as_of,
        report.include_descendants,
        cast("PeriodCode", report.period),
        supervision=report.restricted,
        evidence=True,
    )
    facts, options = ordered(load_fact_set(uow, scope, entered)), options_of(report)
    book = effective_book(uow, organization)
    if report.form not in book.outlines:
        message = f"报告用语中已没有文种“{report.form}”，请恢复该文种的提纲，或另拟一份报告。"
        raise FormGone(message)
    text = compose(facts, options, book)
    salutation = entered[year].salutation if year in entered else None
    packed = dump_snapshot(ReportSnapshot(facts, options, book))
    return FreshText(facts, packed, text.head.title, salutation, text.blocks, text.note)


def options_of(report: Report) -> Options:
    """Return how a report tells its facts."""
    names = ("voice", "numerals", "form", "small_counts")
    return Options(**{name: getattr(report, name) for name in names})


def keep_facts(uow: UnitOfWork, report: Report, fresh: FreshText, number: int) -> None:
    """Add a fact set to a report's earlier ones."""
    uow.session.add(
        ReportFactSet(
            id=new_id(),
            report_id=report.id,
            number=number,
            as_of=fresh.facts.as_of,
            records=len(fresh.facts.facts),
            content=fresh.packed.content,
            sha256=fresh.packed.sha256,
            created_at=uow.now(),
            created_by_name=uow.actor.name,
        )
    )


def dump_snapshot(snapshot: ReportSnapshot) -> PackedContent:
    """Write a snapshot as bytes that are the same for the same facts, options and book."""
    return pack(
        {
            "format": FORMAT,
            "facts": _FACTS.dump_python(ordered(snapshot.facts)),
            "options": _OPTIONS.dump_python(snapshot.options),
            # As text of its own: where several headlines fit, the order of the book decides.
            "book": _BOOK.dump_json(snapshot.book).decode(),
        }
    )


def load_snapshot(content: bytes) -> ReportSnapshot:
    """Read a snapshot.

    Raises:
        Unreadable: the bytes are damaged.
    """
    stored = unpack(content)
    return ReportSnapshot(
        _FACTS.validate_python(stored["facts"]),
        _OPTIONS.validate_python(stored["options"]),
        _BOOK.validate_json(stored["book"]),
    )


def ordered(fact_set: FactSet) -> FactSet:
    """Return the fact set with its facts by id: composing does not depend on their order."""
    return replace(fact_set, facts=tuple(sorted(fact_set.facts, key=lambda fact: fact.id)))


def pack(value: object) -> PackedContent:
    """Write a value as canonical JSON and compress it."""
    content = canonical(value)
    return PackedContent(zlib.compress(content), hashlib.sha256(content).hexdigest())


def unpack(content: bytes) -> Any:  # noqa: ANN401 - JSON
    """Read what was packed.

    Raises:
        Unreadable: the bytes are damaged.
    """
    try:
        return json.loads(zlib.decompress(content))
    except (zlib.error, ValueError) as error:
        raise Unreadable(str(error)) from error


def hash_of(content: bytes) -> str | None:
    """Return the SHA-256 of what compressed bytes hold; None when they are damaged."""
    try:
        return hashlib.sha256(zlib.decompress(content)).hexdigest()
    except zlib.error:
        return None
