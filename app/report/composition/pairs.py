"""Planned meetings that would have done what the responsibility list misses: told once. Pure."""

from collections.abc import Mapping
from datetime import date

from app.report.composition.gaps import Gap, deadline
from app.report.facts import Fact, FactSet
from app.report.knowledge import DutyCoverage


def planned(fact_set: FactSet) -> dict[str, Fact]:
    """The planned meeting of each missing thing that has one, by the id of the missing thing.

    A line's code is the type of meeting that does it, with its topic where there are several; the
    meeting is the same organisation's and was due in the period that the thing is owed for.
    """
    meetings = sorted(
        (
            fact
            for fact in fact_set.facts
            if fact.kind == "meeting" and fact.status == "planned" and deadline(fact)
        ),
        key=lambda fact: (deadline(fact) or date.max, fact.id),
    )
    taken: set[str] = set()
    found: dict[str, Fact] = {}
    for line in sorted(fact_set.duties, key=lambda line: (line.organization_id, line.code)):
        for one in sorted(line.missing, key=lambda one: one.id):
            fits = (
                fact
                for fact in meetings
                if fact.id not in taken and _does(fact, line) and one.period in _periods_of(fact)
            )
            meeting = next(fits, None)
            if meeting:
                taken.add(meeting.id)
                found[one.id] = meeting
    return found


def _does(fact: Fact, line: DutyCoverage) -> bool:
    codes = {fact.type, f"{fact.type}:{fact.topic}"}
    return fact.organization_id == line.organization_id and line.code in codes


def _periods_of(fact: Fact) -> set[str]:
    """The names of the periods that the meeting's day lies in: 2018-09, 2018-Q3, 2018-H2, 2018."""
    day = deadline(fact)
    if day is None:
        return set()
    quarter, half = (day.month + 2) // 3, (day.month + 5) // 6
    year = str(day.year)
    return {year, f"{year}-H{half}", f"{year}-Q{quarter}", f"{day:%Y-%m}", day.isoformat()}


def without(owed: Mapping[str, Gap], told: Mapping[str, Fact]) -> dict[str, Gap]:
    """What is owed besides the meetings that the list's shortcomings tell of."""
    ids = {fact.id for fact in told.values()}
    left = (
        (code, tuple(fact for fact in gap.facts if fact.id not in ids))
        for code, gap in owed.items()
    )
    return {code: Gap(code, facts) for code, facts in left if facts}
