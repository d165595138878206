"""Reading publications; every read starts from what the actor may see."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.core.actor import Actor, Permission
from app.core.errors import existing
from app.core.pagination import Cursors, Order, Page
from app.core.unit import Unit
from app.items.models import Item
from app.items.queries import may_see
from app.meeting_steps.models import Objection, Publication
from app.meeting_steps.publication.schemas import PublicationFilters, PublicationRead
from app.meeting_steps.queries import page_by_day
from app.meeting_steps.rules import publication_state
from app.meeting_steps.schemas import shown
from app.organizations.models import Organization
from app.organizations.queries import reaches, within


def visible_to(actor: Actor) -> Select[Any]:
    """Publications in sight, each with what its payload needs beside its own row."""
    unanswered = (
        select(func.count())
        .where(Objection.publication_id == Publication.id, Objection.answer.is_(None))
        .correlate(Publication)
        .scalar_subquery()
    )
    columns = (
        Publication,
        Publication.ends_on.label("key"),
        Publication.id.label("id"),
        Item.version.label("now_version"),
        Organization.name.label("place"),
        Organization.time_zone.label("zone"),
        unanswered.label("unanswered"),
    )
    return (
        select(*columns)
        .join(Item, Item.id == Publication.meeting_id)
        .join(Organization, Organization.id == Publication.organization_id)
        .where(may_see(actor), Item.deleted_at.is_(None))
    )


def present(row: Row[Any], day: date) -> PublicationRead:
    """A row of ``visible_to`` as it is returned; its state is that of ``day``."""
    publication: Publication = row.Publication
    state = publication_state(
        publication.starts_on, publication.ends_on, publication.withdrawn_on, day
    )
    return shown(
        PublicationRead,
        publication,
        organization_name=row.place,
        state=state,
        record=None if publication.withdrawn_on else publication.record,
        changed_since=row.now_version != publication.record_version,
        unanswered_objections=row.unanswered,
    )


def read_publication(unit: Unit, publication_id: UUID) -> PublicationRead:
    """A publication as it is today, or NotFound."""
    return _read(unit, Publication.id == publication_id)


def _read(unit: Unit, wanted: ColumnElement[bool]) -> PublicationRead:
    row = unit.session.execute(visible_to(unit.actor).where(wanted)).one_or_none()
    row = existing(row, "没有这条公示，或您无权查看。")
    return present(row, unit.today(row.zone))


def latest_of(unit: Unit, meeting_id: UUID) -> Publication | None:
    """The newest publication of a meeting that the actor may see."""
    statement = select(Publication).where(Publication.meeting_id == meeting_id)
    return unit.session.scalars(statement.order_by(Publication.sequence.desc()).limit(1)).first()


def read_latest(unit: Unit, meeting_id: UUID) -> PublicationRead | None:
    """The newest publication of a meeting as it is today, if there is one."""
    statement = visible_to(unit.actor).where(Publication.meeting_id == meeting_id)
    row = unit.session.execute(statement.order_by(Publication.sequence.desc()).limit(1)).first()
    return present(row, unit.today(row.zone)) if row else None


def shown_on(
    unit: Unit, organization: Organization, filters: PublicationFilters, cursors: Cursors
) -> tuple[Page, Iterable[PublicationRead]]:
    """What an organisation has on show on a day, the first to end first; one statement."""
    day = filters.as_of or unit.today(organization.time_zone)
    statement = visible_to(unit.actor).where(
        Publication.ends_on >= day,
        Publication.starts_on <= day,
        Publication.withdrawn_on.is_(None) | (Publication.withdrawn_on > day),
        within(Publication.organization_id, [organization.id])
        if filters.include_descendants
        else Publication.organization_id == organization.id,
    )
    columns = Publication.__table__.c
    order = Order(columns.ends_on, columns.id, descending=False)
    name = f"publications:{organization.id}"
    page = page_by_day(unit.session, statement, order, filters, cursors, name)
    return page, [present(row, day) for row in page.rows]


def objections_to(unit: Unit, publication: Publication) -> Select[Objection]:
    """The objections that the actor may read: the publisher's side all, others their own."""
    statement = select(Objection).where(Objection.publication_id == publication.id)
    place = publication.organization_id
    handles = any(
        reaches(unit.session, unit.actor, permission, place)
        for permission in (Permission.WRITE, Permission.REVIEW)
    )
    return statement if handles else statement.where(Objection.raised_by == unit.actor.user_id)


def get_objection(unit: Unit, publication: Publication, objection_id: UUID) -> Objection:
    """One objection that the actor may read, or NotFound."""
    statement = objections_to(unit, publication).where(Objection.id == objection_id)
    return unit.get_or_404(statement, "没有这条意见，或您无权查看。")
