"""Everything that the standing of a part of the tree follows from: a constant number of reads."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, and_, cast, select

from app.checklist.errors import CoverageTooLarge
from app.checklist.fulfilment import Evidence, Slot
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.queries import below, held_by, with_groups
from app.core.unit import Unit
from app.items.models import Item
from app.items.rules import ActorKind
from app.meetings.models import Meeting
from app.organizations.models import Organization
from app.organizations.rules import Post
from app.rulesets.rules import Having
from app.rulesets.schemas import Obligation

ITEMS = Item.__table__.c
OWED = Occurrence.__table__.c


MEETINGS = Meeting.__table__.c
MAX_OWED = 50_000
_DONE = select(
    *(ITEMS.id, ITEMS.kind, ITEMS.type, ITEMS.topic, ITEMS.title, ITEMS.organization_id),
    *(ITEMS.happened_on, ITEMS.late_entry, ITEMS.actor_kind, ITEMS.actor_post),
    MEETINGS.appraisal.is_not(None).label("has_appraisal"),
).select_from(Item.__table__.outerjoin(Meeting.__table__, MEETINGS.item_id == ITEMS.id))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: its obligation, and who answers for it."""

    id: UUID
    obligation: Obligation
    responsible_person: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """The frozen context: who is there, what is owed, what was done, what people linked."""

    names: Mapping[UUID, str]
    lines: Mapping[UUID, Line]
    owed: Sequence[Any]
    evidence: Sequence[Evidence]
    titles: Mapping[UUID, tuple[str, str]]
    links: Mapping[UUID, tuple[UUID, ...]]

    def slot(self, row: Any, key: str) -> Slot:  # noqa: ANN401 - a row
        """What the matching needs of a thing owed, under its line's key."""
        return Slot(
            id=row.id,
            duty_code=key,
            organization_id=row.organization_id,
            group_id=row.owed_by_id if row.owed_by_id != row.organization_id else None,
            first=row.first_on,
            last=row.last_on,
            due_on=row.due_on,
            number=row.number,
        )


def load(
    unit: Unit, organization_id: UUID, year: int, day: date, *, include_descendants: bool
) -> Loaded:
    """Read the year of an organisation, or of it and all below; the caller has checked the right.

    Restricted records are left out for everybody: coverage is the same whoever looks.
    """
    scope = below(organization_id, include_descendants=include_descendants)
    owed = _owed(unit, scope, year)
    lines = _lines(unit, scope, year)
    linked = _links(unit, scope, year)
    doers = with_groups(organization_id, include_descendants=include_descendants)
    evidence, titles = _evidence(unit, scope, doers, year, day)
    return Loaded(_names(unit, doers), lines, owed, evidence, titles, linked)


def _owed(unit: Unit, scope: Any, year: int) -> Sequence[Any]:  # noqa: ANN401 - a subquery
    statement = (
        select(Occurrence.__table__)
        .where(OWED.organization_id.in_(scope), OWED.year == year)
        .order_by(OWED.organization_id, OWED.due_on, OWED.first_on, OWED.number, OWED.id)
        .limit(MAX_OWED + 1)
    )
    rows = unit.session.execute(statement).all()
    if len(rows) > MAX_OWED:
        raise CoverageTooLarge(f"范围内的责任事项超过 {MAX_OWED} 项，请按下级组织分别查看。")
    return rows


def _lines(unit: Unit, scope: Any, year: int) -> dict[UUID, Line]:  # noqa: ANN401 - a subquery
    duties = Duty.__table__.c
    statement = (
        select(duties.id, cast(duties.content, String).label("content"), duties.position)
        .join(DutyList.__table__, DutyList.id == duties.list_id)
        .where(DutyList.organization_id.in_(scope), DutyList.year == year)
    )
    # Most lists of a tree have the same lines: each content is read and checked once.
    known: dict[str, tuple[Obligation, str | None]] = {}
    lines: dict[UUID, Line] = {}
    for row in unit.connection.execute(statement):
        if row.content not in known:
            content = json.loads(row.content)
            person = content.pop("responsible_person", None)
            known[row.content] = Obligation.model_validate(content), person
        lines[row.id] = Line(row.id, *known[row.content], row.position)
    return lines


def _links(unit: Unit, scope: Any, year: int) -> dict[UUID, tuple[UUID, ...]]:  # noqa: ANN401 - a subquery
    links = OccurrenceRecord.__table__.c
    statement = (
        select(links.occurrence_id, links.item_id)
        .join(Occurrence.__table__, OWED.id == links.occurrence_id)
        .where(OWED.organization_id.in_(scope), OWED.year == year)
        .order_by(links.linked_at, links.item_id)
    )
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in unit.session.execute(statement):
        found[row.occurrence_id].append(row.item_id)
    return {occurrence: tuple(items) for occurrence, items in found.items()}


def _evidence(
    unit: Unit,
    scope: Any,  # noqa: ANN401 - a subquery
    doers: Any,  # noqa: ANN401 - a subquery
    year: int,
    day: date,
) -> tuple[list[Evidence], dict[UUID, tuple[str, str]]]:
    """What happened in the year up to the day, and what is linked from outside of it."""
    linked = select(OccurrenceRecord.item_id).join(
        Occurrence, Occurrence.id == OccurrenceRecord.occurrence_id
    )
    linked = linked.where(Occurrence.organization_id.in_(scope), Occurrence.year == year)
    # What has happened stands under its day, which the index by organisation and day holds. Two
    # statements, since an OR of the two ways would be answered by reading every record there is.
    first, last = date(year, 1, 1), date(year, 12, 31)
    in_year = and_(ITEMS.organization_id.in_(doers), ITEMS.day.between(first, last))
    found = {
        row.id: row
        for place in (in_year, ITEMS.id.in_(linked))
        for row in unit.connection.execute(_DONE.where(*held_by(day), place))
    }
    rows = sorted(found.values(), key=lambda row: (row.happened_on, row.id))
    evidence = [
        Evidence(
            id=row.id,
            kind=row.kind,
            type=row.type,
            topic=row.topic,
            organization_id=row.organization_id,
            happened_on=row.happened_on,
            completed=True,
            late_entry=row.late_entry,
            having=_having(row),
        )
        for row in rows
    ]
    return evidence, {row.id: (row.kind, row.title) for row in rows}


def _having(row: Any) -> frozenset[Having]:  # noqa: ANN401 - a row
    found = set()
    if row.has_appraisal:
        found.add(Having.APPRAISAL)
    if row.actor_kind == ActorKind.PERSON and row.actor_post == Post.SECRETARY:
        found.add(Having.SECRETARY)
    return frozenset(found)


def _names(unit: Unit, scope: Any) -> dict[UUID, str]:  # noqa: ANN401 - a subquery
    statement = select(Organization.id, Organization.name).where(Organization.id.in_(scope))
    return dict(unit.session.execute(statement.order_by(Organization.id)).all())
