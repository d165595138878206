"""Small numbers of supervision: printed as fewer than three, and nothing that gives them away."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from app.report.blocks import Block, Ground
from app.report.composition.counts import Clause, Counting
from app.report.facts import Fact, Options

SMALLEST_TOLD = 3
MARK = Ground("withheld", "supervision")


def _family(fact: Fact) -> str:
    """What is counted together: each type of talk by itself, all sanctions as one."""
    return "sanction" if fact.kind == "sanction" else fact.type


def withheld(facts: Iterable[Fact], options: Options) -> frozenset[str]:
    """The records of families whose number is too small to be told; none when all are told."""
    if options.small_counts == "exact":
        return frozenset()
    families: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.is_restricted:
            families.setdefault(_family(fact), []).append(fact)
    counting = Counting(options.numerals)
    return frozenset(
        fact.id
        for members in families.values()
        if is_small(number(counting, members, ""))
        for fact in members
    )


def number(counting: Counting, facts: Sequence[Fact], label: str) -> Clause:
    """How many people of one family there are; sanctions without their people are 人次."""
    if facts and facts[0].kind == "sanction" and not all(fact.persons for fact in facts):
        return counting.records(facts, "人次", label)
    return counting.people(facts, label)


def is_small(told: Clause) -> bool:
    """Whether a printed number is one that is withheld."""
    return any(ref.value is not None and ref.value < SMALLEST_TOLD for ref in told.counts)


def guarded(counting: Counting, facts: Sequence[Fact], label: str, options: Options) -> Clause:
    """The number of a family, or that there are fewer than three."""
    told = number(counting, facts, label)
    if options.small_counts == "exact" or not is_small(told):
        return told
    (ref,) = told.counts
    return counting.fewer(SMALLEST_TOLD, ref.unit, ref.label)


def concealed(block: Block, ids: AbstractSet[str]) -> Block:
    """The block without these records; one that had some says that something is withheld."""
    if ids.isdisjoint(block.ids):
        return block
    kept = tuple(key for key in block.ids if key not in ids)
    return replace(block, ids=kept, sources=(*block.sources, MARK))
