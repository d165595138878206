"""What the clerk should look at before the text is signed: reminders, never verdicts."""

from collections.abc import Iterator, Mapping, Sequence

from app.items.rules import ItemKind
from app.report.blocks import Finding
from app.report.compose.shortcomings import RecordShortcoming
from app.report.compose.work_done import strand_of
from app.report.facts import Fact, FactSet, Unread

_UNREAD: Mapping[Unread, str] = {
    "duties": "没有读取责任清单（未要求，或事项过多），总结没有写清单完成情况",
    "findings": "没有读取体检结果（未要求，或记录过多），总结没有写体检提示",
    "earlier": "没有读取上年度的记录（未要求，或记录过多），总结没有与上年比较",
}


def findings(
    fact_set: FactSet,
    facts: Sequence[Fact],
    owed: Mapping[str, RecordShortcoming],
    uncited: Sequence[str],
) -> tuple[Finding, ...]:
    """Return all findings in a fixed order; messages hold numbers, never titles or names.

    `owed` are the shortcomings that records show, by code; `uncited` the ids of completed records
    that no sentence tells of.
    """
    return (
        *_authoring(fact_set),
        *_records(fact_set, facts, owed),
        *_beyond(fact_set),
        *_information(fact_set, facts, uncited),
    )


def _reminder(code: str, message: str, ids: tuple[str, ...] = ()) -> Finding:
    return Finding(code=code, severity="reminder", message=message, ids=ids)


def _authoring(fact_set: FactSet) -> Iterator[Finding]:
    """Yield what people have not entered: shortcomings, plans and results of last year's."""
    if fact_set.period != "year":
        return  # people enter them for whole years
    if not fact_set.shortcomings:
        yield _reminder("shortcomings_missing", "尚未填写存在问题，报告中标为待补充")
    if not fact_set.next_plans:
        yield _reminder("plans_missing", "尚未填写下一步打算，报告中标为待补充")
    notes = (*fact_set.previous.shortcomings, *fact_set.previous.commitments)
    if unanswered := sum(1 for note in notes if not note.result):
        message = f"上年度的不足和承诺有{unanswered}条尚未填写办理结果"
        yield _reminder("previous_unanswered", message)


def _records(
    fact_set: FactSet, facts: Sequence[Fact], owed: Mapping[str, RecordShortcoming]
) -> Iterator[Finding]:
    """Yield what the records themselves show."""
    focuses = {focus.code for focus in fact_set.focuses}
    unfocused = [
        fact
        for fact in facts
        if fact.focus not in focuses
        and fact.kind != ItemKind.RECTIFICATION
        and not fact.is_restricted
        and strand_of(fact)
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
    rows: tuple[tuple[str, str, Sequence[Fact]], ...] = (
        ("no_focus", "有{n}条记录未归入责任类别，列在最后一段", unfocused),
        ("secretaries_several", *_of_other_secretaries(fact_set, facts)),
        ("plan_missed", "有{n}项计划到期未落实", missed),
        ("rectification_overdue", "有{n}个整改问题已逾期", overdue),
        ("suspension_unapproved", "有{n}个暂缓整改的问题未填写批准单位", unapproved),
        ("attendance_over_expected", "有{n}条会议记录实到人数多于应到人数", crowded),
    )
    for code, message, records in rows:
        if records:
            ids = tuple(fact.id for fact in records)
            yield _reminder(code, message.format(n=len(records)), ids)


def _of_other_secretaries(fact_set: FactSet, facts: Sequence[Fact]) -> tuple[str, Sequence[Fact]]:
    """Return what other secretaries did, or all of them where none is known to report."""
    by_secretaries = [
        fact
        for fact in facts
        if fact.organization_id == fact_set.organization_id
        and (fact.actor, fact.actor_post) == ("person", "secretary")
        and fact.actor_name
        and not fact.is_restricted
    ]
    if fact_set.reporter is not None:
        message = "有{n}条记录是另一位书记的工作，写作“时任书记”，没有写作“我”，请核对"
        return message, [fact for fact in by_secretaries if fact.actor_name != fact_set.reporter]
    are_several = len({fact.actor_name for fact in by_secretaries}) > 1
    message = "书记有两位以上，花名册上看不出述职的是哪一位，有{n}条记录没有写作“我”，请核对花名册"
    return message, by_secretaries if are_several else []


def _beyond(fact_set: FactSet) -> Iterator[Finding]:
    """Yield what the list and the examination leave open, and what was too much to be read."""
    if missing := sum(len(line.missing) for line in fact_set.duties):
        yield _reminder("duties_missing", f"责任清单有{missing}项到期未完成")
    if unlinked := sum(len(line.unlinked) for line in fact_set.duties):
        yield _reminder("duties_unlinked", f"责任清单有{unlinked}项到期，须由人关联完成它的记录")
    if fact_set.findings:
        message = f"有{len(fact_set.findings)}条体检提示没有核对说明"
        yield _reminder("findings_open", message)
    for part in sorted(fact_set.unread):
        yield Finding(code=f"{part}_unread", severity="info", message=_UNREAD[part])


def _information(
    fact_set: FactSet, facts: Sequence[Fact], uncited: Sequence[str]
) -> Iterator[Finding]:
    """Yield what calls for nothing, but should be known."""
    late = tuple(fact.id for fact in facts if fact.late_entry)
    if late:
        message = f"有{len(late)}条记录为补录，已照常计入"
        yield Finding(code="late_entries", severity="info", message=message, ids=late)
    if fact_set.tallies:
        done = [row for row in fact_set.tallies if row.condition is None]
        number = sum(row.records for row in done if strand_of(row))
        message = f"下级组织的{number}条记录按合计数写入，未逐条列出"
        yield Finding(code="tallied", severity="info", message=message)
        if untold := sum(row.records for row in done if not strand_of(row)):
            message = f"下级组织有{untold}条已办结记录未被引用"
            yield Finding(code="uncited_below", severity="info", message=message)
    if uncited:
        message = f"有{len(uncited)}条已办结记录未被引用"
        yield Finding(code="uncited", severity="info", message=message, ids=tuple(uncited))
