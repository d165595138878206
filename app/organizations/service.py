"""Create, rename, correct and move organisations; keep the roster of members."""

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
from app.organizations.rules import ALLOWED_CHILDREN, Membership, OrganizationKind
from app.organizations.schemas import MemberWrite, OrganizationWrite

_ORGANIZATION = Trail("organization", tuple(OrganizationWrite.model_fields), owner="id")
_MEMBER = Trail("member", ("id", "organization_id", *MemberWrite.model_fields, "created_at"))


def create_organization(
    uow: UnitOfWork, payload: OrganizationWrite, *, time_zone: str
) -> Organization:
    """Create an organisation below a parent that the actor manages.

    Raises:
        NotFound: there is no such parent in the actor's sight.
        Forbidden: no parent is named, or the actor does not manage it.
        KindNotAllowedHere: the parent's kind does not take this kind.
        NameTaken: a sibling has the name.
        ValidationFailed: a date lies before the founding, or a zone is given.
    """
    if payload.parent_id is None:
        raise Forbidden("根组织由系统管理员在命令行创建；请填写上级党组织。")
    queries.require(uow, Permission.MANAGE_ORGANIZATIONS, payload.parent_id)
    if payload.time_zone is not None:
        raise _zone_of_child()
    parent = uow.session.get_one(Organization, payload.parent_id)
    return add_organization(uow, payload, parent, time_zone=time_zone)


def add_organization(
    uow: UnitOfWork, payload: OrganizationWrite, parent: Organization | None, *, time_zone: str
) -> Organization:
    """Add an organisation to the tree; the caller has checked the right to do so.

    ``time_zone`` is that of a root whose payload names none; below it the parent's holds.

    Raises:
        KindNotAllowedHere: the parent's kind does not take this kind.
        NameTaken: a sibling has the name.
        ValidationFailed: a date lies before the founding.
    """
    _check_kind(parent, payload.kind)
    parent_id, organization_id = parent.id if parent else None, new_id()
    _check_name(uow.session, parent_id, payload.name)
    organization = Organization(
        id=organization_id,
        parent_id=parent_id,
        root_id=parent.root_id if parent else organization_id,
        time_zone=parent.time_zone if parent else payload.time_zone or time_zone,
        created_at=uow.now(),
        **payload.model_dump(exclude={"parent_id", "time_zone"}),
    )
    _check_dates(organization)
    uow.session.add(organization)
    uow.session.flush()
    _add_ancestors(uow.session, organization)
    _begin_period(uow, organization)
    _ORGANIZATION.note(uow, "organization.founded", organization)
    return organization


def _check_kind(parent: Organization | None, kind: OrganizationKind) -> None:
    if parent and kind not in ALLOWED_CHILDREN[OrganizationKind(parent.kind)]:
        above, below = OrganizationKind(parent.kind).label, kind.label
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


def _add_ancestors(session: Session, organization: Organization) -> None:
    above = select(OrganizationAncestor.ancestor_id, OrganizationAncestor.distance).where(
        OrganizationAncestor.descendant_id == organization.parent_id
    )
    ancestors = [(row.ancestor_id, row.distance + 1) for row in session.execute(above)]
    rows = [
        {"descendant_id": organization.id, "ancestor_id": ancestor_id, "distance": distance}
        for ancestor_id, distance in [(organization.id, 0), *ancestors]
    ]
    session.execute(insert(OrganizationAncestor), rows)


def _begin_period(uow: UnitOfWork, organization: Organization) -> None:
    """End the period of the former name and parent, and begin that of the present ones."""
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
    """Rename an organisation or correct its dates; a root's zone holds for its whole tree.

    Raises:
        NameTaken: a sibling has the name.
        ValidationFailed: a date lies before the founding, or a child is given a zone.
    """
    queries.require(uow, Permission.MANAGE_ORGANIZATIONS, organization.id)
    before = _ORGANIZATION.state(organization)
    payload = patched(OrganizationWrite.model_validate(organization), patch)
    if payload.name != organization.name:
        _check_name(uow.session, organization.parent_id, payload.name)
    if "time_zone" in patch.model_fields_set:
        _change_zone(uow.session, organization, payload.time_zone)
    write_fields(organization, payload)
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
    """Move an organisation and all below it to another parent of the same tree.

    Raises:
        MoveNotAllowed: it is a root, or the parent lies below it or in another tree.
        KindNotAllowedHere: the parent's kind does not take its kind.
        NameTaken: an organisation below the parent has its name.
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
    _replace_ancestors(session, moved, organization)
    _begin_period(uow, organization)
    _ORGANIZATION.note(uow, "organization.moved", organization, before)


def _replace_ancestors(session: Session, moved: set[UUID], organization: Organization) -> None:
    """Give the moved organisation, and all below it, the ancestors of its new parent."""
    session.execute(
        delete(OrganizationAncestor).where(
            OrganizationAncestor.descendant_id.in_(moved),
            OrganizationAncestor.ancestor_id.not_in(moved),
        )
    )
    above, below = aliased(OrganizationAncestor), aliased(OrganizationAncestor)
    rows = (
        select(below.descendant_id, above.ancestor_id, above.distance + below.distance + literal(1))
        .select_from(above)
        .join(below, true())
        .where(above.descendant_id == organization.parent_id, below.ancestor_id == organization.id)
    )
    columns = ["descendant_id", "ancestor_id", "distance"]
    session.execute(insert(OrganizationAncestor).from_select(columns, rows))


def add_member(uow: UnitOfWork, organization_id: UUID, payload: MemberWrite) -> Member:
    """Add a member to an organisation's roster.

    Raises:
        MembershipNotAllowed: a probationary member is given a vote.
        ValidationFailed: the member left before joining.
    """
    queries.require(uow, Permission.WRITE, organization_id)
    member = Member(
        id=new_id(),
        organization_id=organization_id,
        created_at=uow.now(),
        **payload.model_dump(exclude={"votes"}),
        votes=_has_vote(payload),
    )
    _check_member(member)
    uow.session.add(member)
    uow.session.flush()
    _MEMBER.note(uow, "member.enrolled", member)
    return member


def _has_vote(payload: MemberWrite) -> bool:
    return payload.membership == Membership.FULL_MEMBER if payload.votes is None else payload.votes


def _check_member(member: Member) -> None:
    if member.votes and member.membership != Membership.FULL_MEMBER:
        raise MembershipNotAllowed("预备党员没有表决权。")
    if member.left_on and member.left_on < member.joined_on:
        raise ValidationFailed.at("#/left_on", "before_joining", "转出日期不能早于转入日期")


def get_member(uow: UnitOfWork, member_id: UUID) -> Member:
    """Return a member whom the actor may see, or raise NotFound."""
    statement = queries.members_visible_to(uow.actor).where(Member.id == member_id)
    return uow.get_or_404(statement, "没有这名党员，或您无权查看。")


def correct_member(uow: UnitOfWork, member: Member, patch: Model) -> None:
    """Correct a member's entry; who leaves gets ``left_on`` and is never deleted.

    Raises:
        MembershipNotAllowed: a probationary member is given a vote.
        ValidationFailed: the member left before joining.
    """
    queries.require(uow, Permission.WRITE, member.organization_id)
    before = _MEMBER.state(member)
    payload = patched(MemberWrite.model_validate(member), patch)
    sent = patch.model_fields_set
    if "membership" in sent and "votes" not in sent:
        payload.votes = None  # the new membership decides
    write_fields(member, payload)
    member.votes = _has_vote(payload)
    _check_member(member)
    uow.session.flush()
    _MEMBER.note(uow, "member.corrected", member, before)
