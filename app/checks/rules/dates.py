"""Days that cannot be, and evidence of another time."""

from collections.abc import Iterator
from datetime import date

from app.checks.facts import Context, Record
from app.checks.findings import Finding, Rule, RuleCode, Severity, about
from app.items.rules import ItemKind

COMPLETED_IN_FUTURE = Rule(
    RuleCode.COMPLETED_IN_FUTURE,
    Severity.SERIOUS,
    "登记的日期尚未到来",
    "已完成事项的发生日期、整改问题的发现日期不会晚于今天。",
    "请更正发生日期；尚未发生的，请改填计划日期。",
)
DATED_AFTER_ENTRY = Rule(
    RuleCode.DATED_AFTER_ENTRY,
    Severity.ATTENTION,
    "日期晚于登记日期",
    "事情在先、登记在后：发生（发现）日期不会晚于最后一次填写的日期。",
    "请核对发生日期；事先填好的记录，请在事后据实更正。",
)
EVIDENCE_OUTSIDE_PERIOD = Rule(
    RuleCode.EVIDENCE_OUTSIDE_PERIOD,
    Severity.NOTICE,
    "佐证材料日期不在记录期间",
    "佐证材料的日期应在事项发生的年度内；整改的佐证应在发现问题之后、销号之前。",
    "请核对材料日期，或确认材料属于这条记录。",
)


def completed_in_future(context: Context) -> Iterator[Finding]:
    """Done, on a day that has not come yet."""
    for record in context.records:
        if record.happened_on and record.happened_on > context.as_of:
            days = (record.happened_on - context.as_of).days
            text = (
                f"{record.label}登记的{_word(record)}{record.happened_on}"
                f"比{context.as_of}晚{days}天。"
            )
            yield about(context, COMPLETED_IN_FUTURE, text, record)


def dated_after_entry(context: Context) -> Iterator[Finding]:
    """Written down as done before the day on which it was done."""
    for record in context.records:
        day = record.happened_on
        if day and record.written_on < day <= context.as_of:
            days = (day - record.written_on).days
            text = (
                f"{record.label}{_word(record)}{day}，最后填写日期{record.written_on}，"
                f"早了{days}天。"
            )
            yield about(context, DATED_AFTER_ENTRY, text, record)


def _word(record: Record) -> str:
    return "发现日期" if record.kind == ItemKind.RECTIFICATION else "发生日期"


def evidence_outside_period(context: Context) -> Iterator[Finding]:
    """Evidence that speaks of another year, or of a time when the problem was not open."""
    for record in context.records:
        period = _period(context, record)
        if period is None:
            continue
        first, last = period
        days = [proof.effective_on for proof in record.evidence if proof.effective_on]
        outside = sorted(day for day in days if not first <= day <= last)
        if outside:
            listed = "、".join(day.isoformat() for day in outside)
            text = (
                f"{record.label}期间为{first}至{last}，有{len(outside)}份佐证材料的日期"
                f"不在其中：{listed}。"
            )
            yield about(context, EVIDENCE_OUTSIDE_PERIOD, text, record)


def _period(context: Context, record: Record) -> tuple[date, date] | None:
    if record.happened_on is None:
        return None
    if record.kind == ItemKind.RECTIFICATION:
        return record.happened_on, record.closed_on or max(context.as_of, record.happened_on)
    last = record.ends_on or record.happened_on
    return date(record.happened_on.year, 1, 1), date(last.year, 12, 31)
