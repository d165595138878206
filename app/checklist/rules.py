"""The life of a year's list, and what became of what is owed on it: pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.checklist.errors import ListStepNotAllowed
from app.core.changes import Step, StepTable
from app.core.labels import LabelledEnum
from app.core.uow import Permission


class ListStatus(LabelledEnum):
    """States of a year's list: only a draft is edited, a published one is amended."""

    DRAFT = "draft", "草拟中"
    IN_REVIEW = "in_review", "待审定"
    PUBLISHED = "published", "已公布"
    CLOSED = "closed", "已办结"


class ListStep(StrEnum):
    """What can be done with a list as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"


STEPS = StepTable(
    ListStepNotAllowed,
    {
        ListStep.SUBMIT: Step(
            {ListStatus.DRAFT},
            ListStatus.IN_REVIEW,
            Permission.WRITE,
            "只有草拟中的清单可以提交审定。",
        ),
        ListStep.RETURN: Step(
            {ListStatus.IN_REVIEW},
            ListStatus.DRAFT,
            Permission.REVIEW,
            "只有待审定的清单可以退回。",
        ),
        ListStep.PUBLISH: Step(
            {ListStatus.IN_REVIEW},
            ListStatus.PUBLISHED,
            Permission.REVIEW,
            "只有待审定的清单可以公布；已公布的清单通过调整来改变。",
            own="不能公布本人提交的清单，请由他人审定公布。",
        ),
        ListStep.CLOSE: Step(
            {ListStatus.PUBLISHED},
            ListStatus.CLOSED,
            Permission.REVIEW,
            "只有已公布的清单可以办结。",
        ),
        ListStep.REOPEN: Step(
            {ListStatus.CLOSED},
            ListStatus.PUBLISHED,
            Permission.REVIEW,
            "只有已办结的清单可以重新打开。",
        ),
    },
)


class State(LabelledEnum):
    """What became of an occurrence by a day."""

    DONE = "done", "按时完成"
    DONE_LATE = "done_late", "逾期后完成"
    MISSING = "missing", "到期未完成"
    NOT_YET_DUE = "not_yet_due", "尚未到期"
    WAIVED = "waived", "已免除"
    TO_CONFIRM = "to_confirm", "待人确认"


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
        """Count occurrences by their states."""
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
    due_on: date | None,
    fulfilled_on: date | None,
    *,
    waived: bool,
    as_of: date,
    by_hand: bool = False,
) -> State:
    """Tell what became by the end of a day of something owed by ``due_on``.

    ``fulfilled_on`` is the day on which its first record happened; a later day than ``as_of`` is
    not seen. What was done is told also of a waived slot. A slot is missing from the day after its
    deadline; without a deadline (the event that it follows has not happened) it is never missing,
    and never late. What people alone can confirm, by a link made by hand (``by_hand``: no record
    counts for it by itself), waits for them instead: nobody knows that it is missing.
    """
    if fulfilled_on is not None and fulfilled_on <= as_of:
        late = due_on is not None and fulfilled_on > due_on
        return State.DONE_LATE if late else State.DONE
    if waived:
        return State.WAIVED
    if due_on is not None and due_on < as_of:
        return State.TO_CONFIRM if by_hand else State.MISSING
    return State.NOT_YET_DUE
