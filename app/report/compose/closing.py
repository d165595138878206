"""Parts two and three (存在问题, 下一步打算): authored notes first, then what is owed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.items.rules import ItemKind
from app.report.blocks import Block, in_paragraph, opened, sentence
from app.report.compose import duties, wording
from app.report.compose.counts import Clause, Slots, join_clauses, sources, unique
from app.report.compose.shortcomings import (
    CARRIED_OVER,
    EACH_BY_ITSELF,
    FROM_CHECKS,
    FROM_LIST,
    FROM_TOTALS,
    SHORTCOMINGS,
    RecordShortcoming,
    answers,
    making_up,
    name,
    sentences,
    things,
    told_shortcomings,
)
from app.report.compose.writer import Writer
from app.report.facts import AuthoredNote, Fact

_OTHERS = "有关党组织"
_FILL_IN = "（待补充）"


def shortcomings(
    writer: Writer,
    owed: Mapping[str, RecordShortcoming],
    *,
    with_notes: bool = True,
    with_list: bool = True,
) -> list[Block]:
    """Write the author's own admissions, then what the records show, numbered on."""
    notes = writer.fact_set.shortcomings if with_notes else ()
    blocks = []
    if with_notes:
        blocks = _authored("p2", notes, "对照职责，还存在以下不足：", "工作中存在的不足")
    planned = duties.planned_meetings(writer.fact_set) if with_list else {}
    owed = _without(owed, planned)
    entries = [
        *(_from_list(writer, planned) if with_list else ()),
        *((code, sentences(writer, owed[code])) for code in SHORTCOMINGS if code in owed),
        *told_shortcomings(writer, FROM_TOTALS),
        *(told_shortcomings(writer, FROM_CHECKS) if with_list else ()),
    ]
    for position, (code, members) in enumerate(entries, start=len(notes) + 1):
        number = _number(position, len(notes) + len(entries))
        topic = number + writer.phrase(f"gap_topic.{code}", set(), {}) + "。"
        grounds = Clause(
            ids=unique(key for block in members for key in block.ids),
            sources=tuple(dict.fromkeys(source for block in members for source in block.sources)),
        )
        headline = writer.sentence(f"p2.{code}.topic", topic + grounds, ())
        blocks += in_paragraph(f"p2.{code}", [headline, *members])
    return blocks


def plans(
    writer: Writer,
    owed: Mapping[str, RecordShortcoming],
    *,
    with_notes: bool = True,
    with_list: bool = True,
) -> list[Block]:
    """Write the author's plans, the answer to each thing owed, then what is already planned."""
    later = wording.following(writer.fact_set.period, writer.fact_set.year)
    notes = writer.fact_set.next_plans if with_notes else ()
    blocks = []
    if with_notes:
        subject = "我将" if writer.first_person else "将"
        opening = f"{later.name}，{subject}重点抓好以下工作："
        blocks = _authored("p3", notes, opening, f"{later.name}的工作打算")
    planned = duties.planned_meetings(writer.fact_set) if with_list else {}
    owed = _without(owed, planned)
    entries = [
        *(_to_the_list(writer, planned) if with_list else ()),
        *((code, _answer(writer, owed[code])) for code in CARRIED_OVER if code in owed),
        *answers(writer, FROM_TOTALS),
        *(answers(writer, FROM_CHECKS) if with_list else ()),
    ]
    if "upcoming" in owed:
        entries.append(("upcoming", _upcoming(writer, owed["upcoming"], later.year)))
    for position, (code, deeds) in enumerate(entries, start=len(notes) + 1):
        number = _number(position, len(notes) + len(entries))
        topic = number + writer.phrase(f"plan_topic.{code}", set(), {})
        blocks.append(writer.sentence(f"p3.{code}", topic + "，" + deeds + "。", ()))
    return blocks


def _authored(part: str, notes: Sequence[AuthoredNote], opening: str, missing: str) -> list[Block]:
    """Titles alone make one paragraph, notes with details one each; none is said to be missing."""
    if not notes:
        return [sentence(f"{part}.missing", f"{missing}{_FILL_IN}。", "placeholder")]
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
        blocks.append(sentence(f"{part}.note.{note.id}", text, "authored", notes=(note.id,)))
    return blocks if has_details else in_paragraph(f"{part}.notes", blocks)


def _number(position: int, length: int) -> str:
    """Return 一是, 二是 among several; one alone has no number."""
    return f"{wording.ordinal(position)}是" if length > 1 else ""


def _without(
    owed: Mapping[str, RecordShortcoming], planned: Mapping[str, Fact]
) -> dict[str, RecordShortcoming]:
    """Return what is owed besides the meetings that the list's shortcomings tell of."""
    ids = {fact.id for fact in planned.values()}
    left = {
        code: tuple(fact for fact in shortcoming.facts if fact.id not in ids)
        for code, shortcoming in owed.items()
    }
    return {code: RecordShortcoming(code, facts) for code, facts in left.items() if facts}


def _unnamed(writer: Writer, planned: Mapping[str, Fact]) -> RecordShortcoming | None:
    """Return the planned meetings of what is missing, where that is too much to go by name."""
    missing = sum(len(line.missing) for line in writer.fact_set.duties)
    if missing <= duties.EACH_WITH_PERIODS or not planned:
        return None
    meetings = sorted(planned.values(), key=lambda fact: (fact.deadline or date.max, fact.id))
    return RecordShortcoming("missed", tuple(meetings))


def _from_list(writer: Writer, planned: Mapping[str, Fact]) -> list[tuple[str, list[Block]]]:
    """Tell what the list misses; where it is numbers, what had been planned goes by name."""
    entries = told_shortcomings(writer, FROM_LIST)
    meetings = _unnamed(writer, planned)
    if not meetings:
        return entries
    ((code, blocks),) = entries
    first, *others = (
        replace(block, key=(block.key or "").replace(f"p2.{meetings.code}", f"p2.{code}.planned"))
        for block in sentences(writer, meetings)
    )
    return [(code, [*blocks, opened(first, "上述事项中，"), *others])]


def _to_the_list(writer: Writer, planned: Mapping[str, Fact]) -> list[tuple[str, Clause]]:
    """Answer what the list misses: planned meetings that are told by name, then the rest."""
    meetings = _unnamed(writer, planned)
    if not meetings:
        return answers(writer, FROM_LIST)
    named = _answer(writer, meetings) + Clause(sources=sources("occurrence", planned))
    rest = duties.answer(writer, duties.missing(writer), planned)
    return [("duties", named + "；" + rest if rest else named)]


def _answer(writer: Writer, shortcoming: RecordShortcoming) -> Clause:
    """Return what will be done, by whom."""
    deeds = []
    groups = _by_owner(writer, shortcoming)
    for rule, owner, facts in groups:
        if len(groups) == 1 and _is_listed(shortcoming):
            named = "上述" + writer.counting.records(facts, "个", shortcoming.code) + "问题"
        else:
            members = RecordShortcoming(shortcoming.code, tuple(facts))
            named = things(writer, members, owner=owner in {None, _OTHERS})
        approver = wording.clean(facts[0].suspension_approver or "")
        slots: Slots = {"things": named, "approver": approver}
        deed = writer.phrase(f"plan_deed.{rule}", set(), slots)
        deeds.append((f"督促{owner}" if owner else "") + deed)
    grounds = Clause(ids=tuple(fact.id for fact in shortcoming.facts))
    return join_clauses(deeds, last="；", separator="；") + grounds


def _is_listed(shortcoming: RecordShortcoming) -> bool:
    """Return whether part two names so many problems that part three need not name them again."""
    is_problem = shortcoming.facts[0].kind == ItemKind.RECTIFICATION
    is_told = is_problem and shortcoming.code in SHORTCOMINGS
    return is_told and len(shortcoming.facts) > EACH_BY_ITSELF


def _by_owner(
    writer: Writer, shortcoming: RecordShortcoming
) -> list[tuple[str, str | None, list[Fact]]]:
    """Return the facts by rule of wording and by organisation; of many below, all together."""
    owners = {fact.organization_name for fact in shortcoming.facts if not writer.is_own(fact)}
    are_many = len(owners) > wording.NAMES_LIMIT // 2
    groups: dict[tuple[str, str, str | None], list[Fact]] = {}
    for fact in shortcoming.facts:
        rule, approver, owner = shortcoming.code, "", None
        if rule == "missed":
            rule = making_up(fact)
        elif rule == "suspended" and fact.suspension_approver:
            rule, approver = "suspended.approver", fact.suspension_approver
        if not writer.is_own(fact):
            owner = _OTHERS if are_many else fact.organization_name
        groups.setdefault((rule, approver, owner), []).append(fact)
    return [(rule, owner, facts) for (rule, _, owner), facts in groups.items()]


def _upcoming(writer: Writer, shortcoming: RecordShortcoming, year: int) -> Clause:
    """Return what is planned already, with its days as they are written in a year."""
    facts = shortcoming.facts
    entries = [
        name(writer, fact) + (f"（{wording.day(fact.deadline, year)}）" if fact.deadline else "")
        for fact in facts
    ]
    clause = Clause("包括" + wording.names(entries), ids=tuple(fact.id for fact in facts))
    if len(facts) > 1:
        clause += writer.counting.records(facts, "项", "已列入计划")
    return clause
