"""What a kind of document has: columns of its tables, payloads, checks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from app.core.database import Base, one_of
from app.core.errors import AppError, FieldError
from app.core.pagination import PageParameters
from app.core.schemas import Model
from app.core.uow import UnitOfWork


class OrgDocumentStatus(StrEnum):
    """Whether a kept document applies by itself, lies ready, or is out of use."""

    AVAILABLE = "available"
    IN_FORCE = "in_force"
    RETIRED = "retired"


_IN_FORCE = text("status = 'in_force'")


class OrgDocument(Base):
    """What the table of a kind of kept documents has; one of an organisation's is in force."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    based_on: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy calls it with the class
        return (
            UniqueConstraint("root_id", "code"),
            one_of("status", list(OrgDocumentStatus)),
            Index(f"ix_{cls.__tablename__}_organization", "organization_id"),
            Index(
                f"ix_{cls.__tablename__}_in_force",
                "organization_id",
                unique=True,
                sqlite_where=_IN_FORCE,
                postgresql_where=_IN_FORCE,
            ),
        )


class Revision(Base):
    """What a table of revisions has besides the id of what was revised; never changed."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str] = mapped_column(String(100))


StatusT = TypeVar("StatusT", bound=StrEnum)


class DocumentContent(Model):
    """What every kept document begins with (``format`` is the format's version, 1)."""

    format: Annotated[Literal[1], Field(description="格式版本，目前为 1")] = 1
    code: str
    name: str
    based_on: str | None


class OrgDocumentRead(Model, Generic[StatusT]):
    """A kept document as returned; what it says is its document."""

    id: UUID
    organization_id: Annotated[UUID, Field(description="制定的党组织，对其及全部下级有效")]
    code: str
    name: str
    based_on: str | None
    status: Annotated[StatusT, Field(description="备用、启用或停用")]
    revision: Annotated[int, Field(description="最新修订号")]
    created_at: datetime
    updated_at: datetime
    version: int


class StatusPatch(Model, Generic[StatusT]):
    """Put a document in force, back on the shelf, or out of use."""

    status: Annotated[StatusT, Field(description="状态", examples=["in_force"])]


class OrgDocumentFilters(PageParameters, Generic[StatusT]):
    """Filters of a list of kept documents."""

    organization_id: Annotated[UUID | None, Field(description="只列该组织自己制定的")] = None
    status: Annotated[list[StatusT], Field(max_length=3, description="状态，可重复")] = Field(
        default_factory=list
    )


class DocumentRevisionRead(Model):
    """A revision as listed."""

    id: UUID
    number: Annotated[int, Field(description="修订号")]
    sha256: Annotated[str, Field(description="内容的 SHA-256，十六进制")]
    created_at: datetime
    created_by: UUID | None
    created_by_name: str


DocumentT = TypeVar("DocumentT", bound=DocumentContent)


def _fits(_uow: UnitOfWork, _kept: OrgDocument, _document: DocumentContent) -> None:
    return None


def _still_fits(_uow: UnitOfWork, _kept: OrgDocument) -> None:
    return None


@dataclass(frozen=True, eq=False)
class DocumentKind(Generic[DocumentT]):
    """A kind of kept document: its names, its tables, its payloads and what makes it sound.

    ``label`` is its name in Chinese, counted by 套; ``put_to_use`` is for the API's description
    alone, ``code_fixed`` what is said to those who change a document's code. ``revised`` is the
    column of ``revision`` that holds the id of the ``model``'s row. ``data`` is a document as plain
    values; read back it is the same. ``flaws`` are those that a document has by itself; ``fits``
    refuses one that does not fit others, whenever it is saved anew, and ``still_fits`` one that
    comes back from retirement.
    """

    name: str
    label: str
    model: type[OrgDocument]
    revision: type[Revision]
    revised: InstrumentedAttribute[UUID]
    document: type[DocumentT]
    data: Callable[[DocumentT], dict[str, Any]]
    flaws: Callable[[DocumentT], Sequence[FieldError]]
    body: Mapping[str, Any]
    read: type[OrgDocumentRead[Any]]
    patch: type[StatusPatch[Any]]
    filters: type[OrgDocumentFilters[Any]]
    revision_read: type[DocumentRevisionRead]
    taken: type[AppError]
    retired: type[AppError]
    code_fixed: str
    put_to_use: str
    fits: Callable[[UnitOfWork, OrgDocument, DocumentT], None] = _fits
    still_fits: Callable[[UnitOfWork, OrgDocument], None] = _still_fits

    @property
    def plural(self) -> str:
        """Its name in paths."""
        return f"{self.name.replace('_', '-')}s"

    @property
    def words(self) -> str:
        """Its name in the API's descriptions."""
        return self.name.replace("_", " ")
