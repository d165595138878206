"""The annual summary: load one fact set in a constant number of statements, compose it.

It is a text like a stored report and is written to files by the same writers.
"""

from uuid import UUID

from app.core.unit import Unit
from app.evidence.storage import Storage
from app.organizations.models import Organization
from app.organizations.queries import get_visible
from app.report.asked import asked_of
from app.report.books.book import Book
from app.report.books.effective import effective_book
from app.report.composition.outline import compose
from app.report.composition.text import ComposedText
from app.report.documents.formats import Format
from app.report.documents.model import Document
from app.report.drafts.documents import document_of
from app.report.facts import Options
from app.report.inputs import inputs_of
from app.report.reading.extent import Extent
from app.report.reading.fact_sets import load_fact_set
from app.report.schemas import SummaryParameters
from app.report.templates.queries import styles_of


def annual_summary(
    unit: Unit, organization_id: UUID, year: int, parameters: SummaryParameters
) -> ComposedText:
    """The narrative of an organisation's period, from its completed records.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: there is no such form, or not in this voice or for this period.
        ScopeTooLarge: the organisation itself has more than 50,000 records. What lies below it
            is told by totals where there is much.
    """
    organization = get_visible(unit.session, unit.actor, organization_id)
    book = effective_book(unit, organization)
    return summary_with(unit, organization, year, parameters, book)


def summary_with(
    unit: Unit, organization: Organization, year: int, parameters: SummaryParameters, book: Book
) -> ComposedText:
    """The same with a given book; the caller has checked that the actor sees the organisation."""
    today = unit.today(organization.time_zone)
    asked = asked_of(book, parameters, year, today)
    entered = {
        row.year: row for row in unit.session.scalars(inputs_of(organization.id, year - 1, year))
    }
    extent = Extent(
        organization,
        year,
        asked.as_of,
        parameters.include_descendants,
        asked.period,
        frozenset(parameters.without),
    )
    fact_set = load_fact_set(unit, extent, entered)
    options = Options(
        voice=asked.voice,
        numerals=parameters.numerals,
        form=asked.form,
        salutation=entered[year].salutation if year in entered else None,
        small_counts=parameters.small_counts,
    )
    return compose(fact_set, options, book)


def written(
    unit: Unit, organization_id: UUID, text: ComposedText, offered: Format, storage: Storage
) -> tuple[Document, bytes]:
    """A composed text as a document, and the same as the bytes of a file.

    A styled format takes the organisation's style template.
    """
    document = document_of(text.head, text.blocks)
    template = styles_of(unit, organization_id, storage) if offered.styled else None
    return document, offered.write(document, "final", template)
