"""Read everything that the status of lists follows from, in a constant number of statements.

What a list says and what is owed on it is kept in memory under the list's stamp, which the database
renews with every change of either (decision 11).
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.checklist import status_statements as statements
from app.checklist.errors import CoverageTooLarge
from app.checklist.list_status import (
    DoneText,
    DutyContent,
    DutyLine,
    Life,
    ListPlan,
    ListQuestion,
    OwnDays,
    StatusOfList,
)
from app.checklist.matching import Id
from app.checklist.schemas import DutyWrite
from app.core.actor import Permission
from app.core.database import reads_only
from app.core.unit import Unit
from app.meetings.rules import MeetingType
from app.rulesets.rules import Having
from app.rulesets.schemas import Counts
from app.rulesets.sources import grounded
from app.talks.rules import TalkType
from app.workdays.rules import SpecialDay

# More than can be worked out in one answer.
MAX_OWED = 50_000
TOO_MUCH = f"范围内的责任事项超过 {MAX_OWED} 项，请按下级组织分别查看。"
# Some twenty megabytes at most; of more lists than that the oldest are read again.
MAX_PLANS = 512
Stamp = tuple[Id, Id]


class PlanMemory:
    """Plans by list and stamp, the oldest first."""

    def __init__(self) -> None:
        self._plans: dict[Stamp, ListPlan] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many plans there are."""
        return len(self._plans)

    def get(self, stamp: Stamp) -> ListPlan | None:
        """Return the plan under a stamp, if it is there."""
        return self._plans.get(stamp)

    def put(self, plans: Mapping[Stamp, ListPlan]) -> None:
        """Add plans, and drop the oldest beyond ``MAX_PLANS``."""
        with self._lock:
            self._plans |= plans
            for stamp in [*self._plans][:-MAX_PLANS]:
                del self._plans[stamp]


PLANS = PlanMemory()


@dataclass(frozen=True, slots=True)
class Reading:
    """One question to the database: the parameters that all its statements share."""

    unit: Unit
    parameters: Mapping[str, Any]

    def rows(self, statement: Any, **more: object) -> Sequence[Any]:  # noqa: ANN401 - a statement
        """Read the rows of a statement."""
        return self.unit.connection.execute(statement, {**self.parameters, **more}).all()


def read_status(
    unit: Unit,
    organization_id: UUID,
    year: int,
    days: tuple[date, date],
    *,
    include_descendants: bool,
) -> tuple[Mapping[UUID, str], Sequence[StatusOfList]]:
    """Read the lists of a year and work out how they stand, by organisation; and names in scope.

    ``days`` are the day asked for and the one by which something must have been waived. The caller
    has checked the right to read. Of a party group, which has no list, its part of its branch's is
    read. Restricted records are left out for everybody: the status is the same whoever looks.

    Raises:
        CoverageTooLarge: the lists hold more than can be worked out at once.
    """
    reading = Reading(
        unit,
        {
            "place": organization_id,
            "year": year,
            "first": date(year, 1, 1),
            "last": date(year, 12, 31),
            "day": days[0],
            "roots": list(unit.actor.roots(Permission.READ)),
        },
    )
    reads = statements.READS[include_descendants]
    lists = reading.rows(reads.lists)
    if lists:
        return _read(reading, reads, _plans(reading, lists), days)
    reads = statements.READS_OF_GROUP
    names, statuses = _read(reading, reads, _plans(reading, reading.rows(reads.lists)), days)
    return names, [status.owed_by(organization_id) for status in statuses]


def _plans(reading: Reading, lists: Sequence[Any]) -> Sequence[ListPlan]:
    """Return the plans of lists on which something is owed, from memory or the database."""
    stamp_of: dict[Id, Stamp] = {owner: (list_id, stamp) for owner, list_id, stamp in lists}
    plans = {owner: plan for owner, stamp in stamp_of.items() if (plan := PLANS.get(stamp))}
    room = MAX_OWED - sum(len(plan.rows) for plan in plans.values())
    missing = [UUID(owner) for owner in stamp_of if owner not in plans]
    if room < 0:
        raise CoverageTooLarge(TOO_MUCH)
    new = _read_plans(reading, missing, room) if missing else {}
    # What a writing unit reads is of several moments on PostgreSQL: not one stamp's.
    if new and reads_only(reading.unit.connection):
        PLANS.put({stamp_of[owner]: plan for owner, plan in new.items()})
    plans |= new
    return [plans[owner] for owner in stamp_of if owner in plans and plans[owner].rows]


def _read_plans(
    reading: Reading, organizations: Sequence[UUID], room: int
) -> Mapping[Id, ListPlan]:
    """Read the lists of some organisations.

    Raises:
        CoverageTooLarge: more than ``room`` things are owed on them, or on those read before.
    """
    owed = reading.rows(statements.OWED_ON_LISTS, organizations=organizations, most=room + 1)
    if sum(count for _, count, _ in owed) > room:
        raise CoverageTooLarge(TOO_MUCH)
    contents: dict[str, DutyContent] = {}
    lines: defaultdict[Id, list[DutyLine]] = defaultdict(list)
    year = reading.parameters["year"]
    for owner, line, position, text in reading.rows(statements.LINES, organizations=organizations):
        if text not in contents:
            contents[text] = _content(text, year)
        lines[owner].append(DutyLine(line, position, contents[text]))
    rows = {owner: text for owner, _, text in owed}
    return {owner: ListPlan(owner, there, rows.get(owner, "[]")) for owner, there in lines.items()}


def _content(text: str, year: int) -> DutyContent:
    """Parse a line; what it cites from after its year, in an older program's lists, is left out."""
    return DutyContent(text, year, grounded(DutyWrite.model_validate_json(text), year))


def _read(
    reading: Reading,
    reads: statements.Reads,
    plans: Sequence[ListPlan],
    days: tuple[date, date],
) -> tuple[Mapping[UUID, str], Sequence[StatusOfList]]:
    if not plans:
        return {}, []
    places = reading.rows(reads.places)
    strays: list[UUID] = []
    if reads is not statements.READS_OF_GROUP:
        strays = _strays(plans, places)
    if strays:
        places = [*places, *reading.rows(statements.PLACES_OF_STRAYS, strays=strays)]
    links: defaultdict[Id, list[Id]] = defaultdict(list)
    for occurrence, item in reading.rows(reads.links):
        links[occurrence].append(item)
    wanted = _wanted(plans)
    done: dict[Id, str] = dict(reading.rows(reads.done_in_year, **wanted))
    if strays:
        done |= dict(reading.rows(statements.DONE_BY_STRAYS, **wanted, strays=strays))
    linked: dict[Id, DoneText] = {}
    if links:
        rows = reading.rows(reads.done_and_linked, **wanted)
        linked = {item: DoneText(*text) for item, *text in rows}
    lives, own_days = _lives(places, reading.parameters["year"]), _own_days(reading, plans)
    statuses = []
    for plan in plans:
        of_plan = [(row.id, tuple(links[row.id])) for row in plan.rows if links and row.id in links]
        question = ListQuestion(
            *days,
            done=tuple(DoneText(doer, done[doer]) for doer in plan.doers if doer in done),
            linked=tuple(linked[item] for _, items in of_plan for item in items if item in linked),
            links=tuple(of_plan),
            lives=tuple((doer, lives[doer]) for doer in plan.doers if doer in lives),
            own_days=own_days if plan.counts_working_days else (),
        )
        statuses.append(plan.status(question))
    return {UUID(place): name for place, name, *_ in places}, statuses


def _strays(plans: Iterable[ListPlan], places: Iterable[Sequence[Any]]) -> list[UUID]:
    """List who owes something here and lies elsewhere: groups that moved to another branch."""
    doers = {doer for plan in plans for doer in plan.doers}
    return [UUID(doer) for doer in sorted(doers - {place for place, *_ in places})]


def _lives(places: Iterable[Sequence[Any]], year: int) -> Mapping[Id, Life]:
    """Collect who does not exist for all of a year."""
    lives = ((place, Life(founded, dissolved)) for place, _, founded, dissolved in places)
    return {place: life for place, life in lives if not life.covers(year)}


def _own_days(reading: Reading, plans: Iterable[ListPlan]) -> OwnDays:
    """Read the tree's own working and free days, if a deadline counts working days."""
    if not any(plan.counts_working_days for plan in plans):
        return ()
    return tuple(SpecialDay(*row) for row in reading.rows(statements.OWN_DAYS))


def _wanted(plans: Iterable[ListPlan]) -> Mapping[str, Any]:
    """Tell which records may count, and of which types more than that must be looked up."""
    contents = {line.content for plan in plans for line in plan.lines}
    counts = [counted for content in contents for counted in content.obligation.counts]
    return {
        "kinds": sorted({counted.kind for counted in counts}),
        "appraised": _types_appraised(counts),
        "paired": [TalkType.HEART_TALK] if any(counted.pair_types for counted in counts) else [],
    }


def _types_appraised(counts: Iterable[Counts]) -> Sequence[str]:
    """List the types of meeting that count for a duty only with an appraisal."""
    asking = [counted for counted in counts if counted.having == Having.APPRAISAL]
    if any(not counted.types for counted in asking):
        return tuple(MeetingType)
    return sorted({type_ for counted in asking for type_ in counted.types})
