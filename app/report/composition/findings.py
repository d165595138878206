"""What the clerk should look at before the text is signed: reminders, never verdicts."""

from collections.abc import Sequence

from app.report.composition.gaps import Gap
from app.report.composition.summary import Finding
from app.report.facts import Fact, FactSet


def _finding(code: str, message: str, facts: Sequence[Fact]) -> list[Finding]:
    if not facts:
        return []
    text = message.format(n=len(facts))
    ids = tuple(fact.id for fact in facts)
    return [Finding(code=code, severity="reminder", message=text, ids=ids)]


def _authoring(fact_set: FactSet) -> list[Finding]:
    found = []
    if not fact_set.shortcomings:
        found.append(("shortcomings_missing", "尚未填写存在问题，报告中标为待补充"))
    if not fact_set.next_plans:
        found.append(("plans_missing", "尚未填写下一步打算，报告中标为待补充"))
    notes = (*fact_set.previous.shortcomings, *fact_set.previous.commitments)
    unanswered = sum(1 for note in notes if not note.result)
    if unanswered:
        found.append(("previous_unanswered", f"上年度的不足和承诺有{unanswered}条尚未填写办理结果"))
    return [Finding(code=code, severity="reminder", message=message) for code, message in found]


def findings(
    fact_set: FactSet, facts: Sequence[Fact], owed: dict[str, Gap], uncited: Sequence[str]
) -> tuple[Finding, ...]:
    """All findings in a fixed order; messages hold numbers, never titles or names."""
    codes = {focus.code for focus in fact_set.focuses}
    unfocused = [
        fact
        for fact in facts
        if fact.focus not in codes and fact.kind != "rectification" and not fact.is_restricted
    ]
    crowded = [
        fact
        for fact in facts
        if fact.expected is not None and fact.present is not None and fact.present > fact.expected
    ]
    unapproved = [
        fact for fact in facts if fact.status == "suspended" and not fact.suspension_approver
    ]
    missed = owed["missed"].facts if "missed" in owed else ()
    overdue = owed["overdue"].facts if "overdue" in owed else ()
    late = [fact for fact in facts if fact.late_entry]
    found = [
        *_authoring(fact_set),
        *_finding("no_focus", "有{n}条记录未归入责任类别，列在最后一段", unfocused),
        *_finding("plan_missed", "有{n}项计划到期未落实", missed),
        *_finding("rectification_overdue", "有{n}个整改问题已逾期", overdue),
        *_finding("suspension_unapproved", "有{n}个暂缓整改的问题未填写批准单位", unapproved),
        *_finding("attendance_over_expected", "有{n}条会议记录实到人数多于应到人数", crowded),
    ]
    if late:
        ids = tuple(fact.id for fact in late)
        message = f"有{len(late)}条记录为补录，已照常计入"
        found.append(Finding(code="late_entries", severity="info", message=message, ids=ids))
    if fact_set.tallies:
        number = sum(tally.records for tally in fact_set.tallies if tally.condition is None)
        message = f"下级组织的{number}条记录按合计数写入，未逐条列出"
        found.append(Finding(code="tallied", severity="info", message=message))
    if uncited:
        message = f"有{len(uncited)}条已办结记录未被引用"
        found.append(Finding(code="uncited", severity="info", message=message, ids=tuple(uncited)))
    return tuple(found)
