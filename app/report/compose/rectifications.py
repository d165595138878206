"""Rectifications by source and by state: closed, suspended, under way, overdue."""

from collections.abc import Mapping, Sequence

from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.rules import Source
from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Counted, Row, Slots, grouped, join_clauses, records_in
from app.report.compose.wording import RAISED_BY, RAISED_IN, STATE_NAMES
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Fact

TOLD_STATES = frozenset(STATE_NAMES)
UNFINISHED = frozenset({"open", "in_progress"})
RATE_FROM = 10
UNIT = RECTIFICATION.measure


def is_overdue(row: Counted) -> bool:
    """Return whether it is overdue; closed, suspended and submitted ones never are."""
    if isinstance(row, Aggregate):
        return row.condition == "overdue"
    return bool(row.days_overdue) and row.status in UNFINISHED


def in_state(rows: Sequence[Row], status: str) -> list[Row]:
    """Return the rectifications in one state."""
    return [row for row in rows if row.status == status]


def parts(writer: Writer, rows: Sequence[Counted]) -> Clause:
    """Return how many are in each state; the parts sum to the total."""
    by_state = grouped(rows, lambda row: row.status, STATE_NAMES)
    clauses = [
        writer.counting.named(STATE_NAMES[status], group, UNIT) for status, group in by_state
    ]
    return join_clauses(clauses, last="、")


def whole_state(rows: Sequence[Counted]) -> tuple[Slots, set[str]]:
    """Return slots all and state and their features, when all are in one state.

    Who approved a suspension is named only where all of them were read.
    """
    states = {row.status for row in rows if row.status}
    if len(states) != 1:
        return {}, set()
    state = states.pop()
    number = records_in(rows)
    features = {"one_state", "one" if number == 1 else "many"}
    if state == "closed":
        features.add("all_closed")
    slots: Slots = {"all": "均" if number > 1 else "", "state": STATE_NAMES[state]}
    facts = [row for row in rows if isinstance(row, Fact)]
    if state == "suspended" and len(facts) == len(rows):
        features.add("suspended")
        approvers = {fact.suspension_approver for fact in facts}
        if len(approvers) == 1 and (approver := approvers.pop()):
            slots["state"] = _approval(approver)
    return slots, features


def total_and_rate(writer: Writer, rows: Sequence[Counted]) -> tuple[Slots, set[str]]:
    """Return how many there are and, of enough that are not all alike, the share of closed ones."""
    closed = in_state(rows, "closed")
    slots: Slots = {
        "current": wording.current(writer.fact_set),
        "total": writer.counting.records(rows, UNIT, "整改问题"),
        "rate": "",
    }
    if records_in(rows) < RATE_FROM or not 0 < records_in(closed) < records_in(rows):
        return slots, set()
    slots["rate"] = writer.counting.rate(closed, rows, "销号率")
    return slots, {"rate"} if _is_year(writer) else {"rate", "part"}


def thing(writer: Writer, fact: Fact) -> str:
    """Return “title”, behind the organisation when it is another one and not in the title."""
    title = wording.clean(fact.title)
    is_named = writer.is_own(fact) or title.startswith(fact.organization_name)
    return ("" if is_named else fact.organization_name) + wording.quoted(title)


def rectifications(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Write one sentence for all sources that are wholly closed, one for each other source."""
    by_source = dict(grouped(facts, _source, RAISED_BY))
    closed = {
        source: group
        for source, group in by_source.items()
        if len(in_state(group, "closed")) == len(group)
    }
    sentences = [
        _unclosed(writer, prefix, source, group)
        for source, group in by_source.items()
        if source not in closed
    ]
    if closed:
        sentences.append(_all_closed(writer, prefix, closed))
    slots, features = total_and_rate(writer, facts)
    if len(by_source) > 1 and "rate" in features:
        clause = writer.phrase("rectification.total", features, slots)
        sentences.append(writer.sentence(f"{prefix}.total", clause, facts))
    writer.last = None
    return sentences


def closed_lists(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Name the closed ones of each source with the days on which they were closed."""
    sentences = []
    for source, closed in grouped(in_state(facts, "closed"), _source, RAISED_BY):
        slots: Slots = {
            "source": _under_way(writer, _raised(writer, source, Clause())).text,
            "count": writer.counting.records(closed, UNIT, "已销号"),
            "things": wording.names([_with_day(writer, fact) for fact in closed]),
        }
        features = {"one" if len(closed) == 1 else "many"}
        clause = writer.phrase("rectification.list", features, slots)
        sentences.append(writer.sentence(f"{prefix}.list.{source}", clause, closed))
    return sentences


def _with_day(writer: Writer, fact: Fact) -> str:
    closed_on = fact.completed_on
    day = f"（{wording.day(closed_on, writer.fact_set.year)}）" if closed_on else ""
    return thing(writer, fact) + day


def _source(fact: Fact) -> Source:
    return next((source for source in RAISED_BY if source == fact.source), Source.OTHER)


def _raised(writer: Writer, source: Source, number: Clause) -> Clause:
    if _is_year(writer):
        return RAISED_BY[source] + number + "问题"
    return number + f"{RAISED_IN[source]}问题"


def _number_raised(writer: Writer, source: Source, facts: Sequence[Fact]) -> Clause:
    number = writer.counting.records(facts, UNIT, f"{RAISED_BY[source]}问题")
    return _raised(writer, source, number)


def _under_way(writer: Writer, groups: Clause) -> Clause:
    """Part of a year tells of what was under way in it: the sources had more, closed before."""
    return groups if _is_year(writer) else f"{wording.current(writer.fact_set)}在办的" + groups


def _is_year(writer: Writer) -> bool:
    return writer.fact_set.period == "year"


def _when(facts: Sequence[Fact]) -> tuple[Slots, set[str]]:
    """Return when they were closed: slots when, first and last, and the features this gives."""
    days = [fact.completed_on for fact in facts if fact.completed_on]
    if not days or len(days) < len(facts):
        return {}, set()
    months = wording.months_of(days)
    first, last = f"{months[0]}月", f"{months[-1]}月"
    if first == last:
        return {"when": first}, {"dated"}
    return {"when": f"{first}至{last}", "first": first, "last": last}, {"dated", "spread"}


def _all_closed(writer: Writer, prefix: str, closed: Mapping[Source, list[Fact]]) -> Block:
    facts = [fact for group in closed.values() for fact in group]
    slots, features = _when(facts)
    groups = [_number_raised(writer, source, group) for source, group in closed.items()]
    slots["groups"] = _under_way(writer, join_clauses(groups))
    if len(facts) == 1:
        features.add("one")
    clause = writer.phrase("rectification.closed", features, slots)
    return writer.sentence(f"{prefix}.{'+'.join(closed)}", clause, facts)


def _unclosed(writer: Writer, prefix: str, source: Source, facts: Sequence[Fact]) -> Block:
    closed = in_state(facts, "closed")
    suspended = in_state(facts, "suspended")
    number = _number_raised(writer, source, facts)
    slots: Slots = {"group": _under_way(writer, number), "as_of": writer.as_of}
    if closed and len(closed) + len(suspended) == len(facts):
        when, features = _when(closed)
        slots |= when
        slots["all"] = "均" if len(closed) > 1 else ""
        slots["closed"] = writer.counting.records(closed, UNIT, "销号")
        slots["suspended"] = _suspended(writer, suspended)
        clause = writer.phrase("rectification.excepted", features, slots)
    else:
        slots["parts"] = parts(writer, facts)
        slots["overdue"] = _overdue(writer, facts)
        whole, features = whole_state(facts)
        rule = "rectification.mixed" if closed else "rectification.only"
        clause = writer.phrase(rule, features, {**slots, **whole})
    return writer.sentence(f"{prefix}.{source}", clause, facts)


def _overdue(writer: Writer, facts: Sequence[Fact]) -> Clause:
    overdue = [fact for fact in facts if is_overdue(fact)]
    if not overdue:
        return Clause()
    if sum(fact.status in UNFINISHED for fact in facts) == 1:
        return Clause("（已逾期）")
    return "，其中逾期" + writer.counting.records(overdue, UNIT, "逾期")


def _suspended(writer: Writer, facts: Sequence[Fact]) -> Clause:
    """Name the suspended ones, and who approved it."""
    approvers = dict.fromkeys(fact.suspension_approver for fact in facts)
    clauses = [
        wording.names([thing(writer, fact) for fact in group])
        + writer.counting.records(group, UNIT, "暂缓")
        + "问题"
        + (_approval(approver) if approver else "暂缓")
        for approver, group in grouped(facts, lambda fact: fact.suspension_approver, approvers)
    ]
    return join_clauses(clauses, last="、")


def _approval(approver: str) -> str:
    return f"经请示{wording.clean(approver)}同意暂缓"
