"""Part two (存在问题) and part three (下一步打算): authored notes first, then what is owed."""

from collections.abc import Sequence

from app.report.composition import wording
from app.report.composition.counts import Slots, join_clauses
from app.report.composition.gaps import (
    CARRIED_OVER,
    SHORTCOMINGS,
    Gap,
    deadline,
    name,
    sentences,
    things,
)
from app.report.composition.rules import tallied_gaps
from app.report.composition.summary import Paragraph, Sentence
from app.report.composition.writer import Writer
from app.report.facts import AuthoredNote, Fact

_OTHERS = "有关党组织"
_FILL_IN = "（待补充）"


def shortcomings(writer: Writer, owed: dict[str, Gap]) -> list[Paragraph]:
    """The author's own admissions, then what the records show, numbered on."""
    notes = writer.fact_set.shortcomings
    paragraphs = _authored("p2", notes, "对照职责，还存在以下不足：", "工作中存在的不足")
    position = len(notes)
    for code in SHORTCOMINGS:
        if code not in owed:
            continue
        position += 1
        gap = owed[code]
        said = f"{wording.ordinal(position)}是" + writer.say(f"gap_topic.{code}", set(), {}) + "。"
        topic = writer.sentence(f"p2.{code}.topic", said, gap.facts)
        paragraphs.append(Paragraph(f"p2.{code}", (topic, *sentences(writer, gap))))
    return [*paragraphs, *tallied_gaps.shortcomings(writer, position)]


def plans(writer: Writer, owed: dict[str, Gap]) -> list[Paragraph]:
    """The author's plans, then the answer to each thing owed, then what is already planned."""
    year = writer.fact_set.year + 1
    notes = writer.fact_set.next_plans
    who = "我将" if writer.first_person else "将"
    opening = f"{year}年，{who}重点抓好以下工作："
    paragraphs = _authored("p3", notes, opening, f"{year}年的工作打算")
    position = len(notes)
    found = []
    for code in CARRIED_OVER:
        if code in owed:
            position += 1
            found.append(_answer(writer, owed[code], position))
    below = tallied_gaps.answers(writer, position)
    found += below
    position += len(below)
    if "upcoming" in owed:
        found.append(_upcoming(writer, owed["upcoming"], position + 1))
    return [*paragraphs, *(Paragraph(sentence.id, (sentence,)) for sentence in found)]


def _authored(
    where: str, notes: Sequence[AuthoredNote], opening: str, missing: str
) -> list[Paragraph]:
    """Titles alone make one paragraph, notes with details one each; none is said to be missing."""
    if not notes:
        gap = Sentence(id=f"{where}.missing", text=f"{missing}{_FILL_IN}。", kind="placeholder")
        return [Paragraph(f"{where}.missing", (gap,))]
    has_details = any(note.detail for note in notes)
    found = []
    for position, note in enumerate(notes, start=1):
        is_inner = not has_details and position < len(notes)
        title = wording.clean(note.title).rstrip("。；")
        text = f"{wording.ordinal(position)}是{title}" + ("；" if is_inner else "。")
        if note.detail:
            text += wording.full_stop(note.detail)
        if position == 1:
            text = opening + text
        key = f"{where}.note.{note.id}"
        found.append(Sentence(id=key, text=text, kind="authored", notes=(note.id,)))
    if has_details:
        return [Paragraph(sentence.id, (sentence,)) for sentence in found]
    return [Paragraph(f"{where}.notes", tuple(found))]


def _answer(writer: Writer, gap: Gap, position: int) -> Sentence:
    deeds = []
    for rule, owner, members in _by_owner(writer, gap):
        named = things(writer, Gap(gap.code, tuple(members)), owner=owner in {None, _OTHERS})
        approver = wording.clean(members[0].suspension_approver or "")
        lead = f"督促{owner}" if owner else ""
        slots: Slots = {"things": named, "approver": approver}
        deeds.append(lead + writer.say(f"plan_deed.{rule}", set(), slots))
    topic = writer.say(f"plan_topic.{gap.code}", set(), {})
    text = f"{wording.ordinal(position)}是" + topic + "，"
    clause = text + join_clauses(deeds, last="；", separator="；") + "。"
    return writer.sentence(f"p3.{gap.code}", clause, gap.facts)


def _by_owner(writer: Writer, gap: Gap) -> list[tuple[str, str | None, list[Fact]]]:
    """The facts by wording and by organisation; with many organisations below, all of them."""
    owners = {fact.organization_name for fact in gap.facts if not writer.is_own(fact)}
    is_many = len(owners) > wording.NAMES_LIMIT // 2
    groups: dict[tuple[str, str, str | None], list[Fact]] = {}
    for fact in gap.facts:
        rule, approver, owner = gap.code, "", None
        if gap.code == "missed":
            rule = f"missed.{fact.kind}"
        elif gap.code == "suspended" and fact.suspension_approver:
            rule, approver = "suspended.approver", fact.suspension_approver
        if not writer.is_own(fact):
            owner = _OTHERS if is_many else fact.organization_name
        groups.setdefault((rule, approver, owner), []).append(fact)
    return [(rule, owner, members) for (rule, _, owner), members in groups.items()]


def _upcoming(writer: Writer, gap: Gap, position: int) -> Sentence:
    year = writer.fact_set.year + 1
    entries = []
    for fact in gap.facts:
        when = deadline(fact)
        day = f"（{wording.day(when, year)}）" if when else ""
        entries.append(name(writer, fact) + day)
    topic = writer.say("plan_topic.upcoming", set(), {})
    clause = f"{wording.ordinal(position)}是" + topic + "，包括" + wording.names(entries)
    if len(entries) > 1:
        clause += writer.counting.records(gap.facts, "项", "已列入计划")
    return writer.sentence("p3.upcoming", clause + "。", gap.facts)
