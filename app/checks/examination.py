"""The examination: every rule over one context."""

from collections.abc import Callable, Iterator

from app.checks.facts import Context
from app.checks.findings import Finding, Rule, RuleCode, in_order
from app.checks.rules import attendance, copies, dates, omissions, people

Check = Callable[[Context], Iterator[Finding]]
CHECKS: tuple[tuple[Rule, Check], ...] = (
    (attendance.PRESENT_OVER_EXPECTED, attendance.present_over_expected),
    (attendance.QUORUM_MISSED, attendance.quorum_missed),
    (attendance.BALLOT_QUORUM_MISSED, attendance.ballot_quorum_missed),
    (omissions.CLOSED_WITHOUT_ACCEPTANCE, omissions.closed_without_acceptance),
    (dates.COMPLETED_IN_FUTURE, dates.completed_in_future),
    (dates.DATED_AFTER_ENTRY, dates.dated_after_entry),
    (attendance.ATTENDANCE_LIST_DIFFERS, attendance.attendance_list_differs),
    (attendance.VOTES_DO_NOT_ADD_UP, attendance.votes_do_not_add_up),
    (attendance.APPRAISAL_DOES_NOT_ADD_UP, attendance.appraisal_does_not_add_up),
    (people.PERSON_IN_TWO_MEETINGS, people.person_in_two_meetings),
    (people.PERSON_NOT_ON_ROSTER, people.person_not_on_roster),
    (omissions.QUARTER_WITHOUT_ASSEMBLY, omissions.quarter_without_assembly),
    (omissions.RESOLUTION_WITHOUT_RESPONSIBLE, omissions.resolution_without_responsible),
    (omissions.CLOSED_WITHOUT_EVIDENCE, omissions.closed_without_evidence),
    (copies.POSSIBLE_DUPLICATE, copies.possible_duplicate),
    (copies.COPIED_TEXT, copies.copied_text),
    (copies.TEXT_CONTRADICTS_NUMBERS, copies.text_contradicts_numbers),
    (omissions.RESOLUTION_WITHOUT_DEADLINE, omissions.resolution_without_deadline),
    (dates.EVIDENCE_OUTSIDE_PERIOD, dates.evidence_outside_period),
)
RULES: dict[RuleCode, Rule] = {rule.code: rule for rule, _ in CHECKS}


def examine(context: Context) -> tuple[Finding, ...]:
    """Everything that the rules find, in its one order; the order of records does not matter."""
    return in_order(finding for _, check in CHECKS for finding in check(context))
