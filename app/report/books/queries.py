"""Reading report books for the reports that are written with them."""

from uuid import UUID

from sqlalchemy import Select, select

from app.organizations.models import OrganizationAncestor
from app.report.books.models import BookStatus, ReportBook, ReportBookRevision


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
