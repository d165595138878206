"""What a summary is asked for: form, voice, period and day, with what is usual filled in. Pure."""

from dataclasses import dataclass
from datetime import date

from app.core.errors import ValidationFailed
from app.report.books.book import Book
from app.report.books.documents import Outline
from app.report.books.vocabulary import Voice
from app.report.composition.outline import form_of, period_kind
from app.report.facts import Options, PeriodCode, period_days
from app.report.schemas import SummaryParameters

QUARTERS: tuple[PeriodCode, ...] = ("q1", "q2", "q3", "q4")
VOICE_NAMES: dict[Voice, str] = {"first_person": "第一人称", "organization": "组织"}
PERIOD_NAMES = {"year": "全年", "half": "半年", "quarter": "季度"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A summary's form, voice, period and day."""

    form: str
    voice: Voice
    period: PeriodCode
    as_of: date


def asked_of(book: Book, parameters: SummaryParameters, year: int, today: date) -> Asked:
    """What the parameters come to with a book.

    Raises:
        ValidationFailed: the book has no such form, or not in this voice or for this period; the
            day lies before the period.
    """
    form = parameters.form or form_of(Options(voice=parameters.voice or "first_person"))
    outline = book.outlines.get(form)
    if outline is None:
        known = "、".join(f"{code}（{entry.name}）" for code, entry in book.outlines.items())
        raise ValidationFailed.parameter("form", "form_unknown", f"没有这个文种，可用的有：{known}")
    voice = parameters.voice or outline.voices[0]
    if voice not in outline.voices:
        words = "、".join(VOICE_NAMES[known] for known in outline.voices)
        raise ValidationFailed.parameter(
            "voice", "voice_of_form", f"{outline.name}只用这种人称：{words}"
        )
    period = parameters.period or _usual(outline, year, today)
    if period_kind(period) not in outline.periods:
        words = "、".join(PERIOD_NAMES[known] for known in outline.periods)
        raise ValidationFailed.parameter(
            "period", "period_of_form", f"{outline.name}只用于：{words}"
        )
    first, last = period_days(period, year)
    if parameters.as_of and parameters.as_of < first:
        words = f"截至日期不能早于期间的第一天 {first.isoformat()}"
        raise ValidationFailed.parameter("as_of", "as_of_before_period", words)
    return Asked(form, voice, period, min(parameters.as_of or today, last))


def _usual(outline: Outline, year: int, today: date) -> PeriodCode:
    """The whole year, else the first half, else the quarter that runs or ran last."""
    if "year" in outline.periods:
        return "year"
    if "half" in outline.periods:
        return "first_half"
    begun = [code for code in QUARTERS if period_days(code, year)[0] <= today]
    return begun[-1] if begun else QUARTERS[0]
