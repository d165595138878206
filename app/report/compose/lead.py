"""The lead: the period's totals, what became of last year's promises, and the year before."""

from collections.abc import Mapping, Sequence

from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.outputs.rules import OutputType
from app.report.blocks import Block, in_paragraph, sentence
from app.report.compose import outputs, wording
from app.report.compose.counts import Clause, Counted, Slots, by_key, join_clauses, of_kind, sources
from app.report.compose.rectifications import UNIT, parts, whole_state
from app.report.compose.wording import MEETING_NAMES
from app.report.compose.writer import Writer
from app.report.facts import EarlierRecord, Fact, days_before

# What is no meeting in the ear of a reader goes by its own name.
_MEETING = "会议"
_MEETING_NOUNS: Mapping[str, str] = {
    MeetingType.CENTRAL_GROUP_STUDY: "中心组学习",
    MeetingType.THEME_PARTY_DAY: MEETING_NAMES[MeetingType.THEME_PARTY_DAY],
    MeetingType.PARTY_LECTURE: MEETING_NAMES[MeetingType.PARTY_LECTURE],
}
_NOTHING_DONE = "{when}，{unit}没有已办结的工作记录（待补充）。"


def lead(writer: Writer, facts: Sequence[Fact], task: str) -> list[Block]:
    """Write the totals of the period; one without records says so.

    `task` is what is reported on.
    """
    fact_set = writer.fact_set
    unit = fact_set.organization_name
    if fact_set.include_descendants and (fact_set.branch_names or fact_set.tallies):
        unit += "及所属党组织"
    when = wording.when(fact_set)
    if not facts and not fact_set.tallies:
        text = _NOTHING_DONE.format(when=when, unit=unit)
        return in_paragraph("p0", [sentence("p0.lead", text, "placeholder")])
    rows: list[Counted] = [*facts, *(row for row in fact_set.tallies if row.condition is None)]
    problems = of_kind(rows, ItemKind.RECTIFICATION)
    work = _work(writer, rows)
    slots: Slots = {
        "when": when if writer.first_person or fact_set.is_over else f"{when}以来",
        "elapsed": wording.elapsed(fact_set),
        "unit": unit,
        "task": task,
        "work": work,
    }
    features = {"first_person"} if writer.first_person else set()
    if work:
        features.add("work")
    if problems:
        features.add("rectifications")
        slots["rectifications"] = _rectifications(writer, problems)
    clause = writer.phrase("lead", features, slots)
    return in_paragraph("p0", [writer.sentence("p0.lead", clause, facts)])


def _work(writer: Writer, rows: Sequence[Counted]) -> Clause:
    """Return meetings, activities, policies and breakthroughs; what did not occur is left out."""
    records = writer.counting.records
    held = of_kind(rows, ItemKind.MEETING)
    solved = of_kind(rows, ItemKind.OUTPUT, OutputType.TASK_BREAKTHROUGH)
    policies = of_kind(rows, ItemKind.OUTPUT, OutputType.POLICY_DOCUMENT)
    clauses = [
        "举行" + _meeting_noun(held) + records(held, "次", "会议、学习、主题党日和党课"),
        "开展各类活动" + records(of_kind(rows, ItemKind.ACTIVITY), "次", "活动"),
        join_clauses(outputs.by_deed(writer, policies), last="、"),
        "完成课题攻关" + records(solved, "项", "课题攻关"),
    ]
    return join_clauses([clause for clause in clauses if clause.counts], last="，", separator="，")


def _meeting_noun(rows: Sequence[Counted]) -> str:
    present = {_MEETING_NOUNS.get(row.type or "", _MEETING) for row in rows}
    order = dict.fromkeys((_MEETING, *_MEETING_NOUNS.values()))
    return wording.join([noun for noun in order if noun in present])


def _rectifications(writer: Writer, rows: Sequence[Counted]) -> Clause:
    whole, features = whole_state(rows)
    slots: Slots = {
        "total": writer.counting.records(rows, UNIT, "整改问题"),
        "parts": parts(writer, rows),
        **whole,
    }
    facts = [row for row in rows if isinstance(row, Fact)]
    if len(facts) == len(rows):
        origin, known = _origin(writer, facts)
        slots |= origin
        features |= known
    return writer.phrase("lead.rectifications", features, slots)


def _origin(writer: Writer, facts: Sequence[Fact]) -> tuple[Slots, set[str]]:
    """Return how many came from before the period and how many are new, if all days are known."""
    fact_set = writer.fact_set
    first = fact_set.days[0]
    fresh = [fact for fact in facts if fact.found_on and fact.found_on >= first]
    carried = [fact for fact in facts if fact.found_on and fact.found_on < first]
    if len(fresh) + len(carried) < len(facts):
        return {}, set()
    slots: Slots = {
        "prior": "上年" if fact_set.period == "year" else "上期",
        "fresh": writer.counting.records(fresh, "个", "新列入"),
        "carried": writer.counting.records(carried, "个", "结转"),
    }
    if fresh and carried:
        return slots, {"mixed"}
    return slots, {"fresh" if fresh else "carried"}


def previous(writer: Writer) -> list[Block]:
    """Tell what became of last year's shortcomings and commitments, in the words entered."""
    notes = writer.fact_set.previous
    entries = [
        *(("关于上年度查摆的", note) for note in notes.shortcomings),
        *(("关于上年度承诺的", note) for note in notes.commitments),
    ]
    sentences = []
    for opening, note in entries:
        result = wording.full_stop(note.result) if note.result else "办理结果（待补充）。"
        text = f"{opening}{wording.quoted(note.title)}，{result}"
        sentences.append(sentence(f"p1.previous.{note.id}", text, "authored", notes=(note.id,)))
    return in_paragraph("p1.previous", sentences)


# What matters for a comparison: the totals of the lead that every unit has year after year.
_MEETINGS, _ACTIVITIES, _POLICIES = "各类会议和学习", "各类活动", "制度文件"
_MEETINGS_APART: Mapping[str, str] = {
    MeetingType.THEME_PARTY_DAY: "主题党日",
    MeetingType.PARTY_LECTURE: "党课",
}
TOTALS: Mapping[str, str] = {
    _MEETINGS: "次",
    **dict.fromkeys(_MEETINGS_APART.values(), "次"),
    _ACTIVITIES: "次",
    _POLICIES: "项",
}


def _total_of(record: Fact | EarlierRecord) -> str | None:
    """Return the total that a record of this year or of the last counts in."""
    if record.kind == ItemKind.MEETING:
        return _MEETINGS_APART.get(record.type, _MEETINGS)
    if record.kind == ItemKind.ACTIVITY:
        return _ACTIVITIES
    return _POLICIES if record.type == OutputType.POLICY_DOCUMENT else None


def comparison(writer: Writer, facts: Sequence[Fact]) -> Block | None:
    """Write the totals beside those of the same days last year; None when it has no records."""
    fact_set = writer.fact_set
    if not facts or not fact_set.earlier:
        return None
    now = by_key(facts, _total_of)
    before = by_key(fact_set.earlier, _total_of)
    entries = [
        _entry(
            writer,
            name,
            unit,
            [fact.id for fact in now.get(name, ())],
            sorted(record.id for record in before.get(name, ())),
        )
        for name, unit in TOTALS.items()
        if name in now or name in before
    ]
    if not entries:
        return None
    slots: Slots = {
        "before": _span(writer),
        "entries": join_clauses(entries, last="；", separator="；"),
    }
    return writer.sentence("p0.comparison", writer.phrase("comparison", set(), slots), ())


def _span(writer: Writer) -> str:
    """Return 2017年, or in the middle of a period 2017年同期 with the last day that is counted."""
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
        outcome = "new"
    elif not now:
        outcome = "none"
    elif len(now) == len(before):
        outcome = "same"
    else:
        outcome = "more" if len(now) > len(before) else "fewer"
    return writer.phrase(f"comparison.{outcome}", set(), slots)
