"""The reference year in every form and voice, and years at the edges, to be read and compared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.report.book import standard_book
from app.report.book_documents import Voice
from app.report.compose.outline import compose
from app.report.compose.wording import following
from app.report.facts import Fact, FactSet, Options, PeriodCode, period_days
from tests.report.special_years import SPECIAL
from tests.report.written import to_text
from tests.report.years import reference

FOLDER = Path(__file__).parent
SPECIAL_FORMS: tuple[tuple[str, Voice], ...] = (
    ("duty_report", "first_person"),
    ("work_summary", "organization"),
)
PERIODS: dict[str, PeriodCode] = {"half_year_summary": "first_half", "quarterly_brief": "q3"}


def _on(fact: Fact, day: date) -> Fact:
    """The record as it stood on a day: what took place later was planned, or under way."""
    if fact.kind != "rectification":
        if fact.happened_on is None or fact.happened_on <= day:
            return fact
        return replace(fact, status="planned", planned_on=fact.happened_on, happened_on=None)
    changed = fact.completed_on or fact.suspended_on
    if changed is None or changed <= day:
        return fact
    return replace(fact, status="in_progress", completed_on=None, suspended_on=None)


def reference_period(period: PeriodCode) -> FactSet:
    """The reference year's period, seen from its last day; notes are entered for years."""
    whole = reference(with_branches=True)
    if period == "year":
        return whole
    last = period_days(period, whole.year)[1]
    facts = tuple(_on(fact, last) for fact in whole.facts if (fact.found_on or last) <= last)
    known = [
        replace(fact, days_overdue=None)
        if fact.days_overdue and fact.due_on and fact.due_on >= last
        else fact
        for fact in facts
    ]
    assert following(period, whole.year).last > last
    return replace(
        whole, facts=tuple(known), period=period, as_of=last, shortcomings=(), next_plans=()
    )


def texts() -> Iterator[tuple[str, str]]:
    """The name of each file and what belongs in it."""
    for outline in standard_book().outlines.values():
        period = PERIODS.get(outline.code, "year")
        for voice in outline.voices:
            options = Options(voice=voice, form=outline.code, salutation="各位领导、同志们")
            summary = compose(reference_period(period), options)
            yield f"{outline.code}.{voice}.txt", to_text(summary)
    for kind, make in SPECIAL.items():
        for form, said_by in SPECIAL_FORMS:
            options = Options(voice=said_by, form=form)
            yield f"{kind}.{form}.txt", to_text(compose(make(), options))
