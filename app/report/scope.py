"""What a report is asked for, with defaults filled in, and whose records it reads."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.core.errors import ValidationFailed
from app.items.snapshot import Reach
from app.organizations.models import Organization
from app.report.book import Book
from app.report.book_documents import Outline, Voice
from app.report.compose.outline import form_of, period_kind
from app.report.facts import Options, PeriodCode, Unread, period_days

QUARTERS: tuple[PeriodCode, ...] = ("q1", "q2", "q3", "q4")
VOICE_NAMES: dict[Voice, str] = {"first_person": "第一人称", "organization": "组织"}
PERIOD_NAMES = {"year": "全年", "half": "半年", "quarter": "季度"}
# Makes the error that refuses a field: its name, a stable code, what to do about it.
RefuseField = Callable[[str, str, str], ValidationFailed]


class ReportPayload(Protocol):
    """What people ask for, from a body or a query; None is filled in."""

    @property
    def form(self) -> str | None:
        """The form's code in the book."""

    @property
    def voice(self) -> Voice | None:
        """Who speaks."""

    @property
    def period(self) -> PeriodCode | None:
        """The period of the year."""

    @property
    def as_of(self) -> date | None:
        """The day that is looked from."""


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What is asked for, with nothing left open."""

    form: str
    voice: Voice
    period: PeriodCode
    as_of: date


@dataclass(frozen=True, slots=True)
class ReportScope:
    """Whose report it is, of which period, as of which day.

    What stands in `without` is not read, because whoever asks has no need to wait for it. With
    `supervision`, talks and sanctions of supervision are read if the actor may see them; with
    `evidence`, the files behind the records. The caller has checked that the organisation is in
    the actor's sight.
    """

    organization: Organization
    year: int
    as_of: date
    include_descendants: bool
    period: PeriodCode = "year"
    without: AbstractSet[Unread] = frozenset()
    supervision: bool = True
    evidence: bool = False

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of the period."""
        return period_days(self.period, self.year)

    @property
    def reach(self) -> Reach:
        """Whose records are read."""
        return "subtree" if self.include_descendants else "own"


def in_body(name: str, code: str, message: str) -> ValidationFailed:
    """Make a refusal that points at a field of the body."""
    return ValidationFailed.at(f"#/{name}", code, message)


def resolve_request(
    book: Book,
    payload: ReportPayload,
    year: int,
    today: date,
    refuse: RefuseField = ValidationFailed.parameter,
) -> ReportRequest:
    """Fill in what a request leaves open; ``refuse`` says where an error stands.

    Raises:
        ValidationFailed: the book has no such form, or not in this voice or for this period; the
            day lies before the period or after today.
    """
    form = payload.form or form_of(Options(voice=payload.voice or "first_person"))
    outline = book.outlines.get(form)
    if outline is None:
        known = "、".join(f"{code}（{entry.name}）" for code, entry in book.outlines.items())
        raise refuse("form", "form_unknown", f"没有这个文种，可用的有：{known}")
    voice = payload.voice or outline.voices[0]
    if voice not in outline.voices:
        names = "、".join(VOICE_NAMES[known] for known in outline.voices)
        raise refuse("voice", "voice_of_form", f"{outline.name}只用这种人称：{names}")
    period = payload.period or _default_period(outline, year, today)
    if period_kind(period) not in outline.periods:
        names = "、".join(PERIOD_NAMES[known] for known in outline.periods)
        raise refuse("period", "period_of_form", f"{outline.name}只用于：{names}")
    days = period_days(period, year)
    if payload.as_of is None:
        return ReportRequest(form, voice, period, min(today, days[1]))
    return ReportRequest(form, voice, period, seen_from(payload.as_of, days, today, refuse))


def seen_from(asked: date, days: tuple[date, date], today: date, refuse: RefuseField) -> date:
    """Return the asked day, no later than the period's last.

    Raises:
        ValidationFailed: the day lies before the period, or after today.
    """
    first, last = days
    if asked < first:
        message = f"截至日期不能早于期间的第一天 {first.isoformat()}"
        raise refuse("as_of", "as_of_before_period", message)
    if min(asked, last) > today:
        message = f"截至日期不能晚于今天 {today.isoformat()}：之后的情况还没有发生"
        raise refuse("as_of", "as_of_in_future", message)
    return min(asked, last)


def _default_period(outline: Outline, year: int, today: date) -> PeriodCode:
    """Return the whole year, else the first half, else the quarter that runs or ran last."""
    if "year" in outline.periods:
        return "year"
    if "half" in outline.periods:
        return "first_half"
    begun = [code for code in QUARTERS if period_days(code, year)[0] <= today]
    return begun[-1] if begun else QUARTERS[0]
