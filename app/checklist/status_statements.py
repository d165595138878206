"""The statements that read what the status of lists follows from; built once.

What is owed on a list, and what an organisation has done, leave the database as one JSON text each
(decision 6); ``list_status`` parses them.
"""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)

from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.queries import below, with_groups
from app.core.columns import id_text, json_rows
from app.items.history import ITEMS, completed_by
from app.items.rules import ActorKind
from app.meetings.models import Meeting
from app.organizations.models import Organization
from app.organizations.queries import inside
from app.organizations.rules import Post
from app.talks.models import Talk
from app.workdays.models import WorkdayOverride

LINKS = OccurrenceRecord.__table__.c
OWED, LISTS, DUTIES = Occurrence.__table__.c, DutyList.__table__.c, Duty.__table__.c
MEETINGS, TALKS = Meeting.__table__.c, Talk.__table__.c
_LISTED: Any = bindparam("organizations", expanding=True)

# Whether a meeting holds an appraisal is looked up where a duty asks for it, and nowhere else.
_APPRAISED = exists().where(MEETINGS.item_id == ITEMS.id, MEETINGS.appraisal.is_not(None))
_BY_SECRETARY = and_(ITEMS.actor_kind == ActorKind.PERSON, ITEMS.actor_post == Post.SECRETARY)
# Who lectured is stored beside who held the meeting: a guest's lecture is not the secretary's.
_LECTURED_BY_ANOTHER = exists().where(
    MEETINGS.item_id == ITEMS.id, MEETINGS.lecturer != ITEMS.actor_name
)
_PAIR = select(TALKS.pair_type).where(TALKS.item_id == ITEMS.id).scalar_subquery()
_DONE_COLUMNS = (
    *(id_text(ITEMS.id), ITEMS.kind, ITEMS.type, ITEMS.topic, ITEMS.happened_on, ITEMS.late_entry),
    case((ITEMS.type.in_(bindparam("appraised", expanding=True)), _APPRAISED), else_=false()),
    case((_BY_SECRETARY, ~_LECTURED_BY_ANOTHER), else_=false()),
    # The pair of a talk likewise is looked up of talks alone, and where a duty counts by pair.
    case((ITEMS.type.in_(bindparam("paired", expanding=True)), _PAIR), else_=null()),
)
# Whatever is linked counts for everybody, but only who may read a record learns which it is.
_READABLE = inside(ITEMS.organization_id, bindparam("roots", expanding=True))
_TITLE_IF_READABLE = case((_READABLE, ITEMS.title), else_=null())


class Reads(NamedTuple):
    """The statements, over an organisation alone or with all below it.

    ``lists``: organisation, id and stamp of the published lists. ``done_in_year``: organisation and
    JSON of what it did. ``done_and_linked``: the same of each record that was linked, with its id.
    """

    lists: Select[Any]
    links: Select[Any]
    done_in_year: Select[Any]
    done_and_linked: Select[Any]
    organizations: Select[Any]


def _reads(*, include_descendants: bool) -> Reads:
    asked: Any = bindparam("organization_id")
    scope = below(asked, include_descendants=include_descendants)
    doers = with_groups(asked, include_descendants=include_descendants)
    lists = LISTS.organization_id.in_(scope)
    return _reads_of(lists, OWED.organization_id.in_(scope), doers, doers)


def _reads_of_group() -> Reads:
    """Look for what a party group owes on its branch's list, or on that of the branch it left."""
    group: Any = bindparam("organization_id")
    branch = select(Organization.parent_id).where(Organization.id == group)
    alone = below(group, include_descendants=False)
    owed = OWED.owed_by_id == group
    keepers = select(OWED.organization_id).where(owed, OWED.year == bindparam("year"))
    lists = LISTS.organization_id.in_(keepers)
    return _reads_of(lists, owed, alone, union_all(alone, branch))


def _reads_of(
    lists: ColumnElement[bool],
    owed: ColumnElement[bool],
    doers: Any,  # noqa: ANN401 - a statement
    named: Any,  # noqa: ANN401 - a statement
) -> Reads:
    year: Any = bindparam("year")
    of_year = and_(owed, OWED.year == year)
    linked = select(LINKS.item_id).join(Occurrence.__table__, OWED.id == LINKS.occurrence_id)
    return Reads(
        lists=select(*_ids(LISTS.organization_id, LISTS.id, LISTS.stamp))
        .where(lists, LISTS.year == year, LISTS.stamp.is_not(None))
        .where(LISTS.published_at.is_not(None))
        .order_by(LISTS.organization_id),
        links=select(*_ids(LINKS.occurrence_id, LINKS.item_id))
        .join(Occurrence.__table__, OWED.id == LINKS.occurrence_id)
        .where(of_year)
        .order_by(LINKS.linked_at, LINKS.item_id),
        done_in_year=_done(ITEMS.title, ITEMS.organization_id.in_(doers), _in_year()),
        done_and_linked=_done(_TITLE_IF_READABLE, ITEMS.id.in_(linked.where(of_year)))
        .with_only_columns(*_ids(ITEMS.id), *_done_text(_TITLE_IF_READABLE))
        .group_by(ITEMS.id),
        organizations=_organizations(named),
    )


def _owed() -> Select[Any]:
    """Select what is owed on some lists, ``most`` things at most, as ``OccurrenceRow`` has it."""
    limited = (
        select(
            *(OWED.organization_id, OWED.id, OWED.duty_id, OWED.owed_by_id),
            *(OWED.first_on, OWED.last_on, OWED.due_on, OWED.number, OWED.period),
            *(OWED.waived_on, OWED.waived_reason, OWED.version),
        )
        .where(OWED.organization_id.in_(_LISTED), OWED.year == bindparam("year"))
        .limit(bindparam("most"))
        .subquery()
    )
    owner, *columns = limited.c
    rows = json_rows(*_ids(*columns[:3]), *columns[3:])
    return select(*_ids(owner), func.count(), rows).group_by(owner)


def _done(title: Any, *where: ColumnElement[bool]) -> Select[Any]:  # noqa: ANN401 - a column or what is made of one
    day: Any = bindparam("day", type_=Date)
    selected = select(*_done_text(title)).where(*completed_by(day), *where)
    return selected.group_by(ITEMS.organization_id)


def _done_text(title: Any) -> list[Any]:  # noqa: ANN401 - a column or what is made of one
    return [id_text(ITEMS.organization_id), json_rows(*_DONE_COLUMNS, title)]


def _ids(*columns: ColumnElement[UUID]) -> list[Any]:
    return [id_text(column) for column in columns]


def _in_year() -> ColumnElement[bool]:
    # What has happened stands under its day, which the index by organisation and day holds.
    in_year = ITEMS.day.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
    # Not the bare column: the index by kind would lead through every tree.
    of_kinds = literal("").concat(ITEMS.kind).in_(bindparam("kinds", expanding=True))
    return and_(in_year, of_kinds)


def _organizations(ids: Any) -> Select[Any]:  # noqa: ANN401 - a statement or a parameter
    rows = Organization.__table__.c
    columns = (id_text(rows.id), rows.name, rows.founded_on, rows.dissolved_on)
    return select(*columns).where(rows.id.in_(ids)).order_by(rows.id)


READS = {wide: _reads(include_descendants=wide) for wide in (False, True)}
READS_OF_GROUP = _reads_of_group()
_MOVED: Any = bindparam("moved", expanding=True)
ORGANIZATIONS_OF_MOVED = _organizations(_MOVED)
DONE_BY_MOVED = _done(_TITLE_IF_READABLE, ITEMS.organization_id.in_(_MOVED), _in_year())
_DAYS = WorkdayOverride.__table__.c
_ROOT = select(Organization.root_id).where(Organization.id == bindparam("organization_id"))
OWN_DAYS = (
    select(_DAYS.day, _DAYS.works, _DAYS.name)
    .where(
        _DAYS.root_id == _ROOT.scalar_subquery(),
        _DAYS.day.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    )
    .order_by(_DAYS.day)
)
OWED_ON_LISTS = _owed()
LINES: Select[Any] = (
    select(*_ids(LISTS.organization_id, DUTIES.id), DUTIES.position, cast(DUTIES.content, String))
    .join(DutyList.__table__, LISTS.id == DUTIES.list_id)
    .where(LISTS.organization_id.in_(_LISTED), LISTS.year == bindparam("year"))
)
