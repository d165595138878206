"""Reading lists, lines and what falls due; every read starts from what the actor may see."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from app.checklist.models import Duty, DutyList, ListAmendment, Occurrence
from app.checklist.rules import ListStatus
from app.checklist.schemas import (
    AmendmentRead,
    DutyListRead,
    DutyListSummary,
    DutyRead,
    ListFilters,
)
from app.core.errors import ValidationFailed, existing
from app.core.uow import Actor, Permission, UnitOfWork
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import require, within
from app.organizations.rules import OrganizationKind
from app.rulesets.resolution import as_cited_in


def visible_to(actor: Actor) -> Select[DutyList]:
    """Select the lists that the actor may read."""
    return select(DutyList).where(within(DutyList.organization_id, actor.roots(Permission.READ)))


def get_list(uow: UnitOfWork, list_id: UUID, *, lock: bool = False) -> DutyList:
    """Read a list in the actor's sight, or NotFound; locked to generate from it."""
    statement = visible_to(uow.actor).where(DutyList.id == list_id)
    return uow.get_or_404(statement, "没有这份责任清单，或您无权查看。", lock=lock)


def get_duty(uow: UnitOfWork, duty_id: UUID) -> tuple[Duty, DutyList]:
    """Read a line and its list, or NotFound."""
    statement = (
        select(Duty, DutyList)
        .join(DutyList, DutyList.id == Duty.list_id)
        .where(
            Duty.id == duty_id, within(DutyList.organization_id, uow.actor.roots(Permission.READ))
        )
    )
    row = uow.session.execute(statement).one_or_none()
    duty, duty_list = existing(row, "没有这个责任项，或您无权查看。")
    return duty, duty_list


def get_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """Read something owed, in the actor's sight, or NotFound."""
    statement = select(Occurrence).where(
        Occurrence.id == occurrence_id,
        within(Occurrence.organization_id, uow.actor.roots(Permission.READ)),
    )
    return uow.get_or_404(statement, "没有这项责任事项，或您无权查看。")


def duties_of(list_ids: Collection[UUID]) -> Select[Duty]:
    """Select the lines of some lists, in their order."""
    statement = select(Duty).where(Duty.list_id.in_(list(list_ids)))
    return statement.order_by(Duty.list_id, Duty.position, Duty.effective_from, Duty.id)


def below(organization_id: UUID, *, include_descendants: bool) -> Select[Any]:
    """Select the ids of an organisation, or of it and all below."""
    ancestors = OrganizationAncestor
    statement = select(ancestors.descendant_id).where(ancestors.ancestor_id == organization_id)
    return statement if include_descendants else statement.where(ancestors.distance == 0)


def with_groups(organization_id: UUID, *, include_descendants: bool) -> Select[Any]:
    """Select these ids and the party groups', whose duties stand on their branch's list."""
    if include_descendants:
        return below(organization_id, include_descendants=True)
    group = and_(
        OrganizationAncestor.distance == 1, Organization.kind == OrganizationKind.PARTY_GROUP
    )
    return (
        select(OrganizationAncestor.descendant_id)
        .join(Organization, Organization.id == OrganizationAncestor.descendant_id)
        .where(
            OrganizationAncestor.ancestor_id == organization_id,
            or_(OrganizationAncestor.distance == 0, group),
        )
    )


def holders(organization_id: UUID, *, include_descendants: bool) -> Select[Organization]:
    """Select who keeps a list in scope; a group's duties stand on its branch's."""
    scope = below(organization_id, include_descendants=include_descendants)
    statement = select(Organization).where(
        Organization.id.in_(scope), Organization.kind != OrganizationKind.PARTY_GROUP
    )
    return statement.order_by(Organization.id)


def without_list(
    organization_id: UUID, year: int, *, include_descendants: bool
) -> Select[UUID, str, int]:
    """Select id, name and number of those who existed in a year and published no list of it.

    A party group's list is its branch's.
    """
    group = aliased(Organization)
    branch = select(group.parent_id).where(
        group.id == organization_id, group.kind == OrganizationKind.PARTY_GROUP
    )
    scope = below(organization_id, include_descendants=include_descendants)
    published = exists().where(
        DutyList.organization_id == Organization.id,
        DutyList.year == year,
        DutyList.status.in_([ListStatus.PUBLISHED, ListStatus.CLOSED]),
    )
    founded, dissolved = Organization.founded_on, Organization.dissolved_on
    return (
        select(Organization.id, Organization.name, func.count().over())
        .where(
            Organization.id.in_(union_all(scope, branch)),
            Organization.kind != OrganizationKind.PARTY_GROUP,
            or_(founded.is_(None), founded <= date(year, 12, 31)),
            or_(dissolved.is_(None), dissolved > date(year, 1, 1)),
            ~published,
        )
        .order_by(Organization.id)
    )


def groups_of(organization_ids: Iterable[UUID]) -> Select[Organization]:
    """Select the party groups (党小组) of some branches."""
    statement = select(Organization).where(
        Organization.parent_id.in_(list(organization_ids)),
        Organization.kind == OrganizationKind.PARTY_GROUP,
    )
    return statement.order_by(Organization.id)


def filtered(uow: UnitOfWork, filters: ListFilters) -> Select[DutyList]:
    """Select the lists that a filter asks for.

    Raises:
        NotFound: the filter names an organisation out of the actor's sight.
    """
    statement = visible_to(uow.actor)
    organization_id = filters.organization_id
    if organization_id is not None:
        require(uow, Permission.READ, organization_id, parameter="organization_id")
        scope = below(organization_id, include_descendants=filters.include_descendants)
        statement = statement.where(DutyList.organization_id.in_(scope))
    if filters.year is not None:
        statement = statement.where(DutyList.year == filters.year)
    if filters.status is not None:
        statement = statement.where(DutyList.status == filters.status)
    return statement


def summaries(uow: UnitOfWork, lists: Sequence[DutyList]) -> list[DutyListSummary]:
    """Show lists as they stand in lists of lists; two statements for any number."""
    owners = {duty_list.organization_id for duty_list in lists}
    named = select(Organization.id, Organization.name).where(Organization.id.in_(owners))
    counted = (
        select(Duty.list_id, func.count())
        .where(Duty.list_id.in_([duty_list.id for duty_list in lists]))
        .group_by(Duty.list_id)
    )
    names: dict[UUID, str] = dict(uow.session.execute(named).all())
    counts: dict[UUID, int] = dict(uow.session.execute(counted).all())
    return [
        DutyListSummary.model_validate(
            {
                **_columns(duty_list),
                "organization_name": names[duty_list.organization_id],
                "duties": counts.get(duty_list.id, 0),
            }
        )
        for duty_list in lists
    ]


def whole(uow: UnitOfWork, duty_list: DutyList) -> DutyListRead:
    """Show a list with its lines and its history."""
    (summary,) = summaries(uow, [duty_list])
    duties = uow.session.scalars(duties_of([duty_list.id]))
    amendments = select(ListAmendment).where(ListAmendment.list_id == duty_list.id)
    rows = uow.session.scalars(amendments.order_by(ListAmendment.number))
    return DutyListRead(
        **summary.model_dump(),
        items=[shown(duty) for duty in duties],
        amendments=[AmendmentRead.model_validate(row) for row in rows],
    )


def shown(duty: Duty) -> DutyRead:
    """Show a line; it cites what had come out by its list's year."""
    line = DutyRead.model_validate({**duty.content, **_columns(duty)})
    return as_cited_in(line, duty.effective_from.year)


def _columns(row: Duty | DutyList) -> dict[str, Any]:
    model = DutyRead if isinstance(row, Duty) else DutyListSummary
    return {
        name: getattr(row, name) for name in model.model_fields if name in row.__table__.columns
    }


class ScopeQuestion(Protocol):
    """A question about a year of an organisation, or of it and all below, as of a day."""

    @property
    def year(self) -> int:
        """The year whose lists are asked."""
        ...

    @property
    def as_of(self) -> date | None:
        """The day; None for the present one."""
        ...

    @property
    def include_descendants(self) -> bool:
        """Whether all below the organisation is asked for too."""
        ...


def day_in_year(uow: UnitOfWork, organization: Organization, question: ScopeQuestion) -> date:
    """Return the day asked for, else today, or the year's last day if that is past.

    Raises:
        ValidationFailed: the day lies before the year.
    """
    day = day_of(uow, organization.time_zone, question)
    return day if question.as_of else min(day, date(question.year, 12, 31))


def day_of(uow: UnitOfWork, zone: str, question: ScopeQuestion) -> date:
    """Return the day asked for, else today in a zone.

    Raises:
        ValidationFailed: the day lies before the year.
    """
    if question.as_of is None:
        return uow.today(zone)
    if question.as_of.year < question.year:
        message = f"截至日期不能早于 {question.year} 年"
        raise ValidationFailed.parameter("as_of", "as_of_before_year", message)
    return question.as_of
