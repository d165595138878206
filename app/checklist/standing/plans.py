"""What lists say and what falls due from them, kept in memory under their versions.

A list's lines and occurrences come and go with its version alone, and each change of an occurrence
counts up that one's version. So one short row a list, its mark, says whether what was read before
still holds; a change of any part makes another mark.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, String, bindparam, cast, func, select

from app.checklist.due import Id
from app.checklist.errors import CoverageTooLarge
from app.checklist.models import Duty, DutyList, Occurrence
from app.core.columns import raw, uuid_of
from app.core.database import reads_only
from app.core.unit import Unit
from app.rulesets.schemas import Obligation, WorkingDay
from app.rulesets.sources import grounded

OWED, LISTS, DUTIES = (one.__table__.c for one in (Occurrence, DutyList, Duty))
MAX_OWED = 50_000
MAX_CONTENTS = 1_000
# Some ten megabytes at most; of more lists than that the oldest are read again.
MAX_PLANS = 512
Cells = tuple[Any, ...]
OWED_CELLS = (
    *(OWED.id, OWED.duty_id, OWED.organization_id, OWED.owed_by_id),
    *(OWED.first_on, OWED.last_on, OWED.due_on, OWED.number, OWED.period),
    *(OWED.waived_on, OWED.waived_reason, OWED.version),
)


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What a line says. Lines that say the same share one, so it is compared by identity."""

    code: str
    obligation: Obligation
    responsible_person: str | None


class Line(NamedTuple):
    """A line of a list: what it says, and its place on the list."""

    id: Id
    content: Content
    position: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A list under its mark: rows of ``OWED_CELLS`` by deadline, and the lines that they are of.

    ``doers`` are whose records count: the organisation, and who else owes something. A change
    makes another plan, so plans are compared by identity.
    """

    organization_id: Id
    owed: Sequence[Cells]
    lines: Sequence[Line]
    doers: Sequence[Id]

    @property
    def counts_working_days(self) -> bool:
        """Whether a deadline of its lines follows the calendar of working days."""
        return any(isinstance(line.content.obligation.due, WorkingDay) for line in self.lines)

    def links(self, linked: Mapping[Id, tuple[Id, ...]]) -> tuple[tuple[Id, tuple[Id, ...]], ...]:
        """What people linked to the things owed on it."""
        if not linked:
            return ()
        return tuple((cells[0], linked[cells[0]]) for cells in self.owed if cells[0] in linked)


class Kept:
    """The plans in memory, the oldest first."""

    def __init__(self) -> None:
        self._plans: dict[Cells, Plan] = {}
        self._lock = threading.Lock()

    def get(self, mark: Cells) -> Plan | None:
        """The plan under a mark, if it is kept."""
        return self._plans.get(mark)

    def put(self, plans: Mapping[Cells, Plan]) -> None:
        """Keep plans, and let go of the oldest beyond what there is room for."""
        with self._lock:
            self._plans |= plans
            for mark in [*self._plans][:-MAX_PLANS]:
                del self._plans[mark]


KEPT = Kept()


def marks() -> Select[Any]:
    """A row for each list of which something is owed; the caller adds which occurrences."""
    lists = DutyList.__table__.join(
        Occurrence.__table__,
        (LISTS.organization_id == OWED.organization_id) & (LISTS.year == OWED.year),
    )
    return (
        select(raw(LISTS.organization_id), raw(LISTS.id), LISTS.version, raw(LISTS.updated_at))
        .add_columns(func.count(), func.sum(OWED.version))
        .select_from(lists)
        .group_by(LISTS.organization_id, LISTS.id, LISTS.version, LISTS.updated_at)
    )


def plans_of(unit: Unit, year: int, found: Iterable[Sequence[Any]]) -> list[Plan]:
    """The plans of the lists with these marks, by organisation; those not kept are read.

    Raises:
        CoverageTooLarge: they hold more than can be worked out at once.
    """
    wanted = sorted(map(tuple, found))
    if sum(mark[-2] for mark in wanted) > MAX_OWED:
        raise CoverageTooLarge(f"范围内的责任事项超过 {MAX_OWED} 项，请按下级组织分别查看。")
    plans = {mark: plan for mark in wanted if (plan := KEPT.get(mark))}
    missing = {mark[0]: mark for mark in wanted if mark not in plans}
    if missing:
        read = {missing[plan.organization_id]: plan for plan in _read(unit, year, [*missing])}
        plans |= read
        if reads_only(unit.connection):
            KEPT.put(read)
    return [plans[mark] for mark in wanted]


def _read(unit: Unit, year: int, places: Sequence[Id]) -> Iterable[Plan]:
    asked = {"places": [uuid_of(place) for place in places], "year": year}
    rows = unit.connection.execute(_LINES, asked)
    lines = {line: Line(line, _content(text, year), position) for line, text, position in rows}
    owed: defaultdict[Id, list[Cells]] = defaultdict(list)
    for cells in unit.connection.execute(_OWED, asked):
        owed[cells[2]].append(tuple(cells))
    for place, rows_there in owed.items():
        used = dict.fromkeys(cells[1] for cells in rows_there)
        doers = dict.fromkeys((place, *(cells[3] for cells in rows_there)))
        yield Plan(place, rows_there, [lines[line] for line in used], tuple(doers))


@lru_cache(maxsize=MAX_CONTENTS)
def _content(text: str, year: int) -> Content:
    """What a line says. Most lists of a tree have the same lines: each is read and checked once.

    Lists that were drawn up by an older program may cite what came out after their year.
    """
    content = json.loads(text)
    person = content.pop("responsible_person", None)
    obligation = grounded(Obligation.model_validate(content), year)
    return Content(obligation.code, obligation, person)


_PLACES: Any = bindparam("places", expanding=True)
_OWED = (
    select(*map(raw, OWED_CELLS))
    .where(OWED.organization_id.in_(_PLACES), OWED.year == bindparam("year"))
    .order_by(OWED.organization_id, OWED.due_on, OWED.first_on, OWED.number, OWED.id)
)
_LINES = (
    select(raw(DUTIES.id), cast(DUTIES.content, String), DUTIES.position)
    .join(DutyList.__table__, LISTS.id == DUTIES.list_id)
    .where(LISTS.organization_id.in_(_PLACES), LISTS.year == bindparam("year"))
)
