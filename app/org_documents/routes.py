"""Routes of a kind of document of organisations, made from its ``DocumentKind``."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic_core import to_json

from app.core.changes import expect_version
from app.core.http.replies import (
    IN_BOTH,
    IfMatch,
    RawBody,
    is_yaml,
    row_reply,
    table_page,
    text_reply,
)
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody, PageParameters
from app.core.uow import Permission
from app.org_documents import service
from app.org_documents.kinds import DocumentKind, Revision
from app.org_documents.parsing import Submission, SubmittedT, from_json_text, from_yaml, to_yaml
from app.organizations.queries import require

RevisionNumber = Annotated[int, Path(ge=1, le=1_000_000, description="修订号")]
AnyDocumentKind = DocumentKind[Any]


def read_submission(
    request: Request, body: bytes, model: type[SubmittedT]
) -> Submission[SubmittedT]:
    """Read the document in a body that is JSON or YAML. Raises ValidationFailed."""
    return (from_yaml if is_yaml(request) else from_json_text)(body, model)


def document_reply(request: Request, data: dict[str, Any], version: int | None) -> Response:
    """Answer with a document in the format that Accept asks for; no ETag without a version."""
    return text_reply(request, lambda: to_json(data), lambda: to_yaml(data), version)


def document_router(kind: AnyDocumentKind) -> APIRouter:
    """Return the routes of a kind: create, list, read, change status, revise, read revisions."""
    router = api_router("", kind.plural)
    _add_collection_routes(router, kind)
    _add_status_routes(router, kind)
    _add_content_routes(router, kind)
    _add_revision_routes(router, kind)
    return router


def _revision_reply(
    request: Request, kind: AnyDocumentKind, revision: Revision, version: int | None
) -> Response:
    """Answer with the content of a revision, as this version of the program reads it."""
    document = kind.document.model_validate(revision.document)
    return document_reply(request, kind.data(document), version)


def _add_collection_routes(router: APIRouter, kind: AnyDocumentKind) -> None:
    @router.post(
        f"/organizations/{{organization_id}}/{kind.plural}",
        name=f"create_{kind.name}",
        summary=f"新建{kind.label}（JSON 或 YAML），先为备用",
        description=f"Save a {kind.english_name} of an organisation; "
        f"{kind.put_to_use} once it is put in force.",
        status_code=201,
        response_model=kind.read,
        openapi_extra=dict(kind.body),
    )
    def create(request: Request, uow: UowDep, organization_id: UUID, body: RawBody) -> Response:
        require(uow, Permission.MANAGE_ORGANIZATIONS, organization_id)  # before the body is read
        submission = read_submission(request, body, kind.document)
        with submission.flaws_with_lines():
            row = service.create(uow, kind, organization_id, submission.document)
        return row_reply(kind.read, row, created_in=kind.plural)

    @router.get(
        f"/{kind.plural}",
        name=f"list_{kind.name}s",
        summary=f"查询{kind.label}",
        description=f"The {kind.english_name}s in sight: "
        "those of what one may read, and those that apply there.",
        response_model=PageBody[kind.read],  # type: ignore[name-defined]  # the room's own type
    )
    def list_(
        request: Request,
        uow: UowDep,
        filters: Annotated[kind.filters, FromQuery],  # type: ignore[name-defined]  # as above
    ) -> Response:
        statement = service.select_listed(uow, kind, filters)
        return table_page(request, uow.session, statement, kind.model, kind.read, filters)


def _add_status_routes(router: APIRouter, kind: AnyDocumentKind) -> None:
    path = f"/{kind.plural}/{{{kind.name}_id}}"
    id_in_path = Annotated[UUID, Path(alias=f"{kind.name}_id")]

    @router.get(
        path,
        name=f"get_{kind.name}",
        summary=f"查看{kind.label}",
        description=f"One {kind.english_name}, without what it says.",
        response_model=kind.read,
    )
    def read(request: Request, uow: UowDep, document_id: id_in_path) -> Response:
        row = service.get_org_document(uow, kind, document_id)
        return row_reply(kind.read, row, request=request)

    @router.patch(
        path,
        name=f"update_{kind.name}",
        summary=f"启用{kind.label}、转为备用或停用",
        description=f"Put a {kind.english_name} in force, back on the shelf, or out of use.",
        response_model=kind.read,
    )
    def change(
        uow: UowDep,
        document_id: id_in_path,
        payload: kind.patch,  # type: ignore[name-defined]  # the room's own type
        if_match: IfMatch = None,
    ) -> Response:
        row = service.get_org_document(uow, kind, document_id)
        expect_version(row.version, if_match)
        service.change_status(uow, kind, row, payload.status)
        return row_reply(kind.read, row)


def _add_content_routes(router: APIRouter, kind: AnyDocumentKind) -> None:
    path = f"/{kind.plural}/{{{kind.name}_id}}/document"
    id_in_path = Annotated[UUID, Path(alias=f"{kind.name}_id")]

    @router.get(
        path,
        name=f"get_{kind.name}_document",
        summary=f"{kind.label}的内容（JSON 或 YAML）",
        description=f"What a {kind.english_name} says now.",
        response_model=kind.document,
        responses=IN_BOTH,
    )
    def read(request: Request, uow: UowDep, document_id: id_in_path) -> Response:
        row = service.get_org_document(uow, kind, document_id)
        return _revision_reply(request, kind, service.get_revision(uow, kind, row), row.version)

    @router.put(
        path,
        name=f"replace_{kind.name}_document",
        summary=f"修订{kind.label}（JSON 或 YAML），有错则一处也不改",
        description=f"Let a {kind.english_name} say something else from now on, as a new revision.",
        response_model=kind.read,
        openapi_extra=dict(kind.body),
    )
    def replace(
        request: Request,
        uow: UowDep,
        document_id: id_in_path,
        body: RawBody,
        if_match: IfMatch = None,
    ) -> Response:
        row = service.get_org_document(uow, kind, document_id)
        service.require_keeper(uow, kind, row)  # before the body is read
        expect_version(row.version, if_match)
        submission = read_submission(request, body, kind.document)
        with submission.flaws_with_lines():
            service.revise(uow, kind, row, submission.document)
        return row_reply(kind.read, row)


def _add_revision_routes(router: APIRouter, kind: AnyDocumentKind) -> None:
    path = f"/{kind.plural}/{{{kind.name}_id}}/revisions"
    id_in_path = Annotated[UUID, Path(alias=f"{kind.name}_id")]

    @router.get(
        path,
        name=f"list_{kind.name}_revisions",
        summary=f"{kind.label}的历次修订",
        description=f"Every revision of a {kind.english_name}, oldest first.",
        response_model=PageBody[kind.revision_read],  # type: ignore[name-defined]  # as above
    )
    def list_(
        request: Request,
        uow: UowDep,
        document_id: id_in_path,
        filters: Annotated[PageParameters, FromQuery],
    ) -> Response:
        statement = service.revisions_of(kind, service.get_org_document(uow, kind, document_id))
        model, read_model = kind.revision, kind.revision_read
        return table_page(request, uow.session, statement, model, read_model, filters)

    @router.get(
        f"{path}/{{number}}/document",
        name=f"get_{kind.name}_revision_document",
        summary=f"{kind.label}某一次修订的内容（JSON 或 YAML）",
        description=f"What a {kind.english_name} said in one revision.",
        response_model=kind.document,
        responses=IN_BOTH,
    )
    def read(
        request: Request, uow: UowDep, document_id: id_in_path, number: RevisionNumber
    ) -> Response:
        row = service.get_org_document(uow, kind, document_id)
        return _revision_reply(request, kind, service.get_revision(uow, kind, row, number), None)
