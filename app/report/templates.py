"""Style templates of units' reports: the shipped one, what a file must be, which one applies."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.audit import Trail
from app.core.changes import expect_version
from app.core.errors import NotFound, existing
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.evidence.archives import (
    Archive,
    ArchiveEntry,
    ArchiveLimits,
    Budget,
    elements,
    looks_like_xml,
)
from app.evidence.errors import EvidenceRefused, Refusal
from app.evidence.storage import Storage
from app.evidence.uploads import StoredFile
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import require
from app.report.errors import TemplateRefused
from app.report.files.model import Annex, Document, DocumentParagraph, Heading, Run, Table
from app.report.files.word import to_word
from app.report.files.word_package import THEME_PART, UnusableStyleError, missing_styles, stylesheet
from app.report.files.word_styles import STYLES_PART
from app.report.models import ReportTemplate, ReportTemplateRevision

FILE_NAME = "公文样式模板.docx"
MAX_BYTES = 2_000_000
_LIMITS = ArchiveLimits(entries=200, total_bytes=20_000_000, ratio=100)
_XML_BYTES = 1_000_000
_READ_PARTS = frozenset({STYLES_PART, THEME_PART})
_ACTIVE_PART = re.compile(r"embeddings/|activex|vba|afchunk|oleobject|\.bin$|\.docx?$|\.docm$")
_FONT_PART = re.compile(r"\.(?:odttf|ttf|ttc|otf|fntdata)$|(?:^|/)fonts/")
_ACTIVE_KINDS = frozenset(
    {"aFChunk", "oleObject", "package", "control", "subDocument", "frame", "attachedTemplate"}
)
_EMBEDDED_FONTS = frozenset({"embedRegular", "embedBold", "embedItalic", "embedBoldItalic"})
_FONTS = "模板中嵌入了字体，请在 Word 的保存选项中取消“将字体嵌入文件”，再另存上传。"
_EXTERNAL = "模板引用了文件以外的内容（链接、链接的图片或上级模板），请删去后再上传。"
_ACTIVE = "模板中嵌入了其他文件或对象，请删去后再上传。"
_LARGE = "模板的样式内容过大，请删去正文和不用的样式后再上传。"
_NO_STYLES = "文件中没有样式，请用 Word 或 WPS 另存为 docx 后再上传。"
_NOT_WORD = "请上传 Word 文档（.docx）。"
_TRAIL = Trail("report_template")


@lru_cache(maxsize=1)
def shipped_template() -> bytes:
    """Return a Word file to change the styles in; its text is of no account."""
    note = "公文正文：在 Word 或 WPS 中修改各样式的字体、字号后上传，正文不会被采用。"
    return to_word(
        Document(
            title="公文标题：样式模板",
            byline="公文署名",
            salutation="公文称谓",
            body=(
                DocumentParagraph((Run(note),)),
                Heading(1, "一、公文一级标题"),
                Heading(2, "（一）公文二级标题"),
                Heading(3, "1. 公文三级标题"),
                Heading(4, "（1）公文四级标题"),
                Table("公文表题", ("公文表头", "公文表头"), (("公文表格", "公文表格"),), (1, 1)),
            ),
            signatory="公文落款",
            signed_on=date(2026, 1, 1),
            annexes=(Annex("公文附件标题", (DocumentParagraph((Run("公文正文"),)),)),),
        )
    )


def refusal(refused: EvidenceRefused) -> TemplateRefused:
    """Return what a file's refusal as evidence means for a template."""
    of_type = {Refusal.TYPE_NOT_ALLOWED, Refusal.TYPE_MISMATCH, Refusal.DECLARED_TYPE_MISMATCH}
    message = _NOT_WORD if refused.reason in of_type else refused.reason.label
    return TemplateRefused(refused.reason.value, message)


def examine(content: bytes, extension: str) -> list[str]:
    """Check a template's content and return the names of the styles that it lacks.

    Raises:
        TemplateRefused: it is no plain Word file, or its styles cannot be used.
    """
    if extension != "docx":
        raise TemplateRefused(Refusal.TYPE_NOT_ALLOWED.value, _NOT_WORD)
    try:
        archive = Archive(content, Budget(_LIMITS))
        for entry in archive.entries:
            _check_entry(archive, entry)
    except EvidenceRefused as refused:
        raise refusal(refused) from refused
    if STYLES_PART not in {entry.name for entry in archive.entries}:
        raise TemplateRefused("styles_missing", _NO_STYLES)
    try:
        stylesheet(content)
    except UnusableStyleError as error:
        message = f"样式“{error}”不是段落样式，请改名或改为段落样式后再上传。"
        raise TemplateRefused("style_unusable", message) from error
    except SyntaxError as error:  # the parser's own is one of these
        raise TemplateRefused("styles_missing", _NO_STYLES) from error
    return [style.name for style in missing_styles(content)]


def _check_entry(archive: Archive, entry: ArchiveEntry) -> None:
    name = entry.name.lower()
    if _ACTIVE_PART.search(name):
        raise TemplateRefused(Refusal.EMBEDDED_OBJECT.value, _ACTIVE)
    if _FONT_PART.search(name):
        raise TemplateRefused("embedded_fonts", _FONTS)
    content = b"".join(archive.chunks(entry))
    if entry.name in _READ_PARTS and len(content) > _XML_BYTES:
        raise TemplateRefused(Refusal.ARCHIVE_SIZE.value, _LARGE)
    if not looks_like_xml(content) and entry.name not in _READ_PARTS:
        return
    for tag, attributes in elements(content, entry.shown):
        if tag == "Relationship" and name.endswith(".rels"):
            _check_relationship(attributes)
        elif tag in {"altChunk", "object", "OLEObject", "control"}:
            raise TemplateRefused(Refusal.EMBEDDED_OBJECT.value, _ACTIVE)
        elif tag in _EMBEDDED_FONTS:
            raise TemplateRefused("embedded_fonts", _FONTS)


def _check_relationship(attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").rpartition("/")[2]
    if attributes.get("TargetMode", "").lower() == "external":
        raise TemplateRefused(Refusal.EXTERNAL_CONTENT.value, _EXTERNAL)
    if kind in _ACTIVE_KINDS:
        raise TemplateRefused(Refusal.EMBEDDED_OBJECT.value, _ACTIVE)
    if kind == "font":
        raise TemplateRefused("embedded_fonts", _FONTS)


@dataclass(frozen=True, slots=True)
class AppliedTemplate:
    """A template in use, its newest file, and whose it is."""

    template: ReportTemplate
    revision: ReportTemplateRevision
    organization: Organization


def applied_template(uow: UnitOfWork, organization_id: UUID) -> AppliedTemplate | None:
    """Return the template in use for an organisation; None when the shipped styles apply.

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
    row = uow.session.execute(statement).one_or_none()
    return AppliedTemplate(*row) if row else None


def kept_revision(uow: UnitOfWork, revision_id: UUID) -> ReportTemplateRevision | None:
    """Return one file by its id: a finalised report names the one that it was written with."""
    return uow.session.get(ReportTemplateRevision, revision_id)


def styles_of(uow: UnitOfWork, organization_id: UUID, storage: Storage) -> bytes | None:
    """Return the bytes of the template in use; None when the shipped styles apply."""
    applied = applied_template(uow, organization_id)
    return content_of(storage, applied.revision) if applied else None


def content_of(storage: Storage, revision: ReportTemplateRevision) -> bytes:
    """Return a template's bytes, as `to_word` takes them."""
    return b"".join(storage.open(revision.storage_key))


def template_to_change(
    uow: UnitOfWork, organization_id: UUID, if_match: str | None
) -> ReportTemplate | None:
    """Return the organisation's own template, if it has or had one, ready to be changed.

    Raises:
        NotFound, Forbidden: the actor does not see the organisation, or may not write there.
        PreconditionRequired, VersionMismatch: one is in use, and this is not its version.
    """
    require(uow, Permission.WRITE, organization_id)
    statement = select(ReportTemplate).where(ReportTemplate.organization_id == organization_id)
    template = uow.session.scalars(statement).one_or_none()
    if template is not None and template.in_use:
        expect_version(template.version, if_match)
    return template


def put_template(
    uow: UnitOfWork,
    organization_id: UUID,
    if_match: str | None,
    file: StoredFile,
    missing_styles: list[str],
) -> None:
    """Put a template into use; earlier files are kept. Raises as `template_to_change`."""
    template = template_to_change(uow, organization_id, if_match)
    before = _state(uow, template)
    if template is None:
        template = ReportTemplate(id=new_id(), organization_id=organization_id, newest=0)
        uow.session.add(template)
    template.newest += 1
    template.in_use = True
    uow.session.flush()
    revision = ReportTemplateRevision(
        id=new_id(),
        template_id=template.id,
        number=template.newest,
        filename=file.filename,
        size=file.size,
        sha256=file.sha256,
        storage_key=file.key,
        missing_styles=missing_styles,
        uploaded_at=uow.now(),
        uploaded_by=uow.actor.user_id,
        uploaded_by_name=uow.actor.name,
    )
    uow.session.add(revision)
    uow.session.flush()
    _TRAIL.note_as(uow, "report_template.put", template, before, _state(uow, template))


def remove_template(uow: UnitOfWork, organization_id: UUID, if_match: str | None) -> None:
    """Take the organisation's own template out of use; its files are kept.

    Raises:
        NotFound: it has none in use; and as `template_to_change`.
    """
    template = template_to_change(uow, organization_id, if_match)
    if template is None or not template.in_use:
        raise NotFound("本组织没有上传样式模板。")
    before = _state(uow, template)
    template.in_use = False
    uow.session.flush()
    _TRAIL.note_as(uow, "report_template.removed", template, before, None)


def read_template(uow: UnitOfWork, organization_id: UUID) -> AppliedTemplate:
    """Return the template that applies to an organisation.

    Raises:
        NotFound: none was uploaded here or above, or the organisation is out of sight.
    """
    require(uow, Permission.READ, organization_id)
    message = "没有上传样式模板，现用系统自带的公文样式。"
    return existing(applied_template(uow, organization_id), message)


def _state(uow: UnitOfWork, template: ReportTemplate | None) -> dict[str, Any] | None:
    """Return what the trail keeps of a template; None when it is not in use."""
    if template is None or not template.in_use:
        return None
    if (applied := applied_template(uow, template.organization_id)) is None:
        return None
    columns = ("number", "filename", "size", "sha256")
    return {name: getattr(applied.revision, name) for name in columns}
