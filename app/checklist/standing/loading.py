"""Everything that the standing of a part of the tree follows from: a constant number of reads.

The statements are built once. Their cells stay as the driver has them: most are never told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    literal,
    null,
    select,
)

from app.checklist.due import Id
from app.checklist.models import Occurrence, OccurrenceRecord
from app.checklist.queries import below, held_by, with_groups
from app.checklist.standing.plans import Cells, Plan, marks, plans_of
from app.core.actor import Permission
from app.core.columns import raw
from app.core.unit import Unit
from app.items.models import Item
from app.items.rules import ActorKind
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType
from app.organizations.models import Organization
from app.organizations.queries import inside
from app.organizations.rules import Post
from app.rulesets.rules import Having
from app.rulesets.schemas import Counts

ITEMS, OWED, LINKS = (one.__table__.c for one in (Item, Occurrence, OccurrenceRecord))
MEETINGS = Meeting.__table__.c
# Whether a meeting holds an appraisal is looked up where a duty asks for it, and nowhere else.
_APPRAISED = exists().where(MEETINGS.item_id == ITEMS.id, MEETINGS.appraisal.is_not(None))
DONE_CELLS = (
    *(ITEMS.id, ITEMS.kind, ITEMS.type, ITEMS.topic, ITEMS.organization_id),
    *(ITEMS.happened_on, ITEMS.late_entry),
    case((ITEMS.type.in_(bindparam("appraised", expanding=True)), _APPRAISED), else_=false()),
    case((ITEMS.actor_kind == ActorKind.PERSON, ITEMS.actor_post == Post.SECRETARY), else_=false()),
)

# Whatever is linked counts for everybody, but only who may read a record learns which it is.
_READABLE = inside(ITEMS.organization_id, bindparam("roots", expanding=True))
_TITLE_IF_READABLE = case((_READABLE, ITEMS.title), else_=null())

_DOER = 4  # who did it, in a row of DONE_CELLS


@dataclass(frozen=True, slots=True)
class Loaded:
    """The frozen context: who is there, what is owed, what was done, what people linked.

    What was done is a row of ``DONE_CELLS``, by id. Titles are of those records alone that the
    actor may read: a record linked by hand may be one of another part of the tree.
    """

    names: Mapping[UUID, str]
    plans: Sequence[Plan]
    done: Mapping[Id, Cells]
    titles: Mapping[Id, str]
    links: Mapping[Id, tuple[Id, ...]]

    def done_at(self) -> Mapping[Id, Sequence[Cells]]:
        """What was done, by who did it."""
        found: defaultdict[Id, list[Cells]] = defaultdict(list)
        for cells in self.done.values():
            found[cells[_DOER]].append(cells)
        return found


def load(
    unit: Unit, organization_id: UUID, year: int, day: date, *, include_descendants: bool
) -> Loaded:
    """Read the year of an organisation, or of it and all below; the caller has checked the right.

    Restricted records are left out for everybody: coverage is the same whoever looks.
    """
    reads = _READS[include_descendants]
    asked: dict[str, Any] = {
        "place": organization_id,
        "year": year,
        "first": date(year, 1, 1),
        "last": date(year, 12, 31),
        "day": day,
        "roots": list(unit.actor.roots(Permission.READ)),
    }

    def read(statement: Select[Any]) -> Sequence[Any]:
        return unit.connection.execute(statement, asked).all()

    plans = plans_of(unit, year, read(reads.marks))
    links: defaultdict[Id, list[Id]] = defaultdict(list)
    for occurrence, item in read(reads.links):
        links[occurrence].append(item)
    # Two statements, since an OR of the two ways would be answered by reading every record there
    # is. What is linked may lie outside of the year and be of any kind.
    contents = {line.content for plan in plans for line in plan.lines}
    counts = [one for content in contents for one in content.obligation.counts]
    asked["kinds"] = sorted({one.kind for one in counts})
    asked["appraised"] = _types_appraised(counts)
    done = [tuple(row) for row in read(reads.done_in_year)]
    if links:
        done += [tuple(row) for row in read(reads.done_and_linked)]
    return Loaded(
        names=dict(read(reads.names)),
        plans=plans,
        done={row[0]: row[:-1] for row in done},
        titles={row[0]: row[-1] for row in done if row[-1] is not None},
        links={occurrence: tuple(items) for occurrence, items in links.items()},
    )


def _types_appraised(counts: Iterable[Counts]) -> Sequence[str]:
    """The types of meeting that count for a duty only with an appraisal."""
    asking = [one for one in counts if one.having == Having.APPRAISAL]
    if any(not one.types for one in asking):
        return tuple(MeetingType)
    return sorted({type_ for one in asking for type_ in one.types})


class _Reads(NamedTuple):
    """The statements, over an organisation alone or with all below it."""

    marks: Select[Any]
    links: Select[Any]
    done_in_year: Select[Any]
    done_and_linked: Select[Any]
    names: Select[Any]


def _reads(*, include_descendants: bool) -> _Reads:
    place: Any = bindparam("place")
    scope = below(place, include_descendants=include_descendants)
    doers = with_groups(place, include_descendants=include_descendants)
    of_year = and_(OWED.organization_id.in_(scope), OWED.year == bindparam("year"))
    linked = select(LINKS.item_id).join(Occurrence.__table__, OWED.id == LINKS.occurrence_id)
    # What has happened stands under its day, which the index by organisation and day holds.
    in_year = ITEMS.day.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
    # Not the bare column: the index by kind would lead through every tree.
    of_kinds = literal("").concat(ITEMS.kind).in_(bindparam("kinds", expanding=True))
    names = select(Organization.__table__.c.id, Organization.__table__.c.name)
    return _Reads(
        marks=marks().where(of_year),
        links=select(raw(LINKS.occurrence_id), raw(LINKS.item_id))
        .join(Occurrence.__table__, OWED.id == LINKS.occurrence_id)
        .where(of_year)
        .order_by(LINKS.linked_at, LINKS.item_id),
        done_in_year=_done(ITEMS.title).where(ITEMS.organization_id.in_(doers), in_year, of_kinds),
        done_and_linked=_done(_TITLE_IF_READABLE).where(ITEMS.id.in_(linked.where(of_year))),
        names=names.where(Organization.id.in_(doers)).order_by(Organization.id),
    )


def _done(title: Any) -> Select[Any]:  # noqa: ANN401 - a column or what is made of one
    day: Any = bindparam("day", type_=Date)
    return select(*map(raw, DONE_CELLS), title).where(*held_by(day))


_READS = {wide: _reads(include_descendants=wide) for wide in (False, True)}
