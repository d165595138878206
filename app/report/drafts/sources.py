"""What a report's blocks stand on, taken together from its frozen fact sets. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.report.composition.summary import Ground
from app.report.drafts.grounds import described, worded
from app.report.facts import Fact, FactSet, RecordId


@dataclass(frozen=True, slots=True)
class Sources:
    """Records and grounds by id, as the latest fact set that has them tells of them.

    `current` is the report's fact set in force: whose report it is, the files, the duties.
    """

    current: FactSet
    facts: Mapping[RecordId, Fact]
    grounds: Mapping[Ground, str]

    def said(self, ground: Ground) -> str:
        """A ground in words."""
        return worded(ground, self.grounds)


def sources_in(fact_sets: Sequence[FactSet]) -> Sources:
    """What the fact sets of a report tell, given in their order; the last one is in force."""
    facts: dict[RecordId, Fact] = {}
    grounds: dict[Ground, str] = {}
    for fact_set in fact_sets:
        facts |= {fact.id: fact for fact in fact_set.facts}
        grounds |= described(fact_set)
    return Sources(fact_sets[-1], facts, grounds)
