"""Rules of an examination with their texts, and findings with stable ids."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from uuid import UUID

from app.checks.context import ExaminationContext, ExaminedRecord
from app.core.errors import AppError
from app.core.labels import LabelledEnum


class FindingsScopeTooLarge(AppError):
    """The examination would have to read more than one request may."""

    code = "findings_scope_too_large"
    title = "体检范围内记录过多"


ID_LENGTH = 32


class Severity(LabelledEnum):
    """How much a finding matters; none stops anybody from saving."""

    NOTICE = "notice", "提示"
    ATTENTION = "attention", "注意"
    SERIOUS = "serious", "重要"


class RuleCode(StrEnum):
    """The rules' stable codes, in the order in which findings of one severity are listed."""

    PRESENT_OVER_EXPECTED = "present_over_expected"
    QUORUM_MISSED = "quorum_missed"
    BALLOT_QUORUM_MISSED = "ballot_quorum_missed"
    CLOSED_WITHOUT_ACCEPTANCE = "closed_without_acceptance"
    COMPLETED_IN_FUTURE = "completed_in_future"
    DATED_AFTER_ENTRY = "dated_after_entry"
    ATTENDANCE_LIST_DIFFERS = "attendance_list_differs"
    VOTES_DO_NOT_ADD_UP = "votes_do_not_add_up"
    APPRAISAL_DOES_NOT_ADD_UP = "appraisal_does_not_add_up"
    PERSON_IN_TWO_MEETINGS = "person_in_two_meetings"
    PERSON_NOT_ON_ROSTER = "person_not_on_roster"
    QUARTER_WITHOUT_ASSEMBLY = "quarter_without_assembly"
    RESOLUTION_WITHOUT_RESPONSIBLE = "resolution_without_responsible"
    CLOSED_WITHOUT_EVIDENCE = "closed_without_evidence"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    COPIED_TEXT = "copied_text"
    TEXT_CONTRADICTS_NUMBERS = "text_contradicts_numbers"
    RESOLUTION_WITHOUT_DEADLINE = "resolution_without_deadline"
    EVIDENCE_OUTSIDE_PERIOD = "evidence_outside_period"


@dataclass(frozen=True, slots=True)
class ExaminationRule:
    """A rule: code and severity, what it compares, and what to do about a finding."""

    code: RuleCode
    severity: Severity
    title: str
    explanation: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationFinding:
    """Something to look at: a reminder (提醒), never a verdict.

    ``on`` is the day in question; ``period`` (2018-Q3) stands for the records of a finding that
    has none. A ``restricted`` one concerns supervision talks or sanctions.
    """

    rule: ExaminationRule
    message: str
    organization_id: UUID
    record_ids: tuple[UUID, ...] = ()
    kinds: tuple[str, ...] = ()
    on: date | None = None
    period: str | None = None
    restricted: bool = False

    @property
    def id(self) -> str:
        """The same for the same rule and records, whoever asks and in whatever scope."""
        concerned = [str(record) for record in sorted(self.record_ids)]
        if not concerned:
            concerned = [str(self.organization_id), self.period or ""]
        text = "\n".join([self.rule.code, *concerned])
        return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]


def about(
    context: ExaminationContext, rule: ExaminationRule, message: str, *records: ExaminedRecord
) -> ExaminationFinding:
    """Make a finding about some records; their order does not matter."""
    ordered = tuple(sorted(records, key=lambda record: record.id))
    return ExaminationFinding(
        rule=rule,
        message=message,
        organization_id=context.organization_of(ordered),
        record_ids=tuple(record.id for record in ordered),
        kinds=tuple(record.kind for record in ordered),
        on=min((record.happened_on for record in ordered if record.happened_on), default=None),
        restricted=any(record.restricted for record in ordered),
    )


def stated_about(record: ExaminedRecord, *clauses: str) -> Iterator[str]:
    """Say several clauses of a record in one message; nothing without a clause."""
    if clauses:
        yield f"{record.label}：{'；'.join(clauses)}。"


Findings = Iterator[ExaminationFinding]


Find = Callable[[ExaminationContext, ExaminationRule], Findings]
Messages = Callable[[ExaminationContext, ExaminedRecord], Iterator[str]]


class Check(NamedTuple):
    """A rule, and how its findings are found."""

    rule: ExaminationRule
    find: Find


def all_records(
    severity: Severity, title: str, explanation: str, advice: str
) -> Callable[[Find], Check]:
    """Make a check of a function that looks at records side by side; its name is the rule's."""
    return lambda find: Check(
        ExaminationRule(RuleCode(find.__name__), severity, title, explanation, advice), find
    )


def _each(
    records: Callable[[ExaminationContext], Iterable[ExaminedRecord]],
    severity: Severity,
    title: str,
    explanation: str,
    advice: str,
) -> Callable[[Messages], Check]:
    """Make a check of a function that says what is wrong with a record; its name is the rule's."""

    def make(messages: Messages) -> Check:
        def find(context: ExaminationContext, rule: ExaminationRule) -> Findings:
            for record in records(context):
                for message in messages(context, record):
                    yield about(context, rule, message, record)

        code = RuleCode(messages.__name__)
        return Check(ExaminationRule(code, severity, title, explanation, advice), find)

    return make


each_record = partial(_each, lambda context: context.records)
each_meeting = partial(_each, ExaminationContext.meetings)
_RANK = {severity: rank for rank, severity in enumerate(reversed(Severity))}
_POSITION = {code: position for position, code in enumerate(RuleCode)}


def in_order(findings: Iterable[ExaminationFinding]) -> tuple[ExaminationFinding, ...]:
    """Sort findings into their one order: severity, rule, day, id."""
    return tuple(sorted(findings, key=_key))


def _key(finding: ExaminationFinding) -> tuple[int, int, str, str]:
    day = finding.on.isoformat() if finding.on else finding.period or ""
    rule = finding.rule
    return _RANK[rule.severity], _POSITION[rule.code], day, finding.id
