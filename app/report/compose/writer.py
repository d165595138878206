"""One composition in progress: who speaks, which phrase is next, how dates and names are told."""

import string
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from app.report.blocks import Block, sentence
from app.report.book import Book, Variant, choose, standard_book, standard_phrases
from app.report.compose import wording
from app.report.compose import wording as periods
from app.report.compose.counts import Clause, Counting, Slots, fill, unique
from app.report.compose.wording import POST_NAMES, POST_PREFIXES, SOMEBODY, UNIT_NAMES
from app.report.facts import Fact, FactSet, Options

AgentRole = Literal["reporter", "post", "own", "below"]
VerbStyle = Literal["chair", "hold", "head", "lead", "give", "plain"]

QUARTERS = frozenset({1, 2, 3, 4})
NAMED_BELOW = 3
ALL_BELOW = "所属党组织"

_VERBS: dict[VerbStyle, dict[AgentRole, str]] = {
    "chair": {"reporter": "主持", "post": "主持", "own": "组织", "below": ""},
    "hold": {"reporter": "主持", "post": "主持", "own": "", "below": ""},
    "head": {"reporter": "牵头", "post": "牵头", "own": "", "below": ""},
    "lead": {"reporter": "带头", "post": "带头", "own": "组织", "below": "组织"},
    "give": {"reporter": "讲授", "post": "讲授", "own": "组织", "below": "组织"},
    "plain": {"reporter": "", "post": "", "own": "", "below": ""},
}
# Slots that no phrase names: whose deed it is, and the subject that is not said.
_AGENT, _LEFT_OUT = "whose", "left out"
_WHO = ("subject", "doer", "doer_seq", "guide")
_ROLE_ORDER: tuple[AgentRole, ...] = ("reporter", "post", "own", "below")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who did it, as far as the text tells: the reporter, a post, the organisation, those below."""

    role: AgentRole
    code: str
    label: str


@dataclass(slots=True)
class Writer:
    """Facts, options and the small memory that keeps neighbouring sentences from reading alike.

    `under` are the words above the sentences that are being told: a heading, a headline.
    """

    fact_set: FactSet
    options: Options
    book: Book = field(default_factory=standard_book)
    used: Counter[str] = field(default_factory=Counter)
    last: Agent | None = None
    introduced: set[str] = field(default_factory=set)
    under: str = ""
    spanned: str | None = None

    def begin(self, under: str) -> None:
        """Start a paragraph: no subject and no span goes on from the one before."""
        self.under, self.last, self.spanned = under, None, None

    @property
    def counting(self) -> Counting:
        """Numbers in the chosen numerals."""
        return Counting(self.options.numerals, self.fact_set)

    @property
    def first_person(self) -> bool:
        """True when the secretary speaks."""
        return self.options.voice == "first_person"

    @property
    def period(self) -> str:
        """The span the report covers, as an adverb."""
        return periods.covered(self.fact_set)

    @property
    def as_of(self) -> str:
        """The report's day."""
        return wording.day(self.fact_set.as_of, self.fact_set.year)

    def is_own(self, fact: Fact) -> bool:
        """True for the reporting organisation's own records."""
        return fact.organization_id == self.fact_set.organization_id

    def post(self, code: str) -> str:
        """总支书记, 支部副书记: the post at this kind of organisation."""
        name = POST_NAMES[code]
        return POST_PREFIXES[self.fact_set.organization_kind] + name

    @property
    def reporter(self) -> str:
        """The reporting secretary: 我, or the post in the organisation's voice."""
        return "我" if self.first_person else self.post("secretary")

    def is_reporter(self, fact: Fact) -> bool:
        """Done by the reporting secretary; the organisation's voice knows only the post."""
        if fact.is_reporter or self.first_person:
            return fact.is_reporter
        return self.is_by_secretary(fact) and not self._is_by_another(fact)

    def is_by_secretary(self, fact: Fact) -> bool:
        """Done by whoever was the reporting organisation's secretary then."""
        in_post = fact.actor == "person" and fact.actor_post == "secretary"
        return in_post and self.is_own(fact)

    def _is_by_another(self, fact: Fact) -> bool:
        """Done by a secretary who is known to be another than the reporter."""
        known = self.fact_set.reporter
        return known is not None and fact.actor_name not in {None, known}

    def _role(self, fact: Fact) -> tuple[AgentRole, str, str]:
        if self.is_reporter(fact):
            return "reporter", "reporter", self.reporter
        if not self.is_own(fact):
            return "below", "below", ""
        if self.is_by_secretary(fact) and self._is_by_another(fact):
            return "post", "other_secretary", "时任" + self.post("secretary")
        if fact.actor == "person" and fact.actor_post in POST_NAMES:
            return "post", fact.actor_post, self.post(fact.actor_post)
        if fact.actor == "person" and not fact.is_restricted:
            return "post", "person", SOMEBODY
        return "own", "own", UNIT_NAMES[self.fact_set.organization_kind]

    def by_agent(self, facts: Iterable[Fact]) -> list[tuple[Agent, list[Fact]]]:
        """The facts by who did them: the reporter first, organisations below together and last."""
        groups: dict[tuple[AgentRole, str, str], list[Fact]] = {}
        for fact in facts:
            groups.setdefault(self._role(fact), []).append(fact)
        ordered = sorted(groups.items(), key=lambda item: (_ROLE_ORDER.index(item[0][0]), item[0]))
        return [
            (Agent(role, code, label or self._below(members)), members)
            for (role, code, label), members in ordered
        ]

    def holder(self, facts: Sequence[Fact]) -> Agent:
        """The organisations that held these, whoever was in the chair; all own or all below."""
        if self.is_own(facts[0]):
            return Agent("own", "own", UNIT_NAMES[self.fact_set.organization_kind])
        return Agent("below", "below", self._below(facts))

    def _below(self, facts: Sequence[Fact]) -> str:
        known = self.fact_set.branch_names
        present = {fact.organization_name for fact in facts}
        found = [name for name in known if name in present] + sorted(present - set(known))
        return wording.join(found) if len(found) <= NAMED_BELOW else ALL_BELOW

    def doers(self, agent: Agent, style: VerbStyle) -> dict[str, str]:
        """Slots subject, verb (主持, 组织), doer (both) and doer_seq (with 先后 between).

        The subject is left out when the last sentence had the same one, and the reporting
        organisation's own at the start of a paragraph in its own voice.
        """
        speaks = agent.role == "own" and not self.first_person
        silent = agent == self.last or (speaks and self.last is None)
        self.last = agent
        known = self._subject(agent)
        subject = "" if silent else known
        verb = _VERBS[style][agent.role]
        return {
            _AGENT: "" if speaks else agent.label,
            _LEFT_OUT: known if silent else "",
            "subject": subject,
            "verb": verb,
            "doer": subject + verb,
            "doer_seq": subject + "先后" + verb,
        }

    def _subject(self, agent: Agent) -> str:
        """Organisations below go by name once; when they are all there are, by 所属党组织 later."""
        names = self.fact_set.branch_names
        if agent.role != "below" or len(names) == 1 or agent.label != wording.join(names):
            return agent.label
        if agent.label in self.introduced:
            return ALL_BELOW
        self.introduced.add(agent.label)
        return agent.label

    def phrase(self, rule: str, features: AbstractSet[str], slots: Slots) -> Clause:
        """The phrase for these facts; equally fitting ones take turns.

        Raises LookupError when the book has none.
        """
        said = self.phrase_or_none(rule, features, slots)
        if said is None:
            raise LookupError(rule, sorted(features))
        return said

    def phrase_or_none(self, rule: str, features: AbstractSet[str], slots: Slots) -> Clause | None:
        """The phrase for these facts, or None when the book has none that would be true."""
        span = _span_in(slots)
        if span and (span == self.spanned or periods.is_covered(self.fact_set, span)):
            features = features - {"dated"}  # it would tell nothing
        # A book that was frozen with an earlier draft lacks the rules that came later.
        phrases = self.book.phrases.get(rule) or standard_phrases().get(rule, ())
        fitting = choose(phrases, features, self.fact_set.year, self.options.voice)
        if not fitting:
            return None
        if not slots.get("subject", "…"):
            # 于5月组织… without anybody before it would hang in the air where another will do.
            fitting = tuple(v for v in fitting if not v.text.startswith("{subject}")) or fitting
        variant = min(fitting, key=lambda one: self.used[one.id])
        self.used[variant.id] += 1
        if span and ("{when}" in variant.text or "{span}" in variant.text):
            self.spanned = span
        said = fill(variant.text, slots)
        return replace(
            said,
            phrase=variant.id,
            parameters=_printed(variant, slots),
            agent=str(slots.get(_AGENT, "")),
            full=_in_full(variant, slots, said.text),
        )

    def sentence(self, key: str, clause: Clause, facts: Sequence[Fact]) -> Block:
        """A sentence that stands on these facts."""
        ids = unique((*(fact.id for fact in facts), *clause.ids))
        return replace(
            sentence(key, clause.text, ids=ids),
            counts=clause.counts,
            sources=clause.sources,
            phrase=clause.phrase,
            parameters=clause.parameters,
            agent=clause.agent,
            full=clause.full,
        )


def _span_in(slots: Slots) -> str:
    """The months as a span, where that is how a phrase would tell them."""
    months_told = slots.get("when", slots.get("span", ""))
    is_span = isinstance(months_told, str) and wording.is_span(months_told)
    return str(months_told) if is_span else ""


def _in_full(variant: Variant, slots: Slots, said: str) -> str | None:
    """The phrase with the subject that was left out; None when none was."""
    left_out = slots.get(_LEFT_OUT)
    if not left_out:
        return None
    whole = {name: left_out + slots[name] for name in _WHO if name in slots}
    full = fill(variant.text, {**slots, **whole}).text
    return None if full == said else full


def _printed(variant: Variant, slots: Slots) -> tuple[tuple[str, str], ...]:
    """What the slots of a phrase were filled with, in the order of the phrase."""
    return tuple(
        (name, slot if isinstance(slot, str) else slot.text)
        for _, name, _, _ in string.Formatter().parse(variant.text)
        if name is not None and (slot := slots[name])
    )


def features_of(facts: Sequence[Fact]) -> set[str]:
    """One or many, dated, spread over months, and whether every quarter or half has one."""
    found = {"one"} if len(facts) == 1 else {"many"}
    days = days_of(facts)
    if len(days) == len(facts):
        found.add("dated")
    if len(wording.months_of(days)) > 1:
        found.add("spread")
    quarters = {(day.month + 2) // 3 for day in days}
    if quarters == QUARTERS:
        found.add("quarters")
    if quarters & {1, 2} and quarters & {3, 4}:
        found.add("halves")
    return found


def days_of(facts: Iterable[Fact]) -> list[date]:
    """The days that are known."""
    return [fact.day for fact in facts if fact.day]


def months(facts: Iterable[Fact]) -> str:
    """The months of the facts, or nothing when no day is known."""
    days = days_of(facts)
    return wording.months(days) if days else ""


def span(facts: Iterable[Fact]) -> str:
    """From the first month to the last: 2月至10月."""
    found = wording.months_of(days_of(facts))
    if not found:
        return ""
    return f"{found[0]}月" if len(found) == 1 else f"{found[0]}月至{found[-1]}月"
