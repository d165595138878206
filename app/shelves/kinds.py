"""What a room tells the shelves about its kind of document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import AppError, Flaw
from app.core.unit import Unit
from app.shelves.models import Kept, Revision
from app.shelves.schemas import KeptDocument, KeptFilters, KeptRead, RevisionRead, StatusPatch

Document = TypeVar("Document", bound=KeptDocument)


def _fits(_unit: Unit, _kept: Kept, _document: KeptDocument) -> None:
    return None


def _still_fits(_unit: Unit, _kept: Kept) -> None:
    return None


@dataclass(frozen=True, eq=False)
class DocumentKind(Generic[Document]):
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
    model: type[Kept]
    revision: type[Revision]
    revised: InstrumentedAttribute[UUID]
    document: type[Document]
    data: Callable[[Document], dict[str, Any]]
    flaws: Callable[[Document], Sequence[Flaw]]
    body: Mapping[str, Any]
    read: type[KeptRead[Any]]
    patch: type[StatusPatch[Any]]
    filters: type[KeptFilters[Any]]
    revision_read: type[RevisionRead]
    taken: type[AppError]
    retired: type[AppError]
    code_fixed: str
    put_to_use: str
    fits: Callable[[Unit, Kept, Document], None] = _fits
    still_fits: Callable[[Unit, Kept], None] = _still_fits

    @property
    def plural(self) -> str:
        """Its name in paths."""
        return f"{self.name.replace('_', '-')}s"

    @property
    def words(self) -> str:
        """Its name in the API's descriptions."""
        return self.name.replace("_", " ")
