"""Which rules organisations go by: the nearest set in force above them, laid out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.unit import Unit
from app.organizations.rules import OrganizationKind
from app.rulesets.documents import STANDARD, RuleSetDocument
from app.rulesets.queries import Head, Shelf, newest_documents, places, shelves
from app.rulesets.resolution import EffectiveRule, Layer, Origin, Resolution, lay_out
from app.rulesets.standard import standard_layer


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rules of one organisation: the set that it goes by, and what that comes to."""

    kind: OrganizationKind
    rule_set: Origin
    resolution: Resolution


def heads_below(code: str | None, shelf: Shelf) -> list[Head]:
    """The rule sets of a chain from its base up to ``code``; ends where a code comes back."""
    found: dict[str, Head] = {}
    while code is not None and code in shelf and code not in found:
        found[code] = shelf[code]
        code = shelf[code].based_on
    return list(found.values())[::-1]


def layers_of(heads: Iterable[Head], documents: Mapping[UUID, RuleSetDocument]) -> list[Layer]:
    """The layers of a chain of rule sets, with the shipped one below when it builds on that."""
    layers = [Layer(head.code, head.revision, documents[head.id]) for head in heads]
    on_standard = not layers or layers[0].document.based_on == STANDARD
    return [standard_layer(), *layers] if on_standard else layers


def rules_in_force(unit: Unit, organizations: Collection[UUID]) -> dict[UUID, RulesInForce]:
    """What each organisation goes by; three statements for any number of organisations.

    The caller has checked that the actor may know of the organisations; unknown ids are left out.
    """
    session = unit.session
    where = places(session, organizations)
    sets = shelves(session, {place.root_id for place in where.values()})
    used = {key: place.set_in_force(sets[place.root_id]) for key, place in where.items()}
    chains = {head.id: heads_below(head.code, sets[head.root_id]) for head in used.values() if head}
    documents = newest_documents(session, [head for chain in chains.values() for head in chain])
    laid_out: dict[UUID | None, RulesInForce] = {}
    found: dict[UUID, RulesInForce] = {}
    for key, head in used.items():
        identifier = head.id if head else None
        if identifier not in laid_out:
            layers = layers_of(chains[head.id] if head else (), documents)
            top = Origin(layers[-1].code, layers[-1].revision)
            laid_out[identifier] = RulesInForce(where[key].kind, top, lay_out(layers))
        same = laid_out[identifier]
        found[key] = RulesInForce(where[key].kind, same.rule_set, same.resolution)
    return found


def effective_rules(
    unit: Unit, organizations: Collection[UUID], year: int
) -> Mapping[UUID, tuple[EffectiveRule, ...]]:
    """The rules that organisations go by in a year, each with its origin, in order.

    Only rules for the organisation's kind and for the year; the sets are taken as they stand
    today. Three statements for any number of organisations. The caller has checked that the actor
    may know of the organisations; unknown ids are left out.
    """
    return {
        key: rules.resolution.of_year(rules.kind, year)
        for key, rules in rules_in_force(unit, organizations).items()
    }
