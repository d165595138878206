"""Whether what lines say of one another holds on their list: pure, as rule sets are checked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.rulesets.schemas import AfterEvent, Obligation


class LooseEnd(NamedTuple):
    """What is wrong with a line beside the others: where in it, a code, and words."""

    path: str
    code: str
    words: str


def by_itself(line: Obligation, year: int) -> Iterator[LooseEnd]:
    """What is wrong with a line of a year's list, whatever else the list holds."""
    on = line.frequency.on
    if on is not None and on.year != year:
        words = f"写明的日子不在 {year} 年，不会到期，请核对"
        yield LooseEnd("frequency/on", "once_outside_year", words)
    if isinstance(line.due, AfterEvent) and line.due.event == line.code:
        words = f"“{line.code}”的时限绕回到它自己，请改写 due"
        yield LooseEnd("due", "event_cycle", words)
    for position, other in enumerate(line.shares_with):
        if other == line.code:
            words = "责任项不能与自己共用记录"
            yield LooseEnd(f"shares_with/{position}", "shared_unknown", words)


def among(
    line: Obligation, lines: Sequence[Obligation], codes: Collection[str]
) -> Iterator[LooseEnd]:
    """What is wrong with a line beside all lines that are in force, itself among them.

    ``codes`` are those of all lines that the list has or had: what a line that was ended waited for
    may have happened.
    """
    events = {one.code: one.due.event for one in lines if isinstance(one.due, AfterEvent)}
    if isinstance(line.due, AfterEvent):
        if line.due.event not in codes:
            words = f"“{line.code}”以“{line.due.event}”的完成为起点，但清单中没有这个责任项"
            yield LooseEnd("due/event", "event_unknown", words)
        elif line.code in _awaited(events, line.due.event):
            words = f"“{line.code}”的时限绕回到它自己，请改写 due"
            yield LooseEnd("due", "event_cycle", words)
    for position, other in enumerate(line.shares_with):
        if other not in codes:
            words = f"清单中没有可以共用记录的责任项“{other}”，请核对代码"
            yield LooseEnd(f"shares_with/{position}", "shared_unknown", words)


def _awaited(events: Mapping[str, str], code: str) -> set[str]:
    """A line and all whose fulfilment it waits for."""
    seen: set[str] = set()
    found: str | None = code
    while found is not None and found not in seen:
        seen.add(found)
        found = events.get(found)
    return seen
