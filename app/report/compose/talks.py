"""Talks and sanctions; the families of talks are never summed, supervision is counts only."""

from collections.abc import Sequence

from app.items.rules import ItemKind
from app.report.blocks import Block
from app.report.compose.counts import Clause, Counted, Slots, grouped, join_clauses, people_or_fewer
from app.report.compose.writer import PERSONS, Writer, features_of, span
from app.report.facts import Fact
from app.sanctions.kind import KIND as SANCTION
from app.talks.kind import KIND as TALK
from app.talks.rules import TalkType

# The words of a headline or heading under which supervision need not be announced again.
SUPERVISION = "监督执纪"


def by_type(writer: Writer, rows: Sequence[Counted]) -> list[Clause]:
    """Return each type with its people, 谈心谈话 with person-times; supervision may be withheld."""
    clauses = []
    for type_, group in grouped(rows, lambda row: row.type, TALK.types):
        name = TALK.types[type_]
        if type_ == TalkType.HEART_TALK:
            number = writer.counting.person_times(group, name)
        elif type_ in TALK.supervised:
            number = people_or_fewer(writer.counting, group, name, writer.options)
        else:
            number = writer.counting.people(group, name)
        clauses.append(name + number)
    return clauses


def sanctioned(writer: Writer, rows: Sequence[Counted]) -> Clause:
    """Return how many people were given sanctions."""
    return people_or_fewer(writer.counting, rows, SANCTION.label, writer.options)


def talks(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell 谈心谈话 in person-times, 约谈 and 廉政谈话 in distinct people, each type by itself."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        clauses = by_type(writer, group)
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
    agents = [agent for agent, _ in writer.by_agent(held)]
    is_by_one = len(agents) == 1 and agents[0].role in PERSONS
    slots: Slots = {
        "period": writer.period,
        "doer": "由" + agents[0].label if is_by_one else "",
        "talks": join_clauses(by_type(writer, held), last="、"),
        "sanctions": sanctioned(writer, given),
    }
    writer.last = None
    clause = writer.phrase("supervision", features, slots)
    return [writer.sentence(f"{prefix}.supervision", clause, facts)]
