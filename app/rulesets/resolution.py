"""Resolve a chain of rule sets into rules, and cite what a duty rests on in a year. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.core.changes import patched
from app.core.errors import FieldError, ValidationFailed
from app.organizations.rules import OrganizationKind
from app.rulesets.rules import Confidence
from app.rulesets.schemas import AfterEvent, Due, Obligation, Rule, RuleSetDocument
from app.rulesets.vocabulary import rule_misfits

MAX_CHAIN = 8
BASE_CYCLE = "规则集互为基础，形成循环，请更换 based_on"
SEPARATOR = "；"
# The year of issue behind a title: 《…》（2018）.
_ISSUED = re.compile(r"(?<=》)（((?:19|20)\d\d)）")
ObligationT = TypeVar("ObligationT", bound=Obligation)


@dataclass(frozen=True, slots=True)
class Layer:
    """One rule set of a chain, in one of its revisions."""

    code: str
    revision: int
    document: RuleSetDocument


@dataclass(frozen=True, slots=True)
class Origin:
    """The rule set, and its revision, from which a rule or a change comes."""

    set_code: str
    revision: int


@dataclass(frozen=True, slots=True)
class EffectiveRule:
    """A rule, the set that brought it in, and the last one that changed it."""

    rule: Rule
    origin: Origin
    changed_by: Origin | None = None


@dataclass(frozen=True, slots=True)
class RuleConflict:
    """A flaw of a chain, and the rule set in whose document it lies."""

    set_code: str
    flaw: FieldError


@dataclass(slots=True)
class ResolvedRules:
    """The rules of a chain by code, the conflicts in it, and the codes that it removes."""

    rules: dict[str, EffectiveRule] = field(default_factory=dict)
    conflicts: list[RuleConflict] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    _of_years: dict[tuple[str, int], EffectiveRule] = field(default_factory=dict)

    def of_year(self, kind: OrganizationKind, year: int) -> tuple[EffectiveRule, ...]:
        """Return the rules of organisations of a kind in a year, in the order of the documents.

        They cite only what was issued by then.
        """
        return tuple(
            self._in_year(effective, year)
            for effective in self.rules.values()
            if kind in effective.rule.applies_to
            and (effective.rule.valid_from or year) <= year <= (effective.rule.valid_to or year)
        )

    def conflicts_of(self, set_code: str) -> list[RuleConflict]:
        """Return the conflicts that lie in the document of one rule set."""
        return [conflict for conflict in self.conflicts if conflict.set_code == set_code]

    def _in_year(self, effective: EffectiveRule, year: int) -> EffectiveRule:
        """Return the same object for every organisation: lists are drawn up by the thousand."""
        key = effective.rule.code, year
        if key not in self._of_years:
            self._of_years[key] = replace(effective, rule=as_cited_in(effective.rule, year))
        return self._of_years[key]


def resolve_chain(chain: Sequence[Layer]) -> ResolvedRules:
    """Resolve the layers, base first, into rules as far as possible, with all conflicts.

    Of two rules of one code the later layer's counts; a change of a missing rule is left out; a
    duty that shares records with a removed one shares with the others.
    """
    resolved, seen = ResolvedRules(), set[str]()
    for layer in chain:
        if layer.code in seen:
            flaw = FieldError("base_cycle", BASE_CYCLE, pointer="#/based_on")
            resolved.conflicts.append(RuleConflict(layer.code, flaw))
            break
        seen.add(layer.code)
        _LayerApplication(resolved, layer).apply()
    for code, effective in resolved.rules.items():
        shared = [other for other in effective.rule.shares_with if other in resolved.rules]
        if shared != effective.rule.shares_with:
            rule = effective.rule.model_copy(update={"shares_with": shared})
            resolved.rules[code] = replace(effective, rule=rule)
    return resolved


class _LayerApplication:
    """Applies one layer to the rules of the layers below it."""

    def __init__(self, resolved: ResolvedRules, layer: Layer) -> None:
        self._resolved, self._layer = resolved, layer
        self._origin = Origin(layer.code, layer.revision)
        self._touched: dict[str, str] = {}  # pointer to the rule or change in this layer, by code
        self._removed: dict[str, str] = {}  # pointer to the removal, by code

    def apply(self) -> None:
        document = self._layer.document
        for position, code in enumerate(document.removes):
            self._remove(code, f"#/removes/{position}")
        for position in range(len(document.changes)):
            self._change(position)
        for position, rule in enumerate(document.rules):
            self._add(rule, f"#/rules/{position}")
        for code, pointer in self._touched.items():
            for path, error_code, message in rule_misfits(self._resolved.rules[code].rule):
                self._add_conflict(f"{pointer}/{path}", error_code, message)
        self._check_references()

    def _add_conflict(self, pointer: str, code: str, message: str) -> None:
        flaw = FieldError(code, message, pointer=pointer)
        self._resolved.conflicts.append(RuleConflict(self._layer.code, flaw))

    def _remove(self, code: str, pointer: str) -> None:
        if self._resolved.rules.pop(code, None) is None:
            message = f"基础规则集中没有“{code}”，请核对代码，不要重复"
            self._add_conflict(pointer, "rule_unknown", message)
            return
        self._removed[code] = pointer
        self._resolved.removed.add(code)

    def _change(self, position: int) -> None:
        change, pointer = self._layer.document.changes[position], f"#/changes/{position}"
        effective = self._resolved.rules.get(change.code)
        if change.code in self._touched:
            message = f"“{change.code}”已在前面调整，请合并"
            self._add_conflict(f"{pointer}/code", "rule_repeated", message)
            return
        if effective is None:
            message = f"基础规则集中没有“{change.code}”，或已在本规则集中去掉"
            self._add_conflict(f"{pointer}/code", "rule_unknown", message)
            return
        try:
            rule = patched(effective.rule, change)
        except ValidationFailed as error:
            for flaw in error.flaws:
                path = (flaw.pointer or "#").removeprefix("#")
                self._add_conflict(f"{pointer}{path}", flaw.code, flaw.detail)
            return
        self._resolved.rules[change.code] = replace(effective, rule=rule, changed_by=self._origin)
        self._touched[change.code] = pointer

    def _add(self, rule: Rule, pointer: str) -> None:
        if rule.code in self._resolved.rules:
            message = f"已有代码“{rule.code}”：调整它请写在 changes 中，另立一项请换代码"
            self._add_conflict(f"{pointer}/code", "rule_repeated", message)
        self._resolved.rules[rule.code] = EffectiveRule(rule, self._origin)
        self._resolved.removed.discard(rule.code)
        self._touched[rule.code] = pointer

    def _check_references(self) -> None:
        known = self._resolved.rules.keys() | self._resolved.removed
        for code, effective in self._resolved.rules.items():
            pointer = self._touched.get(code)
            if isinstance(effective.rule.due, AfterEvent):
                self._check_event(code, effective.rule.due.event, pointer)
            for position, other in enumerate(effective.rule.shares_with if pointer else ()):
                if other not in known or other == code:
                    path = f"{pointer}/shares_with/{position}"
                    message = f"没有可以共用记录的责任项“{other}”，请核对代码"
                    self._add_conflict(path, "shared_unknown", message)

    def _check_event(self, code: str, event: str, pointer: str | None) -> None:
        rules = self._resolved.rules
        if event not in rules:
            path = f"{pointer}/due/event" if pointer else self._removed.get(event)
            if path:
                message = f"“{code}”以“{event}”的完成为起点，但没有这个责任项"
                self._add_conflict(path, "event_unknown", message)
            return
        pointer = pointer or self._touched.get(event)
        if pointer is None:
            return
        events = {other: rules[other].rule.due for other in rules}
        if code in awaited(events, event):
            message = f"“{code}”的时限绕回到它自己，请改写 due"
            self._add_conflict(f"{pointer}/due", "event_cycle", message)
        elif not set(rules[code].rule.applies_to) <= set(rules[event].rule.applies_to):
            message = f"“{event}”不适用于“{code}”所适用的全部组织类型"
            self._add_conflict(f"{pointer}/applies_to", "event_elsewhere", message)


def awaited(dues: Mapping[str, Due], code: str) -> set[str]:
    """Return a code and those of all whose fulfilment it waits for, by what each is due."""
    seen: set[str] = set()
    while code in dues and code not in seen:
        seen.add(code)
        due = dues[code]
        if isinstance(due, AfterEvent):
            code = due.event
    return seen


def sources_issued_after(sources: str, year: int) -> list[str]:
    """Return those of the sources (separated by ；) that were issued after a year."""
    return [source for source in sources.split(SEPARATOR) if _is_issued_after(source, year)]


def _is_issued_after(source: str, year: int) -> bool:
    return any(int(issued) > year for issued in _ISSUED.findall(source))


def citation_in(
    sources: str | None, article: str | None, year: int
) -> tuple[str | None, str | None]:
    """Return the sources, and the article of the first, without what was issued after a year."""
    if sources is None:
        return None, article
    listed = sources.split(SEPARATOR)
    cited = [source for source in listed if not _is_issued_after(source, year)]
    return SEPARATOR.join(cited) or None, None if _is_issued_after(listed[0], year) else article


def as_cited_in(duty: ObligationT, year: int) -> ObligationT:
    """Return a duty as a year cites it: the same duty, with the sources issued by then.

    Where no source is left, its confidence is ``general``: nobody has verified it for that year.
    """
    source, article = citation_in(duty.source, duty.article, year)
    if (source, article) == (duty.source, duty.article):
        return duty
    changes = {"source": source, "article": article}
    return duty.model_copy(
        update=changes if source else {**changes, "confidence": Confidence.GENERAL}
    )


def source_titles(sources: str) -> list[str]:
    """Return the sources as sentences name them, without years: 《…规定》（基层参照）."""
    parts = (_ISSUED.sub("", source).partition("，") for source in sources.split(SEPARATOR))
    return [f"{title}（{remark}）" if remark else title for title, _, remark in parts]
