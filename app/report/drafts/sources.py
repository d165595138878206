"""What a report's blocks stand on, taken together from its frozen fact sets. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.report.blocks import Ground
from app.report.drafts.grounds import described, worded
from app.report.facts import Fact, FactSet, RecordId


@dataclass(frozen=True, slots=True)
class Sources:
    """Records and grounds by id, as the latest fact set that has them tells of them.

    `current` is the report's fact set in force: whose report it is, the files, the duties; `note`
    is what whoever checks the report has to know of it.
    """

    current: FactSet
    facts: Mapping[RecordId, Fact]
    grounds: Mapping[Ground, str]
    note: str | None = None

    def said(self, grounds: Iterable[Ground]) -> list[tuple[str, int]]:
        """Grounds in words; what reads alike is there once, with how many of them it stands for."""
        return list(Counter(worded(one, self.grounds) for one in grounds).items())


def times(words: str, number: int) -> str:
    """Words with how many things they stand for, when it is more than one."""
    return f"{words}（{number}项）" if number > 1 else words


def sources_in(fact_sets: Sequence[FactSet], note: str | None = None) -> Sources:
    """What the fact sets of a report tell, given in their order; the last one is in force."""
    facts: dict[RecordId, Fact] = {}
    grounds: dict[Ground, str] = {}
    for fact_set in fact_sets:
        facts |= {fact.id: fact for fact in fact_set.facts}
        grounds |= described(fact_set)
    return Sources(fact_sets[-1], facts, grounds, note)
