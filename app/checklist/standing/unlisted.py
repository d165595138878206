"""Who has no published list of a year: of them an empty answer would look like nothing missing."""

from uuid import UUID

from app.checklist.queries import without_list
from app.checklist.standing.schemas import PlaceName, WithoutList
from app.core.unit import Unit

MOST = 500


def unlisted(
    unit: Unit, organization_id: UUID, year: int, *, include_descendants: bool
) -> WithoutList:
    """The organisations in scope without a published list; the caller has checked the right."""
    statement = without_list(organization_id, year, include_descendants=include_descendants)
    rows = unit.connection.execute(statement.limit(MOST)).all()
    if not rows:
        return WithoutList()
    total = rows[0][2]
    return WithoutList(
        without_list=[
            PlaceName(organization_id=place, organization_name=name) for place, name, _ in rows
        ],
        without_list_total=total,
        without_list_note=f"{total} 个组织尚未公布 {year} 年度责任清单，无从核对",
    )
