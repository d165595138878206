"""What a kind of document of organisations states: its tables, payloads and checks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from app.core.audit import Trail
from app.core.database import Base, one_of
from app.core.errors import AppError, FieldError
from app.core.pagination import PageParameters
from app.core.schemas import Model
from app.core.uow import UnitOfWork


class OrgDocumentStatus(StrEnum):
    """Whether a document of an organisation is in force, ready for use, or out of use."""

    AVAILABLE = "available"
    IN_FORCE = "in_force"
    RETIRED = "retired"


_IN_FORCE = text("status = 'in_force'")


class OrgDocument(Base):
    """Columns of a table of documents; at most one of an organisation is in force."""

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
    """Columns of a table of revisions, beside the id of the document; rows never change."""

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
    """The fields that every document begins with; ``format`` is the format's version."""

    format: Annotated[Literal[1], Field(description="格式版本，目前为 1")] = 1
    code: str
    name: str
    based_on: str | None


class OrgDocumentRead(Model, Generic[StatusT]):
    """A document as returned, without its content."""

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
    """A change of a document's status."""

    status: Annotated[StatusT, Field(description="状态", examples=["in_force"])]


class OrgDocumentFilters(PageParameters, Generic[StatusT]):
    """Filters of a list of documents."""

    organization_id: Annotated[UUID | None, Field(description="只列该组织自己制定的")] = None
    status: Annotated[list[StatusT], Field(max_length=3, description="状态，可重复")] = Field(
        default_factory=list
    )


class DocumentRevisionRead(Model):
    """A revision as listed, without its content."""

    id: UUID
    number: Annotated[int, Field(description="修订号")]
    sha256: Annotated[str, Field(description="内容的 SHA-256，十六进制")]
    created_at: datetime
    created_by: UUID | None
    created_by_name: str


DocumentT = TypeVar("DocumentT", bound=DocumentContent)


def _accept(*_: object) -> None:
    """Accept any document: the default check of a kind."""


@dataclass(frozen=True, eq=False)
class DocumentKind(Generic[DocumentT]):
    """A kind of document: its names, tables, payloads, errors and checks (decision 18).

    ``label`` is its Chinese name, counted by 套; ``put_to_use`` is for the API's description,
    ``code_fixed`` the message to who changes a document's code. ``revision_of`` is the column of
    ``revision`` with the id of the ``model``'s row. ``data`` returns a document as plain values
    that read back are the same. ``flaws`` returns the errors of a document by itself; ``fits``
    refuses one that does not fit other documents, whenever one is saved, and ``still_fits`` one
    that comes back from retirement.
    """

    name: str
    label: str
    model: type[OrgDocument]
    revision: type[Revision]
    revision_of: InstrumentedAttribute[UUID]
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
    fits: Callable[[UnitOfWork, OrgDocument, DocumentT], None] = _accept
    still_fits: Callable[[UnitOfWork, OrgDocument], None] = _accept

    @property
    def trail(self) -> Trail:
        """Return what the audit trail keeps of a document, beside its revisions."""
        return Trail(self.name, ("code", "name", "based_on", "status", "revision"))

    @property
    def plural(self) -> str:
        """Return the plural name for paths: ``rule-sets``."""
        return f"{self.name.replace('_', '-')}s"

    @property
    def english_name(self) -> str:
        """Return the name for the API's descriptions: ``rule set``."""
        return self.name.replace("_", " ")
