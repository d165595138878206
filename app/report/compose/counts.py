"""Numbers that know what they were counted from; small numbers of supervision are suppressed."""

import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from app.items.rules import ItemKind
from app.report.blocks import Basis, Block, Citation, CountMeasure, CountRef, SourceKind
from app.report.compose.api_lists import lists_of
from app.report.compose.wording import Numerals, quantity
from app.report.facts import Aggregate, Count, Fact, FactSet, Options


def unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids in their order, each once."""
    return tuple(dict.fromkeys(ids))


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence with its counts and the records (and other sources) behind it.

    `phrase` and `parameters` tell how it was said, `agent` and `full` of whom (see ``Block``);
    a longer piece made from it has its own.
    """

    text: str = ""
    counts: tuple[CountRef, ...] = ()
    ids: tuple[str, ...] = ()
    phrase: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    sources: tuple[Citation, ...] = ()
    agent: str = ""
    full: str | None = None

    def __add__(self, other: "Clause | str") -> "Clause":
        return concatenated((self, other))

    def __radd__(self, other: str) -> "Clause":
        return Clause(other + self.text, self.counts, self.ids, sources=self.sources)

    def __bool__(self) -> bool:
        return bool(self.text)


SlotValue = Clause | str
Slots = dict[str, SlotValue]


def concatenated(parts: Iterable[SlotValue]) -> Clause:
    """Return the parts one after the other; counts keep the order in which they are printed."""
    text: list[str] = []
    counts: list[CountRef] = []
    ids: list[str] = []
    sources: list[Citation] = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        else:
            text.append(part.text)
            counts += part.counts
            ids += part.ids
            sources += part.sources
    known = tuple(dict.fromkeys(sources))
    return Clause("".join(text), tuple(counts), unique(ids), sources=known)


def fill(template: str, slots: Slots) -> Clause:
    """Return the template with its {slots} filled.

    Raises:
        KeyError: a slot was not given.
    """
    return concatenated(_filled(template, slots))


def _filled(template: str, slots: Slots) -> Iterator[SlotValue]:
    for literal, field, _, _ in string.Formatter().parse(template):
        yield literal
        if field is not None:
            yield slots[field]


def join_clauses(clauses: Sequence[Clause], last: str = "和", separator: str = "、") -> Clause:
    """Return the clauses as A、B和C."""
    marks = [separator] * (len(clauses) - 2) + [last]
    following = (part for pair in zip(marks, clauses[1:], strict=False) for part in pair)
    return concatenated((*clauses[:1], *following))


def sources(kind: SourceKind, ids: Iterable[str]) -> tuple[Citation, ...]:
    """Return citations of one kind."""
    return tuple(Citation(kind, key) for key in ids)


Counted = Fact | Aggregate
"""What numbers are made from: one record that was read, or records of one sort as their total."""
Row = TypeVar("Row", bound=Counted)
Key = TypeVar("Key")
T = TypeVar("T")


def of_kind(rows: Iterable[Row], kind: str, *types: str) -> list[Row]:
    """Return the rows of a kind, of these types where any are named."""
    return [row for row in rows if row.kind == kind and (not types or row.type in types)]


def by_key(rows: Iterable[T], key: Callable[[T], Key]) -> dict[Key, list[T]]:
    """Return the rows by their key, keys in the order in which they come."""
    groups: defaultdict[Key, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def grouped(
    rows: Iterable[T], key: Callable[[T], object], order: Iterable[Key]
) -> list[tuple[Key, list[T]]]:
    """Return the rows by their key in this order; keys without rows are left out."""
    groups = by_key(rows, key)
    return [(name, groups[name]) for name in order if name in groups]


def records_in(rows: Iterable[Counted]) -> int:
    """Return how many records there are, read one by one or as totals."""
    return sum(row.records if isinstance(row, Aggregate) else 1 for row in rows)


def measured(aggregate: Aggregate, measure: CountMeasure) -> int:
    """Return what was counted in one measure; 0 where it is not told."""
    if measure == "amount":
        return aggregate.amount.value if aggregate.amount else 0
    value: int | None = getattr(aggregate, measure)
    return value or 0


def amount_of(row: Counted) -> Count | None:
    """Return what was entered: person-times of talks, participants of activities, copies."""
    if isinstance(row, Aggregate):
        return row.amount
    if row.kind == ItemKind.ACTIVITY:
        return row.participants
    if row.kind == ItemKind.OUTPUT:
        return row.quantity
    return row.person_times or (Count(len(row.persons)) if row.persons else None)


def _parted(rows: Sequence[Counted]) -> tuple[tuple[str, ...], list[Aggregate]]:
    """Return the ids of the records that were read, and the totals."""
    ids = tuple(row.id for row in rows if isinstance(row, Fact))
    return ids, [row for row in rows if isinstance(row, Aggregate)]


def _clause(count: CountRef) -> Clause:
    if count.source != "record":
        return Clause(count.printed, (count,), sources=sources(count.source, count.ids))
    earlier = sources("earlier_record", count.earlier)
    return Clause(count.printed, (count,), count.ids, sources=earlier)


def _shortest(number: Decimal) -> int | Decimal:
    """Return 16 for 16.0; 7.5 stays."""
    return int(number) if number == int(number) else number.normalize()


@dataclass(frozen=True, slots=True)
class Counting:
    """Make printed numbers of a fact set in one style of numerals; zero gives an empty clause."""

    numerals: Numerals
    fact_set: FactSet

    def _number(
        self, basis: Basis, value: int, unit: str, label: str, ids: Iterable[str], **known: Any
    ) -> Clause:
        """Return a whole number; `known` are further fields of its ``CountRef``."""
        if not value:
            return Clause()
        approximate = known.get("approximate", False)
        count = CountRef(
            label=label,
            value=value,
            unit=unit,
            printed=quantity(value, unit, self.numerals, approximate=approximate),
            basis=basis,
            ids=tuple(ids),
            **known,
        )
        return _clause(count)

    def of(self, source: SourceKind, ids: Sequence[str], unit: str, label: str) -> Clause:
        """Return how many things there are that are no records of the period."""
        return self._number("records", len(ids), unit, label, ids, source=source)

    def difference(
        self, now: Sequence[str], before: Sequence[str], unit: str, label: str
    ) -> Clause:
        """Return by how many this year's records are more or fewer than last year's."""
        value = abs(len(now) - len(before))
        return self._number("difference", value, unit, label, now, earlier=tuple(before))

    def stated(self, source: SourceKind, key: str, value: Decimal, unit: str, label: str) -> Clause:
        """Return a number as its one source has it, in Arabic numerals: 86.5分."""
        count = CountRef(
            label=label,
            value=value,
            unit=unit,
            printed=f"{value.normalize():f}{unit}",
            basis="stated",
            ids=(key,),
            source=source,
        )
        return _clause(count)

    def fewer(self, bound: int, unit: str, label: str) -> Clause:
        """Say that there are fewer than a number, not how many or which: 少于3人."""
        count = CountRef(
            label=label,
            value=None,
            unit=unit,
            printed=f"少于{bound}{unit}",
            basis="fewer",
            ids=(),
            source="withheld",
        )
        return Clause(count.printed, (count,), sources=sources("withheld", (label,)))

    def records(self, rows: Sequence[Counted], unit: str, label: str) -> Clause:
        """Return how many records there are."""
        if any(isinstance(row, Aggregate) for row in rows):
            return self.totalled(rows, "records", unit, label)
        return self._number("records", len(rows), unit, label, _parted(rows)[0])

    def named(self, name: str, rows: Sequence[Counted], unit: str) -> Clause:
        """Return how many records go by a name, behind it: 主题党日12次."""
        return name + self.records(rows, unit, name)

    def totalled(
        self, rows: Sequence[Counted], measure: CountMeasure, unit: str, label: str
    ) -> Clause:
        """Return the sum of a measure over totals, with the number of records read besides."""
        ids, aggregates = _parted(rows)
        approximate = measure == "amount" and any(
            aggregate.amount.approximate for aggregate in aggregates if aggregate.amount
        )
        return self._number(
            "tally",
            len(ids) + sum(measured(aggregate, measure) for aggregate in aggregates),
            unit,
            label,
            ids,
            approximate=approximate,
            tallies=tuple(aggregate.key for aggregate in aggregates),
            measure=measure,
            queries=lists_of(self.fact_set, aggregates),
        )

    def total(self, addends: Sequence[tuple[Fact, Count]], unit: str, label: str) -> Clause:
        """Return the sum of numbers in records; one approximate addend makes it approximate."""
        return self._number(
            "sum",
            sum(count.value for _, count in addends),
            unit,
            label,
            (fact.id for fact, _ in addends),
            approximate=any(count.approximate for _, count in addends),
            addends=tuple((fact.id, count.value) for fact, count in addends),
        )

    def amount(self, rows: Sequence[Counted], unit: str, label: str) -> Clause:
        """Return the sum of what was entered (``amount_of``), a record without a number being one.

        The rows are all records or all totals.
        """
        facts = [row for row in rows if isinstance(row, Fact)]
        if len(facts) < len(rows):
            return self.totalled(rows, "amount", unit, label)
        return self.total([(fact, amount_of(fact) or Count(1)) for fact in facts], unit, label)

    def hours(self, addends: Sequence[tuple[Fact, Decimal]], label: str) -> Clause:
        """Return the sum of hours in records, to a tenth: 48学时, 15.5学时."""
        known = tuple((fact.id, _shortest(number)) for fact, number in addends)
        value = _shortest(sum((number for _, number in addends), Decimal()))
        count = CountRef(
            label=label,
            value=value,
            unit="学时",
            printed=quantity(value, "学时", self.numerals)
            if isinstance(value, int)
            else f"{value}学时",
            basis="sum",
            ids=tuple(key for key, _ in known),
            addends=known,
        )
        return _clause(count)

    def person_sum(self, addends: Sequence[tuple[Fact, int]], label: str) -> Clause:
        """Return how many took part: 人 of one occasion, 人次 of several."""
        unit = "人" if len(addends) == 1 else "人次"
        return self.total([(fact, Count(value)) for fact, value in addends], unit, label)

    def people(self, rows: Sequence[Counted], label: str) -> Clause:
        """Return distinct people (人) where every row tells them, else as ``person_times``."""
        if not rows or not all(row.persons for row in rows):
            return self.person_times(rows, label)
        known = [row.persons for row in rows if isinstance(row, Fact)]
        if len(known) < len(rows):
            return self.totalled(rows, "persons", "人", label)
        people = frozenset[str]().union(*known)
        return self._number("persons", len(people), "人", label, _parted(rows)[0])

    def person_times(self, rows: Sequence[Counted], label: str) -> Clause:
        """Return person-times (人次) where every row tells them, else the records (次)."""
        if all((count := amount_of(row)) and count.value for row in rows):
            return self.amount(rows, "人次", label)
        return self.records(rows, "次", label)

    def rate(self, part: Sequence[Counted], whole: Sequence[Counted], label: str) -> Clause:
        """Return per cent, half-up at two decimals, with its arithmetic: 94.12%（16/17）."""
        ids, aggregates = _parted(whole)
        arithmetic = f"{records_in(part)}/{records_in(whole)}"
        value = Decimal(100 * records_in(part)) / records_in(whole)
        value = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
        count = CountRef(
            label=label,
            value=value,
            unit="%",
            printed=f"{value}%（{arithmetic}）",
            basis="rate",
            ids=ids,
            arithmetic=arithmetic,
            tallies=tuple(aggregate.key for aggregate in aggregates),
            queries=lists_of(self.fact_set, aggregates),
        )
        return _clause(count)


SMALLEST_PUBLISHED = 3
MARK = Citation("withheld", "supervision")


def suppressed_ids(facts: Iterable[Fact], counting: Counting, options: Options) -> frozenset[str]:
    """Return the records of families whose number is too small to be told, if that is asked for.

    Each type of talk is a family by itself, all sanctions are one.
    """
    if options.small_counts == "exact":
        return frozenset()
    families = by_key(
        (fact for fact in facts if fact.is_restricted),
        lambda fact: fact.kind if fact.kind == ItemKind.SANCTION else fact.type,
    )
    return frozenset(
        fact.id
        for members in families.values()
        if _is_small(_people(counting, members, ""))
        for fact in members
    )


def _people(counting: Counting, rows: Sequence[Counted], label: str) -> Clause:
    """Return how many people of one family there are; sanctions without them are 人次."""
    if rows and rows[0].kind == ItemKind.SANCTION and not all(row.persons for row in rows):
        return counting.records(rows, "人次", label)
    return counting.people(rows, label)


def _is_small(number: Clause) -> bool:
    """Return whether a printed number is one that is withheld."""
    return any(
        count.value is not None and count.value < SMALLEST_PUBLISHED for count in number.counts
    )


def people_or_fewer(
    counting: Counting, rows: Sequence[Counted], label: str, options: Options
) -> Clause:
    """Return how many people of a family there are, or that they are fewer than three."""
    number = _people(counting, rows, label)
    if options.small_counts == "exact" or not _is_small(number):
        return number
    (count,) = number.counts
    return counting.fewer(SMALLEST_PUBLISHED, count.unit, count.label)


def without_suppressed(block: Block, ids: AbstractSet[str]) -> Block:
    """Return the block without these records; one that had some says that something is withheld."""
    if ids.isdisjoint(block.ids):
        return block
    left = tuple(key for key in block.ids if key not in ids)
    return replace(block, ids=left, sources=(*block.sources, MARK))
