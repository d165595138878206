"""The lead: the period's totals, what became of last year's promises, and the year before."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.report.blocks import Block, in_paragraph, sentence
from app.report.compose import wording
from app.report.compose import wording as periods
from app.report.compose.aggregates import of_kind
from app.report.compose.counts import Clause, Slots, join_clauses, sources
from app.report.compose.rectifications import parts, whole_state
from app.report.compose.totals import counted
from app.report.compose.wording import MEETING_NAMES
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, AuthoredNote, Fact, days_before

# What is no meeting in the ear of a reader goes by its own name.
_MEETING = "会议"
_MEETING_NOUNS: Mapping[str, str] = {
    MeetingType.CENTRAL_GROUP_STUDY: "中心组学习",
    MeetingType.THEME_PARTY_DAY: MEETING_NAMES[MeetingType.THEME_PARTY_DAY],
    MeetingType.PARTY_LECTURE: MEETING_NAMES[MeetingType.PARTY_LECTURE],
}
_NOTHING_DONE = "{when}，{unit}没有已办结的工作记录（待补充）。"


def lead(writer: Writer, facts: Sequence[Fact], task: str) -> list[Block]:
    """The totals of the period; one without records says so. `task` is what is reported on."""
    fact_set = writer.fact_set
    unit = fact_set.organization_name
    if fact_set.include_descendants and (fact_set.branch_names or fact_set.tallies):
        unit += "及所属党组织"
    slots: Slots = {
        "when": periods.when(fact_set),
        "elapsed": periods.elapsed(fact_set),
        "unit": unit,
        "task": task,
    }
    tallies = fact_set.tallies
    if not facts and not tallies:
        text = _NOTHING_DONE.format(**slots)
        return in_paragraph("p0", [sentence("p0.lead", text, "placeholder")])
    work = _work(writer, facts)
    problems = [fact for fact in facts if fact.kind == "rectification"]
    features = {"first_person"} if writer.first_person else set()
    if work:
        features.add("work")
    counted_problems = of_kind(tallies, "rectification")
    if problems or counted_problems:
        features.add("rectifications")
        slots["rectifications"] = _rectifications(writer, problems, counted_problems)
    slots["work"] = work
    if not writer.first_person and not fact_set.is_over:
        slots["when"] = f"{periods.when(fact_set)}以来"
    clause = writer.phrase("lead", features, slots)
    return in_paragraph("p0", [writer.sentence("p0.lead", clause, facts)])


def _work(writer: Writer, facts: Sequence[Fact]) -> Clause:
    """Meetings, activities, policies and breakthroughs; what did not occur is left out."""
    tallies = writer.fact_set.tallies
    held = [fact for fact in facts if fact.kind == "meeting"]
    acted = [fact for fact in facts if fact.kind == "activity"]
    policies = [fact for fact in facts if fact.type == "policy_document"]
    clauses = [
        "举行"
        + _meeting_noun([*held, *of_kind(tallies, "meeting")])
        + counted(
            writer, of_kind(tallies, "meeting"), "次", "会议、学习、主题党日和党课", facts=held
        ),
        "开展各类活动" + counted(writer, of_kind(tallies, "activity"), "次", "活动", facts=acted),
        _policies(writer, policies),
        "完成课题攻关"
        + counted(
            writer,
            of_kind(tallies, "output", "task_breakthrough"),
            "项",
            "课题攻关",
            facts=[fact for fact in facts if fact.type == "task_breakthrough"],
        ),
    ]
    return join_clauses([clause for clause in clauses if clause.counts], last="，", separator="，")


def _meeting_noun(facts: Sequence[Fact | Aggregate]) -> str:
    found = {_MEETING_NOUNS.get(fact.type or "", _MEETING) for fact in facts}
    order = dict.fromkeys((_MEETING, *_MEETING_NOUNS.values()))
    return wording.join([noun for noun in order if noun in found])


def _policies(writer: Writer, facts: Sequence[Fact]) -> Clause:
    verbs = (("created", "制定制度"), ("revised", "修订制度"), (None, "形成制度"))
    tallies = of_kind(writer.fact_set.tallies, "output", "policy_document")
    clauses = []
    for change, verb in verbs:
        own = [fact for fact in facts if fact.change == change]
        found = [tally for tally in tallies if tally.change == change]
        if own or found:
            clauses.append(verb + counted(writer, found, "项", verb, facts=own))
    return join_clauses(clauses, last="、")


def _rectifications(writer: Writer, facts: Sequence[Fact], tallies: Sequence[Aggregate]) -> Clause:
    whole, features = whole_state(facts, tallies)
    slots: Slots = {
        "total": counted(writer, tallies, "个", "整改问题", facts=facts),
        "parts": parts(writer, facts, tallies),
        **whole,
    }
    if not tallies:
        listed, known = _listed(writer, facts)
        slots |= listed
        features |= known
    return writer.phrase("lead.rectifications", features, slots)


def _listed(writer: Writer, facts: Sequence[Fact]) -> tuple[Slots, set[str]]:
    """Which came from before the period and which are new in it, where all days are known."""
    fact_set = writer.fact_set
    found = [(fact, fact.found_on) for fact in facts if fact.found_on]
    if len(found) < len(facts):
        return {}, set()
    fresh = [fact for fact, day in found if day >= fact_set.days[0]]
    carried = [fact for fact, day in found if day < fact_set.days[0]]
    slots: Slots = {
        "prior": "上年" if fact_set.period == "year" else "上期",
        "fresh": writer.counting.records(fresh, "个", "新列入"),
        "carried": writer.counting.records(carried, "个", "结转"),
    }
    if fresh and carried:
        return slots, {"mixed"}
    return slots, {"fresh" if fresh else "carried"}


def previous(writer: Writer) -> list[Block]:
    """What became of last year's shortcomings and commitments, in the words entered for them."""
    notes = writer.fact_set.previous
    told: list[tuple[str, AuthoredNote]] = [
        *(("关于上年度查摆的", note) for note in notes.shortcomings),
        *(("关于上年度承诺的", note) for note in notes.commitments),
    ]
    sentences = [
        sentence(
            f"p1.previous.{note.id}",
            f"{name}{wording.quoted(note.title)}，{_result(note)}",
            "authored",
            notes=(note.id,),
        )
        for name, note in told
    ]
    return in_paragraph("p1.previous", sentences)


def _result(note: AuthoredNote) -> str:
    return wording.full_stop(note.result) if note.result else "办理结果（待补充）。"


_APART = frozenset({MeetingType.PARTY_LECTURE, MeetingType.THEME_PARTY_DAY})


class Counted(Protocol):
    """What a total is counted from: a record of this year or of the last."""

    @property
    def kind(self) -> str:
        """Its kind."""
        ...

    @property
    def type(self) -> str:
        """Its type."""
        ...


def _is_meeting(record: Counted) -> bool:
    return record.kind == ItemKind.MEETING and record.type not in _APART


def _is_theme_day(record: Counted) -> bool:
    return record.kind == ItemKind.MEETING and record.type == MeetingType.THEME_PARTY_DAY


def _is_lecture(record: Counted) -> bool:
    return record.kind == ItemKind.MEETING and record.type == MeetingType.PARTY_LECTURE


def _is_activity(record: Counted) -> bool:
    return record.kind == ItemKind.ACTIVITY


def _is_policy(record: Counted) -> bool:
    return record.type == "policy_document"


# What matters for a comparison: the totals of the lead that every unit has year after year.
TOTALS: tuple[tuple[str, str, Callable[[Counted], bool]], ...] = (
    ("各类会议和学习", "次", _is_meeting),
    ("主题党日", "次", _is_theme_day),
    ("党课", "次", _is_lecture),
    ("各类活动", "次", _is_activity),
    ("制度文件", "项", _is_policy),
)


def comparison(writer: Writer, facts: Sequence[Fact]) -> Block | None:
    """The totals beside those of the same days of the year before; None when it has no records."""
    fact_set = writer.fact_set
    if not facts or not fact_set.earlier:
        return None
    entries = [
        _entry(writer, name, unit, now, before)
        for name, unit, counts in TOTALS
        for now in [[fact.id for fact in facts if counts(fact)]]
        for before in [sorted(one.id for one in fact_set.earlier if counts(one))]
        if now or before
    ]
    if not entries:
        return None
    slots: Slots = {
        "before": _span(writer),
        "entries": join_clauses(entries, last="；", separator="；"),
    }
    return writer.sentence("p0.comparison", writer.phrase("comparison", set(), slots), ())


def _span(writer: Writer) -> str:
    """2017年, or in the middle of a period 2017年同期 with the last day that is counted."""
    fact_set = writer.fact_set
    year = fact_set.year - 1
    if _is_whole_year(writer):
        return f"{year}年"
    if fact_set.is_over:
        return f"{year}年同期"
    last = days_before(fact_set.days, fact_set.as_of)[1]
    return f"{year}年同期（截至{wording.day(last, year)}）"


def _is_whole_year(writer: Writer) -> bool:
    return writer.fact_set.is_over and writer.fact_set.period == "year"


def _entry(
    writer: Writer, name: str, unit: str, now: Sequence[str], before: Sequence[str]
) -> Clause:
    counting = writer.counting
    slots: Slots = {
        "what": name,
        "current": "本年" if writer.fact_set.period == "year" else "本期",
        "prior": "上年" if _is_whole_year(writer) else "上年同期",
        "now": counting.of("record", now, unit, name)
        + Clause(sources=sources("earlier_record", before)),
        "before": counting.of("earlier_record", before, unit, f"上年{name}"),
        "by": counting.difference(now, before, unit, f"{name}与上年之差"),
    }
    if not before:
        return writer.phrase("comparison.new", set(), slots)
    if not now:
        return writer.phrase("comparison.none", set(), slots)
    if len(now) == len(before):
        return writer.phrase("comparison.same", set(), slots)
    rule = "comparison.more" if len(now) > len(before) else "comparison.fewer"
    return writer.phrase(rule, set(), slots)
