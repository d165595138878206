"""The lead with the period's totals, and what became of last year's shortcomings and promises."""

from collections.abc import Mapping, Sequence

from app.meetings.rules import MeetingType
from app.report.blocks import Block
from app.report.composition import periods, wording
from app.report.composition.counts import Clause, Slots, join_clauses
from app.report.composition.labels import MEETING_NAMES
from app.report.composition.rules.rectifications import parts, whole_state
from app.report.composition.rules.tallies import of_kind
from app.report.composition.text import in_paragraph, sentence
from app.report.composition.totals import counted
from app.report.composition.writer import Writer
from app.report.facts import AuthoredNote, Fact, Tally

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
    clause = writer.say("lead", features, slots)
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


def _meeting_noun(facts: Sequence[Fact | Tally]) -> str:
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


def _rectifications(writer: Writer, facts: Sequence[Fact], tallies: Sequence[Tally]) -> Clause:
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
    return writer.say("lead.rectifications", features, slots)


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
