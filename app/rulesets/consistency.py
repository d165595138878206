"""Check that a rule set fits the rule sets below it and those that build on it."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from app.core.errors import FieldError, NotFound, ValidationFailed
from app.core.uow import Permission, UnitOfWork
from app.items.models import Focus
from app.org_documents.kinds import OrgDocument
from app.org_documents.service import refuse_flaws
from app.organizations.queries import reaches
from app.rulesets.errors import DependentsBroken
from app.rulesets.queries import (
    RuleSetHead,
    RuleSetsByCode,
    heads_below,
    layers_of,
    newest_documents,
    rule_sets_by_code,
    usable_rule_sets,
)
from app.rulesets.resolution import BASE_CYCLE, MAX_CHAIN, Layer, RuleConflict, resolve_chain
from app.rulesets.rules import RuleSetStatus
from app.rulesets.schemas import STANDARD, RuleSetDocument


def flaws_of(document: RuleSetDocument) -> list[FieldError]:
    """Return what is wrong with a document by itself."""
    if document.code != STANDARD:
        return []
    message = "standard 是标准规则集的代码，请换一个"
    return [FieldError("code_reserved", message, pointer="#/code")]


def check_fits(uow: UnitOfWork, rule_set: OrgDocument, document: RuleSetDocument) -> None:
    """Refuse the new document of a rule set if it does not fit its base or its dependents.

    Raises:
        NotFound: its base is no set of the organisation, or of one above, that is in use.
        ValidationFailed: it does not fit its base; names all its flaws.
        DependentsBroken: a set in use that builds on this one would no longer fit.
    """
    by_code, bases = usable_rule_sets(uow.session, rule_set.root_id, rule_set.organization_id)
    chain = _chain_below(rule_set, document, by_code, bases)
    documents = newest_documents(uow.session, chain)
    layer = Layer(document.code, rule_set.revision + 1, document)
    layers = [*layers_of(chain, documents), layer] if document.based_on else [layer]
    flaws = [conflict.flaw for conflict in resolve_chain(layers).conflicts_of(document.code)]
    refuse_flaws([*flaws, *_unknown_focuses(uow, rule_set.root_id, document)])
    if rule_set.code in by_code:
        _check_dependents(uow, rule_set, document, by_code)


def _chain_below(
    rule_set: OrgDocument,
    document: RuleSetDocument,
    by_code: RuleSetsByCode,
    bases: Collection[str],
) -> list[RuleSetHead]:
    """Return the rule sets below a document; a base that it has already may stay."""
    code = document.based_on
    if code is None or code == STANDARD:
        return []
    is_unchanged = rule_set.revision > 0 and code == rule_set.based_on
    if code not in by_code or not (is_unchanged or code in bases):
        detail = f"本级和上级没有代码为“{code}”、未停用的规则集，请核对 based_on。"
        raise NotFound.at(detail, pointer="#/based_on")
    chain = heads_below(code, by_code)
    if rule_set.code in {head.code for head in chain}:
        raise ValidationFailed.at("#/based_on", "base_cycle", BASE_CYCLE)
    if len(chain) >= MAX_CHAIN:
        message = f"规则集层层相套超过 {MAX_CHAIN} 层，请更换 based_on"
        raise ValidationFailed.at("#/based_on", "base_too_deep", message)
    return chain


def _unknown_focuses(uow: UnitOfWork, root_id: UUID, document: RuleSetDocument) -> list[FieldError]:
    stated: list[tuple[str, str | None]] = [
        *((f"#/rules/{number}", rule.focus) for number, rule in enumerate(document.rules)),
        *((f"#/changes/{number}", change.focus) for number, change in enumerate(document.changes)),
    ]
    named = {f"{pointer}/focus": code for pointer, code in stated if code}
    if not named:
        return []
    known = set(uow.session.scalars(select(Focus.code).where(Focus.root_id == root_id)))
    return [
        FieldError("focus_unknown", f"没有代码为“{code}”的责任类别，请核对", pointer=pointer)
        for pointer, code in named.items()
        if code not in known
    ]


def _check_dependents(
    uow: UnitOfWork, rule_set: OrgDocument, document: RuleSetDocument, by_code: RuleSetsByCode
) -> None:
    dependents = [
        head
        for head in by_code.values()
        if head.status != RuleSetStatus.RETIRED
        and head.code != rule_set.code
        and rule_set.code in {below.code for below in heads_below(head.code, by_code)}
    ]
    changed = replace(by_code[rule_set.code], based_on=document.based_on)
    by_code = {**by_code, rule_set.code: changed}
    chains = [(head, heads_below(head.code, by_code)) for head in dependents]
    documents = newest_documents(uow.session, [below for _, chain in chains for below in chain])
    documents[rule_set.id] = document
    broken = []
    for head, chain in chains:
        own = resolve_chain(layers_of(chain, documents)).conflicts_of(head.code)
        if own:
            broken.append(_sentence(uow, head, own[0]))
    if broken:
        raise DependentsBroken(f"保存后，{'；'.join(broken)}。请先改那些规则集，再保存这一套。")


def _sentence(uow: UnitOfWork, head: RuleSetHead, conflict: RuleConflict) -> str:
    # An organisation that was moved away may still build on this set, out of the actor's sight.
    if not reaches(uow.session, uow.actor, Permission.READ, head.organization_id):
        return "另一套以它为基础的规则集将无法成立"
    return f"“{head.name}”（{head.code}）：{conflict.flaw.detail}"


def check_still_fits(uow: UnitOfWork, rule_set: OrgDocument) -> None:
    """Refuse to bring back a retired rule set that no longer fits what it builds on.

    Raises:
        ValidationFailed: what it builds on was changed meanwhile.
    """
    by_code = rule_sets_by_code(uow.session, [rule_set.root_id])[rule_set.root_id]
    chain = heads_below(rule_set.code, by_code)
    resolved = resolve_chain(layers_of(chain, newest_documents(uow.session, chain)))
    if own := resolved.conflicts_of(rule_set.code):
        message = f"停用期间基础规则集已变动，这套规则集不再成立：{own[0].flaw.detail}"
        raise ValidationFailed.at("#/status", "base_changed", message)
