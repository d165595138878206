"""The four steps of one meeting, and their states for the meetings of a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import Row, Select, func, select

from app.core.pagination import Order, PageParameters
from app.core.schemas import Model
from app.core.uow import Actor, UnitOfWork
from app.items.models import Item
from app.items.queries import may_see
from app.items.rules import ItemKind, Status
from app.meeting_steps.filing import FilingRead, filing_payload, find_filing
from app.meeting_steps.guidance import GuidanceRead, guidance_of
from app.meeting_steps.models import Filing, Guidance, Publication, QualityReview
from app.meeting_steps.publication import read_latest, state_on
from app.meeting_steps.queries import get_meeting
from app.meeting_steps.review import QualityReviewRead, review_payload
from app.meeting_steps.rules import (
    FilingState,
    FilingStatus,
    PublicationState,
    ReviewGrade,
    ReviewState,
    filing_status,
    grade_of,
)
from app.meeting_steps.schemas import PublicationRead, as_payload
from app.meetings.rules import MeetingType
from app.organizations.models import Organization
from app.organizations.queries import within


class MeetingField(Model):
    """The meeting that the steps belong to."""

    meeting_id: UUID
    type: MeetingType
    title: str
    organization_id: UUID
    organization_name: str
    status: Status
    planned_on: date | None
    happened_on: date | None


class MeetingStepsRead(MeetingField):
    """All four steps of one meeting."""

    filing: Annotated[FilingRead | None, Field(description="报备")]
    publication: Annotated[PublicationRead | None, Field(description="最近一次公示")]
    guidance: Annotated[list[GuidanceRead], Field(description="列席指导意见")]
    review: Annotated[QualityReviewRead | None, Field(description="最后确认的质量评估，不含草稿")]


class MeetingStepsRow(MeetingField):
    """One meeting of a year, with where each step is."""

    filing: Annotated[FilingStatus, Field(description="报备：按时、迟报、未报备等")]
    publication: Annotated[PublicationState, Field(description="最近一次公示的状态")]
    shown_until: Annotated[date | None, Field(description="最近一次公示的截止日")]
    guidance_count: Annotated[int, Field(description="列席指导意见条数")]
    score: Annotated[int | None, Field(description="最后确认的质量评估得分")]
    grade: Annotated[ReviewGrade | None, Field(description="等次")]


class MeetingStepsFilters(PageParameters):
    """Filters of the year's list."""

    year: Annotated[
        int,
        Field(
            ge=1921, le=2199, description="年度：按召开日期，未召开的按计划日期", examples=[2018]
        ),
    ]
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False


def steps_of(uow: UnitOfWork, meeting_id: UUID) -> MeetingStepsRead:
    """Return all four steps of a meeting that the actor may see; raises ``NotFound``."""
    meeting = get_meeting(uow, meeting_id)
    filing = find_filing(uow, meeting)
    newest = next(reversed(uow.session.scalars(_confirmed([meeting.id])).all()), None)
    return as_payload(
        MeetingStepsRead,
        meeting,
        meeting_id=meeting.id,
        organization_name=meeting.organization.name,
        filing=filing_payload(filing, meeting) if filing else None,
        publication=read_latest(uow, meeting.id),
        guidance=guidance_of(uow, meeting),
        review=review_payload(newest, meeting) if newest else None,
    )


def _confirmed(meeting_ids: Sequence[UUID]) -> Select[QualityReview]:
    """Select confirmed reviews, the newest of a meeting last: it is the one that counts."""
    return (
        select(QualityReview)
        .where(
            QualityReview.meeting_id.in_(meeting_ids), QualityReview.state == ReviewState.CONFIRMED
        )
        .order_by(QualityReview.confirmed_at, QualityReview.id)
    )


@dataclass(frozen=True, slots=True)
class _Steps:
    """The newest rows of steps, the numbers of guidance and the scores, each by meeting."""

    filings: Mapping[UUID, Any]
    publications: Mapping[UUID, Any]
    guidance: Mapping[UUID, int]
    scores: Mapping[UUID, int]


BY_DAY = Order(Item.__table__.c.day, Item.__table__.c.id, descending=False)


def meetings_of(
    actor: Actor, organization: Organization, filters: MeetingStepsFilters
) -> Select[Any]:
    """Select a year's meetings that were not cancelled, to be read ``BY_DAY``."""
    columns: tuple[Any, ...] = (
        Item.id,
        Item.day.label("key"),
        Item.type,
        Item.title,
        Item.organization_id,
        Organization.name.label("organization_name"),
        Item.status,
        Item.planned_on,
        Item.happened_on,
    )
    return (
        select(*columns)
        .join(Organization, Organization.id == Item.organization_id)
        .where(
            may_see(actor),
            Item.deleted_at.is_(None),
            Item.kind == ItemKind.MEETING,
            Item.status != Status.CANCELLED,
            Item.day >= date(filters.year, 1, 1),
            Item.day <= date(filters.year, 12, 31),
            within(Item.organization_id, [organization.id])
            if filters.include_descendants
            else Item.organization_id == organization.id,
        )
    )


def with_steps(
    uow: UnitOfWork, organization: Organization, meetings: Sequence[Row[Any]]
) -> list[MeetingStepsRow]:
    """Return rows of ``meetings_of`` with where their steps are today; four statements."""
    steps, today = _load(uow, [row.id for row in meetings]), uow.today(organization.time_zone)
    return [_row(row, steps, today) for row in meetings]


def _load(uow: UnitOfWork, meeting_ids: Sequence[UUID]) -> _Steps:
    filings = select(
        Filing.meeting_id, Filing.state, Filing.filed_on, Filing.planned_on, Filing.lead_days
    ).where(Filing.meeting_id.in_(meeting_ids))
    publications = (
        select(
            Publication.meeting_id,
            Publication.starts_on,
            Publication.ends_on,
            Publication.withdrawn_on,
        )
        .where(Publication.meeting_id.in_(meeting_ids))
        .order_by(Publication.sequence)
    )
    guidance = (
        select(Guidance.meeting_id, func.count().label("rows"))
        .where(Guidance.meeting_id.in_(meeting_ids))
        .group_by(Guidance.meeting_id)
    )
    reviews = _confirmed(meeting_ids).with_only_columns(
        QualityReview.meeting_id, QualityReview.scores
    )
    execute = uow.session.execute
    return _Steps(
        filings={row.meeting_id: row for row in execute(filings)},
        publications={row.meeting_id: row for row in execute(publications)},
        guidance={row.meeting_id: row.rows for row in execute(guidance)},
        scores={
            row.meeting_id: sum(score["points"] for score in row.scores) for row in execute(reviews)
        },
    )


def _row(row: Row[Any], steps: _Steps, today: date) -> MeetingStepsRow:
    filing, publication = steps.filings.get(row.id), steps.publications.get(row.id)
    score = steps.scores.get(row.id)
    return as_payload(
        MeetingStepsRow,
        row,
        meeting_id=row.id,
        filing=_filing_status(filing),
        publication=state_on(publication, today) if publication else PublicationState.NOT_PUBLISHED,
        shown_until=publication.ends_on if publication else None,
        guidance_count=steps.guidance.get(row.id, 0),
        score=score,
        grade=None if score is None else grade_of(score),
    )


def _filing_status(filing: Row[Any] | None) -> FilingStatus:
    if filing is None:
        return FilingStatus.NOT_FILED
    state = FilingState(filing.state)
    return filing_status(state, filing.filed_on, filing.planned_on, filing.lead_days)
