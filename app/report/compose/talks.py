"""Talks and sanctions; the families of talks are never summed, supervision is counts only."""

from collections.abc import Sequence

from app.items.rules import ItemKind
from app.report.blocks import Block
from app.report.compose.aggregates import SUPERVISION
from app.report.compose.counts import Slots, join_clauses, number_or_fewer
from app.report.compose.writer import Writer, features_of, span
from app.report.facts import Fact
from app.sanctions.kind import KIND as SANCTION
from app.talks.kind import KIND as TALK
from app.talks.rules import TalkType

_BY_NAME = {"reporter": "由", "post": "由"}


def _by_type(facts: Sequence[Fact]) -> list[tuple[str, list[Fact]]]:
    """The facts under the name of their type, in the order of the rule book."""
    return [
        (label, group)
        for type_, label in TALK.types.items()
        if (group := [fact for fact in facts if fact.type == type_])
    ]


def talks(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell 谈心谈话 in person-times, 约谈 and 廉政谈话 in distinct people, each type by itself."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        clauses = [
            name
            + (
                writer.counting.person_times(members, name)
                if members[0].type == TalkType.HEART_TALK
                else writer.counting.people(members, name)
            )
            for name, members in _by_type(group)
        ]
        slots: Slots = {
            **writer.doers(agent, "plain"),
            "span": span(group),
            "talks": join_clauses(clauses, "、"),
        }
        features = features_of(group) | ({"kinds"} if len(clauses) > 1 else set())
        clause = writer.phrase("talk", features, slots)
        sentences.append(writer.sentence(f"{prefix}.talk.{agent.code}", clause, group))
    return sentences


def supervision(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell supervision talks by type and sanctions, as numbers of people and nothing else.

    With small counts withheld a family of fewer than three is told without its number.
    """
    held = [fact for fact in facts if fact.kind == ItemKind.TALK]
    given = [fact for fact in facts if fact.kind == ItemKind.SANCTION]
    features = {name for name, group in (("talks", held), ("sanctions", given)) if group}
    if SUPERVISION in writer.under:
        features.add("headed")
    agents = writer.by_agent(held)
    doer = ""
    if len(agents) == 1 and agents[0][0].role in _BY_NAME:
        doer = _BY_NAME[agents[0][0].role] + agents[0][0].label
    counting, options = writer.counting, writer.options
    clauses = [
        name + number_or_fewer(counting, members, name, options) for name, members in _by_type(held)
    ]
    slots: Slots = {
        "period": writer.period,
        "doer": doer,
        "talks": join_clauses(clauses, last="、"),
        "sanctions": number_or_fewer(counting, given, SANCTION.label, options),
    }
    writer.last = None
    clause = writer.phrase("supervision", features, slots)
    return [writer.sentence(f"{prefix}.supervision", clause, facts)]
