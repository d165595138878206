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
    BindParameter,
    ColumnElement,
    Date,
    Select,
    SelectBase,
    and_,
    bindparam,
    case,
    exists,
    false,
    literal,
    null,
    select,
    union_all,
)

from app.checklist.due import Id
from app.checklist.models import Occurrence, OccurrenceRecord
from app.checklist.queries import below, held_by, with_groups
from app.checklist.standing.plans import Cells, Plan, marks, plans_of
from app.checklist.standing.times import Life, OwnDays
from app.core.actor import Permission
from app.core.columns import raw, uuid_of
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
from app.talks.models import Talk
from app.talks.rules import TalkType
from app.workdays.models import WorkdayOverride
from app.workdays.rules import SpecialDay

ITEMS, OWED, LINKS = (one.__table__.c for one in (Item, Occurrence, OccurrenceRecord))
MEETINGS, TALKS = Meeting.__table__.c, Talk.__table__.c
# Whether a meeting holds an appraisal is looked up where a duty asks for it, and nowhere else.
_APPRAISED = exists().where(MEETINGS.item_id == ITEMS.id, MEETINGS.appraisal.is_not(None))
_BY_SECRETARY = and_(ITEMS.actor_kind == ActorKind.PERSON, ITEMS.actor_post == Post.SECRETARY)
# Who lectured is said beside who held the meeting: a guest's lecture is not the secretary's.
_LECTURED_BY_ANOTHER = exists().where(
    MEETINGS.item_id == ITEMS.id, MEETINGS.lecturer != ITEMS.actor_name
)
_PAIR = select(TALKS.pair_type).where(TALKS.item_id == ITEMS.id).scalar_subquery()
DONE_CELLS = (
    *(ITEMS.id, ITEMS.kind, ITEMS.type, ITEMS.topic, ITEMS.organization_id),
    *(ITEMS.happened_on, ITEMS.late_entry),
    case((ITEMS.type.in_(bindparam("appraised", expanding=True)), _APPRAISED), else_=false()),
    case((_BY_SECRETARY, ~_LECTURED_BY_ANOTHER), else_=false()),
    # The pair of a talk likewise is looked up of talks alone, and where a duty counts by pair.
    case((ITEMS.type.in_(bindparam("paired", expanding=True)), _PAIR), else_=null()),
)

# Whatever is linked counts for everybody, but only who may read a record learns which it is.
_READABLE = inside(ITEMS.organization_id, bindparam("roots", expanding=True))
_TITLE_IF_READABLE = case((_READABLE, ITEMS.title), else_=null())

_DOER = 4  # who did it, in a row of DONE_CELLS


@dataclass(frozen=True, slots=True)
class Loaded:
    """The frozen context: who is there, what is owed, what was done, what people linked.

    What was done is a row of ``DONE_CELLS``, by id. Titles are of those records alone that the
    actor may read: a record linked by hand may be one of another part of the tree. Lives are those
    that do not cover the year; the tree's own days are read where a deadline counts working days.
    With a ``holder``, a party group, the rows of others on its branch's list do not belong here.
    """

    names: Mapping[UUID, str]
    plans: Sequence[Plan]
    done: Mapping[Id, Cells]
    titles: Mapping[Id, str]
    links: Mapping[Id, tuple[Id, ...]]
    lives: Mapping[Id, Life]
    own_days: OwnDays
    holder: UUID | None

    def done_at(self) -> Mapping[Id, Sequence[Cells]]:
        """What was done, by who did it."""
        found: defaultdict[Id, list[Cells]] = defaultdict(list)
        for cells in self.done.values():
            found[cells[_DOER]].append(cells)
        return found


NOTHING = Loaded({}, (), {}, {}, {}, {}, (), None)


def load(
    unit: Unit, organization_id: UUID, year: int, day: date, *, include_descendants: bool
) -> Loaded:
    """Read the year of an organisation, or of it and all below; the caller has checked the right.

    Restricted records are left out for everybody: coverage is the same whoever looks.
    """
    question = _Question(
        unit,
        {
            "place": organization_id,
            "year": year,
            "first": date(year, 1, 1),
            "last": date(year, 12, 31),
            "day": day,
            "roots": list(unit.actor.roots(Permission.READ)),
        },
    )
    reads = _READS[include_descendants]
    found = question.read(reads.marks)
    if not found:  # a party group keeps no list: what it owes stands on its branch's
        reads = _OF_GROUP
        found = question.read(reads.marks)
    if not found:
        return NOTHING
    plans = plans_of(unit, year, found)
    places = question.read(reads.places)
    strays = _strays(plans, places) if reads is not _OF_GROUP else []
    if strays:
        places = [*places, *question.read(_STRAYS, strays=strays)]
    links: defaultdict[Id, list[Id]] = defaultdict(list)
    for occurrence, item in question.read(reads.links):
        links[occurrence].append(item)
    done = _read_done(question, reads, plans, strays, linked=bool(links))
    return Loaded(
        names={uuid_of(place): name for place, name, *_ in places},
        plans=plans,
        done={row[0]: row[:-1] for row in done},
        titles={row[0]: row[-1] for row in done if row[-1] is not None},
        links={occurrence: tuple(items) for occurrence, items in links.items()},
        lives=_lives(places, year),
        own_days=_own_days(question, plans),
        holder=organization_id if reads is _OF_GROUP else None,
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """What all the statements of one question ask for."""

    unit: Unit
    asked: Mapping[str, Any]

    def read(self, statement: Select[Any], **more: object) -> Sequence[Any]:
        """The rows of a statement."""
        return self.unit.connection.execute(statement, {**self.asked, **more}).all()


def _read_done(
    question: _Question,
    reads: "_Reads",
    plans: Iterable[Plan],
    strays: Sequence[UUID],
    *,
    linked: bool,
) -> Sequence[Cells]:
    """What was done in the year or is linked, each with its title.

    Several statements, since an OR of the ways would be answered by reading every record there is.
    What is linked may lie outside of the year and be of any kind.
    """
    contents = {line.content for plan in plans for line in plan.lines}
    counts = [one for content in contents for one in content.obligation.counts]
    wanted = {
        "kinds": sorted({one.kind for one in counts}),
        "appraised": _types_appraised(counts),
        "paired": [TalkType.HEART_TALK] if any(one.pair_types for one in counts) else [],
        "strays": strays,
    }
    statements = [reads.done_in_year]
    if strays:
        statements.append(_DONE_BY_STRAYS)
    if linked:
        statements.append(reads.done_and_linked)
    return [tuple(row) for one in statements for row in question.read(one, **wanted)]


def _strays(plans: Iterable[Plan], places: Iterable[Sequence[Any]]) -> list[UUID]:
    """Who owes something here and lies elsewhere: groups that moved to another branch."""
    doers = {doer for plan in plans for doer in plan.doers}
    return [uuid_of(doer) for doer in sorted(doers - {place for place, *_ in places})]


def _lives(places: Iterable[Sequence[Any]], year: int) -> dict[Id, Life]:
    lives = ((place, Life(founded, dissolved)) for place, _, founded, dissolved in places)
    return {place: life for place, life in lives if not life.covers(year)}


def _own_days(question: _Question, plans: Iterable[Plan]) -> OwnDays:
    if not any(plan.counts_working_days for plan in plans):
        return ()
    return tuple(SpecialDay(*row) for row in question.read(_OWN_DAYS))


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
    places: Select[Any]


def _reads(*, include_descendants: bool) -> _Reads:
    place: Any = bindparam("place")
    scope = below(place, include_descendants=include_descendants)
    doers = with_groups(place, include_descendants=include_descendants)
    return _reads_of(OWED.organization_id.in_(scope), doers, doers)


def _reads_of_group() -> _Reads:
    place: Any = bindparam("place")
    branch = select(Organization.parent_id).where(Organization.id == place)
    alone = below(place, include_descendants=False)
    return _reads_of(OWED.owed_by_id == place, alone, union_all(alone, branch))


def _reads_of(owed: ColumnElement[bool], doers: SelectBase, named: SelectBase) -> _Reads:
    of_year = and_(owed, OWED.year == bindparam("year"))
    linked = select(LINKS.item_id).join(Occurrence.__table__, OWED.id == LINKS.occurrence_id)
    return _Reads(
        marks=marks().where(of_year),
        links=select(raw(LINKS.occurrence_id), raw(LINKS.item_id))
        .join(Occurrence.__table__, OWED.id == LINKS.occurrence_id)
        .where(of_year)
        .order_by(LINKS.linked_at, LINKS.item_id),
        done_in_year=_done(ITEMS.title, ITEMS.organization_id.in_(doers), _in_year()),
        done_and_linked=_done(_TITLE_IF_READABLE, ITEMS.id.in_(linked.where(of_year))),
        places=_places(named),
    )


def _done(title: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
    day: Any = bindparam("day", type_=Date)
    return select(*map(raw, DONE_CELLS), title).where(*held_by(day), *where)


def _in_year() -> ColumnElement[bool]:
    # What has happened stands under its day, which the index by organisation and day holds.
    in_year = ITEMS.day.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
    # Not the bare column: the index by kind would lead through every tree.
    of_kinds = literal("").concat(ITEMS.kind).in_(bindparam("kinds", expanding=True))
    return and_(in_year, of_kinds)


def _places(ids: SelectBase | BindParameter[Any]) -> Select[Any]:
    columns = Organization.__table__.c
    return (
        select(raw(columns.id), columns.name, columns.founded_on, columns.dissolved_on)
        .where(columns.id.in_(ids))
        .order_by(columns.id)
    )


_READS = {wide: _reads(include_descendants=wide) for wide in (False, True)}
_OF_GROUP = _reads_of_group()
_AMONG_STRAYS: Any = bindparam("strays", expanding=True)
_STRAYS = _places(_AMONG_STRAYS)
_DONE_BY_STRAYS = _done(_TITLE_IF_READABLE, ITEMS.organization_id.in_(_AMONG_STRAYS), _in_year())
_DAYS = WorkdayOverride.__table__.c
_OWN_DAYS = (
    select(_DAYS.day, _DAYS.works, _DAYS.name)
    .where(
        _DAYS.root_id
        == select(Organization.root_id)
        .where(Organization.id == bindparam("place"))
        .scalar_subquery(),
        _DAYS.day.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    )
    .order_by(_DAYS.day)
)
