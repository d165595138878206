"""Composing a report from today's records, as a draft begins and as it is compared with later."""

from dataclasses import dataclass
from datetime import date

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.report.blocks import Block, blocks_of
from app.report.composition.outline import compose
from app.report.drafts.frozen import Packed, freeze, ordered
from app.report.drafts.models import Report, ReportFactSet
from app.report.facts import FactSet, Options
from app.report.inputs import inputs_of
from app.report.service import load_fact_set


@dataclass(frozen=True, slots=True)
class Fresh:
    """What today's records give: the facts, the same as bytes, the text, the entered salutation."""

    facts: FactSet
    packed: Packed
    title: str
    salutation: str | None
    blocks: tuple[Block, ...]


def day_of(
    unit: Unit, place: Organization, year: int, asked: date | None, *, in_query: bool = False
) -> date:
    """The day that a report looks from: the asked one, else today, within its year.

    Raises:
        ValidationFailed: the year has not begun, or the asked day lies before it.
    """
    today = unit.today(place.time_zone)
    if today.year < year:
        raise ValidationFailed.at("#/year", "year_not_begun", f"{year} 年尚未开始")
    if asked is not None and asked.year < year:
        words = f"截至日期不能早于 {year} 年"
        if in_query:
            raise ValidationFailed.parameter("as_of", "as_of_before_year", words)
        raise ValidationFailed.at("#/as_of", "as_of_before_year", words)
    return min(asked or today, date(year, 12, 31))


def options_of(report: Report) -> Options:
    """How a report tells its facts."""
    return Options(
        voice=report.voice,  # type: ignore[arg-type]  # a CHECK holds it
        numerals=report.numerals,  # type: ignore[arg-type]
        form=report.form,  # type: ignore[arg-type]
    )


def compose_today(unit: Unit, place: Organization, report: Report, as_of: date) -> Fresh:
    """Compose a report from the records of today as they were on a day."""
    year = report.year
    entered = {row.year: row for row in unit.session.scalars(inputs_of(place.id, year - 1, year))}
    facts = load_fact_set(
        unit,
        place,
        year,
        as_of,
        include_descendants=report.include_descendants,
        include_supervision=report.restricted,
        entered=entered,
    )
    facts, options = ordered(facts), options_of(report)
    summary = compose(facts, options)
    salutation = entered[year].salutation if year in entered else None
    return Fresh(facts, freeze(facts, options), summary.title, salutation, blocks_of(summary))


def keep_facts(unit: Unit, report: Report, fresh: Fresh, number: int) -> None:
    """Keep a fact set with its report, beside the earlier ones."""
    unit.session.add(
        ReportFactSet(
            id=new_id(),
            report_id=report.id,
            number=number,
            as_of=fresh.facts.as_of,
            records=len(fresh.facts.facts),
            content=fresh.packed.content,
            sha256=fresh.packed.sha256,
            created_at=unit.now(),
            created_by_name=unit.actor.name,
        )
    )
