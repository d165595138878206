"""What the clerk should look at before the text is signed: reminders, never verdicts."""

from collections.abc import Iterator, Mapping, Sequence

from app.items.rules import ItemKind
from app.report.blocks import Finding
from app.report.compose.shortcomings import RecordShortcoming
from app.report.compose.work_done import strand_of
from app.report.facts import Fact, FactSet, Unread


def _finding(code: str, message: str, facts: Sequence[Fact]) -> list[Finding]:
    if not facts:
        return []
    text = message.format(n=len(facts))
    ids = tuple(fact.id for fact in facts)
    return [Finding(code=code, severity="reminder", message=text, ids=ids)]


def _authoring(fact_set: FactSet) -> list[Finding]:
    if fact_set.period != "year":
        return []  # people enter shortcomings, plans and results for whole years
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


_UNREAD: dict[Unread, str] = {
    "duties": "没有读取责任清单（未要求，或事项过多），总结没有写清单完成情况",
    "findings": "没有读取体检结果（未要求，或记录过多），总结没有写体检提示",
    "earlier": "没有读取上年度的记录（未要求，或记录过多），总结没有与上年比较",
}


def _beyond(fact_set: FactSet) -> list[Finding]:
    """What the list and the examination leave open, and what was too much to be worked out."""
    missing = sum(len(line.missing) for line in fact_set.duties)
    found = []
    if missing:
        found.append(("duties_missing", f"责任清单有{missing}项到期未完成"))
    if unlinked := sum(len(line.unlinked) for line in fact_set.duties):
        found.append(("duties_unlinked", f"责任清单有{unlinked}项到期，须由人关联完成它的记录"))
    if fact_set.findings:
        found.append(("findings_open", f"有{len(fact_set.findings)}条体检提示没有核对说明"))
    return [
        *(Finding(code=code, severity="reminder", message=message) for code, message in found),
        *(
            Finding(code=f"{part}_unread", severity="info", message=_UNREAD[part])
            for part in sorted(fact_set.unread)
        ),
    ]


def _by_other_secretaries(fact_set: FactSet, facts: Sequence[Fact]) -> tuple[str, Sequence[Fact]]:
    """What secretaries other than the reporter did, or all of them where none is known to be it."""
    done = [
        fact
        for fact in facts
        if fact.organization_id == fact_set.organization_id
        and (fact.actor, fact.actor_post) == ("person", "secretary")
        and fact.actor_name
        and not fact.is_restricted
    ]
    if fact_set.reporter is not None:
        others = [fact for fact in done if fact.actor_name != fact_set.reporter]
        return "有{n}条记录是另一位书记的工作，写作“时任书记”，没有写作“我”，请核对", others
    several = done if len({fact.actor_name for fact in done}) > 1 else []
    words = "书记有两位以上，花名册上看不出述职的是哪一位，有{n}条记录没有写作“我”，请核对花名册"
    return words, several


def findings(
    fact_set: FactSet,
    facts: Sequence[Fact],
    owed: Mapping[str, RecordShortcoming],
    uncited: Sequence[str],
) -> tuple[Finding, ...]:
    """All findings in a fixed order; messages hold numbers, never titles or names."""
    codes = {focus.code for focus in fact_set.focuses}
    unfocused = [
        fact
        for fact in facts
        if fact.focus not in codes
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
    elsewhere = _by_other_secretaries(fact_set, facts)
    missed = owed["missed"].facts if "missed" in owed else ()
    overdue = owed["overdue"].facts if "overdue" in owed else ()
    return (
        *_authoring(fact_set),
        *_finding("no_focus", "有{n}条记录未归入责任类别，列在最后一段", unfocused),
        *_finding("secretaries_several", elsewhere[0], elsewhere[1]),
        *_finding("plan_missed", "有{n}项计划到期未落实", missed),
        *_finding("rectification_overdue", "有{n}个整改问题已逾期", overdue),
        *_finding("suspension_unapproved", "有{n}个暂缓整改的问题未填写批准单位", unapproved),
        *_finding("attendance_over_expected", "有{n}条会议记录实到人数多于应到人数", crowded),
        *_beyond(fact_set),
        *_informing(fact_set, facts, uncited),
    )


def _informing(
    fact_set: FactSet, facts: Sequence[Fact], uncited: Sequence[str]
) -> Iterator[Finding]:
    """What calls for nothing, but should be known."""
    late = [fact for fact in facts if fact.late_entry]
    if late:
        ids = tuple(fact.id for fact in late)
        message = f"有{len(late)}条记录为补录，已照常计入"
        yield Finding(code="late_entries", severity="info", message=message, ids=ids)
    if fact_set.tallies:
        done = [tally for tally in fact_set.tallies if tally.condition is None]
        number = sum(tally.records for tally in done if strand_of(tally))
        message = f"下级组织的{number}条记录按合计数写入，未逐条列出"
        yield Finding(code="tallied", severity="info", message=message)
        if untold := sum(tally.records for tally in done if not strand_of(tally)):
            message = f"下级组织有{untold}条已办结记录未被引用"
            yield Finding(code="uncited_below", severity="info", message=message)
    if uncited:
        message = f"有{len(uncited)}条已办结记录未被引用"
        yield Finding(code="uncited", severity="info", message=message, ids=tuple(uncited))
