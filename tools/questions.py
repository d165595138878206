"""Requests that change nothing: every GET of a service's description, with ids that exist in it.

Nothing here imports the service, so that two versions of it are asked in the same way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeVar

import httpx2

API = "/api/v1"
PAGE = 200
JSON = "application/json"
Query = tuple[tuple[str, str], ...]
# Where a path parameter's values are listed, unless by the path in front of it: the path and the
# key of the list.
LISTED_BY: Mapping[str, tuple[str, str]] = {
    "/duties": ("/duty-lists/{list_id}", "items"),
    "/evidence": ("/items/{item_id}/evidence", "items"),
    "/focuses": ("/organizations/{organization_id}/focuses", "items"),
    "/guidance": ("/meetings/{meeting_id}/guidance", "items"),
    "/members": ("/organizations/{organization_id}/members", "items"),
    "/publications": ("/organizations/{organization_id}/publications", "items"),
    "/quality-reviews": ("/meetings/{meeting_id}/quality-reviews", "items"),
    "/reports/{report_id}/blocks": ("/reports/{report_id}", "blocks"),
    "/organizations/{organization_id}/workday-overrides": (
        "/organizations/{organization_id}/workdays",
        "days",
    ),
}
# Filters that only have an effect together.
FILTER_SETS: Sequence[Mapping[str, str]] = (
    {"overdue": "true", "as_of": "{as_of}", "organization_id": "{leaf}"},
    {"overdue": "true", "organization_id": "{root}", "include_descendants": "true"},
    {"organization_id": "{root}", "include_descendants": "true", "include_total": "true"},
    {"as_of": "{as_of}", "include_descendants": "true"},
    {"year_from": "{first_year}", "year_to": "{last_year}", "include_descendants": "true"},
)
VALUES: Mapping[str, Sequence[str]] = {
    "q": ["会议", "整改"],
    "form": ["work_summary", "integrity_report", "rectification_report", "no_such_form"],
    "focus": ["integrity"],
    "limit": ["3"],
    "to": ["1"],
    "year": ["2018"],
    "quarter": ["3"],
}
FILTERED_PATHS = 2  # paths of an operation that are asked with every filter
LISTS = 300  # lists that are read to find existing ids
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operation:
    """A GET (or a POST that stores nothing) of the API, by its path without the prefix."""

    method: str
    path: str
    parameters: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]
    accepts: Sequence[str]
    body: object = None


@dataclass(frozen=True, slots=True)
class Question:
    """A request; its label tells it from every other."""

    operation: Operation
    path: str
    query: Query = ()
    accept: str = JSON

    @property
    def label(self) -> str:
        """Return the request as one line of text."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.operation.method} {self.path}{'?' if query else ''}{query} {self.accept}"


def operations_of(description: Mapping[str, Any]) -> list[Operation]:
    """Read the operations that change nothing from an API description.

    A POST belongs to them when its name begins with "preview"; its body is the described example.
    """
    operations = []
    for path, methods in description["paths"].items():
        for method, details in methods.items():
            previews = str(details.get("operationId", "")).startswith("preview")
            if path.startswith(API) and (method == "get" or (method == "post" and previews)):
                operations.append(_operation(description, method, path, details))
    return sorted(operations, key=lambda operation: (operation.path, operation.method))


def _operation(
    description: Mapping[str, Any], method: str, path: str, details: Mapping[str, Any]
) -> Operation:
    parameters = [_resolved(description, part) for part in details.get("parameters", ())]
    queries = {entry["name"]: entry for entry in parameters if entry["in"] == "query"}
    content = details["responses"].get("200", {}).get("content", {})
    body = details.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example")
    return Operation(
        method.upper(),
        path.removeprefix(API),
        {name: _resolved(description, entry["schema"]) for name, entry in queries.items()},
        frozenset(name for name, entry in queries.items() if entry.get("required")),
        sorted(content) or [JSON],
        body,
    )


def _resolved(description: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in part:
        steps = str(part["$ref"]).removeprefix("#/").split("/")
        part = description
        for step in steps:
            part = part[step]
    return part


class Inventory:
    """The ids, years and other values that exist in the service, for path parameters."""

    def __init__(self, client: httpx2.Client, operations: Sequence[Operation]) -> None:
        self._client = client
        self._gets = {get.path: get for get in operations if get.method == "GET"}
        self._paths: dict[str, list[str]] = {}
        self._rows: dict[str, list[Any]] = {}
        rows = self._read("/organizations", "/organizations", "items")
        parents = {row["parent_id"] for row in rows}
        # Inner organisations first: most of what is composed covers what lies below.
        inner = [row["id"] for row in rows if row["id"] in parents]
        self.organizations = inner + [row["id"] for row in rows if row["id"] not in parents]
        self.years = self._years_of_records()

    def paths(self, template: str) -> list[str]:
        """Return every existing path of a template, in the order of the lists."""
        if "{" not in template:
            return [template]
        if template not in self._paths:
            head, _, rest = template.rpartition("{")
            parameter, _, tail = rest.partition("}")
            self._paths[template] = [
                f"{before}{value}{tail}"
                for before in _spread(self.paths(head), LISTS)
                for value in self._values(head.rstrip("/"), before.rstrip("/"), parameter)
            ]
        return self._paths[template]

    def sample(self, path: str, name: str) -> str | None:
        """Return the first text in a field of a list's rows."""
        rows = self._rows.get(path, ())
        values = (row.get(name) for row in rows if isinstance(row, dict))
        return next((value for value in values if isinstance(value, str)), None)

    def _years_of_records(self) -> list[str]:
        rows = self._read("/items", "/items", "items")
        days = (row.get(name) for row in rows for name in ("happened_on", "planned_on", "due_on"))
        return sorted({str(day)[:4] for day in days if day})

    def _values(self, head: str, before: str, parameter: str) -> list[str]:
        """Return the parameter's values behind the path ``before`` of the template ``head``."""
        if parameter == "year":
            return self.years
        if head == "/organizations":
            return self.organizations
        source, key = LISTED_BY.get(head, (head, "items"))
        if source not in self._gets:
            return []
        bound = dict(zip(head.split("/"), before.split("/"), strict=True))
        path = "/".join(bound.get(part, part) for part in source.split("/"))
        paths = self.paths(source) if "{" in path else [path]
        field = "id" if parameter.endswith("_id") else parameter
        rows = [row for listed in _spread(paths, LISTS) for row in self._read(listed, source, key)]
        return list(dict.fromkeys(str(row[field]) for row in rows))

    def _read(self, path: str, template: str, key: str) -> list[Any]:
        """Read all pages of a list, for each year where one must be named."""
        if path not in self._rows:
            operation = self._gets[template]
            largest = {"limit": str(PAGE)} if "limit" in operation.parameters else {}
            queries = [{"year": year} for year in self.years] if operation.required else [{}]
            self._rows[path] = [
                row for query in queries for row in self._pages(path, {**query, **largest}, key)
            ]
        return self._rows[path]

    def _pages(self, path: str, query: dict[str, str], key: str) -> Iterator[Any]:
        while True:
            answer = self._client.get(API + path, params=query)
            if answer.status_code == httpx2.codes.NOT_FOUND:
                return
            page = answer.raise_for_status().json()
            yield from page[key]
            if not page.get("next_cursor"):
                return
            query = {**query, "cursor": page["next_cursor"]}


class Questions:
    """The questions for each operation of a service."""

    def __init__(self, inventory: Inventory, limit: int) -> None:
        self._inventory = inventory
        self._limit = limit
        years = inventory.years
        self._facts = {
            "as_of": f"{years[len(years) // 2]}-08-15",
            "root": inventory.organizations[0],
            "leaf": inventory.organizations[-1],
            "first_year": years[0],
            "last_year": years[-1],
        }
        self._required = {
            "year": years,
            "month": [f"{year}-{month}" for year in years for month in ("03", "12")],
            "from": ["1"],
        }

    def of(self, operation: Operation) -> Iterator[Question]:
        """Return the questions of one operation, none of them twice.

        Every path is asked by itself, with its descendants and as of a past day; the first two
        paths also with every filter by itself and with some sets of filters.
        """
        names = sorted(operation.required)
        if operation.method == "POST" and "year" in operation.parameters:
            names = ["year"]
        required = [
            tuple(zip(names, values, strict=True))
            for values in product(*(self._required[name] for name in names))
        ]
        pairs = list(product(self._inventory.paths(operation.path), required))
        seen: set[str] = set()
        for number, (path, query) in enumerate(_spread(pairs, self._limit)):
            for filters in self._variants(operation, every=number < FILTERED_PATHS):
                # Other formats hold the same as the JSON of a variant.
                only_json = filters and JSON in operation.accepts
                for accept in [JSON] if only_json else operation.accepts:
                    question = Question(operation, path, query + filters, accept)
                    if question.label not in seen:
                        seen.add(question.label)
                        yield question

    def _variants(self, operation: Operation, *, every: bool) -> Iterator[Query]:
        optional = {
            name: schema
            for name, schema in operation.parameters.items()
            if name not in operation.required and name not in {"year", "cursor"}
        }
        yield ()
        for name in ("include_descendants", "as_of"):
            if name in optional:
                yield from (((name, value),) for value in self._values(operation, name)[:1])
        if not every:
            return
        for name in optional:
            yield from (((name, value),) for value in self._values(operation, name))
        for filters in FILTER_SETS:
            if filters.keys() <= optional.keys():
                yield tuple((name, value.format(**self._facts)) for name, value in filters.items())

    def _values(self, operation: Operation, name: str) -> Sequence[str]:
        """Return values of a filter: all of a closed set, one or two of an open one."""
        schema = operation.parameters[name]
        choices = schema.get("enum") or schema.get("items", {}).get("enum")
        if choices:
            return [str(choice) for choice in choices]
        if schema.get("type") == "boolean":
            return ["false" if schema.get("default") else "true", "false"]
        if schema.get("format") == "date":
            return [self._facts["as_of"], f"{self._facts['last_year']}-12-31"]
        if name in {"organization_id", "ancestor_id", "parent_id"}:
            return [self._facts["root"], self._facts["leaf"]]
        if name in VALUES:
            return VALUES[name]
        sample = self._inventory.sample(operation.path, name)
        return [sample] if sample else []


def _spread(values: Sequence[T], limit: int) -> Sequence[T]:
    """Choose at most ``limit`` values evenly, the first and the last among them."""
    if len(values) <= limit:
        return values
    return [values[number * (len(values) - 1) // (limit - 1)] for number in range(limit)]
