"""Tallies as a plain count over facts: what the database's totals and the text must agree with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from app.report.compose.work_done import is_reported
from app.report.facts import Aggregate, Count, Fact, FactSet

NUMBERED = frozenset({"briefing", "material", "other"})


def tally_of(fact_set: FactSet, facts: Sequence[Fact]) -> tuple[Aggregate, ...]:
    """The totals of facts that lie below the organisation, in the order of their keys."""
    found: list[Aggregate] = []
    told = [fact for fact in facts if is_reported(fact_set, fact)]
    sorts: dict[tuple[Any, ...], list[Fact]] = {}
    for fact in told:
        sorts.setdefault(_sort(fact), []).append(fact)
    found += [_tally(members, *sort) for sort, members in sorts.items()]
    problems = [fact for fact in told if fact.kind == "rectification"]
    late = [fact for fact in problems if fact.days_overdue and fact.status != "submitted"]
    back = [fact for fact in problems if fact.was_returned and fact.status == "in_progress"]
    owed = [fact for fact in facts if _is_missed(fact)]
    found += _part(late, kind="rectification", condition="overdue")
    found += _part(back, kind="rectification", condition="returned")
    for kind in ("meeting", "talk", "activity", "output"):
        members = [fact for fact in owed if fact.kind == kind]
        found += _part(members, kind=kind, status="planned", condition="overdue")
    return tuple(sorted(found, key=lambda tally: tally.key))


def tallied(fact_set: FactSet) -> FactSet:
    """The same year with everything below the organisation as totals."""
    own = [fact for fact in fact_set.facts if fact.organization_id == fact_set.organization_id]
    below = [fact for fact in fact_set.facts if fact.organization_id != fact_set.organization_id]
    tallies = tally_of(fact_set, below)
    return replace(fact_set, facts=tuple(own), tallies=tallies, branch_names=())


def _is_missed(fact: Fact) -> bool:
    owes = fact.status == "planned" and fact.due_on is not None and bool(fact.days_overdue)
    return owes and not fact.is_restricted


def _sort(fact: Fact) -> tuple[Any, ...]:
    if fact.kind == "rectification":
        return (fact.kind, None, None, None, fact.status)
    if fact.kind == "sanction":
        return (fact.kind, None, None, None, "completed")
    topic = fact.topic if fact.kind == "meeting" else None
    change = fact.change if fact.type == "policy_document" else None
    return (fact.kind, fact.type, topic, change, "completed")


def _tally(facts: Sequence[Fact], *sort: Any) -> Aggregate:
    kind, type_, topic, change, status = sort
    named = all(fact.persons for fact in facts) and kind in {"talk", "sanction"}
    return Aggregate(
        kind=kind,
        type=type_,
        topic=topic,
        change=change,
        status=status,
        amount=_amount(kind, facts),
        persons=len(frozenset[str]().union(*(fact.persons for fact in facts))) if named else None,
        **_numbers(facts),
    )


def _amount(kind: str, facts: Sequence[Fact]) -> Count | None:
    if kind == "talk":
        counts = [fact.person_times or Count(len(fact.persons)) for fact in facts]
        return _sum(counts) if all(count.value for count in counts) else None
    if kind == "activity":
        people = [fact.participants for fact in facts if fact.participants]
        return _sum(people) if len(people) == len(facts) else None
    if kind == "output" and any(fact.quantity for fact in facts):
        return _sum([fact.quantity or Count(1) for fact in facts])
    return None


def _sum(counts: Iterable[Count]) -> Count:
    known = list(counts)
    return Count(sum(count.value for count in known), any(count.approximate for count in known))


def _part(facts: Sequence[Fact], **sort: Any) -> list[Aggregate]:
    return [Aggregate(**sort, **_numbers(facts))] if facts else []


def _numbers(facts: Sequence[Fact]) -> dict[str, Any]:
    places = {fact.organization_id for fact in facts}
    return {"records": len(facts), "organizations": len(places)}
