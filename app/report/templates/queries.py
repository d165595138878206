"""Which style template applies: the nearest one above, counted from the organisation itself."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.unit import Unit
from app.evidence.storage import Storage
from app.organizations.models import Organization, OrganizationAncestor
from app.report.templates.models import ReportTemplate, ReportTemplateRevision


@dataclass(frozen=True, slots=True)
class Applied:
    """A template in use, its newest file, and whose it is."""

    template: ReportTemplate
    revision: ReportTemplateRevision
    organization: Organization


def own_template(unit: Unit, organization_id: UUID) -> ReportTemplate | None:
    """An organisation's own template, also one that was taken back."""
    statement = select(ReportTemplate).where(ReportTemplate.organization_id == organization_id)
    return unit.session.scalars(statement).one_or_none()


def applied_template(unit: Unit, organization_id: UUID) -> Applied | None:
    """The template in use for an organisation; None when the shipped styles apply.

    The caller has made sure that the actor may see the organisation: like rules, the styles of
    those above apply below and are shown there.
    """
    above = OrganizationAncestor
    statement = (
        select(ReportTemplate, ReportTemplateRevision, Organization)
        .join(
            ReportTemplateRevision,
            (ReportTemplateRevision.template_id == ReportTemplate.id)
            & (ReportTemplateRevision.number == ReportTemplate.newest),
        )
        .join(Organization, Organization.id == ReportTemplate.organization_id)
        .join(above, above.ancestor_id == ReportTemplate.organization_id)
        .where(above.descendant_id == organization_id, ReportTemplate.in_use.is_(True))
        .order_by(above.distance)
        .limit(1)
    )
    row = unit.session.execute(statement).one_or_none()
    return Applied(row[0], row[1], row[2]) if row else None


def kept_revision(unit: Unit, revision_id: UUID) -> ReportTemplateRevision | None:
    """One file by its id: a finalised report names the one that it was written with."""
    return unit.session.get(ReportTemplateRevision, revision_id)


def styles_of(unit: Unit, organization_id: UUID, storage: Storage) -> bytes | None:
    """The bytes of the template in use for an organisation; None when the shipped styles apply."""
    applied = applied_template(unit, organization_id)
    return content_of(storage, applied.revision) if applied else None


def content_of(storage: Storage, revision: ReportTemplateRevision) -> bytes:
    """A template's bytes, as `to_word` takes them."""
    return b"".join(storage.open(revision.storage_key))
