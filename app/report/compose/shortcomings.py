"""What is still owed, and shortcomings that no single record shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.items.rules import ItemKind
from app.report.blocks import Block, in_paragraph
from app.report.compose import duties, list_status, wording
from app.report.compose import list_status as standing
from app.report.compose import wording as periods
from app.report.compose.counts import Clause, Slots
from app.report.compose.rectifications import is_overdue
from app.report.compose.rectifications import thing as problem
from app.report.compose.writer import Writer
from app.report.facts import Count, Fact, FactSet
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
_RECTIFYING = frozenset({"open", "in_progress"})


@dataclass(frozen=True, slots=True)
class RecordShortcoming:
    """The facts that are owed for one reason."""

    code: str
    facts: tuple[Fact, ...]


def _rectification_code(fact: Fact) -> str | None:
    if is_overdue(fact):
        return "overdue"
    if fact.status in _RECTIFYING:
        return "returned" if fact.was_returned else "unfinished"
    return fact.status if fact.status in {"submitted", "suspended"} else None


def _code(fact_set: FactSet, fact: Fact) -> str | None:
    if fact.is_restricted:
        return None
    if fact.kind == ItemKind.RECTIFICATION:
        return _rectification_code(fact)
    when = fact.deadline
    if fact.status != "planned" or when is None:
        return None
    if when >= fact_set.as_of:
        later = periods.following(fact_set.period, fact_set.year)
        return "upcoming" if when <= later.last else None
    first, last = fact_set.days
    return "missed" if first <= when <= last else None


def making_up(fact: Fact) -> str:
    """The rule of the phrase that says how a plan is made up for; 补办 where a kind has none."""
    return f"missed.{fact.kind if fact.kind in _VERBS else ItemKind.ACTIVITY}"


def shortcomings_by_reason(
    fact_set: FactSet, facts: Sequence[Fact]
) -> dict[str, RecordShortcoming]:
    """Everything owed by reason, each in the order of its deadline."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        code = _code(fact_set, fact)
        if code is not None:
            found.setdefault(code, []).append(fact)
    return {
        code: RecordShortcoming(
            code, tuple(sorted(members, key=lambda fact: _rank(fact_set, fact)))
        )
        for code, members in found.items()
    }


def _rank(fact_set: FactSet, fact: Fact) -> tuple[date, int, str, str]:
    branches = fact_set.branch_names
    owner = fact.organization_name
    place = branches.index(owner) if owner in branches else -1
    return fact.deadline or date.max, place, owner, str(fact.id)


def name(writer: Writer, fact: Fact, *, owner: bool = True) -> str:
    """The organisation and the thing; a talk is named by its type, never by its topic."""
    if fact.kind == ItemKind.RECTIFICATION:
        return problem(writer, fact) if owner else wording.quoted(fact.title)
    belongs = fact.organization_name if owner and not writer.is_own(fact) else ""
    if fact.kind == ItemKind.TALK:
        return belongs + TALK.types.get(fact.type, TALK.label)
    title = wording.clean(fact.title)
    if not owner or writer.is_own(fact):
        title = title.removeprefix(fact.organization_name) or title
    if title.startswith(fact.organization_name):
        return title
    if belongs.endswith("党支部"):
        title = title.removeprefix("支部")  # 第三项目部党支部党员大会
    is_policy = fact.type in {"policy_document", "article"}
    return belongs + (wording.work_title(title) if is_policy else wording.named(title))


def things(writer: Writer, gap: RecordShortcoming, *, owner: bool = True) -> Clause:
    """All of them by name, with their number when there are several: “A”和“B”两个问题."""
    names = [name(writer, fact, owner=owner) for fact in gap.facts]
    is_problem = gap.facts[0].kind == ItemKind.RECTIFICATION
    text = Clause() + wording.names(names)
    if len(names) > 1:
        text += writer.counting.records(gap.facts, "个" if is_problem else "项", gap.code)
    return text + ("问题" if is_problem else "")


def sentences(writer: Writer, gap: RecordShortcoming) -> list[Block]:
    """Up to three one by one with dates and days, more as one list with its number."""
    if len(gap.facts) <= EACH_BY_ITSELF:
        return [_single(writer, gap.code, fact) for fact in gap.facts]
    slots: Slots = {"things": things(writer, gap), "as_of": writer.as_of, "days": Clause()}
    if gap.code == "overdue":
        longest = max(gap.facts, key=lambda fact: fact.days_overdue or 0)
        slots["days"] = _days(writer, longest)
    clause = writer.phrase(f"{gap.code}.many", set(), slots)
    return [writer.sentence(f"p2.{gap.code}.list", clause, gap.facts)]


def _days(writer: Writer, fact: Fact) -> Clause:
    return writer.counting.total([(fact, Count(fact.days_overdue or 0))], "天", "逾期天数")


def _single(writer: Writer, code: str, fact: Fact) -> Block:
    features = set()
    when = fact.suspended_on if code == "suspended" else fact.deadline
    if when:
        is_plan = code == "missed" and fact.due_on is None
        features.add("planned" if is_plan else "due")
        features.add("dated")
    if fact.suspension_approver:
        features.add("approved")
    if fact.was_returned:
        features.add("returned")
    slots: Slots = {
        "thing": things(writer, RecordShortcoming(code, (fact,))),
        "verb": _VERBS.get(fact.kind, "完成"),
        "day": wording.day(when, writer.fact_set.year) if when else "",
        "as_of": writer.as_of,
        "approver": wording.clean(fact.suspension_approver or ""),
        "days": _days(writer, fact) if code == "overdue" else "",
    }
    clause = writer.phrase(f"{code}.one", features, slots)
    return writer.sentence(f"p2.{code}.{fact.id}", clause, [fact])


@dataclass(frozen=True, slots=True)
class ListShortcoming:
    """One kind of shortcoming: what is found, how it is told, what is to be done about it."""

    code: str
    found: Callable[[Writer], Sequence[Any]]
    shortcoming: Callable[[Writer, str, Sequence[Any]], list[Block]]
    answer: Callable[[Writer, Sequence[Any]], Clause]


# What the list shows comes before what single records show, the others after it.
BEFORE_RECORDS = (ListShortcoming("duties", duties.missing, duties.shortcoming, duties.answer),)
AFTER_RECORDS = (
    ListShortcoming(
        "grades", list_status.low, list_status.low_grades, list_status.answer_to_grades
    ),
    ListShortcoming(
        "findings",
        list_status.open_findings,
        list_status.unexplained_findings,
        list_status.answer_to_findings,
    ),
)


def shortcoming_sentences(
    writer: Writer, lacks: Sequence[ListShortcoming]
) -> list[tuple[str, list[Block]]]:
    """The sentences of each kind that there is."""
    return [
        (lack.code, lack.shortcoming(writer, f"p2.{lack.code}", found))
        for lack in lacks
        if (found := lack.found(writer))
    ]


def shortcoming_plans(writer: Writer, lacks: Sequence[ListShortcoming]) -> list[tuple[str, Clause]]:
    """What will be done about each kind that there is."""
    return [
        (lack.code, lack.answer(writer, found)) for lack in lacks if (found := lack.found(writer))
    ]


def coverage(writer: Writer) -> list[Block]:
    """How the list and the quarters' grades stand: the last paragraphs of part one."""
    told_of = {
        "p1.duties": standing.coverage(writer, "p1.duties"),
        "p1.grades": list_status.grades(writer, "p1.grades"),
    }
    return [block for key, told in told_of.items() for block in in_paragraph(key, told)]
