"""Reading report books; every read of a person starts from what the actor may see."""

from uuid import UUID

from sqlalchemy import Select, select

from app.core.actor import Actor, Permission
from app.core.errors import NotFound
from app.core.unit import Unit
from app.organizations.models import OrganizationAncestor
from app.organizations.queries import within
from app.report.books.models import BookStatus, ReportBook, ReportBookRevision


def visible_to(actor: Actor) -> Select[ReportBook]:
    """The books of what the actor may read, and those that apply there from above."""
    roots = list(actor.roots(Permission.READ))
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id.in_(roots)
    )
    owner = ReportBook.organization_id
    return select(ReportBook).where(within(owner, roots) | owner.in_(above))


def get_book(unit: Unit, book_id: UUID) -> ReportBook:
    """A report book in the actor's sight, or NotFound."""
    statement = visible_to(unit.actor).where(ReportBook.id == book_id)
    book = unit.session.scalars(statement).one_or_none()
    if book is None:
        raise NotFound("没有这套报告用语，或您无权查看。")
    return book


def revisions_of(book_id: UUID) -> Select[ReportBookRevision]:
    """The revisions of a book; whoever asks has been shown the book."""
    return select(ReportBookRevision).where(ReportBookRevision.report_book_id == book_id)


def get_revision(unit: Unit, book: ReportBook, number: int | None = None) -> ReportBookRevision:
    """A revision of a book, the newest if none is named, or NotFound."""
    wanted = book.revision if number is None else number
    statement = revisions_of(book.id).where(ReportBookRevision.number == wanted)
    revision = unit.session.scalars(statement).one_or_none()
    if revision is None:
        raise NotFound("这套报告用语没有这一次修订。")
    return revision


def in_force_above(organization_id: UUID) -> Select[UUID, str, ReportBookRevision]:
    """Owner, base and newest revision of the books in force on and above, the nearest first."""
    return (
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
