"""Shortcomings that no single record shows: missing duties, low grades, open findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.report.blocks import Block
from app.report.composition.counts import Clause
from app.report.composition.rules import coverage as standing
from app.report.composition.rules import duties, examination, grades
from app.report.composition.text import in_paragraph
from app.report.composition.writer import Writer


@dataclass(frozen=True, slots=True)
class Lack:
    """One kind of shortcoming: what is found, how it is told, what is to be done about it."""

    code: str
    found: Callable[[Writer], Sequence[Any]]
    shortcoming: Callable[[Writer, str, Sequence[Any]], list[Block]]
    answer: Callable[[Writer, Sequence[Any]], Clause]


# What the list shows comes before what single records show, the others after it.
BEFORE_GAPS = (Lack("duties", duties.missing, duties.shortcoming, duties.answer),)
AFTER_GAPS = (
    Lack("grades", grades.low, grades.shortcoming, grades.answer),
    Lack(
        "findings",
        examination.open_findings,
        examination.shortcoming,
        examination.answer,
    ),
)


def told(writer: Writer, lacks: Sequence[Lack]) -> list[tuple[str, list[Block]]]:
    """The sentences of each kind that there is."""
    return [
        (lack.code, lack.shortcoming(writer, f"p2.{lack.code}", found))
        for lack in lacks
        if (found := lack.found(writer))
    ]


def answered(writer: Writer, lacks: Sequence[Lack]) -> list[tuple[str, Clause]]:
    """What will be done about each kind that there is."""
    return [
        (lack.code, lack.answer(writer, found)) for lack in lacks if (found := lack.found(writer))
    ]


def coverage(writer: Writer) -> list[Block]:
    """How the list and the quarters' grades stand: the last paragraphs of part one."""
    told_of = {
        "p1.duties": standing.coverage(writer, "p1.duties"),
        "p1.grades": grades.grades(writer, "p1.grades"),
    }
    return [block for key, told in told_of.items() for block in in_paragraph(key, told)]
