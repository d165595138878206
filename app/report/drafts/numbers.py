"""Which numbers of an edited sentence nothing supports. Pure.

A number stands on a count of the sentence, on a number or a date of its records, on their titles,
or on the sentence as it was generated. Ordinals, articles (第八条) and set terms count nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.report.blocks import CountRef
from app.report.drafts.numerals import NUMERAL, DatePart, Quantity, dates, quantities
from app.report.facts import Fact

_SHORTEST_NAME = 2
_BLANK = "□"


@dataclass(frozen=True, slots=True)
class Support:
    """What numbers may stand on: exact and rough values, dates, and the names in the records.

    `vague` are numbers that have no one value (三分之二, 数十), in the words of the sources.
    """

    exact: frozenset[Decimal]
    rough: frozenset[Decimal]
    days: frozenset[DatePart]
    names: tuple[str, ...]
    vague: frozenset[str] = frozenset()


def support_of(
    counts: Iterable[CountRef],
    facts: Iterable[Fact],
    texts: Iterable[str] = (),
    days: Iterable[date] = (),
) -> Support:
    """What a sentence's numbers may stand on; `texts` are trusted as they stand."""
    exact: set[Decimal] = set()
    rough: set[Decimal] = set()
    known: set[DatePart] = {(day.year, day.month, day.day) for day in days}
    names: set[str] = set()
    said, vague = list(texts), set[str]()
    for count in counts:
        if count.value is None:  # what is withheld is said in these words or not at all
            names.add(count.printed)
            continue
        (rough if count.approximate else exact).add(Decimal(count.value))
        said += [count.printed, count.arithmetic or ""]
    for fact in facts:
        names |= {fact.title, fact.organization_name, fact.place or "", fact.lecturer or ""}
        said.append(fact.outcome or "")
        known |= {(day.year, day.month, day.day) for day in _days(fact)}
        exact |= {Decimal(number) for number in _numbers(fact)}
        for value in (fact.participants, fact.person_times, fact.quantity):
            if value is not None:
                (rough if value.approximate else exact).add(Decimal(value.value))
    for text in said:
        known |= {part for _, part in dates(text)}
        for found in quantities(text):
            if found.value is None:
                vague.add(found.text)
            else:
                (exact if found.doubt == "exact" else rough).add(found.value)
    kept = sorted((name for name in names if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
    return Support(
        frozenset(exact), frozenset(rough), frozenset(known), tuple(kept), frozenset(vague)
    )


def unsupported_numbers(text: str, support: Support) -> tuple[str, ...]:
    """The numbers and dates of a text that nothing supports, as they are written, each once."""
    for name in support.names:
        if name in text:
            text = _without(name, text)
    wrong = [said for said, part in dates(text) if not _dated(part, support.days)]
    wrong += [found.text for found in quantities(text) if not _counted(found, support)]
    return tuple(sorted(dict.fromkeys(wrong), key=text.find))


def _without(name: str, text: str) -> str:
    """The text without a name; 问题1 is not named in 问题12个."""
    before = r"(?<!\d)" if name[0].isdigit() else ""
    after = rf"(?![\d{NUMERAL}])" if name[-1].isdigit() or name[-1] in NUMERAL else ""
    return re.sub(before + re.escape(name) + after, _BLANK, text)


def _dated(part: DatePart, known: Iterable[DatePart]) -> bool:
    return any(
        all(told is None or told == there for told, there in zip(part, one, strict=True))
        for one in known
    )


def _counted(found: Quantity, support: Support) -> bool:
    """Exact numbers need an exact source; 20余 more than 20, 约40 something that rounds so."""
    value = found.value
    if value is None:
        return found.text in support.vague
    if found.doubt == "exact":
        return value in support.exact
    if value in support.rough:
        return True
    step = found.step
    if found.doubt == "over":
        return any(value < one < value + step for one in support.exact)
    return any(abs(one - value) * 2 <= step for one in support.exact)


def _days(fact: Fact) -> list[date]:
    days = (
        *(fact.happened_on, fact.planned_on, fact.due_on, fact.completed_on),
        *(fact.found_on, fact.suspended_on),
    )
    return [day for day in days if day is not None]


def _numbers(fact: Fact) -> list[int | Decimal]:
    numbers = (
        *(fact.expected, fact.present, fact.hours, fact.solved_difficulties, fact.days_overdue),
        len(fact.persons) or None,
    )
    return [number for number in numbers if number is not None]
