"""The spine's rules: states, deadlines, overdue. Pure: no framework, no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

LATE_ENTRY_WORKING_DAYS = 3
SATURDAY = 5  # as date.weekday() counts


class Status(StrEnum):
    """States of a record. The first three are every kind's, the others a rectification's."""

    PLANNED = "planned"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    SUSPENDED = "suspended"


# Only these can be overdue: what is submitted in time has met its deadline, and what is suspended,
# closed or cancelled owes nothing on that day.
OWING = frozenset({Status.PLANNED, Status.OPEN, Status.IN_PROGRESS})


class ItemKind(StrEnum):
    """Kinds of record, one room each."""

    MEETING = "meeting"
    TALK = "talk"
    SANCTION = "sanction"
    RECTIFICATION = "rectification"
    ACTIVITY = "activity"
    OUTPUT = "output"


class ActorKind(StrEnum):
    """Who did it: the organisation, or a named person such as the secretary."""

    ORGANIZATION = "organization"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Moment:
    """From ``on`` (a civil day, inclusive) the record has this state and this deadline."""

    on: date
    status: Status
    due_on: date | None


class StepTaken(NamedTuple):
    """A step in a record's history: its name, and what the record was from its day on.

    ``note`` and ``details`` are what people said of it, where they were asked for.
    """

    name: str
    on: date
    status: str
    due_on: date | None = None
    note: str | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days ``active_from <= day < active_until`` on which a record owes by ``due_on``."""

    active_from: date
    active_until: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Ending:
    """The days ``active_from <= day < active_until`` on which a record was at its end."""

    status: Status
    active_from: date
    active_until: date

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.active_from <= day < self.active_until


def state_on(timeline: Iterable[Moment], day: date) -> Moment | None:
    """Return the moment in force at the end of a day; None before the record began.

    The timeline is in order; the last of several moments of one day counts.
    """
    current = None
    for moment in timeline:
        if moment.on > day:
            break
        current = moment
    return current


def is_overdue(status: Status, due_on: date | None, day: date) -> bool:
    """Tell whether a record in this state is overdue on a day; without a deadline never.

    It is from 00:00 of the day after its deadline.
    """
    return status in OWING and due_on is not None and due_on < day


def days_overdue(due_on: date, day: date) -> int:
    """Return how many days have passed since the deadline's day."""
    return (day - due_on).days


def spans(timeline: Sequence[Moment]) -> list[Span]:
    """Return the spans in which a record owes something by a deadline, from its timeline.

    This is what the database keeps to answer "overdue on that day": a record is overdue on ``day``
    exactly when one of its spans holds the day and its deadline is before it.
    """
    return list(_joined(_spans_between_moments(timeline)))


def _spans_between_moments(timeline: Sequence[Moment]) -> Iterator[Span]:
    for moment, following in pairwise([*timeline, None]):
        until = following.on if following else None
        if moment and moment.due_on and moment.status in OWING and moment.on != until:
            yield Span(moment.on, until, moment.due_on)


def _joined(owed: Iterable[Span]) -> Iterator[Span]:
    """Join spans that touch and share a deadline."""
    last: Span | None = None
    for span in owed:
        if last and last.active_until == span.active_from and last.due_on == span.due_on:
            last = Span(last.active_from, span.active_until, last.due_on)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def clip(owed: Iterable[Span], removed_on: date | None) -> list[Span]:
    """End the spans of a record that was removed on a day: from that day on it owes nothing."""
    if removed_on is None:
        return list(owed)
    return [
        replace(span, active_until=min(span.active_until or removed_on, removed_on))
        for span in owed
        if span.active_from < removed_on
    ]


def ordinary_timeline(
    opened_on: date,
    original_due_on: date | None,
    extensions: Iterable[tuple[date, date]],
    happened_on: date | None,
    cancelled_on: date | None,
    withdrawn: Iterable[Ending] = (),
) -> list[Moment]:
    """Return the timeline of a record of an ordinary kind, from its own dates.

    ``extensions`` are (day of approval, new deadline), in order. What happened ends the duty on the
    day on which it happened, whenever it was entered. ``withdrawn`` are endings that were taken
    back, in the order in which that was done: they hold until that day, as they did at the time.
    """
    ended = min((day for day in (happened_on, cancelled_on) if day), default=None)
    final = Status.COMPLETED if ended == happened_on else Status.CANCELLED
    decided = [
        (max(decided_on, opened_on), due_on)
        for decided_on, due_on in extensions
        if ended is None or decided_on < ended
    ]
    endings = list(withdrawn)

    def on_day(day: date) -> Moment:
        due_on = next((due for on, due in reversed(decided) if on <= day), original_due_on)
        if ended is not None and ended <= day:
            return Moment(day, final, due_on)
        held = (ending.status for ending in reversed(endings) if ending.holds(day))
        return Moment(day, next(held, Status.PLANNED), due_on)

    days = {opened_on, ended, *(on for on, _ in decided)}
    days |= {day for ending in endings for day in (ending.active_from, ending.active_until)}
    first, last = min(opened_on, ended or opened_on), ended or date.max
    return [on_day(day) for day in sorted(day for day in days if day and first <= day <= last)]


def ordinary_status(happened_on: date | None, cancelled_on: date | None, day: date) -> Status:
    """Return what a record of an ordinary kind that had begun was on a day, by its own dates.

    The same as its timeline says where no ending was taken back.
    """
    if happened_on and happened_on <= day and (not cancelled_on or happened_on <= cancelled_on):
        return Status.COMPLETED
    return Status.CANCELLED if cancelled_on and cancelled_on <= day else Status.PLANNED


def closed_since(steps: Sequence[StepTaken]) -> date | None:
    """Return when a record with these steps, in order, was closed; None when it is not closed.

    A step that leaves it closed, such as a deadline that is refused, closes it no second time.
    """
    closed_on = None
    for step in reversed(steps):
        if step.status != Status.CLOSED:
            break
        closed_on = step.on
    return closed_on


def opening_day(
    today: date, planned_on: date | None, due_on: date | None, happened_on: date | None
) -> date:
    """Return the day from which a record is owed: its entry, or an earlier date that it names."""
    return min(day for day in (today, planned_on, due_on, happened_on) if day)


def is_late_entry(happened_on: date | None, entered_on: date) -> bool:
    """Tell whether a record was entered after the third weekday that follows the event (补录).

    Practice files a record within three working days. Public holidays are not counted out here, so
    an entry right after a long holiday may bear the mark; it is a mark, never a refusal.
    """
    if happened_on is None or entered_on <= happened_on:
        return False
    day, weekdays = happened_on, 0
    while weekdays < LATE_ENTRY_WORKING_DAYS:
        day += timedelta(days=1)
        weekdays += day.weekday() < SATURDAY
    return entered_on > day


def person_key(member_id: UUID | None, name: str) -> str:
    """Return what tells people apart when they are counted (人): the roster's id, or the name."""
    return str(member_id) if member_id else name
