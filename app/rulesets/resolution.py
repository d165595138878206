"""Lay a chain of rule sets over one another, and tell what a duty rests on in a year. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.core.changes import patched
from app.core.errors import FieldError, ValidationFailed
from app.organizations.rules import OrganizationKind
from app.rulesets.rules import Confidence
from app.rulesets.schemas import AfterEvent, Obligation, Rule, RuleSetDocument
from app.rulesets.vocabulary import rule_misfits

SEPARATOR = "；"
_ISSUED = re.compile(r"(?<=》)（((?:19|20)\d\d)）")
ObligationT = TypeVar("ObligationT", bound=Obligation)


def younger(source: str, year: int) -> list[str]:
    """Those of the sources that came out after a year."""
    return [one for one in source.split(SEPARATOR) if _came_after(one, year)]


def _came_after(source: str, year: int) -> bool:
    return any(int(issued) > year for issued in _ISSUED.findall(source))


def citation_in(
    source: str | None, article: str | None, year: int
) -> tuple[str | None, str | None]:
    """The source and the article that a year can go by; None for what is younger."""
    if source is None:
        return None, article
    first, *others = source.split(SEPARATOR)
    held = [one for one in (first, *others) if not _came_after(one, year)]
    return SEPARATOR.join(held) or None, None if _came_after(first, year) else article


def as_cited_in(duty: ObligationT, year: int) -> ObligationT:
    """The duty as it stood in a year: owed all the same, resting on what was there.

    Where nothing is left of its sources, nobody has verified what it rested on then.
    """
    source, article = citation_in(duty.source, duty.article, year)
    if (source, article) == (duty.source, duty.article):
        return duty
    changes = {"source": source, "article": article}
    return duty.model_copy(
        update=changes if source else {**changes, "confidence": Confidence.GENERAL}
    )


def titles(source: str) -> list[str]:
    """The sources as a sentence names them, without years: 《…规定》（基层参照）."""
    named = (_ISSUED.sub("", one).partition("，") for one in source.split(SEPARATOR))
    return [f"{title}（{remark}）" if remark else title for title, _, remark in named]


MAX_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Layer:
    """One rule set of a chain, as a certain revision states it."""

    code: str
    revision: int
    document: RuleSetDocument


@dataclass(frozen=True, slots=True)
class Origin:
    """The rule set, and its revision, that says something."""

    set_code: str
    revision: int


@dataclass(frozen=True, slots=True)
class EffectiveRule:
    """A rule, the set that brought it in, and the last one that changed it."""

    rule: Rule
    origin: Origin
    changed_by: Origin | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A flaw, and the set whose document it lies in."""

    set_code: str
    flaw: FieldError


@dataclass(slots=True)
class ResolvedRules:
    """The rules that a chain comes to, and what is wrong with it."""

    rules: dict[str, EffectiveRule] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    _of_years: dict[tuple[str, int], EffectiveRule] = field(default_factory=dict)

    def of_year(self, kind: OrganizationKind, year: int) -> tuple[EffectiveRule, ...]:
        """The rules of organisations of a kind in a year, in the order of the documents.

        They cite only what had come out by then.
        """
        return tuple(
            self._in_year(found, year)
            for found in self.rules.values()
            if kind in found.rule.applies_to
            and (found.rule.valid_from or year) <= year <= (found.rule.valid_to or year)
        )

    def _in_year(self, found: EffectiveRule, year: int) -> EffectiveRule:
        """The same object for every organisation: lists are drawn up by the thousand."""
        key = found.rule.code, year
        if key not in self._of_years:
            self._of_years[key] = replace(found, rule=as_cited_in(found.rule, year))
        return self._of_years[key]


def resolve(chain: Sequence[Layer]) -> list[EffectiveRule]:
    """The rules that a chain comes to.

    Raises:
        ValidationFailed: unknown or repeated codes, a chain that comes back to itself, a rule that
            hangs on one that is not there, types that a kind of record does not have.
    """
    resolution = lay_out(chain)
    if resolution.troubles:
        flaws = [trouble.flaw for trouble in resolution.troubles]
        raise ValidationFailed(flaws[0].detail, flaws=flaws)
    return list(resolution.rules.values())


def lay_out(chain: Sequence[Layer]) -> ResolvedRules:
    """The rules that a chain comes to, as well as it can be read, and everything wrong with it.

    Of two rules of one code the nearer counts; a change of what is not there is left out; duties
    that share with one that was taken away share with the others.
    """
    resolution, seen = ResolvedRules(), set[str]()
    for layer in chain:
        if layer.code in seen:
            words = "规则集互为基础，形成循环，请更换 based_on"
            resolution.troubles.append(
                Trouble(layer.code, FieldError("base_cycle", words, pointer="#/based_on"))
            )
            break
        seen.add(layer.code)
        _Step(resolution, layer).take()
    for code, found in resolution.rules.items():
        shared = [other for other in found.rule.shares_with if other in resolution.rules]
        if shared != found.rule.shares_with:
            rule = found.rule.model_copy(update={"shares_with": shared})
            resolution.rules[code] = replace(found, rule=rule)
    return resolution


class _Step:
    """Lays one set over what the sets before it came to."""

    def __init__(self, resolution: ResolvedRules, layer: Layer) -> None:
        self._into, self._layer = resolution, layer
        self._own = Origin(layer.code, layer.revision)
        self._touched: dict[str, str] = {}  # code → pointer of where this set speaks of it
        self._removed: dict[str, str] = {}

    def take(self) -> None:
        document = self._layer.document
        for position, code in enumerate(document.removes):
            self._remove(code, f"#/removes/{position}")
        for position in range(len(document.changes)):
            self._change(position)
        for position, rule in enumerate(document.rules):
            self._add(rule, f"#/rules/{position}")
        for code, pointer in self._touched.items():
            for path, name, words in rule_misfits(self._into.rules[code].rule):
                self._trouble(f"{pointer}/{path}", name, words)
        self._check_references()

    def _trouble(self, pointer: str, code: str, words: str) -> None:
        flaw = FieldError(code, words, pointer=pointer)
        self._into.troubles.append(Trouble(self._layer.code, flaw))

    def _remove(self, code: str, pointer: str) -> None:
        if self._into.rules.pop(code, None) is None:
            words = f"基础规则集中没有“{code}”，请核对代码，不要重复"
            self._trouble(pointer, "rule_unknown", words)
            return
        self._removed[code] = pointer
        self._into.gone.add(code)

    def _change(self, position: int) -> None:
        change, pointer = self._layer.document.changes[position], f"#/changes/{position}"
        found = self._into.rules.get(change.code)
        if change.code in self._touched:
            self._trouble(
                f"{pointer}/code", "rule_repeated", f"“{change.code}”已在前面调整，请合并"
            )
        elif found is None:
            words = f"基础规则集中没有“{change.code}”，或已在本规则集中去掉"
            self._trouble(f"{pointer}/code", "rule_unknown", words)
        else:
            try:
                rule = patched(found.rule, change)
            except ValidationFailed as error:
                for flaw in error.flaws:
                    inside = (flaw.pointer or "#").removeprefix("#")
                    self._trouble(f"{pointer}{inside}", flaw.code, flaw.detail)
                return
            self._into.rules[change.code] = replace(found, rule=rule, changed_by=self._own)
            self._touched[change.code] = pointer

    def _add(self, rule: Rule, pointer: str) -> None:
        if rule.code in self._into.rules:
            words = f"已有代码“{rule.code}”：调整它请写在 changes 中，另立一项请换代码"
            self._trouble(f"{pointer}/code", "rule_repeated", words)
        self._into.rules[rule.code] = EffectiveRule(rule, self._own)
        self._into.gone.discard(rule.code)
        self._touched[rule.code] = pointer

    def _check_references(self) -> None:
        rules = self._into.rules
        for code, found in rules.items():
            pointer = self._touched.get(code)
            if isinstance(found.rule.due, AfterEvent):
                self._check_event(code, found.rule.due.event, pointer)
            for position, other in enumerate(found.rule.shares_with):
                known = other in rules or other in self._into.gone
                if pointer and (not known or other == code):
                    words = f"没有可以共用记录的责任项“{other}”，请核对代码"
                    self._trouble(f"{pointer}/shares_with/{position}", "shared_unknown", words)

    def _check_event(self, code: str, event: str, pointer: str | None) -> None:
        rules = self._into.rules
        if event not in rules:
            place = f"{pointer}/due/event" if pointer else self._removed.get(event)
            if place:
                words = f"“{code}”以“{event}”的完成为起点，但没有这个责任项"
                self._trouble(place, "event_unknown", words)
            return
        place = pointer or self._touched.get(event)
        if place is None:
            return
        if code in _events_before(rules, event):
            self._trouble(f"{place}/due", "event_cycle", f"“{code}”的时限绕回到它自己，请改写 due")
        elif not set(rules[code].rule.applies_to) <= set(rules[event].rule.applies_to):
            words = f"“{event}”不适用于“{code}”所适用的全部组织类型"
            self._trouble(f"{place}/applies_to", "event_elsewhere", words)


def _events_before(rules: dict[str, EffectiveRule], code: str) -> set[str]:
    """The rule and all whose fulfilment it waits for."""
    seen: set[str] = set()
    while code in rules and code not in seen:
        seen.add(code)
        due = rules[code].rule.due
        if isinstance(due, AfterEvent):
            code = due.event
    return seen
