"""The verbs of rule sets: create, say anew, put in force, retire."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Permission
from app.core.errors import Flaw, Forbidden, ValidationFailed
from app.core.ids import new_id
from app.core.unit import Change, Unit
from app.organizations.queries import reaches, require
from app.rulesets.consistency import check_again, check_dependents, check_document
from app.rulesets.documents import RuleSetDocument, document_data
from app.rulesets.errors import RuleSetCodeTaken, RuleSetRetired
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.queries import get_revision, places, shelves
from app.rulesets.rules import RuleSetStatus


def create_rule_set(unit: Unit, organization_id: UUID, document: RuleSetDocument) -> RuleSet:
    """Save a new rule set of an organisation; it applies once it is put in force.

    Raises:
        NotFound: there is no such organisation or base in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        RuleSetCodeTaken: the tree has a rule set of this code.
        ValidationFailed: the document does not hold together with what it builds on.
    """
    require(unit, Permission.MANAGE_ORGANIZATIONS, organization_id)
    place = places(unit.session, [organization_id])[organization_id]
    shelf = shelves(unit.session, [place.root_id])[place.root_id]
    if document.code in shelf:
        detail = f"本组织树中已有代码为“{document.code}”的规则集，请换一个代码。"
        raise RuleSetCodeTaken(
            detail, flaws=[Flaw("rule_set_code_taken", detail, pointer="#/code")]
        )
    rule_set = RuleSet(
        id=new_id(),
        root_id=place.root_id,
        organization_id=organization_id,
        code=document.code,
        status=RuleSetStatus.AVAILABLE,
        revision=0,
        created_at=unit.now(),
    )
    check_document(unit, rule_set, document, place, shelf)
    unit.session.add(rule_set)
    _say(unit, rule_set, document)
    _note(unit, "rule_set.created", rule_set, None)
    return rule_set


def replace_document(unit: Unit, rule_set: RuleSet, document: RuleSetDocument) -> None:
    """Let a rule set say something else from now on, as a new revision; the same makes none.

    Raises:
        Forbidden: the actor does not manage the set's organisation.
        RuleSetRetired: the set is out of use.
        ValidationFailed: the document does not hold together with what it builds on.
        DependentsBroken: a set that builds on this one would not.
    """
    require_keeper(unit, rule_set)
    if rule_set.status == RuleSetStatus.RETIRED:
        raise RuleSetRetired("规则集已停用，请先恢复为备用再修改。")
    if document.code != rule_set.code:
        raise ValidationFailed.at("#/code", "code_fixed", "规则集的代码不能修改，请保留原代码")
    if document_data(document) == get_revision(unit, rule_set).document:
        return
    before = _state(rule_set)
    place = places(unit.session, [rule_set.organization_id])[rule_set.organization_id]
    shelf = shelves(unit.session, [place.root_id])[place.root_id]
    check_document(unit, rule_set, document, place, shelf)
    check_dependents(unit, rule_set, document, shelf)
    _say(unit, rule_set, document)
    _note(unit, "rule_set.revised", rule_set, before)


def change_status(unit: Unit, rule_set: RuleSet, status: RuleSetStatus) -> None:
    """Put a rule set in force, back on the shelf, or out of use.

    The set of the same organisation that was in force goes back on the shelf. A retired set is
    kept, and what builds on it goes on.

    Raises:
        Forbidden: the actor does not manage the set's organisation.
        ValidationFailed: what a retired set builds on has changed so that it no longer fits.
    """
    require_keeper(unit, rule_set)
    if status == rule_set.status:
        return
    if rule_set.status == RuleSetStatus.RETIRED:
        check_again(unit, rule_set)
    if status == RuleSetStatus.IN_FORCE:
        _stand_down(unit, rule_set.organization_id)
    before = _state(rule_set)
    rule_set.status, rule_set.updated_at = status, unit.now()
    unit.session.flush()
    _note(unit, "rule_set.status_changed", rule_set, before)


def require_keeper(unit: Unit, rule_set: RuleSet) -> None:
    """Insist on the right to change a set that the actor sees, perhaps from below its owner.

    Raises:
        Forbidden: the actor does not manage the set's organisation.
    """
    needed = Permission.MANAGE_ORGANIZATIONS
    if not reaches(unit.session, unit.actor, needed, rule_set.organization_id):
        raise Forbidden("您可以查看这套规则集，但没有修改它的权限；修改须由制定组织的管理员进行。")


def _stand_down(unit: Unit, organization_id: UUID) -> None:
    statement = select(RuleSet).where(
        RuleSet.organization_id == organization_id, RuleSet.status == RuleSetStatus.IN_FORCE
    )
    for other in unit.session.scalars(statement):
        before = _state(other)
        other.status, other.updated_at = RuleSetStatus.AVAILABLE, unit.now()
        unit.session.flush()  # before the other is in force: there is at most one
        _note(unit, "rule_set.status_changed", other, before)


def _say(unit: Unit, rule_set: RuleSet, document: RuleSetDocument) -> None:
    data = document_data(document)
    rule_set.name, rule_set.based_on = document.name, document.based_on
    rule_set.revision += 1
    rule_set.updated_at = unit.now()
    unit.session.flush()
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    unit.session.add(
        RuleSetRevision(
            id=new_id(),
            rule_set_id=rule_set.id,
            number=rule_set.revision,
            document=data,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            created_at=unit.now(),
            created_by=unit.actor.user_id,
            created_by_name=unit.actor.name,
        )
    )
    unit.session.flush()


def _state(rule_set: RuleSet) -> dict[str, Any]:
    names = ("code", "name", "based_on", "status", "revision")
    return {name: getattr(rule_set, name) for name in names}


def _note(unit: Unit, action: str, rule_set: RuleSet, before: dict[str, Any] | None) -> None:
    place = rule_set.organization_id
    unit.note(Change(action, "rule_set", rule_set.id, place, before, _state(rule_set)))
