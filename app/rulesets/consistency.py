"""Whether a rule set holds together with what it builds on and with what builds on it."""

from collections.abc import Collection, Iterable
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
from app.rulesets.resolution import MAX_CHAIN, Layer, Trouble, lay_out
from app.rulesets.rules import RuleSetStatus
from app.rulesets.schemas import STANDARD, RuleSetDocument


def flaws_of(document: RuleSetDocument) -> list[FieldError]:
    """What is wrong with a document by itself."""
    if document.code != STANDARD:
        return []
    words = "standard 是标准规则集的代码，请换一个"
    return [FieldError("code_reserved", words, pointer="#/code")]


def check_fits(uow: UnitOfWork, rule_set: OrgDocument, document: RuleSetDocument) -> None:
    """Refuse what a rule set is to say if it does not fit its base, or what builds on it.

    Raises:
        NotFound: its base is no set of the organisation, or of one above, that is in use.
        ValidationFailed: it does not hold together with its base; one round of all its flaws.
        DependentsBroken: a set in use that builds on this one would not.
    """
    shelf, bases = usable_rule_sets(uow.session, rule_set.root_id, rule_set.organization_id)
    chain = _base_of(rule_set, document, shelf, bases)
    documents = newest_documents(uow.session, chain)
    layer = Layer(document.code, rule_set.revision + 1, document)
    layers = [*layers_of(chain, documents), layer] if document.based_on else [layer]
    troubles = lay_out(layers).troubles
    flaws = [trouble.flaw for trouble in troubles if trouble.set_code == document.code]
    refuse_flaws([*flaws, *_unknown_focuses(uow, rule_set.root_id, document)])
    if rule_set.code in shelf:
        _check_dependents(uow, rule_set, document, shelf)


def _base_of(
    rule_set: OrgDocument, document: RuleSetDocument, shelf: RuleSetsByCode, bases: Collection[str]
) -> list[RuleSetHead]:
    """The rule sets below a document: its base must be of the same organisation or one above."""
    code = document.based_on
    if code is None or code == STANDARD:
        return []
    kept = rule_set.revision > 0 and code == rule_set.based_on
    if code not in shelf or not (kept or code in bases):
        detail = f"本级和上级没有代码为“{code}”、未停用的规则集，请核对 based_on。"
        raise NotFound.at(detail, pointer="#/based_on")
    chain = heads_below(code, shelf)
    if rule_set.code in {head.code for head in chain}:
        words = "规则集互为基础，形成循环，请更换 based_on"
        raise ValidationFailed.at("#/based_on", "base_cycle", words)
    if len(chain) >= MAX_CHAIN:
        words = f"规则集层层相套超过 {MAX_CHAIN} 层，请更换 based_on"
        raise ValidationFailed.at("#/based_on", "base_too_deep", words)
    return chain


def _unknown_focuses(uow: UnitOfWork, root_id: UUID, document: RuleSetDocument) -> list[FieldError]:
    stated: list[tuple[str, str | None]] = [
        *((f"#/rules/{number}", rule.focus) for number, rule in enumerate(document.rules)),
        *((f"#/changes/{number}", entry.focus) for number, entry in enumerate(document.changes)),
    ]
    named = {f"{pointer}/focus": focus for pointer, focus in stated if focus}
    if not named:
        return []
    known = set(uow.session.scalars(select(Focus.code).where(Focus.root_id == root_id)))
    return [
        FieldError("focus_unknown", f"没有代码为“{code}”的责任类别，请核对", pointer=pointer)
        for pointer, code in named.items()
        if code not in known
    ]


def _check_dependents(
    uow: UnitOfWork, rule_set: OrgDocument, document: RuleSetDocument, shelf: RuleSetsByCode
) -> None:
    dependents = [
        head
        for head in shelf.values()
        if head.status != RuleSetStatus.RETIRED
        and head.code != rule_set.code
        and rule_set.code in {below.code for below in heads_below(head.code, shelf)}
    ]
    new_shelf = {**shelf, rule_set.code: replace(shelf[rule_set.code], based_on=document.based_on)}
    chains = {head: heads_below(head.code, new_shelf) for head in dependents}
    documents = newest_documents(uow.session, [h for chain in chains.values() for h in chain])
    documents[rule_set.id] = document
    broken = []
    for head, chain in chains.items():
        found = lay_out(layers_of(chain, documents)).troubles
        mine = [trouble for trouble in found if trouble.set_code == head.code]
        if mine:
            broken.append(_told(uow, head, mine[0]))
    if broken:
        raise DependentsBroken(f"保存后，{'；'.join(broken)}。请先改那些规则集，再保存这一套。")


def _told(uow: UnitOfWork, head: RuleSetHead, trouble: Trouble) -> str:
    # An organisation that was moved away may still build on this set, out of the actor's sight.
    if not reaches(uow.session, uow.actor, Permission.READ, head.organization_id):
        return "另一套以它为基础的规则集将无法成立"
    return f"“{head.name}”（{head.code}）：{trouble.flaw.detail}"


def check_again(uow: UnitOfWork, rule_set: OrgDocument) -> None:
    """Refuse to take back a set that no longer fits what it builds on.

    Raises:
        ValidationFailed: what it builds on has changed so.
    """
    shelf = rule_sets_by_code(uow.session, [rule_set.root_id])[rule_set.root_id]
    chain = heads_below(rule_set.code, shelf)
    found = lay_out(layers_of(chain, newest_documents(uow.session, chain))).troubles
    _refuse_own(found, rule_set.code)


def _refuse_own(troubles: Iterable[Trouble], code: str) -> None:
    mine = [trouble.flaw.detail for trouble in troubles if trouble.set_code == code]
    if mine:
        words = f"停用期间基础规则集已变动，这套规则集不再成立：{mine[0]}"
        raise ValidationFailed.at("#/status", "base_changed", words)
