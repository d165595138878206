"""The verb that report books have beyond those of kept documents: try one out."""

from uuid import UUID

from app.core.actor import Permission
from app.core.unit import Unit
from app.organizations.queries import get_visible, require
from app.report.books.checks import flaws_of
from app.report.books.documents import BookDocument
from app.report.books.effective import book_with
from app.report.composition.text import ComposedText
from app.report.service import summary_with
from app.report.shelf.schemas import PreviewParameters
from app.shelves.service import refuse_flaws


def preview(
    unit: Unit, organization_id: UUID, document: BookDocument, parameters: PreviewParameters
) -> ComposedText:
    """A report as it would read with the document as the organisation's book; nothing is saved.

    Raises:
        NotFound: there is no such organisation in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        ValidationFailed: the document cannot be used, or has no such form.
    """
    require(unit, Permission.MANAGE_ORGANIZATIONS, organization_id)
    organization = get_visible(unit.session, unit.actor, organization_id)
    refuse_flaws(flaws_of(document))
    book = book_with(unit, organization, document)
    return summary_with(unit, organization, parameters.year, parameters, book)
