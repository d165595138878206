"""Compose a report from today's records, and keep its facts as canonical bytes."""

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
from app.report.facts import FactSet, Options, PeriodCode, period_days
from app.report.inputs import inputs_of
from app.report.load_fact_sets import load_fact_set
from app.report.scope import RefuseField, ReportScope, seen_from

FORMAT = 1
_FACTS = TypeAdapter(FactSet)
_OPTIONS = TypeAdapter(Options)
_BOOK = TypeAdapter(Book)


class ReportSnapshot(NamedTuple):
    """What a report was made from: the facts, how they were told, and the words that were used."""

    facts: FactSet
    options: Options
    book: Book


class Unreadable(ValueError):
    """Stored bytes that are not what was stored."""


@dataclass(frozen=True, slots=True)
class PackedContent:
    """Compressed bytes, and the SHA-256 of what they hold."""

    content: bytes
    sha256: str
    size: int


def ordered(fact_set: FactSet) -> FactSet:
    """The fact set with its facts by id: composing does not depend on their order."""
    return replace(fact_set, facts=tuple(sorted(fact_set.facts, key=lambda fact: fact.id)))


def pack(value: object) -> PackedContent:
    """A value, canonical and compressed."""
    content = canonical(value)
    return PackedContent(zlib.compress(content), hashlib.sha256(content).hexdigest(), len(content))


def unpack(content: bytes) -> Any:  # noqa: ANN401 - JSON
    """What was packed.

    Raises:
        Unreadable: the bytes were spoilt.
    """
    try:
        return json.loads(zlib.decompress(content))
    except (zlib.error, ValueError) as error:
        raise Unreadable(str(error)) from error


def hash_of(content: bytes) -> str | None:
    """SHA-256 of what compressed bytes hold; None when they are spoilt."""
    try:
        return hashlib.sha256(zlib.decompress(content)).hexdigest()
    except zlib.error:
        return None


def dump_snapshot(frozen: ReportSnapshot) -> PackedContent:
    """A fact set, how it was told and the book, as bytes."""
    return pack(
        {
            "format": FORMAT,
            "facts": _FACTS.dump_python(ordered(frozen.facts)),
            "options": _OPTIONS.dump_python(frozen.options),
            # As text of its own: where several headlines fit, the order of the book decides.
            "book": _BOOK.dump_json(frozen.book).decode(),
        }
    )


def load_snapshot(content: bytes) -> ReportSnapshot:
    """What was frozen.

    Raises:
        Unreadable: the bytes were spoilt.
    """
    stored = unpack(content)
    return ReportSnapshot(
        _FACTS.validate_python(stored["facts"]),
        _OPTIONS.validate_python(stored["options"]),
        _BOOK.validate_json(stored["book"]),
    )


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


def day_of(
    uow: UnitOfWork, place: Organization, report: Report, asked: date | None, refuse: RefuseField
) -> date:
    """The day that a report is compared with: the asked one, else its own.

    Raises:
        ValidationFailed: the asked day lies before the period, or after today.
    """
    if asked is None:
        return report.as_of
    days = period_days(cast("PeriodCode", report.period), report.year)
    return seen_from(asked, days, uow.today(place.time_zone), refuse)


def options_of(report: Report) -> Options:
    """How a report tells its facts."""
    return Options(
        voice=report.voice,  # type: ignore[arg-type]  # as the payload had it
        numerals=report.numerals,  # type: ignore[arg-type]
        form=report.form,
        small_counts=report.small_counts,  # type: ignore[arg-type]
    )


def compose_today(uow: UnitOfWork, place: Organization, report: Report, as_of: date) -> FreshText:
    """Compose a report from the records of today as they were on a day."""
    year = report.year
    entered = {row.year: row for row in uow.session.scalars(inputs_of(place.id, year - 1, year))}
    extent = ReportScope(
        place,
        year,
        as_of,
        report.include_descendants,
        cast("PeriodCode", report.period),
        supervision=report.restricted,
        evidence=True,
    )
    facts, options = ordered(load_fact_set(uow, extent, entered)), options_of(report)
    book = effective_book(uow, place)
    if report.form not in book.outlines:
        words = f"报告用语中已没有文种“{report.form}”，请恢复该文种的提纲，或另拟一份报告。"
        raise FormGone(words)
    text = compose(facts, options, book)
    salutation = entered[year].salutation if year in entered else None
    packed = dump_snapshot(ReportSnapshot(facts, options, book))
    return FreshText(facts, packed, text.head.title, salutation, text.blocks, text.note)


def keep_facts(uow: UnitOfWork, report: Report, fresh: FreshText, number: int) -> None:
    """Keep a fact set with its report, beside the earlier ones."""
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
