"""The tree's verbs: found, rename, correct, move, and keep the roster."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, literal, select, true, update
from sqlalchemy.orm import Session, aliased

from app.core.audit import Trail
from app.core.changes import patched, write_fields
from app.core.errors import Forbidden, ValidationFailed
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Permission, UnitOfWork
from app.organizations import queries
from app.organizations.errors import (
    KindNotAllowedHere,
    MembershipNotAllowed,
    MoveNotAllowed,
    NameTaken,
)
from app.organizations.models import Member, Organization, OrganizationAncestor, OrganizationPeriod
from app.organizations.rules import ALLOWED_CHILDREN, KIND_LABELS, Membership, OrganizationKind
from app.organizations.schemas import MemberWrite, OrganizationWrite

_ORGANIZATION = Trail("organization", tuple(OrganizationWrite.model_fields), owner="id")
_MEMBER = Trail(
    "member",
    (
        *("id", "organization_id", "name", "membership", "post", "votes"),
        *("joined_on", "left_on", "created_at"),
    ),
)


def create_organization(
    uow: UnitOfWork, wish: OrganizationWrite, *, time_zone: str
) -> Organization:
    """Create an organisation below a parent that the actor manages.

    Raises:
        NotFound: there is no such parent in the actor's sight.
        KindNotAllowedHere: the kinds do not fit.
        NameTaken: a sibling bears the name.
    """
    if wish.parent_id is None:
        raise Forbidden("根组织由系统管理员在命令行创建；请填写上级党组织。")
    queries.require(uow, Permission.MANAGE_ORGANIZATIONS, wish.parent_id)
    if wish.time_zone is not None:
        raise _zone_of_child()
    parent = uow.session.get_one(Organization, wish.parent_id)
    return add_organization(uow, wish, parent, time_zone=time_zone)


def add_organization(
    uow: UnitOfWork, wish: OrganizationWrite, parent: Organization | None, *, time_zone: str
) -> Organization:
    """Put an organisation into the tree; the caller has checked the right to do so."""
    _check_kind(parent, wish.kind)
    _check_name(uow.session, parent.id if parent else None, wish.name)
    identifier = new_id()
    organization = Organization(
        id=identifier,
        parent_id=parent.id if parent else None,
        root_id=parent.root_id if parent else identifier,
        kind=wish.kind,
        name=wish.name,
        time_zone=parent.time_zone if parent else wish.time_zone or time_zone,
        founded_on=wish.founded_on,
        last_election_on=wish.last_election_on,
        dissolved_on=wish.dissolved_on,
        created_at=uow.now(),
    )
    _check_dates(organization)
    uow.session.add(organization)
    uow.session.flush()
    _link(uow.session, identifier, organization.parent_id)
    _begin_period(uow, organization)
    _ORGANIZATION.note(uow, "organization.founded", organization)
    return organization


def _check_kind(parent: Organization | None, kind: OrganizationKind) -> None:
    if parent and kind not in ALLOWED_CHILDREN[OrganizationKind(parent.kind)]:
        above, below = KIND_LABELS[OrganizationKind(parent.kind)], KIND_LABELS[kind]
        raise KindNotAllowedHere(f"{above}之下不能设{below}，请核对组织类型或上级组织。")


def _check_name(session: Session, parent_id: UUID | None, name: str) -> None:
    taken = select(Organization.id).where(
        Organization.parent_id.is_not_distinct_from(parent_id), Organization.name == name
    )
    if session.execute(taken).first():
        raise NameTaken("同一上级之下已有同名组织，请换一个名称。")


def _check_dates(organization: Organization) -> None:
    founded = organization.founded_on
    for field in ("last_election_on", "dissolved_on"):
        value = getattr(organization, field)
        if founded and value and value < founded:
            raise ValidationFailed.at(f"#/{field}", "before_founding", "不能早于成立日期")


def _zone_of_child() -> ValidationFailed:
    return ValidationFailed.at("#/time_zone", "time_zone_of_child", "时区随根组织，请在根组织设置")


def _link(session: Session, identifier: UUID, parent_id: UUID | None) -> None:
    rows: list[dict[str, Any]] = [
        {"descendant_id": identifier, "ancestor_id": identifier, "distance": 0}
    ]
    if parent_id:
        above = select(OrganizationAncestor.ancestor_id, OrganizationAncestor.distance).where(
            OrganizationAncestor.descendant_id == parent_id
        )
        rows += [
            {"descendant_id": identifier, "ancestor_id": ancestor, "distance": distance + 1}
            for ancestor, distance in session.execute(above)
        ]
    session.execute(insert(OrganizationAncestor), rows)


def _begin_period(uow: UnitOfWork, organization: Organization) -> None:
    current = update(OrganizationPeriod).where(
        OrganizationPeriod.organization_id == organization.id,
        OrganizationPeriod.valid_until.is_(None),
    )
    uow.session.execute(current.values(valid_until=uow.now()))
    uow.session.add(
        OrganizationPeriod(
            id=new_id(),
            organization_id=organization.id,
            name=organization.name,
            parent_id=organization.parent_id,
            valid_from=uow.now(),
            valid_until=None,
        )
    )


def correct_organization(uow: UnitOfWork, organization: Organization, patch: Model) -> None:
    """Rename an organisation or correct its dates; the root's zone is its whole tree's zone."""
    queries.require(uow, Permission.MANAGE_ORGANIZATIONS, organization.id)
    before = _ORGANIZATION.state(organization)
    wish = patched(OrganizationWrite.model_validate(organization), patch)
    if wish.name != organization.name:
        _check_name(uow.session, organization.parent_id, wish.name)
    if "time_zone" in patch.model_fields_set:
        _change_zone(uow.session, organization, wish.time_zone)
    write_fields(organization, wish)
    _check_dates(organization)
    uow.session.flush()
    if organization.name != before["name"]:
        _begin_period(uow, organization)
    _ORGANIZATION.note(uow, "organization.corrected", organization, before)


def _change_zone(session: Session, organization: Organization, zone: str | None) -> None:
    if organization.parent_id is not None:
        raise _zone_of_child()
    if zone is None:
        raise ValidationFailed.at("#/time_zone", "none_required", "根组织必须有时区")
    organization.time_zone = zone
    tree = update(Organization).where(
        Organization.root_id == organization.id, Organization.id != organization.id
    )
    session.execute(tree.values(time_zone=zone), execution_options={"synchronize_session": "fetch"})


def move_organization(uow: UnitOfWork, organization: Organization, parent_id: UUID) -> None:
    """Hang an organisation and all below it under another parent of the same tree.

    Raises:
        MoveNotAllowed: it is a root, the target lies below it, or belongs to another tree.
    """
    queries.require(uow, Permission.MANAGE_ORGANIZATIONS, organization.id)
    queries.require(uow, Permission.MANAGE_ORGANIZATIONS, parent_id)
    session = uow.session
    parent = session.get_one(Organization, parent_id)
    if organization.parent_id is None or parent.root_id != organization.root_id:
        raise MoveNotAllowed("只能在同一棵组织树内移动，根组织不能移动。")
    below = select(OrganizationAncestor.descendant_id).where(
        OrganizationAncestor.ancestor_id == organization.id
    )
    moved = set(session.scalars(below))
    if parent_id in moved:
        raise MoveNotAllowed("不能移动到自己或自己的下级之下。")
    _check_kind(parent, OrganizationKind(organization.kind))
    if parent_id != organization.parent_id:
        _check_name(session, parent_id, organization.name)
    before = _ORGANIZATION.state(organization)
    organization.parent_id = parent_id
    session.flush()
    _relink(session, moved, organization.id, parent_id)
    _begin_period(uow, organization)
    _ORGANIZATION.note(uow, "organization.moved", organization, before)


def _relink(session: Session, moved: set[UUID], top: UUID, parent_id: UUID) -> None:
    session.execute(
        delete(OrganizationAncestor).where(
            OrganizationAncestor.descendant_id.in_(moved),
            OrganizationAncestor.ancestor_id.not_in(moved),
        )
    )
    above, inside = aliased(OrganizationAncestor), aliased(OrganizationAncestor)
    pairs = (
        select(
            inside.descendant_id, above.ancestor_id, above.distance + inside.distance + literal(1)
        )
        .select_from(above)
        .join(inside, true())
    )
    pairs = pairs.where(above.descendant_id == parent_id, inside.ancestor_id == top)
    session.execute(
        insert(OrganizationAncestor).from_select(
            ["descendant_id", "ancestor_id", "distance"], pairs
        )
    )


def add_member(uow: UnitOfWork, organization_id: UUID, wish: MemberWrite) -> Member:
    """Put a member on an organisation's roster."""
    queries.require(uow, Permission.WRITE, organization_id)
    member = Member(
        id=new_id(),
        organization_id=organization_id,
        created_at=uow.now(),
        **wish.model_dump(exclude={"votes"}),
        votes=_votes(wish),
    )
    _check_member(member)
    uow.session.add(member)
    uow.session.flush()
    _MEMBER.note(uow, "member.enrolled", member)
    return member


def _votes(wish: MemberWrite) -> bool:
    return wish.membership == Membership.FULL_MEMBER if wish.votes is None else wish.votes


def _check_member(member: Member) -> None:
    if member.votes and member.membership != Membership.FULL_MEMBER:
        raise MembershipNotAllowed("预备党员没有表决权。")
    if member.left_on and member.left_on < member.joined_on:
        raise ValidationFailed.at("#/left_on", "before_joining", "转出日期不能早于转入日期")


def get_member(uow: UnitOfWork, member_id: UUID) -> Member:
    """A member whom the actor may see, or NotFound."""
    statement = queries.members_visible_to(uow.actor).where(Member.id == member_id)
    return uow.get_or_404(statement, "没有这名党员，或您无权查看。")


def correct_member(uow: UnitOfWork, member: Member, patch: Model) -> None:
    """Correct a member's entry; leaving is an entry of ``left_on``, never a deletion."""
    queries.require(uow, Permission.WRITE, member.organization_id)
    before = _MEMBER.state(member)
    wish = patched(MemberWrite.model_validate(member), patch)
    sent = patch.model_fields_set
    if "membership" in sent and "votes" not in sent:
        wish.votes = None
    write_fields(member, wish)
    member.votes = _votes(wish)
    _check_member(member)
    uow.session.flush()
    _MEMBER.note(uow, "member.corrected", member, before)
