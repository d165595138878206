"""Rectifications by source: closed, suspended, under way, awaiting acceptance, overdue."""

from collections.abc import Sequence

from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.rules import Source
from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose import wording as periods
from app.report.compose.counts import Clause, Slots, join_clauses
from app.report.compose.totals import counted
from app.report.compose.wording import RAISED_BY, RAISED_IN, STATE_NAMES
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Fact

RATE_FROM = 10
_UNIT = RECTIFICATION.measure
TOLD_STATES = frozenset(STATE_NAMES)


def is_overdue(fact: Fact) -> bool:
    """Overdue as the loader computed it; closed, suspended and submitted ones never are."""
    return bool(fact.days_overdue) and fact.status in {"open", "in_progress"}


def in_state(facts: Sequence[Fact], status: str) -> list[Fact]:
    """The rectifications in one state."""
    return [fact for fact in facts if fact.status == status]


def parts(writer: Writer, facts: Sequence[Fact], tallies: Sequence[Aggregate] = ()) -> Clause:
    """How many are in each state, read and counted ones; the parts sum to the total."""
    clauses = []
    for status, name in STATE_NAMES.items():
        counted_ones = [tally for tally in tallies if tally.status == status]
        number = counted(writer, counted_ones, _UNIT, name, facts=in_state(facts, status))
        if number:
            clauses.append(name + number)
    return join_clauses(clauses, last="、")


def whole_state(facts: Sequence[Fact], tallies: Sequence[Aggregate] = ()) -> tuple[Slots, set[str]]:
    """When all are in one state: slots all and state, and the features this gives.

    Who approved a suspension is named only where all of them were read.
    """
    states = {fact.status for fact in facts} | {one.status for one in tallies if one.status}
    if len(states) != 1:
        return {}, set()
    state = states.pop()
    number = len(facts) + sum(tally.records for tally in tallies)
    features = {"one_state", "one" if number == 1 else "many"}
    if state == "closed":
        features.add("all_closed")
    slots: Slots = {"all": "均" if number > 1 else "", "state": STATE_NAMES[state]}
    if state == "suspended" and not tallies:
        features.add("suspended")
        approvers = {fact.suspension_approver for fact in facts}
        if len(approvers) == 1 and (approver := approvers.pop()):
            slots["state"] = f"经请示{wording.clean(approver)}同意暂缓"
    return slots, features


def thing(writer: Writer, fact: Fact) -> str:
    """“title”, with the organisation in front when it is another one and not in the title."""
    title = wording.clean(fact.title)
    owner = (
        ""
        if writer.is_own(fact) or title.startswith(fact.organization_name)
        else (fact.organization_name)
    )
    return owner + wording.quoted(title)


def rectifications(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """One sentence for all sources that are wholly closed, one for each other source."""
    by_source = {
        source: [fact for fact in facts if _source(fact) == source] for source in RAISED_BY
    }
    groups = {source: group for source, group in by_source.items() if group}
    closed = {
        source: group
        for source, group in groups.items()
        if len(in_state(group, "closed")) == len(group)
    }
    sentences = [
        _unclosed(writer, where, source, group)
        for source, group in groups.items()
        if source not in closed
    ]
    if closed:
        sentences.append(_all_closed(writer, where, closed))
    done = in_state(facts, "closed")
    if len(groups) > 1 and len(facts) >= RATE_FROM and done and len(done) < len(facts):
        slots: Slots = {
            "current": periods.current(writer.fact_set),
            "total": writer.counting.records(facts, _UNIT, "整改问题"),
            "rate": writer.counting.rate(done, facts, "销号率"),
        }
        features = set() if _is_year(writer) else {"part"}
        clause = writer.phrase("rectification.total", features, slots)
        sentences.append(writer.sentence(f"{where}.total", clause, facts))
    writer.last = None
    return sentences


def closed_lists(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """The closed ones of each source by name, with the days on which they were closed."""
    sentences = []
    for source in RAISED_BY:
        closed = [fact for fact in in_state(facts, "closed") if _source(fact) == source]
        if not closed:
            continue
        slots: Slots = {
            "source": _whole(writer, _named(writer, source, Clause())).text,
            "count": writer.counting.records(closed, _UNIT, "已销号"),
            "things": wording.names([_with_day(writer, fact) for fact in closed]),
        }
        features = {"one" if len(closed) == 1 else "many"}
        clause = writer.phrase("rectification.list", features, slots)
        sentences.append(writer.sentence(f"{where}.list.{source}", clause, closed))
    return sentences


def _with_day(writer: Writer, fact: Fact) -> str:
    done = fact.completed_on
    day = f"（{wording.day(done, writer.fact_set.year)}）" if done else ""
    return thing(writer, fact) + day


def _source(fact: Fact) -> Source:
    return next((source for source in RAISED_BY if source == fact.source), Source.OTHER)


def _group(writer: Writer, source: Source, facts: Sequence[Fact]) -> Clause:
    label = f"{RAISED_BY[source]}问题"
    return _named(writer, source, writer.counting.records(facts, _UNIT, label))


def _named(writer: Writer, source: Source, number: Clause) -> Clause:
    if _is_year(writer):
        return RAISED_BY[source] + number + "问题"
    return number + f"{RAISED_IN[source]}问题"


def _whole(writer: Writer, groups: Clause) -> Clause:
    """Part of a year tells of what was under way in it: the sources had more, closed before."""
    return groups if _is_year(writer) else f"{periods.current(writer.fact_set)}在办的" + groups


def _is_year(writer: Writer) -> bool:
    return writer.fact_set.period == "year"


def _when(facts: Sequence[Fact]) -> tuple[Slots, set[str]]:
    """When they were closed: slots when, first and last, and the features this gives."""
    days = [fact.completed_on for fact in facts if fact.completed_on]
    if not days or len(days) < len(facts):
        return {}, set()
    found = wording.months_of(days)
    first, last = f"{found[0]}月", f"{found[-1]}月"
    if first == last:
        return {"when": first}, {"dated"}
    return {"when": f"{first}至{last}", "first": first, "last": last}, {"dated", "spread"}


def _all_closed(writer: Writer, where: str, closed: dict[Source, list[Fact]]) -> Block:
    facts = [fact for group in closed.values() for fact in group]
    slots, features = _when(facts)
    groups = [_group(writer, source, group) for source, group in closed.items()]
    slots["groups"] = _whole(writer, join_clauses(groups))
    if len(facts) == 1:
        features.add("one")
    clause = writer.phrase("rectification.closed", features, slots)
    return writer.sentence(f"{where}.{'+'.join(closed)}", clause, facts)


def _unclosed(writer: Writer, where: str, source: Source, facts: Sequence[Fact]) -> Block:
    closed = in_state(facts, "closed")
    suspended = in_state(facts, "suspended")
    late = [fact for fact in facts if is_overdue(fact)]
    slots: Slots = {"group": _whole(writer, _group(writer, source, facts)), "as_of": writer.as_of}
    if closed and len(closed) + len(suspended) == len(facts):
        when, features = _when(closed)
        slots |= when
        slots["all"] = "均" if len(closed) > 1 else ""
        slots["closed"] = writer.counting.records(closed, _UNIT, "销号")
        slots["suspended"] = _suspended(writer, suspended)
        clause = writer.phrase("rectification.excepted", features, slots)
    else:
        slots["parts"] = parts(writer, facts)
        slots["overdue"] = _late(writer, facts, late)
        whole, features = whole_state(facts)
        rule = "rectification.mixed" if closed else "rectification.only"
        clause = writer.phrase(rule, features, {**slots, **whole})
    return writer.sentence(f"{where}.{source}", clause, facts)


def _late(writer: Writer, facts: Sequence[Fact], late: Sequence[Fact]) -> Clause:
    if not late:
        return Clause()
    if len(_pending(facts)) == len(late) == 1:
        return Clause("（已逾期）")
    return "，其中逾期" + writer.counting.records(late, _UNIT, "逾期")


def _pending(facts: Sequence[Fact]) -> list[Fact]:
    return [*in_state(facts, "in_progress"), *in_state(facts, "open")]


def _suspended(writer: Writer, facts: Sequence[Fact]) -> Clause:
    """Suspended ones by name and by who approved it."""
    approvers = dict.fromkeys(fact.suspension_approver for fact in facts)
    clauses = []
    for approver in approvers:
        group = [fact for fact in facts if fact.suspension_approver == approver]
        approval = f"经请示{wording.clean(approver)}同意暂缓" if approver else "暂缓"
        clauses.append(
            wording.names([thing(writer, fact) for fact in group])
            + writer.counting.records(group, _UNIT, "暂缓")
            + "问题"
            + approval
        )
    return join_clauses(clauses, last="、")
