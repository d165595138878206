"""The annual summary and the inputs that people enter for it; trying out a report book."""

from uuid import UUID

from app.core.uow import Permission, UnitOfWork
from app.evidence.storage import Storage
from app.org_documents.service import refuse_flaws
from app.organizations.models import Organization
from app.organizations.queries import get_visible, require
from app.report.blocks import ComposedText
from app.report.book import Book
from app.report.book_checks import flaws_of
from app.report.book_documents import BookDocument
from app.report.compose.outline import compose
from app.report.drafts.block_rows import document_of
from app.report.effective_book import book_with, effective_book
from app.report.facts import Options
from app.report.files.formats import Format
from app.report.files.model import Document
from app.report.inputs import inputs_of
from app.report.load_fact_sets import load_fact_set
from app.report.schemas import PreviewParameters, SummaryParameters
from app.report.scope import ReportScope, resolve_request
from app.report.templates import styles_of


def annual_summary(
    uow: UnitOfWork, organization_id: UUID, year: int, parameters: SummaryParameters
) -> ComposedText:
    """Compose the narrative of an organisation's period, from its completed records.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: there is no such form, or not in this voice or for this period.
        ScopeTooLarge: the organisation itself has more than 50,000 records. What lies below it
            is told by totals where there is much.
    """
    organization = get_visible(uow.session, uow.actor, organization_id)
    book = effective_book(uow, organization)
    return _composed(uow, organization, year, parameters, book)


def preview(
    uow: UnitOfWork, organization_id: UUID, document: BookDocument, parameters: PreviewParameters
) -> ComposedText:
    """Compose a report with the document as the organisation's book; nothing is saved.

    Raises:
        NotFound: there is no such organisation in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        ValidationFailed: the document cannot be used, or has no such form.
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, organization_id)
    organization = get_visible(uow.session, uow.actor, organization_id)
    refuse_flaws(flaws_of(document))
    book = book_with(uow, organization, document)
    return _composed(uow, organization, parameters.year, parameters, book)


def _composed(
    uow: UnitOfWork,
    organization: Organization,
    year: int,
    parameters: SummaryParameters,
    book: Book,
) -> ComposedText:
    today = uow.today(organization.time_zone)
    request = resolve_request(book, parameters, year, today)
    rows = uow.session.scalars(inputs_of(organization.id, year - 1, year))
    inputs = {row.year: row for row in rows}
    scope = ReportScope(
        organization,
        year,
        request.as_of,
        parameters.include_descendants,
        request.period,
        frozenset(parameters.without),
    )
    options = Options(
        voice=request.voice,
        numerals=parameters.numerals,
        form=request.form,
        salutation=inputs[year].salutation if year in inputs else None,
        small_counts=parameters.small_counts,
    )
    return compose(load_fact_set(uow, scope, inputs), options, book)


def render(
    uow: UnitOfWork, organization_id: UUID, text: ComposedText, offered: Format, storage: Storage
) -> tuple[Document, bytes]:
    """Render a composed text as a document, and the same as the bytes of a file.

    A styled format takes the organisation's style template.
    """
    document = document_of(text.head, text.blocks)
    template = styles_of(uow, organization_id, storage) if offered.styled else None
    return document, offered.write(document, "final", template)
