"""The lists of the API that show the records behind aggregates."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from app.items.rules import ItemKind
from app.kinds import BY_NAME
from app.report.facts import Aggregate, FactSet

ITEMS = "/api/v1/items"
_OUTPUTS = "/api/v1/outputs"
_RECTIFICATIONS = "/api/v1/rectifications"


def lists_of(fact_set: FactSet, aggregates: Iterable[Aggregate]) -> tuple[str, ...]:
    """Return the lists that together hold what was counted; types of one sort share a list."""
    types_by_sort: dict[Aggregate, list[str]] = {}
    for aggregate in aggregates:
        sort = replace(aggregate, type=None, records=0, organizations=0, amount=None, persons=None)
        types_by_sort.setdefault(sort, []).extend([aggregate.type] if aggregate.type else [])
    return tuple(_list(fact_set, sort, types) for sort, types in types_by_sort.items())


def _list(fact_set: FactSet, sort: Aggregate, types: Sequence[str]) -> str:
    path = ITEMS
    parameters: list[tuple[str, str]] = [
        ("organization_id", fact_set.organization_id),
        ("include_descendants", "true"),
        ("include_own", "false"),
    ]
    if sort.change:
        path = _OUTPUTS
        parameters.append(("change", sort.change))
    elif sort.condition == "returned":
        path = _RECTIFICATIONS
        parameters.append(("returned", "true"))
    else:
        parameters.append(("kind", sort.kind))
    kind = BY_NAME[sort.kind]
    if sort.condition == "overdue" and kind.supervised:
        types = [type_ for type_ in kind.types if type_ not in kind.supervised]
    parameters += [("type", type_) for type_ in types]
    if sort.topic:
        parameters.append(("topic", sort.topic))
    return f"{path}?{urlencode([*parameters, *_state(fact_set, sort)])}"


def _state(fact_set: FactSet, sort: Aggregate) -> list[tuple[str, str]]:
    """Return the parameters that ask for a state on the report's day."""
    first, last = fact_set.days
    as_of = ("as_of", fact_set.as_of.isoformat())
    if sort.condition == "overdue":
        return [("overdue", "true"), as_of]
    if sort.condition == "returned":
        return [("status", "in_progress"), as_of]
    status = ("status", sort.status or "")
    if sort.kind == ItemKind.RECTIFICATION:
        return [status, ("not_completed_before", first.isoformat()), as_of]
    until = min(last, fact_set.as_of).isoformat()
    return [status, ("happened_on_from", first.isoformat()), ("happened_on_to", until)]
