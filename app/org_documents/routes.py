"""The routes that every kind of kept document has, made from what its room says of it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic_core import to_json

from app.core.changes import expect_version
from app.core.http.replies import (
    CREATED,
    IN_BOTH,
    IfMatch,
    RawBody,
    is_yaml,
    reply,
    table_page,
    text_reply,
)
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody, PageParameters
from app.core.uow import Permission
from app.org_documents import service
from app.org_documents import service as queries
from app.org_documents.kinds import DocumentKind, OrgDocument, Revision
from app.org_documents.parsing import Submission, SubmittedT, from_json_text, from_yaml, to_yaml
from app.organizations.queries import require

RevisionNumber = Annotated[int, Path(ge=1, le=1_000_000, description="修订号")]
AnyDocumentKind = DocumentKind[Any]


def submitted(request: Request, body: bytes, model: type[SubmittedT]) -> Submission[SubmittedT]:
    """The document in a body that is JSON or YAML."""
    read = from_yaml if is_yaml(request) else from_json_text
    return read(body, model)


def document_reply(request: Request, data: dict[str, Any], version: int | None) -> Response:
    """What a document says, in the format that Accept wants; None for what has no version."""
    return text_reply(request, lambda: to_json(data), lambda: to_yaml(data), version)


def org_document_reply(
    kind: AnyDocumentKind, kept: OrgDocument, *, status: int = 200, request: Request | None = None
) -> Response:
    """A kept document, without what it says, as the body of a reply."""
    return reply(
        kind.read.model_validate(kept),
        status=status,
        version=kept.version,
        location=f"/api/v1/{kind.plural}/{kept.id}" if status == CREATED else None,
        request=request,
    )


def document_router(kind: AnyDocumentKind) -> APIRouter:
    """The routes of a kind: save, list, read, turn, what it says, say anew, its revisions."""
    router = api_router("", kind.plural)
    _add_collection(router, kind)
    _add_one(router, kind)
    _add_document(router, kind)
    _add_revisions(router, kind)
    return router


def _said(
    request: Request, kind: AnyDocumentKind, revision: Revision, version: int | None
) -> Response:
    """What a revision says, as this program reads it."""
    document = kind.document.model_validate(revision.document)
    return document_reply(request, kind.data(document), version)


def _add_collection(router: APIRouter, kind: AnyDocumentKind) -> None:
    @router.post(
        f"/organizations/{{organization_id}}/{kind.plural}",
        name=f"create_{kind.name}",
        summary=f"新建{kind.label}（JSON 或 YAML），先为备用",
        description=f"Save a {kind.words} of an organisation; "
        f"{kind.put_to_use} once it is put in force.",
        status_code=201,
        response_model=kind.read,
        openapi_extra=dict(kind.body),
    )
    def create(request: Request, uow: UowDep, organization_id: UUID, body: RawBody) -> Response:
        require(uow, Permission.MANAGE_ORGANIZATIONS, organization_id)  # before the body is read
        submission = submitted(request, body, kind.document)
        with submission.flaws_with_lines():
            kept = service.create(uow, kind, organization_id, submission.document)
        return org_document_reply(kind, kept, status=201)

    @router.get(
        f"/{kind.plural}",
        name=f"list_{kind.name}s",
        summary=f"查询{kind.label}",
        description=f"The {kind.words}s in sight: "
        "those of what one may read, and those that apply there.",
        response_model=PageBody[kind.read],  # type: ignore[name-defined]  # the room's own type
    )
    def list_(
        request: Request,
        uow: UowDep,
        filters: Annotated[kind.filters, FromQuery],  # type: ignore[name-defined]  # as above
    ) -> Response:
        statement = queries.listed(uow, kind, filters)
        return table_page(request, uow.session, statement, kind.model, kind.read, filters)


def _add_one(router: APIRouter, kind: AnyDocumentKind) -> None:
    path = f"/{kind.plural}/{{{kind.name}_id}}"
    id_in_path = Path(alias=f"{kind.name}_id")

    @router.get(
        path,
        name=f"get_{kind.name}",
        summary=f"查看{kind.label}",
        description=f"One {kind.words}, without what it says.",
        response_model=kind.read,
    )
    def read(request: Request, uow: UowDep, kept_id: Annotated[UUID, id_in_path]) -> Response:
        return org_document_reply(
            kind, queries.get_org_document(uow, kind, kept_id), request=request
        )

    @router.patch(
        path,
        name=f"update_{kind.name}",
        summary=f"启用{kind.label}、转为备用或停用",
        description=f"Put a {kind.words} in force, back on the shelf, or out of use.",
        response_model=kind.read,
    )
    def change(
        uow: UowDep,
        kept_id: Annotated[UUID, id_in_path],
        payload: kind.patch,  # type: ignore[name-defined]  # the room's own type
        if_match: IfMatch = None,
    ) -> Response:
        kept = queries.get_org_document(uow, kind, kept_id)
        expect_version(kept.version, if_match)
        service.change_status(uow, kind, kept, payload.status)
        return org_document_reply(kind, kept)


def _add_document(router: APIRouter, kind: AnyDocumentKind) -> None:
    path = f"/{kind.plural}/{{{kind.name}_id}}/document"
    id_in_path = Path(alias=f"{kind.name}_id")

    @router.get(
        path,
        name=f"get_{kind.name}_document",
        summary=f"{kind.label}的内容（JSON 或 YAML）",
        description=f"What a {kind.words} says now.",
        response_model=kind.document,
        responses=IN_BOTH,
    )
    def read(request: Request, uow: UowDep, kept_id: Annotated[UUID, id_in_path]) -> Response:
        kept = queries.get_org_document(uow, kind, kept_id)
        revision = queries.get_revision(uow, kind, kept)
        return _said(request, kind, revision, kept.version)

    @router.put(
        path,
        name=f"replace_{kind.name}_document",
        summary=f"修订{kind.label}（JSON 或 YAML），有错则一处也不改",
        description=f"Let a {kind.words} say something else from now on, as a new revision.",
        response_model=kind.read,
        openapi_extra=dict(kind.body),
    )
    def replace(
        request: Request,
        uow: UowDep,
        kept_id: Annotated[UUID, id_in_path],
        body: RawBody,
        if_match: IfMatch = None,
    ) -> Response:
        kept = queries.get_org_document(uow, kind, kept_id)
        service.require_keeper(uow, kind, kept)  # before the body is read
        expect_version(kept.version, if_match)
        submission = submitted(request, body, kind.document)
        with submission.flaws_with_lines():
            service.revise(uow, kind, kept, submission.document)
        return org_document_reply(kind, kept)


def _add_revisions(router: APIRouter, kind: AnyDocumentKind) -> None:
    path = f"/{kind.plural}/{{{kind.name}_id}}/revisions"
    id_in_path = Path(alias=f"{kind.name}_id")

    @router.get(
        path,
        name=f"list_{kind.name}_revisions",
        summary=f"{kind.label}的历次修订",
        description=f"Every revision of a {kind.words}, oldest first.",
        response_model=PageBody[kind.revision_read],  # type: ignore[name-defined]  # as above
    )
    def list_(
        request: Request,
        uow: UowDep,
        kept_id: Annotated[UUID, id_in_path],
        filters: Annotated[PageParameters, FromQuery],
    ) -> Response:
        statement = queries.revisions_of(kind, queries.get_org_document(uow, kind, kept_id))
        return table_page(
            request, uow.session, statement, kind.revision, kind.revision_read, filters
        )

    @router.get(
        f"{path}/{{number}}/document",
        name=f"get_{kind.name}_revision_document",
        summary=f"{kind.label}某一次修订的内容（JSON 或 YAML）",
        description=f"What a {kind.words} said in one revision.",
        response_model=kind.document,
        responses=IN_BOTH,
    )
    def read(
        request: Request, uow: UowDep, kept_id: Annotated[UUID, id_in_path], number: RevisionNumber
    ) -> Response:
        kept = queries.get_org_document(uow, kind, kept_id)
        return _said(request, kind, queries.get_revision(uow, kind, kept, number), None)
