"""The verbs of style templates: put one into use, take it back."""

from typing import Any
from uuid import UUID

from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import NotFound, existing
from app.core.ids import new_id
from app.core.unit import Unit
from app.core.versions import expect_version
from app.evidence.uploads import StoredFile
from app.organizations.queries import require
from app.report.templates.models import ReportTemplate, ReportTemplateRevision
from app.report.templates.queries import Applied, applied_template, own_template

_TRAIL = Trail("report_template")
NONE_HERE = "没有上传样式模板，现用系统自带的公文样式。"


def template_to_change(
    unit: Unit, organization_id: UUID, if_match: str | None
) -> ReportTemplate | None:
    """The organisation's own template, if it has or had one, ready to be changed.

    Raises:
        NotFound, Forbidden: the actor does not see the organisation, or may not write there.
        PreconditionRequired, VersionMismatch: one is in use, and this is not its version.
    """
    require(unit, Permission.WRITE, organization_id)
    template = own_template(unit, organization_id)
    if template is not None and template.in_use:
        expect_version(template.version, if_match)
    return template


def put_template(
    unit: Unit,
    organization_id: UUID,
    if_match: str | None,
    file: StoredFile,
    missing_styles: list[str],
) -> None:
    """Put a template into use; earlier files are kept. Raises as `template_to_change`."""
    template = template_to_change(unit, organization_id, if_match)
    before = _facts(unit, template)
    if template is None:
        template = ReportTemplate(
            id=new_id(), organization_id=organization_id, newest=1, in_use=True
        )
        unit.session.add(template)
    else:
        template.newest += 1
        template.in_use = True
    unit.session.flush()
    revision = ReportTemplateRevision(
        id=new_id(),
        template_id=template.id,
        number=template.newest,
        filename=file.filename,
        size=file.size,
        sha256=file.sha256,
        storage_key=file.key,
        missing_styles=missing_styles,
        uploaded_at=unit.now(),
        uploaded_by=unit.actor.user_id,
        uploaded_by_name=unit.actor.name,
    )
    unit.session.add(revision)
    unit.session.flush()
    _TRAIL.note_as(unit, "report_template.put", template, before, _facts(unit, template))


def take_back(unit: Unit, organization_id: UUID, if_match: str | None) -> None:
    """Take the organisation's own template out of use; its files are kept.

    Raises:
        NotFound: it has none in use; and as `template_to_change`.
    """
    template = template_to_change(unit, organization_id, if_match)
    if template is None or not template.in_use:
        raise NotFound("本组织没有上传样式模板。")
    before = _facts(unit, template)
    template.in_use = False
    unit.session.flush()
    _TRAIL.note_as(unit, "report_template.removed", template, before, None)


def read_template(unit: Unit, organization_id: UUID) -> Applied:
    """The template that applies to an organisation.

    Raises:
        NotFound: none was uploaded here or above, or the organisation is out of sight.
    """
    require(unit, Permission.READ, organization_id)
    return existing(applied_template(unit, organization_id), NONE_HERE)


def _facts(unit: Unit, template: ReportTemplate | None) -> dict[str, Any] | None:
    """What the trail says of a template in use."""
    if template is None or not template.in_use:
        return None
    applied = applied_template(unit, template.organization_id)
    if applied is None:
        return None
    file = applied.revision
    return {
        "number": file.number,
        "filename": file.filename,
        "size": file.size,
        "sha256": file.sha256,
    }
