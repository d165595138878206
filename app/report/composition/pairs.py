"""Planned meetings that would have done what the responsibility list misses: told once. Pure."""

from datetime import date

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
            if fact.kind == "meeting" and fact.status == "planned" and fact.deadline
        ),
        key=lambda fact: (fact.deadline or date.max, fact.id),
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
    day = fact.deadline
    if day is None:
        return set()
    quarter, half = (day.month + 2) // 3, (day.month + 5) // 6
    year = str(day.year)
    return {year, f"{year}-H{half}", f"{year}-Q{quarter}", f"{day:%Y-%m}", day.isoformat()}
