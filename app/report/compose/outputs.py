"""Outputs: policies, platforms, breakthroughs, articles, awards, briefings, other material."""

from collections.abc import Callable, Mapping, Sequence

from app.outputs.kind import KIND as OUTPUT
from app.outputs.rules import COPIED, OutputType, PolicyChange
from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import (
    Clause,
    Counted,
    Slots,
    SlotValue,
    amount_of,
    by_key,
    grouped,
    join_clauses,
)
from app.report.compose.writer import Agent, VerbStyle, Writer, features_of, months, span
from app.report.facts import Count, Fact

_AWARD_ENDINGS = ("奖", "称号", "表彰", "表扬", "证书")
_COURSE_ENDING = "课题"


def _slots(writer: Writer, agent: Agent, style: VerbStyle, facts: Sequence[Fact]) -> Slots:
    return {**writer.doers(agent, style), "when": months(facts), "span": span(facts)}


def _titles(facts: Sequence[Fact], spell: Callable[[str], str]) -> str:
    return wording.names(list(dict.fromkeys(spell(fact.title) for fact in facts)))


def policies(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell policies by name: created and revised ones apart, each by who made them."""
    sentences = []
    for agent, done in writer.by_agent(facts):
        for change in ("created", "revised", None):
            group = [fact for fact in done if fact.change == change]
            if not group:
                continue
            slots = _slots(writer, agent, "chair", group)
            # Branches have policies of one name: a list that repeats it would tell nothing.
            is_telling = len({fact.title for fact in group}) == len(group)
            slots["titles"] = _titles(group, wording.work_title) if is_telling else ""
            slots["count"] = writer.counting.records(group, "项", "制度")
            rule = f"policy.{change or 'unstated'}"
            features = features_of(group) | ({"titles"} if is_telling else set())
            clause = writer.phrase(rule, features, slots)
            key = f"{prefix}.{rule}.{agent.code}"
            sentences.append(writer.sentence(key, clause, group))
    return sentences


def breakthroughs(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell tasks taken on (课题攻关) by name, with the difficulties they solved."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        slots = _slots(writer, agent, "lead", group)
        titles = [wording.clean(fact.title) for fact in group]
        if all(title.endswith(_COURSE_ENDING) and title != _COURSE_ENDING for title in titles):
            titles = [title.removesuffix(_COURSE_ENDING) for title in titles]
        else:
            titles = [wording.quoted(title) for title in titles]
        slots["titles"] = wording.names(titles)
        slots["count"] = writer.counting.records(group, "项", "课题攻关")
        slots["solved"] = _solved(writer, group)
        clause = writer.phrase("breakthrough", features_of(group), slots)
        sentences.append(writer.sentence(f"{prefix}.breakthrough.{agent.code}", clause, group))
    return sentences


def _solved(writer: Writer, facts: Sequence[Fact]) -> Clause:
    solved = [(fact, Count(fact.solved_difficulties)) for fact in facts if fact.solved_difficulties]
    total = writer.counting.total(solved, "处", "破解难点")
    return "，破解难点" + total if total else Clause()


# What the numbers count, for whoever checks them.
_LABELS: Mapping[str, str] = {**OUTPUT.types, OutputType.AWARD: "表彰奖励"}


def articles(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell articles by their titles."""
    return _by_name(writer, prefix, facts, (OutputType.ARTICLE, "plain"), wording.work_title)


def platforms(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell platforms and places that were built, by name."""
    return _by_name(writer, prefix, facts, (OutputType.PLATFORM, "head"), wording.named)


def awards(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell awards by name."""
    return _by_name(writer, prefix, facts, (OutputType.AWARD, "plain"), _award)


def _award(title: str) -> str:
    name = wording.quoted(title)
    return name if title.endswith(_AWARD_ENDINGS) else f"{name}表彰"


def _by_name(
    writer: Writer,
    prefix: str,
    facts: Sequence[Fact],
    sort: tuple[OutputType, VerbStyle],
    spell: Callable[[str], str],
) -> list[Block]:
    rule, style = sort
    unit = OUTPUT.measure_of(rule)
    sentences = []
    for agent, group in writer.by_agent(facts):
        slots = _slots(writer, agent, style, group)
        slots["titles"] = _titles(group, spell)
        slots["count"] = writer.counting.records(group, unit, _LABELS[rule])
        features = features_of(group)
        if len({spell(fact.title) for fact in group}) < len(group):
            features.add("repeated")
        clause = writer.phrase(rule, features, slots)
        sentences.append(writer.sentence(f"{prefix}.{rule}.{agent.code}", clause, group))
    return sentences


# What is told as material, with the rule of its phrases; any other type is told as the last.
_MATERIAL_RULES: Mapping[OutputType, str] = {
    OutputType.BRIEFING: "briefing",
    OutputType.MATERIAL: "material",
    OutputType.OTHER: "other_output",
}


def _material_type(fact: Fact) -> str:
    return fact.type if fact.type in _MATERIAL_RULES else OutputType.OTHER


def materials(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell briefings (期), material (份) and what is neither (项).

    An entered quantity counts instead of the record, but nothing that is counted in 项.
    """
    sentences = []
    for type_, members in grouped(facts, _material_type, _MATERIAL_RULES):
        rule = _MATERIAL_RULES[type_]
        for agent, group in writer.by_agent(members):
            slots = _slots(writer, agent, "plain", group)
            if type_ == OutputType.BRIEFING:
                del slots["when"]  # issues are told by their span
            is_entered = _is_entered(group, type_)
            slots["count"] = _number(writer, group, type_, _LABELS[type_], is_entered=is_entered)
            slots["titles"], features = _material_titles(
                writer, group, type_, is_entered=is_entered
            )
            clause = writer.phrase(rule, features_of(group) | features, slots)
            sentences.append(writer.sentence(f"{prefix}.{rule}.{agent.code}", clause, group))
    return sentences


def _material_titles(
    writer: Writer, facts: Sequence[Fact], type_: OutputType, *, is_entered: bool
) -> tuple[SlotValue, set[str]]:
    """Return the titles, of several each with its number; a long list is cut."""
    by_title = by_key(facts, lambda fact: wording.quoted(fact.title))
    if len(by_title) == 1 or len(by_title) > wording.NAMES_LIMIT:
        return wording.names(list(by_title)), {"cut"} if len(by_title) > 1 else set()
    entries = []
    for title, same in by_title.items():
        number = _number(writer, same, type_, _LABELS[type_], is_entered=is_entered)
        entries.append(title + (number if is_entered or len(same) > 1 else Clause()))
    return join_clauses(entries), {"each"}


# What was done about outputs of a type, a policy also by what became of it; others came to be.
_DEEDS: Mapping[tuple[str, str | None], str] = {
    (OutputType.POLICY_DOCUMENT, PolicyChange.CREATED): "制定",
    (OutputType.POLICY_DOCUMENT, PolicyChange.REVISED): "修订",
    (OutputType.ARTICLE, None): "撰写",
    (OutputType.TASK_BREAKTHROUGH, None): "完成",
    (OutputType.PLATFORM, None): "建成",
    (OutputType.AWARD, None): "获得",
    (OutputType.BRIEFING, None): "编发",
}


def by_deed(writer: Writer, rows: Sequence[Counted]) -> list[Clause]:
    """Return what was done with its number, by type and change: 撰写文章三篇."""
    sorts = [(type_, change) for type_ in OUTPUT.types for change in (*PolicyChange, None)]
    clauses = []
    for (type_, change), group in grouped(rows, lambda row: (row.type, row.change), sorts):
        deed = _DEEDS.get((type_, change), "形成") + OUTPUT.types[type_]
        is_entered = _is_entered(group, type_)
        clauses.append(deed + _number(writer, group, type_, deed, is_entered=is_entered))
    return clauses


def _is_entered(rows: Sequence[Counted], type_: str) -> bool:
    """Return whether a number of issues or copies says more than the records do."""
    return type_ in COPIED and any((count := amount_of(row)) and count.value for row in rows)


def _number(
    writer: Writer, rows: Sequence[Counted], type_: str, label: str, *, is_entered: bool
) -> Clause:
    """Return the numbers entered, a record without one being one, or how many records there are."""
    number = writer.counting.amount if is_entered else writer.counting.records
    return number(rows, OUTPUT.measure_of(type_), label)
