"""Numbers that know their records; small numbers of supervision are suppressed."""

import string
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from app.report.blocks import Block, Citation, CountRef, SourceKind
from app.report.compose.wording import Numerals, quantity
from app.report.facts import Count, Fact, Options


def unique(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids in their order, each once."""
    return tuple(dict.fromkeys(ids))


def _shortest(number: Decimal) -> int | Decimal:
    """16 for 16.0; 7.5 stays."""
    return int(number) if number == int(number) else number.normalize()


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
    """The parts one after the other; counts keep the order in which they are printed."""
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
    """The template with its {slots} filled.

    Raises KeyError for a slot that was not given.
    """
    return concatenated(_filled(template, slots))


def _filled(template: str, slots: Slots) -> Iterator[SlotValue]:
    for literal, field, _, _ in string.Formatter().parse(template):
        yield literal
        if field is not None:
            yield slots[field]


def join_clauses(clauses: Sequence[Clause], last: str = "和", separator: str = "、") -> Clause:
    """Clauses as A、B和C."""
    marks = [separator] * (len(clauses) - 2) + [last]
    following = (part for pair in zip(marks, clauses[1:], strict=False) for part in pair)
    return concatenated((*clauses[:1], *following))


def sources(kind: SourceKind, ids: Iterable[str]) -> tuple[Citation, ...]:
    """Sources of one kind."""
    return tuple(Citation(kind, key) for key in ids)


def percentage(part: int, whole: int) -> tuple[Decimal, str, str]:
    """Per cent, half-up at two decimals; as printed, 94.12%（16/17）; and its arithmetic, 16/17."""
    value = (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    arithmetic = f"{part}/{whole}"
    return value, f"{value}%（{arithmetic}）", arithmetic


def _ids(facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(fact.id for fact in facts)


@dataclass(frozen=True, slots=True)
class Counting:
    """Makes printed numbers in one style of numerals; zero gives an empty clause."""

    numerals: Numerals

    def _clause(self, ref: CountRef) -> Clause:
        if ref.source == "record":
            return Clause(
                ref.printed, (ref,), ref.ids, sources=sources("earlier_record", ref.earlier)
            )
        return Clause(ref.printed, (ref,), sources=sources(ref.source, ref.ids))

    def of(self, source: SourceKind, ids: Sequence[str], unit: str, label: str) -> Clause:
        """How many things there are that are no records of the period."""
        if not ids:
            return Clause()
        printed = quantity(len(ids), unit, self.numerals)
        return self._clause(
            CountRef(
                label=label,
                value=len(ids),
                unit=unit,
                printed=printed,
                basis="records",
                ids=tuple(ids),
                source=source,
            )
        )

    def difference(
        self, now: Sequence[str], before: Sequence[str], unit: str, label: str
    ) -> Clause:
        """By how many this year's records are more or fewer than last year's; none when equal."""
        value = abs(len(now) - len(before))
        if not value:
            return Clause()
        return self._clause(
            CountRef(
                label=label,
                value=value,
                unit=unit,
                printed=quantity(value, unit, self.numerals),
                basis="difference",
                ids=tuple(now),
                earlier=tuple(before),
            )
        )

    def stated(self, source: SourceKind, key: str, value: Decimal, unit: str, label: str) -> Clause:
        """A number as its one source has it, in Arabic numerals: 86.5分."""
        printed = f"{value.normalize():f}{unit}"
        return self._clause(
            CountRef(
                label=label,
                value=value,
                unit=unit,
                printed=printed,
                basis="stated",
                ids=(key,),
                source=source,
            )
        )

    def fewer(self, bound: int, unit: str, label: str) -> Clause:
        """That there are fewer than a number, without saying how many or which: 少于3人."""
        return self._clause(
            CountRef(
                label=label,
                value=None,
                unit=unit,
                printed=f"少于{bound}{unit}",
                basis="fewer",
                ids=(),
                source="withheld",
            )
        ) + Clause(sources=sources("withheld", (label,)))

    def records(self, facts: Sequence[Fact], unit: str, label: str) -> Clause:
        """How many records there are."""
        if not facts:
            return Clause()
        return self._clause(
            CountRef(
                label=label,
                value=len(facts),
                unit=unit,
                printed=quantity(len(facts), unit, self.numerals),
                basis="records",
                ids=_ids(facts),
            )
        )

    def total(self, addends: Sequence[tuple[Fact, Count]], unit: str, label: str) -> Clause:
        """The sum of numbers entered in records; one approximate addend makes it approximate."""
        value = sum(count.value for _, count in addends)
        if not value:
            return Clause()
        approximate = any(count.approximate for _, count in addends)
        return self._clause(
            CountRef(
                label=label,
                value=value,
                unit=unit,
                printed=quantity(value, unit, self.numerals, approximate=approximate),
                basis="sum",
                ids=tuple(fact.id for fact, _ in addends),
                approximate=approximate,
                addends=tuple((fact.id, count.value) for fact, count in addends),
            )
        )

    def hours(self, addends: Sequence[tuple[Fact, Decimal]], label: str) -> Clause:
        """The sum of hours entered in records, to a tenth: 48学时, 15.5学时."""
        known = tuple((fact.id, _shortest(number)) for fact, number in addends)
        value = _shortest(sum((number for _, number in addends), Decimal()))
        return self._clause(
            CountRef(
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
        )

    def person_sum(self, addends: Sequence[tuple[Fact, int]], label: str) -> Clause:
        """People who took part: 人 of one occasion, 人次 of several."""
        unit = "人" if len(addends) == 1 else "人次"
        return self.total([(fact, Count(value)) for fact, value in addends], unit, label)

    def people(self, facts: Sequence[Fact], label: str) -> Clause:
        """Distinct people (人); without their keys, person-times (人次), else records (次)."""
        if facts and all(fact.persons for fact in facts):
            value = len(frozenset().union(*(fact.persons for fact in facts)))
            return self._clause(
                CountRef(
                    label=label,
                    value=value,
                    unit="人",
                    printed=quantity(value, "人", self.numerals),
                    basis="persons",
                    ids=_ids(facts),
                )
            )
        return self.person_times(facts, label)

    def person_times(self, facts: Sequence[Fact], label: str) -> Clause:
        """Person-times (人次) when every record tells them, else the number of records (次)."""
        addends = [
            (fact, fact.person_times or Count(len(fact.persons)))
            for fact in facts
            if fact.person_times or fact.persons
        ]
        if len(addends) == len(facts) and all(count.value for _, count in addends):
            return self.total(addends, "人次", label)
        return self.records(facts, "次", label)

    def rate(self, part: Sequence[Fact], whole: Sequence[Fact], label: str) -> Clause:
        """Per cent, half-up at two decimals, printed with its arithmetic: 94.12%（16/17）."""
        value, printed, arithmetic = percentage(len(part), len(whole))
        return self._clause(
            CountRef(
                label=label,
                value=value,
                unit="%",
                printed=printed,
                basis="rate",
                ids=_ids(whole),
                arithmetic=arithmetic,
            )
        )


SMALLEST_PUBLISHED = 3
MARK = Citation("withheld", "supervision")


def _family(fact: Fact) -> str:
    """What is counted together: each type of talk by itself, all sanctions as one."""
    return "sanction" if fact.kind == "sanction" else fact.type


def suppressed_ids(facts: Iterable[Fact], options: Options) -> frozenset[str]:
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
    return any(ref.value is not None and ref.value < SMALLEST_PUBLISHED for ref in told.counts)


def number_or_fewer(
    counting: Counting, facts: Sequence[Fact], label: str, options: Options
) -> Clause:
    """The number of a family, or that there are fewer than three."""
    told = number(counting, facts, label)
    if options.small_counts == "exact" or not is_small(told):
        return told
    (ref,) = told.counts
    return counting.fewer(SMALLEST_PUBLISHED, ref.unit, ref.label)


def without_suppressed(block: Block, ids: AbstractSet[str]) -> Block:
    """The block without these records; one that had some says that something is withheld."""
    if ids.isdisjoint(block.ids):
        return block
    kept = tuple(key for key in block.ids if key not in ids)
    return replace(block, ids=kept, sources=(*block.sources, MARK))
