"""Numbers that come from tallies, with the lists of the API that show what was counted."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from app.kinds import BY_NAME
from app.report.blocks import CountMeasure, CountRef
from app.report.compose.counts import Clause, percentage
from app.report.compose.wording import quantity
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Fact, FactSet

ITEMS = "/api/v1/items"
_Sort = tuple[str, str | None, str | None, str | None, str | None]


def measured(tally: Aggregate, measure: CountMeasure) -> int:
    """What a tally counts in one of its measures; 0 where it does not tell."""
    if measure == "amount":
        return tally.amount.value if tally.amount else 0
    value: int | None = getattr(tally, measure)
    return value or 0


def counted(
    writer: Writer,
    tallies: Sequence[Aggregate],
    unit: str,
    label: str,
    *,
    measure: CountMeasure = "records",
    facts: Sequence[Fact] = (),
) -> Clause:
    """The sum of a measure over tallies, and the number of these facts; zero is empty."""
    value = len(facts) + sum(measured(tally, measure) for tally in tallies)
    if not tallies:
        return writer.counting.records(facts, unit, label)
    if not value:
        return Clause()
    approximate = measure == "amount" and any(
        tally.amount.approximate for tally in tallies if tally.amount
    )
    ids = tuple(fact.id for fact in facts)
    ref = CountRef(
        label=label,
        value=value,
        unit=unit,
        printed=quantity(value, unit, writer.counting.numerals, approximate=approximate),
        basis="tally",
        ids=ids,
        approximate=approximate,
        tallies=tuple(tally.key for tally in tallies),
        measure=measure,
        queries=queries(writer.fact_set, tallies),
    )
    return Clause(ref.printed, (ref,), ids)


def rate(
    writer: Writer, part: Sequence[Aggregate], whole: Sequence[Aggregate], label: str
) -> Clause:
    """The share of records that were counted; see ``counts.percentage``."""
    numbers = [sum(tally.records for tally in group) for group in (part, whole)]
    value, printed, arithmetic = percentage(*numbers)
    ref = CountRef(
        label=label,
        value=value,
        unit="%",
        printed=printed,
        basis="rate",
        ids=(),
        arithmetic=arithmetic,
        tallies=tuple(tally.key for tally in whole),
        queries=queries(writer.fact_set, whole),
    )
    return Clause(ref.printed, (ref,))


def queries(fact_set: FactSet, tallies: Iterable[Aggregate]) -> tuple[str, ...]:
    """The lists that together hold what these tallies counted; types of one sort share a list."""
    sorts: dict[_Sort, list[str]] = {}
    for tally in tallies:
        sort = (tally.kind, tally.topic, tally.change, tally.status, tally.condition)
        sorts.setdefault(sort, []).extend([tally.type] if tally.type else [])
    return tuple(_query(fact_set, sort, types) for sort, types in sorts.items())


def _query(fact_set: FactSet, sort: _Sort, types: Sequence[str]) -> str:
    kind, topic, change, status, condition = sort
    path = ITEMS
    asked: list[tuple[str, str]] = [
        ("organization_id", fact_set.organization_id),
        ("include_descendants", "true"),
        ("include_own", "false"),
    ]
    if change:
        path = "/api/v1/outputs"
        asked.append(("change", change))
    elif condition == "returned":
        path = "/api/v1/rectifications"
        asked.append(("returned", "true"))
    else:
        asked.append(("kind", kind))
    supervised = BY_NAME[kind].supervised
    if condition == "overdue" and supervised:
        types = [name for name in BY_NAME[kind].types if name not in supervised]
    asked += [("type", name) for name in types]
    if topic:
        asked.append(("topic", topic))
    return f"{path}?{urlencode([*asked, *_state(fact_set, kind, status, condition)])}"


def _state(
    fact_set: FactSet, kind: str, status: str | None, condition: str | None
) -> list[tuple[str, str]]:
    """The parameters that ask for a state on the report's day."""
    first, last = fact_set.days
    as_of = ("as_of", fact_set.as_of.isoformat())
    if condition == "overdue":
        return [("overdue", "true"), as_of]
    if condition == "returned":
        return [("status", "in_progress"), as_of]
    if kind == "rectification":
        since = ("not_completed_before", first.isoformat())
        return [("status", status or ""), since, as_of]
    return [
        ("status", status or ""),
        ("happened_on_from", first.isoformat()),
        ("happened_on_to", min(last, fact_set.as_of).isoformat()),
    ]
