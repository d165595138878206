"""What became of an occurrence by a day, and how many of which there are: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """What became of an occurrence by a day."""

    DONE = "done"
    DONE_LATE = "done_late"
    MISSING = "missing"
    NOT_YET_DUE = "not_yet_due"
    WAIVED = "waived"
    TO_CONFIRM = "to_confirm"


STATE_LABELS: Mapping[State, str] = {
    State.DONE: "按时完成",
    State.DONE_LATE: "逾期后完成",
    State.MISSING: "到期未完成",
    State.NOT_YET_DUE: "尚未到期",
    State.TO_CONFIRM: "待人确认",
    State.WAIVED: "已免除",
}


class Dated(Protocol):
    """What has a deadline, or none yet."""

    @property
    def due_on(self) -> date | None:
        """The last day on which it is in time."""
        ...


@dataclass(frozen=True, slots=True)
class Tally:
    """How many occurrences are in each state; tallies of parts add up to that of the whole."""

    done: int = 0
    done_late: int = 0
    missing: int = 0
    not_yet_due: int = 0
    waived: int = 0
    to_confirm: int = 0

    @classmethod
    def of(cls, states: Iterable[State]) -> "Tally":
        """The tally of some occurrences."""
        return cls(**{str(state): count for state, count in Counter(states).items()})

    @property
    def owed(self) -> int:
        """What was to be done by the day: what is done (late or not), and what is missing.

        What is not yet due is owed only later, and what was waived never. What no record fulfils by
        itself, and people have not confirmed, is neither done nor missing.
        """
        return self.done + self.done_late + self.missing

    @property
    def total(self) -> int:
        """All occurrences, in any state."""
        return self.owed + self.not_yet_due + self.waived + self.to_confirm

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.done + other.done,
            self.done_late + other.done_late,
            self.missing + other.missing,
            self.not_yet_due + other.not_yet_due,
            self.waived + other.waived,
            self.to_confirm + other.to_confirm,
        )


def state_of(
    slot: Dated, fulfilled_on: date | None, *, waived: bool, as_of: date, by_hand: bool = False
) -> State:
    """What became of a slot by the end of a day.

    ``fulfilled_on`` is the day on which its first record happened; a later day than ``as_of`` is
    not seen. What was done is told also of a waived slot. A slot is missing from the day after its
    deadline; without a deadline (the event that it follows has not happened) it is never missing,
    and never late. What people alone can confirm, by a link made by hand (``by_hand``: no record
    counts for it by itself), waits for them instead: nobody knows that it is missing.
    """
    if fulfilled_on is not None and fulfilled_on <= as_of:
        late = slot.due_on is not None and fulfilled_on > slot.due_on
        return State.DONE_LATE if late else State.DONE
    if waived:
        return State.WAIVED
    if slot.due_on is not None and slot.due_on < as_of:
        return State.TO_CONFIRM if by_hand else State.MISSING
    return State.NOT_YET_DUE
