"""What is still owed, and shortcomings that no single record shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.items.rules import ItemKind
from app.kinds import BY_NAME
from app.report.blocks import Block, in_paragraph
from app.report.compose import duties, list_status, wording
from app.report.compose.below import who
from app.report.compose.counts import (
    Clause,
    Slots,
    by_key,
    grouped,
    join_clauses,
    of_kind,
    records_in,
)
from app.report.compose.rectifications import UNFINISHED, UNIT, is_overdue
from app.report.compose.rectifications import thing as problem
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Count, Fact, FactSet
from app.talks.kind import KIND as TALK

EACH_BY_ITSELF = 3
SHORTCOMINGS = ("missed", "overdue", "returned", "unfinished", "suspended")
CARRIED_OVER = ("missed", "overdue", "returned", "unfinished", "submitted", "suspended")

# What makes up for a plan that was not kept has words of its own (plan_deed.missed.…) for these.
_VERBS: Mapping[str, str] = {
    ItemKind.MEETING: "召开",
    ItemKind.TALK: "开展",
    ItemKind.ACTIVITY: "开展",
    ItemKind.OUTPUT: "完成",
}


@dataclass(frozen=True, slots=True)
class RecordShortcoming:
    """The facts that are owed for one reason."""

    code: str
    facts: tuple[Fact, ...]


def shortcomings_by_reason(
    fact_set: FactSet, facts: Sequence[Fact]
) -> dict[str, RecordShortcoming]:
    """Return everything owed by reason, each in the order of its deadline."""
    return {
        code: RecordShortcoming(code, tuple(sorted(owed, key=lambda fact: _rank(fact_set, fact))))
        for code, owed in by_key(facts, lambda fact: _reason(fact_set, fact)).items()
        if code
    }


def _rank(fact_set: FactSet, fact: Fact) -> tuple[date, int, str, str]:
    branches = fact_set.branch_names
    owner = fact.organization_name
    position = branches.index(owner) if owner in branches else -1
    return fact.deadline or date.max, position, owner, str(fact.id)


def _reason(fact_set: FactSet, fact: Fact) -> str | None:
    """Return why a record is owed, or that it is upcoming; None where it is neither."""
    if fact.is_restricted:
        return None
    if fact.kind == ItemKind.RECTIFICATION:
        return _rectification_reason(fact)
    deadline = fact.deadline
    if fact.status != "planned" or deadline is None:
        return None
    if deadline >= fact_set.as_of:
        later = wording.following(fact_set.period, fact_set.year)
        return "upcoming" if deadline <= later.last else None
    first, last = fact_set.days
    return "missed" if first <= deadline <= last else None


def _rectification_reason(fact: Fact) -> str | None:
    if is_overdue(fact):
        return "overdue"
    if fact.status in UNFINISHED:
        return "returned" if fact.was_returned else "unfinished"
    return fact.status if fact.status in {"submitted", "suspended"} else None


def making_up(fact: Fact) -> str:
    """Return the rule of the phrase that says how a plan is made up for.

    A kind without one is made up for as an activity (补办).
    """
    return f"missed.{fact.kind if fact.kind in _VERBS else ItemKind.ACTIVITY}"


def name(writer: Writer, fact: Fact, *, owner: bool = True) -> str:
    """Return the organisation and the thing; a talk goes by its type, never by its topic."""
    if fact.kind == ItemKind.RECTIFICATION:
        return problem(writer, fact) if owner else wording.quoted(fact.title)
    belongs = fact.organization_name if owner and not writer.is_own(fact) else ""
    if fact.kind == ItemKind.TALK:
        return belongs + TALK.types.get(fact.type, TALK.label)
    title = wording.clean(fact.title)
    if not belongs:
        title = title.removeprefix(fact.organization_name) or title
    if title.startswith(fact.organization_name):
        return title
    if belongs.endswith("党支部"):
        title = title.removeprefix("支部")  # 第三项目部党支部党员大会
    is_policy = fact.type in {"policy_document", "article"}
    return belongs + (wording.work_title(title) if is_policy else wording.named(title))


def things(writer: Writer, shortcoming: RecordShortcoming, *, owner: bool = True) -> Clause:
    """Name all of them, with their number when there are several: “A”和“B”两个问题."""
    facts = shortcoming.facts
    is_problem = facts[0].kind == ItemKind.RECTIFICATION
    text = Clause(wording.names([name(writer, fact, owner=owner) for fact in facts]))
    if len(facts) > 1:
        unit = UNIT if is_problem else duties.ITEM
        text += writer.counting.records(facts, unit, shortcoming.code)
    return text + ("问题" if is_problem else "")


def sentences(writer: Writer, shortcoming: RecordShortcoming) -> list[Block]:
    """Tell up to three one by one with dates and days, more as one list with its number."""
    code, facts = shortcoming.code, shortcoming.facts
    if len(facts) <= EACH_BY_ITSELF:
        return [_single(writer, code, fact) for fact in facts]
    slots: Slots = {"things": things(writer, shortcoming), "as_of": writer.as_of, "days": ""}
    if code == "overdue":
        longest = max(facts, key=lambda fact: fact.days_overdue or 0)
        slots["days"] = _days(writer, longest)
    clause = writer.phrase(f"{code}.many", set(), slots)
    return [writer.sentence(f"p2.{code}.list", clause, facts)]


def _single(writer: Writer, code: str, fact: Fact) -> Block:
    features = set()
    since = fact.suspended_on if code == "suspended" else fact.deadline
    if since:
        is_plan = code == "missed" and fact.due_on is None
        features |= {"dated", "planned" if is_plan else "due"}
    if fact.suspension_approver:
        features.add("approved")
    if fact.was_returned:
        features.add("returned")
    slots: Slots = {
        "thing": things(writer, RecordShortcoming(code, (fact,))),
        "verb": _VERBS.get(fact.kind, "完成"),
        "day": wording.day(since, writer.fact_set.year) if since else "",
        "as_of": writer.as_of,
        "approver": wording.clean(fact.suspension_approver or ""),
        "days": _days(writer, fact) if code == "overdue" else "",
    }
    clause = writer.phrase(f"{code}.one", features, slots)
    return writer.sentence(f"p2.{code}.{fact.id}", clause, [fact])


def _days(writer: Writer, fact: Fact) -> Clause:
    return writer.counting.total([(fact, Count(fact.days_overdue or 0))], "天", "逾期天数")


def _problems_below(writer: Writer) -> list[Aggregate]:
    """Return the totals of rectifications below, if any are unfinished."""
    problems = of_kind(writer.fact_set.tallies, ItemKind.RECTIFICATION)
    return problems if any(row.status in UNFINISHED for row in problems) else []


def _unfinished(writer: Writer, rows: Sequence[Aggregate]) -> tuple[Slots, set[str]]:
    """Return how many are unfinished, of them overdue and returned, with the features."""
    unfinished = [row for row in rows if row.status in UNFINISHED]
    overdue = [row for row in rows if is_overdue(row)]
    returned = [row for row in rows if row.condition == "returned"]
    counting = writer.counting
    slots: Slots = {
        "as_of": writer.as_of,
        "total": counting.records(unfinished, UNIT, "尚未完成整改"),
        "late": counting.records(overdue, UNIT, "逾期"),
        "places": counting.totalled(overdue, "organizations", "个", "党组织"),
        "returned": counting.records(returned, UNIT, "退回"),
    }
    features = {code for code, group in (("late", overdue), ("returned", returned)) if group}
    if records_in(overdue) == records_in(unfinished):
        features.add("all_late")
    return slots, features


def _unfinished_below(writer: Writer, prefix: str, rows: Sequence[Aggregate]) -> list[Block]:
    slots, features = _unfinished(writer, rows)
    clause = writer.phrase("tally.unfinished", features, {**slots, "who": who(writer)})
    return [writer.sentence(f"{prefix}.total", clause, ())]


def _finish_below(writer: Writer, rows: Sequence[Aggregate]) -> Clause:
    slots, features = _unfinished(writer, rows)
    return writer.phrase("tally_plan.unfinished", features, {**slots, "who": who(writer)})


def _missed(writer: Writer) -> list[Aggregate]:
    """Return the totals of what was planned below and is overdue."""
    return [row for row in writer.fact_set.tallies if row.status == "planned"]


def _numbers_missed(writer: Writer, rows: Sequence[Aggregate]) -> Clause:
    """Return how much is missed, by kind."""
    by_kind = grouped(rows, lambda row: row.kind, BY_NAME)
    numbers = [
        writer.counting.named(BY_NAME[kind].label, group, BY_NAME[kind].measure)
        for kind, group in by_kind
    ]
    return join_clauses(numbers)


def _missed_below(writer: Writer, prefix: str, rows: Sequence[Aggregate]) -> list[Block]:
    slots: Slots = {
        "as_of": writer.as_of,
        "who": who(writer),
        "things": _numbers_missed(writer, rows),
    }
    return [writer.sentence(f"{prefix}.total", writer.phrase("tally.missed", set(), slots), ())]


def _make_good_below(writer: Writer, rows: Sequence[Aggregate]) -> Clause:
    slots: Slots = {"things": _numbers_missed(writer, rows)}
    return writer.phrase("tally_plan.missed", set(), slots)


@dataclass(frozen=True, slots=True)
class ShortcomingKind:
    """A kind of shortcoming that no single record shows: how it is found, told and answered.

    `tell` gets the id under which its sentences stand.
    """

    code: str
    find: Callable[[Writer], Sequence[Any]]
    tell: Callable[[Writer, str, Sequence[Any]], list[Block]]
    answer: Callable[[Writer, Sequence[Any]], Clause]


# What the list shows comes before what single records show, the others after it.
FROM_LIST = (ShortcomingKind("duties", duties.missing, duties.shortcoming, duties.answer),)
FROM_TOTALS = (
    ShortcomingKind("below.unfinished", _problems_below, _unfinished_below, _finish_below),
    ShortcomingKind("below.missed", _missed, _missed_below, _make_good_below),
)
FROM_CHECKS = (
    ShortcomingKind(
        "grades", list_status.low, list_status.low_grades, list_status.answer_to_grades
    ),
    ShortcomingKind(
        "findings",
        list_status.open_findings,
        list_status.unexplained_findings,
        list_status.answer_to_findings,
    ),
)


def told_shortcomings(
    writer: Writer, kinds: Sequence[ShortcomingKind]
) -> list[tuple[str, list[Block]]]:
    """Return the sentences of each kind that there is, by its code."""
    return [
        (kind.code, kind.tell(writer, f"p2.{kind.code}", rows))
        for kind in kinds
        if (rows := kind.find(writer))
    ]


def answers(writer: Writer, kinds: Sequence[ShortcomingKind]) -> list[tuple[str, Clause]]:
    """Return what will be done about each kind that there is, by its code."""
    return [(kind.code, kind.answer(writer, rows)) for kind in kinds if (rows := kind.find(writer))]


def coverage(writer: Writer) -> list[Block]:
    """Tell how the list and the quarters' grades stand: the last paragraphs of part one."""
    paragraphs = {
        "p1.duties": list_status.coverage(writer, "p1.duties"),
        "p1.grades": list_status.grades(writer, "p1.grades"),
    }
    return [block for key, blocks in paragraphs.items() for block in in_paragraph(key, blocks)]
