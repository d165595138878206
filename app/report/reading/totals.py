"""From counted rows to tallies. Pure, but for asking the statements."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from app.items.rules import ItemKind
from app.items.snapshot import RecordReader
from app.kinds import KINDS
from app.report.facts import Count, Tally
from app.report.reading import standing, tallies

Rows = Sequence[Row[Any]]
# Kinds of which more than the number of records is counted. Of any other kind it is that alone.
_COUNTED = frozenset(
    {
        *(ItemKind.MEETING, ItemKind.TALK, ItemKind.SANCTION),
        *(ItemKind.RECTIFICATION, ItemKind.ACTIVITY, ItemKind.OUTPUT),
    }
)
_OTHERS = tuple(kind.name for kind in KINDS if kind.name not in _COUNTED)


def load_tallies(reader: RecordReader, *, supervised: bool) -> tuple[Tally, ...]:
    """All that lies below, in a constant number of statements, in the order of their keys."""
    ask = reader.rows
    found = [
        *_meetings(ask(tallies.meetings(supervised=supervised))),
        *_talks(
            ask(tallies.talks(supervised=supervised)), ask(tallies.people(supervised=supervised))
        ),
        *_activities(ask(tallies.activities(supervised=supervised))),
        *_outputs(ask(tallies.outputs(supervised=supervised))),
        *_rectifications(ask(standing.rectifications())),
        *_overdue(ask(standing.overdue())),
    ]
    if supervised:
        found += _sanctions(ask(tallies.sanctions()))
    if _OTHERS:
        found += _others(ask(tallies.others(_OTHERS, supervised=supervised)))
    return tuple(sorted(found, key=lambda tally: tally.key))


def _common(row: Row[Any]) -> dict[str, Any]:
    return {"records": row.records, "organizations": row.organizations}


def _sum(row: Row[Any]) -> Count:
    return Count(int(row.amount or 0), bool(row.approximate))


def _meetings(rows: Rows) -> Iterator[Tally]:
    for row in rows:
        yield Tally(
            kind="meeting", type=row.type, topic=row.topic, status="completed", **_common(row)
        )


def _others(rows: Rows) -> Iterator[Tally]:
    for row in rows:
        yield Tally(kind=row.kind, type=row.type, status="completed", **_common(row))


def _talks(rows: Rows, people: Rows) -> Iterator[Tally]:
    named = {row.type: row for row in people}
    for row in rows:
        who = named[row.type]
        yield Tally(
            kind="talk",
            type=row.type,
            status="completed",
            amount=_sum(row) if row.told == row.records else None,
            persons=None if who.unnamed else who.persons,
            **_common(row),
        )


def _activities(rows: Rows) -> Iterator[Tally]:
    for row in rows:
        amount = _sum(row) if row.told == row.records else None
        yield Tally(
            kind="activity", type=row.type, status="completed", amount=amount, **_common(row)
        )


def _outputs(rows: Rows) -> Iterator[Tally]:
    for row in rows:
        yield Tally(
            kind="output",
            type=row.type,
            change=row.change,
            status="completed",
            amount=_sum(row) if row.told else None,
            **_common(row),
        )


def _sanctions(rows: Rows) -> Iterator[Tally]:
    for row in rows:
        if row.records:
            yield Tally(kind="sanction", status="completed", persons=row.persons, **_common(row))


def _rectifications(rows: Rows) -> Iterator[Tally]:
    row = rows[0]._mapping  # noqa: SLF001 - the public name of a row's columns
    numbers: dict[str, dict[str, Any]] = {
        name: {"records": int(row[f"n_{name}"]), "organizations": row[f"places_{name}"]}
        for name in (*standing.STATES, "overdue", "returned")
    }
    for status in standing.STATES:
        if numbers[status]["records"]:
            yield Tally(kind="rectification", status=status.value, **numbers[status])
    if numbers["overdue"]["records"]:
        yield Tally(kind="rectification", condition="overdue", **numbers["overdue"])
    if numbers["returned"]["records"]:
        yield Tally(kind="rectification", condition="returned", **numbers["returned"])


def _overdue(rows: Rows) -> Iterator[Tally]:
    for row in rows:
        yield Tally(kind=row.kind, status="planned", condition="overdue", **_common(row))
