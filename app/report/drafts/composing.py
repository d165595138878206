"""Composing a report from today's records, as a draft begins and as it is compared with later."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.report.asked import Refusal, seen_from
from app.report.blocks import Block
from app.report.books.effective import effective_book
from app.report.composition.outline import compose
from app.report.drafts.errors import FormGone
from app.report.drafts.frozen import Frozen, Packed, freeze, ordered
from app.report.drafts.models import Report, ReportFactSet
from app.report.facts import FactSet, Options, PeriodCode, period_days
from app.report.inputs import inputs_of
from app.report.reading.extent import Extent
from app.report.reading.fact_sets import load_fact_set


@dataclass(frozen=True, slots=True)
class Fresh:
    """What today's records give: the facts, the same as bytes, the text, the entered salutation.

    `note` is what whoever checks the report has to know of it.
    """

    facts: FactSet
    packed: Packed
    title: str
    salutation: str | None
    blocks: tuple[Block, ...]
    note: str | None


def day_of(
    unit: Unit, place: Organization, report: Report, asked: date | None, refuse: Refusal
) -> date:
    """The day that a report is compared with: the asked one, else its own.

    Raises:
        ValidationFailed: the asked day lies before the period, or after today.
    """
    if asked is None:
        return report.as_of
    days = period_days(cast("PeriodCode", report.period), report.year)
    return seen_from(asked, days, unit.today(place.time_zone), refuse)


def options_of(report: Report) -> Options:
    """How a report tells its facts."""
    return Options(
        voice=report.voice,  # type: ignore[arg-type]  # as the payload had it
        numerals=report.numerals,  # type: ignore[arg-type]
        form=report.form,
        small_counts=report.small_counts,  # type: ignore[arg-type]
    )


def compose_today(unit: Unit, place: Organization, report: Report, as_of: date) -> Fresh:
    """Compose a report from the records of today as they were on a day."""
    year = report.year
    entered = {row.year: row for row in unit.session.scalars(inputs_of(place.id, year - 1, year))}
    extent = Extent(
        place,
        year,
        as_of,
        report.include_descendants,
        cast("PeriodCode", report.period),
        supervision=report.restricted,
        evidence=True,
    )
    facts, options = ordered(load_fact_set(unit, extent, entered)), options_of(report)
    book = effective_book(unit, place)
    if report.form not in book.outlines:
        words = f"报告用语中已没有文种“{report.form}”，请恢复该文种的提纲，或另拟一份报告。"
        raise FormGone(words)
    text = compose(facts, options, book)
    salutation = entered[year].salutation if year in entered else None
    packed = freeze(Frozen(facts, options, book))
    return Fresh(facts, packed, text.head.title, salutation, text.blocks, text.note)


def keep_facts(unit: Unit, report: Report, fresh: Fresh, number: int) -> None:
    """Keep a fact set with its report, beside the earlier ones."""
    unit.session.add(
        ReportFactSet(
            id=new_id(),
            report_id=report.id,
            number=number,
            as_of=fresh.facts.as_of,
            records=len(fresh.facts.facts),
            content=fresh.packed.content,
            sha256=fresh.packed.sha256,
            created_at=unit.now(),
            created_by_name=unit.actor.name,
        )
    )
