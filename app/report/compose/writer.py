"""A composition in progress: who speaks, which phrase is next, how agents and months are told."""

import string
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

from app.report.blocks import Block, sentence
from app.report.book import Book, Variant, choose, standard_book, standard_phrases
from app.report.compose import wording
from app.report.compose.counts import Clause, Counting, Slots, by_key, fill, unique
from app.report.compose.wording import POST_NAMES, POST_PREFIXES, SOMEBODY, UNIT_NAMES
from app.report.facts import Fact, FactSet, Options

AgentRole = Literal["reporter", "post", "own", "below"]
VerbStyle = Literal["chair", "hold", "head", "lead", "give", "plain"]

PERSONS = frozenset({"reporter", "post"})
"""The roles of those who do something themselves."""
_QUARTERS = frozenset({1, 2, 3, 4})
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
_SUBJECT_SLOTS = ("subject", "doer", "doer_seq", "guide")
_ROLE_ORDER: tuple[AgentRole, ...] = ("reporter", "post", "own", "below")


class Agent(NamedTuple):
    """Who did something, as far as the text tells: reporter, post, organisation, those below."""

    role: AgentRole
    code: str
    label: str


@dataclass(slots=True)
class Writer:
    """Facts, options and what keeps neighbouring sentences from reading alike.

    `used` counts phrases, `last` and `spanned` are the agent and the span told last. `under` is the
    heading or headline above the sentences.
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
        """Start a paragraph: no subject and no span goes on from the paragraph before."""
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
        """The period of the report, as an adverb."""
        return wording.covered(self.fact_set)

    @property
    def as_of(self) -> str:
        """The report's day."""
        return wording.day(self.fact_set.as_of, self.fact_set.year)

    def is_own(self, fact: Fact) -> bool:
        """Return whether the record is the reporting organisation's own."""
        return fact.organization_id == self.fact_set.organization_id

    def post(self, code: str) -> str:
        """Return the post at this kind of organisation: 总支书记, 支部副书记."""
        return POST_PREFIXES[self.fact_set.organization_kind] + POST_NAMES[code]

    @property
    def reporter(self) -> str:
        """The reporting secretary: 我, or the post in the organisation's voice."""
        return "我" if self.first_person else self.post("secretary")

    def is_reporter(self, fact: Fact) -> bool:
        """Return whether the reporting secretary did it; without 我 the post alone tells."""
        if fact.is_reporter or self.first_person:
            return fact.is_reporter
        return self.is_by_secretary(fact) and not self._is_by_another(fact)

    def is_by_secretary(self, fact: Fact) -> bool:
        """Return whether whoever was the reporting organisation's secretary then did it."""
        return (fact.actor, fact.actor_post) == ("person", "secretary") and self.is_own(fact)

    def _is_by_another(self, fact: Fact) -> bool:
        """Return whether the secretary who did it is known to be another than the reporter."""
        reporter = self.fact_set.reporter
        return reporter is not None and fact.actor_name not in {None, reporter}

    def _agent(self, fact: Fact) -> Agent:
        """Return who did it; organisations below are labelled together, here they have none."""
        if self.is_reporter(fact):
            return Agent("reporter", "reporter", self.reporter)
        if not self.is_own(fact):
            return Agent("below", "below", "")
        if self.is_by_secretary(fact) and self._is_by_another(fact):
            return Agent("post", "other_secretary", "时任" + self.post("secretary"))
        if fact.actor == "person" and fact.actor_post in POST_NAMES:
            return Agent("post", fact.actor_post, self.post(fact.actor_post))
        if fact.actor == "person" and not fact.is_restricted:
            return Agent("post", "person", SOMEBODY)
        return self._own()

    def _own(self) -> Agent:
        return Agent("own", "own", UNIT_NAMES[self.fact_set.organization_kind])

    def by_agent(self, facts: Iterable[Fact]) -> list[tuple[Agent, list[Fact]]]:
        """Group facts by who did them: the reporter first, those below together and last."""
        groups = by_key(facts, self._agent)
        order = sorted(groups, key=lambda agent: (_ROLE_ORDER.index(agent.role), agent.code))
        return [
            (agent._replace(label=agent.label or self._below(groups[agent])), groups[agent])
            for agent in order
        ]

    def holder(self, facts: Sequence[Fact]) -> Agent:
        """Return who held these, all own or all below, whoever was in the chair."""
        return self._own() if self.is_own(facts[0]) else Agent("below", "below", self._below(facts))

    def _below(self, facts: Sequence[Fact]) -> str:
        branches = self.fact_set.branch_names
        present = {fact.organization_name for fact in facts}
        names = [name for name in branches if name in present] + sorted(present - set(branches))
        return wording.join(names) if len(names) <= NAMED_BELOW else ALL_BELOW

    def doers(self, agent: Agent, style: VerbStyle) -> dict[str, str]:
        """Return the slots subject, verb (主持, 组织), doer (both) and doer_seq (先后 between).

        The subject is left out when the last sentence had the same one, and the reporting
        organisation's own at the start of a paragraph in its own voice.
        """
        is_speaker = agent.role == "own" and not self.first_person
        is_left_out = agent == self.last or (is_speaker and self.last is None)
        self.last = agent
        name = self._subject(agent)
        subject = "" if is_left_out else name
        verb = _VERBS[style][agent.role]
        return {
            _AGENT: "" if is_speaker else agent.label,
            _LEFT_OUT: name if is_left_out else "",
            "subject": subject,
            "verb": verb,
            "doer": subject + verb,
            "doer_seq": subject + "先后" + verb,
        }

    def _subject(self, agent: Agent) -> str:
        """Return an agent's name; when all below are named once, they are 所属党组织 later."""
        names = self.fact_set.branch_names
        if agent.role != "below" or len(names) == 1 or agent.label != wording.join(names):
            return agent.label
        if agent.label in self.introduced:
            return ALL_BELOW
        self.introduced.add(agent.label)
        return agent.label

    def phrase(self, rule: str, features: AbstractSet[str], slots: Slots) -> Clause:
        """Return the phrase for these facts; equally fitting ones take turns.

        Raises:
            LookupError: the book has no phrase that would be true.
        """
        clause = self.phrase_or_none(rule, features, slots)
        if clause is None:
            raise LookupError(rule, sorted(features))
        return clause

    def phrase_or_none(self, rule: str, features: AbstractSet[str], slots: Slots) -> Clause | None:
        """Return the phrase for these facts, None when the book has none that would be true."""
        span = _span_in(slots)
        if span and (span == self.spanned or wording.is_covered(self.fact_set, span)):
            features = features - {"dated"}  # it would tell nothing
        # A book that was frozen with an earlier draft lacks the rules that came later.
        phrases = self.book.phrases.get(rule) or standard_phrases().get(rule, ())
        fitting = choose(phrases, features, self.fact_set.year, self.options.voice)
        if not fitting:
            return None
        if not slots.get("subject", "…"):
            # 于5月组织… without anybody before it would hang in the air where another will do.
            fitting = tuple(v for v in fitting if not v.text.startswith("{subject}")) or fitting
        variant = min(fitting, key=lambda candidate: self.used[candidate.id])
        self.used[variant.id] += 1
        if span and ("{when}" in variant.text or "{span}" in variant.text):
            self.spanned = span
        clause = fill(variant.text, slots)
        return replace(
            clause,
            phrase=variant.id,
            parameters=_printed(variant, slots),
            agent=str(slots.get(_AGENT, "")),
            full=_in_full(variant, slots, clause.text),
        )

    def sentence(self, key: str, clause: Clause, facts: Sequence[Fact]) -> Block:
        """Return a sentence that stands on these facts."""
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
    """Return the months as a span, where that is how a phrase would tell them."""
    text = slots.get("when", slots.get("span", ""))
    return text if isinstance(text, str) and wording.is_span(text) else ""


def _in_full(variant: Variant, slots: Slots, text: str) -> str | None:
    """Return the phrase with the subject that was left out; None when none was."""
    left_out = slots.get(_LEFT_OUT)
    if not left_out:
        return None
    with_subject = {name: left_out + slots[name] for name in _SUBJECT_SLOTS if name in slots}
    full = fill(variant.text, {**slots, **with_subject}).text
    return None if full == text else full


def _printed(variant: Variant, slots: Slots) -> tuple[tuple[str, str], ...]:
    """Return what the slots of a phrase were filled with, in the order of the phrase."""
    return tuple(
        (name, slot if isinstance(slot, str) else slot.text)
        for _, name, _, _ in string.Formatter().parse(variant.text)
        if name is not None and (slot := slots[name])
    )


def features_of(facts: Sequence[Fact]) -> set[str]:
    """Return one or many, dated, spread over months, and whether every quarter or half has one."""
    days = days_of(facts)
    quarters = {wording.quarter(day.month) for day in days}
    is_true = {
        "one": len(facts) == 1,
        "many": len(facts) != 1,
        "dated": len(days) == len(facts),
        "spread": len(wording.months_of(days)) > 1,
        "quarters": quarters == _QUARTERS,
        "halves": bool(quarters & {1, 2} and quarters & {3, 4}),
    }
    return {feature for feature, holds in is_true.items() if holds}


def days_of(facts: Iterable[Fact]) -> list[date]:
    """Return the days that are known."""
    return [fact.day for fact in facts if fact.day]


def months(facts: Iterable[Fact]) -> str:
    """Return the months of the facts, or nothing when no day is known."""
    days = days_of(facts)
    return wording.months(days) if days else ""


def span(facts: Iterable[Fact]) -> str:
    """Return the first month to the last: 2月至10月; nothing when no day is known."""
    numbers = wording.months_of(days_of(facts))
    if not numbers:
        return ""
    return f"{numbers[0]}月" if len(numbers) == 1 else f"{numbers[0]}月至{numbers[-1]}月"
