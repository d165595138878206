"""Which report book an organisation writes with: its own over those above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from app.core.uow import UnitOfWork
from app.organizations.models import Organization, OrganizationAncestor
from app.report.book import STANDARD, Book, laid_over, standard_book
from app.report.book_checks import usable
from app.report.book_documents import BookDocument
from app.report.models import BookStatus, ReportBook, ReportBookRevision


@dataclass(frozen=True, slots=True)
class _Layer:
    """A revision, known by its content: equal ones have equal documents."""

    sha256: str
    revision: int
    document: Mapping[str, Any] = field(hash=False)


def effective_book(uow: UnitOfWork, organization: Organization) -> Book:
    """Return the book in force for an organisation: one statement; equal content is read once.

    Each organisation's book is laid over the one of its superior, up to a book that builds on the
    standard one. The caller has checked that the actor may know of the organisation.
    """
    return _combined(_layers(uow, organization.id))


def book_with(uow: UnitOfWork, organization: Organization, document: BookDocument) -> Book:
    """Return the book as it would be with a document in the place of the organisation's own."""
    superior: tuple[_Layer, ...] = ()
    if document.based_on != STANDARD:
        superior = _layers(uow, organization.id, without_own=True)
    return laid_over(_combined(superior), document, 0)


def _layers(
    uow: UnitOfWork, organization_id: UUID, *, without_own: bool = False
) -> tuple[_Layer, ...]:
    """Read the books in force here and above: from the one next to the standard to the nearest."""
    statement = (
        select(ReportBook.organization_id, ReportBook.based_on, ReportBookRevision)
        .join(OrganizationAncestor, OrganizationAncestor.ancestor_id == ReportBook.organization_id)
        .join(ReportBookRevision, ReportBookRevision.report_book_id == ReportBook.id)
        .where(
            OrganizationAncestor.descendant_id == organization_id,
            ReportBook.status == BookStatus.IN_FORCE,
            ReportBookRevision.number == ReportBook.revision,
        )
        .order_by(OrganizationAncestor.distance)
    )
    layers: list[_Layer] = []
    for owner_id, based_on, revision in uow.session.execute(statement):
        if without_own and owner_id == organization_id:
            continue
        layers.append(_Layer(revision.sha256, revision.number, revision.document))
        if based_on == STANDARD:
            break
    return tuple(reversed(layers))


@lru_cache(maxsize=128)  # decision 20
def _combined(layers: Sequence[_Layer]) -> Book:
    """Lay the layers over the standard book, one after the other."""
    book = standard_book()
    for layer in layers:
        try:
            document = usable(BookDocument.model_validate(layer.document))
        except ValidationError:  # saved under a format that this program no longer reads
            continue
        book = laid_over(book, document, layer.revision)
    return book
