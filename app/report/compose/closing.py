"""Parts two and three (存在问题, 下一步打算): authored notes first, then what is owed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.report.blocks import Block, in_paragraph, opened, sentence
from app.report.compose import aggregates, duties, wording
from app.report.compose import duties as pairs
from app.report.compose import shortcomings as lacks
from app.report.compose.counts import Clause, Slots, join_clauses, sources, unique
from app.report.compose.shortcomings import (
    CARRIED_OVER,
    EACH_BY_ITSELF,
    SHORTCOMINGS,
    RecordShortcoming,
    making_up,
    name,
    sentences,
    things,
)
from app.report.compose.wording import Following, following
from app.report.compose.writer import Writer
from app.report.facts import AuthoredNote, Fact

_OTHERS = "有关党组织"
_FILL_IN = "（待补充）"


def shortcomings(
    writer: Writer,
    owed: Mapping[str, RecordShortcoming],
    *,
    with_notes: bool = True,
    with_lacks: bool = True,
) -> list[Block]:
    """The author's own admissions, then what the records show, numbered on."""
    notes = writer.fact_set.shortcomings if with_notes else ()
    blocks = []
    if with_notes:
        opening = "对照职责，还存在以下不足："
        blocks = _authored("p2", notes, opening, "工作中存在的不足")
    planned = pairs.planned_meetings(writer.fact_set) if with_lacks else {}
    owed = _without(owed, planned)
    found = [
        *(_on_the_list(writer, planned) if with_lacks else ()),
        *((code, sentences(writer, owed[code])) for code in SHORTCOMINGS if code in owed),
        *aggregates.aggregate_shortcomings(writer),
        *(lacks.shortcoming_sentences(writer, lacks.AFTER_RECORDS) if with_lacks else ()),
    ]
    for position, (code, said) in enumerate(found, start=len(notes) + 1):
        number = _number(position, len(notes) + len(found))
        topic = number + writer.phrase(f"gap_topic.{code}", set(), {}) + "。"
        grounds = Clause(
            ids=unique(key for block in said for key in block.ids),
            sources=tuple(dict.fromkeys(one for block in said for one in block.sources)),
        )
        headline = writer.sentence(f"p2.{code}.topic", topic + grounds, ())
        blocks += in_paragraph(f"p2.{code}", [headline, *said])
    return blocks


def _without(
    owed: Mapping[str, RecordShortcoming], told: Mapping[str, Fact]
) -> dict[str, RecordShortcoming]:
    """What is owed besides the meetings that the list's shortcomings tell of."""
    ids = {fact.id for fact in told.values()}
    left = (
        (code, tuple(fact for fact in gap.facts if fact.id not in ids))
        for code, gap in owed.items()
    )
    return {code: RecordShortcoming(code, facts) for code, facts in left if facts}


def _number(position: int, many: int) -> str:
    """一是, 二是 among several; one alone has no number."""
    return f"{wording.ordinal(position)}是" if many > 1 else ""


def _on_the_list(writer: Writer, planned: Mapping[str, Fact]) -> list[tuple[str, list[Block]]]:
    """What the list misses; where it is told as numbers, what had been planned goes by name."""
    found = lacks.shortcoming_sentences(writer, lacks.BEFORE_RECORDS)
    meetings = _unnamed(writer, planned)
    if not meetings:
        return found
    (code, said), *rest = found
    named = [
        replace(block, key=(block.key or "").replace(f"p2.{meetings.code}", f"p2.{code}.planned"))
        for block in sentences(writer, meetings)
    ]
    named[0] = opened(named[0], "上述事项中，")
    return [(code, [*said, *named]), *rest]


def _unnamed(writer: Writer, planned: Mapping[str, Fact]) -> RecordShortcoming | None:
    """The planned meetings of what is missing, where that is too much to be told by name."""
    missing = sum(len(line.missing) for line in writer.fact_set.duties)
    if missing <= duties.EACH_WITH_PERIODS or not planned:
        return None
    meetings = sorted(planned.values(), key=lambda fact: (fact.deadline or date.max, fact.id))
    return RecordShortcoming("missed", tuple(meetings))


def plans(
    writer: Writer,
    owed: Mapping[str, RecordShortcoming],
    *,
    with_notes: bool = True,
    with_lacks: bool = True,
) -> list[Block]:
    """The author's plans, then the answer to each thing owed, then what is already planned."""
    later = _following(writer).name
    notes = writer.fact_set.next_plans if with_notes else ()
    who = "我将" if writer.first_person else "将"
    opening = f"{later}，{who}重点抓好以下工作："
    blocks = []
    if with_notes:
        blocks = _authored("p3", notes, opening, f"{later}的工作打算")
    planned = pairs.planned_meetings(writer.fact_set) if with_lacks else {}
    owed = _without(owed, planned)
    answers = [
        *(_to_the_list(writer, planned) if with_lacks else ()),
        *((code, _answer(writer, owed[code])) for code in CARRIED_OVER if code in owed),
        *aggregates.aggregate_plans(writer),
        *(lacks.shortcoming_plans(writer, lacks.AFTER_RECORDS) if with_lacks else ()),
    ]
    if "upcoming" in owed:
        answers.append(("upcoming", _upcoming(writer, owed["upcoming"])))
    for position, (code, deeds) in enumerate(answers, start=len(notes) + 1):
        number = _number(position, len(notes) + len(answers))
        topic = number + writer.phrase(f"plan_topic.{code}", set(), {})
        blocks.append(writer.sentence(f"p3.{code}", topic + "，" + deeds + "。", ()))
    return blocks


def _to_the_list(writer: Writer, planned: Mapping[str, Fact]) -> list[tuple[str, Clause]]:
    """The answer to what the list misses: planned meetings that are told by name, then the rest."""
    meetings = _unnamed(writer, planned)
    if not meetings:
        return lacks.shortcoming_plans(writer, lacks.BEFORE_RECORDS)
    named = _answer(writer, meetings) + Clause(sources=sources("occurrence", planned))
    rest = duties.answer(writer, duties.missing(writer), planned)
    return [("duties", named + "；" + rest if rest else named)]


def _following(writer: Writer) -> Following:
    return following(writer.fact_set.period, writer.fact_set.year)


def _authored(where: str, notes: Sequence[AuthoredNote], opening: str, missing: str) -> list[Block]:
    """Titles alone make one paragraph, notes with details one each; none is said to be missing."""
    if not notes:
        return [sentence(f"{where}.missing", f"{missing}{_FILL_IN}。", "placeholder")]
    has_details = any(note.detail for note in notes)
    blocks = []
    for position, note in enumerate(notes, start=1):
        is_inner = not has_details and position < len(notes)
        title = wording.clean(note.title).rstrip("。；")
        text = f"{wording.ordinal(position)}是{title}" + ("；" if is_inner else "。")
        if note.detail:
            text += wording.full_stop(note.detail)
        if position == 1:
            text = opening + text
        blocks.append(sentence(f"{where}.note.{note.id}", text, "authored", notes=(note.id,)))
    return blocks if has_details else in_paragraph(f"{where}.notes", blocks)


def _answer(writer: Writer, gap: RecordShortcoming) -> Clause:
    deeds = []
    groups = _by_owner(writer, gap)
    for rule, owner, members in groups:
        named = things(
            writer, RecordShortcoming(gap.code, tuple(members)), owner=owner in {None, _OTHERS}
        )
        if len(groups) == 1 and _is_listed(gap):
            named = "上述" + writer.counting.records(members, "个", gap.code) + "问题"
        approver = wording.clean(members[0].suspension_approver or "")
        lead = f"督促{owner}" if owner else ""
        slots: Slots = {"things": named, "approver": approver}
        deeds.append(lead + writer.phrase(f"plan_deed.{rule}", set(), slots))
    grounds = Clause(ids=tuple(fact.id for fact in gap.facts))
    return join_clauses(deeds, last="；", separator="；") + grounds


def _is_listed(gap: RecordShortcoming) -> bool:
    """Whether part two names so many problems that part three need not name them again."""
    is_told = gap.code in SHORTCOMINGS and gap.facts[0].kind == "rectification"
    return is_told and len(gap.facts) > EACH_BY_ITSELF


def _by_owner(writer: Writer, gap: RecordShortcoming) -> list[tuple[str, str | None, list[Fact]]]:
    """The facts by wording and by organisation; with many organisations below, all of them."""
    owners = {fact.organization_name for fact in gap.facts if not writer.is_own(fact)}
    is_many = len(owners) > wording.NAMES_LIMIT // 2
    groups: dict[tuple[str, str, str | None], list[Fact]] = {}
    for fact in gap.facts:
        rule, approver, owner = gap.code, "", None
        if gap.code == "missed":
            rule = making_up(fact)
        elif gap.code == "suspended" and fact.suspension_approver:
            rule, approver = "suspended.approver", fact.suspension_approver
        if not writer.is_own(fact):
            owner = _OTHERS if is_many else fact.organization_name
        groups.setdefault((rule, approver, owner), []).append(fact)
    return [(rule, owner, members) for (rule, _, owner), members in groups.items()]


def _upcoming(writer: Writer, gap: RecordShortcoming) -> Clause:
    year = _following(writer).year
    entries = []
    for fact in gap.facts:
        when = fact.deadline
        day = f"（{wording.day(when, year)}）" if when else ""
        entries.append(name(writer, fact) + day)
    clause = Clause("包括" + wording.names(entries), ids=tuple(fact.id for fact in gap.facts))
    if len(entries) > 1:
        clause += writer.counting.records(gap.facts, "项", "已列入计划")
    return clause
