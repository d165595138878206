"""The API's description: OpenAPI 3.1 in Chinese, with the service's own problem documents."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic_core import to_json

from app.core.http.problems import PROBLEM
from app.core.http.routing import OPEN_TO_ANYBODY
from app.items.kinds import Kind
from app.items.rules import ItemKind
from app.kinds import KINDS

# A tag of what belongs to one kind of record follows the kind's own.
_NEXT_TAG = {
    ItemKind.MEETING: ("meeting-steps", "三会一课四步管理：报备、公示、列席指导、质量评估")
}


def _tags_of(kind: Kind) -> Iterator[tuple[str, str]]:
    yield kind.plural, kind.tag
    if kind.name in _NEXT_TAG:
        yield _NEXT_TAG[kind.name]


TAGS = (
    ("access", "用户、角色与访问令牌"),
    ("organizations", "党组织"),
    ("members", "花名册"),
    ("focuses", "责任类别"),
    ("items", "各类记录与延期"),
    *chain.from_iterable(_tags_of(kind) for kind in KINDS),
    ("evidence", "佐证材料"),
    ("workdays", "工作日与调休"),
    ("rule-sets", "规则库：一年中应做什么"),
    ("duty-lists", "责任清单：拟订、审定、公布、调整"),
    ("coverage", "完成情况：本月还差什么、三张清单、谈心谈话、学时、换届"),
    ("occurrences", "责任事项：免除与关联记录"),
    ("findings", "体检：记录中前后矛盾、遗漏和雷同之处"),
    ("assessments", "季度考评、分类定级与考评表"),
    ("reports", "报告：草稿、编辑、依据、审阅、版本与定稿"),
    ("annual-summaries", "年度总结"),
    ("report-books", "报告用语：文种提纲、小标题和写法"),
    ("report-templates", "报告样式模板"),
)
SUCCESS = {
    "200": "成功",
    "201": "已创建",
    "204": "已完成，无内容",
    "206": "部分内容",
    "304": "内容未变",
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "examples": ["/problems/validation_failed"]},
        "title": {"type": "string", "examples": ["请求内容不合要求"]},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string", "examples": ["present：实到人数不能多于应到人数"]},
        "instance": {"type": "string", "examples": ["/api/v1/meetings"]},
        "code": {"type": "string", "examples": ["validation_failed"]},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "additionalProperties": False,
                "properties": {
                    "pointer": {"type": "string", "examples": ["#/present"]},
                    "parameter": {"type": "string", "examples": ["limit"]},
                    "line": {"type": "integer", "examples": [12]},
                    "column": {"type": "integer", "examples": [5]},
                    "code": {"type": "string", "examples": ["present_exceeds_expected"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of every route of the API."""
    document = get_openapi(
        title="照单履责 Zhaodan",
        version=app.version,
        openapi_version="3.1.0",
        description=(
            "党建工作责任清单服务：登记做了什么，查询什么逾期，由已完成的记录写成年度总结。"
            "错误一律为 application/problem+json；机器请读 code。"
        ),
        routes=app.routes,
        tags=[{"name": name, "description": label} for name, label in TAGS],
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "访问令牌 zd_…"}
    }
    for path in document["paths"].values():
        for operation in path.values():
            _describe_operation(operation)
    return document


def _describe_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for status, response in responses.items():
        response["description"] = SUCCESS.get(status, response["description"])
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses["default"] = {"description": "出错：内容见 code 与 errors", "content": content}
    if operation["operationId"] != "create_access_token":
        operation["security"] = [{"token": []}]


def mount_openapi(app: FastAPI) -> None:
    """Serve the description; it is built at the first request."""
    built: list[bytes] = []

    @app.get("/api/v1/openapi.json", include_in_schema=False, dependencies=[OPEN_TO_ANYBODY])
    def openapi_document() -> Response:
        if not built:
            built.append(to_json(describe(app)))
        return Response(built[0], media_type="application/json")
