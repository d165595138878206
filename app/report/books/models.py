"""Tables of report books: what they are called and whose they are, and each revision for ever."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shelves.models import Kept, Revision


class BookStatus(StrEnum):
    """Whether reports are written with a book, it waits, or it is out of use."""

    AVAILABLE = "available"
    IN_FORCE = "in_force"
    RETIRED = "retired"


class ReportBook(Kept):
    """A report book of an organisation, for it and all below it; one of them at most in force."""

    __tablename__ = "report_books"

    based_on: Mapped[str] = mapped_column(String(60))


class ReportBookRevision(Revision):
    """What a report book said from one saving to the next; never changed."""

    __tablename__ = "report_book_revisions"
    __table_args__ = (UniqueConstraint("report_book_id", "number"),)

    report_book_id: Mapped[UUID] = mapped_column(ForeignKey("report_books.id"))
