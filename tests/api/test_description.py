"""The API's description: complete, in Chinese, strict, and unchanged unless it was meant."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.report.files.formats import FORMATS as REPORT_FORMATS
from tests.api.refresh import SNAPSHOT, current
from tests.support.world import API, World

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# The annual summary is written by the program from frozen facts; no request brings these.
WRITTEN_HERE = {"Citation", "CountRef", "Finding", "Paragraph", "Section", "Sentence", "Summary"}
# What is worked out and answered, with nothing saved: no key is needed, nothing is created.
WORKED_OUT = {"preview_report_book"}
FORMATS = {
    "text/plain",
    "text/markdown",
    "application/octet-stream",
    "application/yaml",
    *REPORT_FORMATS,
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return current()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_description_is_the_committed_one(document: dict[str, Any]) -> None:
    if not SNAPSHOT.exists():
        pytest.skip("no committed description: run `python -m tests.api.refresh`")
    committed = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    parts = {part for part in ("info", "tags", "openapi") if committed[part] != document[part]}
    for part in ("paths", "components"):
        before, now = committed[part], document[part]
        if part == "components":
            before, now = before["schemas"], now["schemas"]
        names = before.keys() | now.keys()
        parts |= {name for name in names if before.get(name) != now.get(name)}
    assert not parts, "if this change is meant, run `python -m tests.api.refresh` and commit it"


def test_every_operation_has_a_name_and_a_chinese_summary(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    known = {tag["name"] for tag in document["tags"]}
    for _, path, operation in operations(document):
        assert re.fullmatch(r"[a-z][a-z_]+", operation["operationId"]), path
        assert CHINESE.search(operation["summary"]), operation["operationId"]
        assert set(operation["tags"]) <= known
        assert re.fullmatch(r"(/[a-z0-9-]+|/\{[a-z_]+\})+", path), "plural kebab-case"


def test_tags_are_ascii_and_described(document: dict[str, Any]) -> None:
    for tag in document["tags"]:
        assert tag["name"].isascii()
        assert CHINESE.search(tag["description"])


def test_parameters_are_snake_case_and_described(document: dict[str, Any]) -> None:
    undescribed = set()
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", []):
            name = parameter["name"]
            if parameter["in"] == "header":
                assert re.fullmatch(r"[A-Z][a-z]+(-[A-Z][a-z]+)*", name)
            else:
                assert re.fullmatch(r"[a-z][a-z_]*", name)
            if parameter["in"] != "path" and not CHINESE.search(parameter.get("description", "")):
                undescribed.add((operation["operationId"], name))
    assert not undescribed


def headers_of(operation: dict[str, Any]) -> set[str]:
    return {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}


def test_changes_declare_their_preconditions(document: dict[str, Any]) -> None:
    for method, _, operation in operations(document):
        name, headers = operation["operationId"], headers_of(operation)
        if method == "patch":
            assert "If-Match" in headers, name
        if method == "post" and name not in {"create_access_token", *WORKED_OUT}:
            assert "Idempotency-Key" in headers, name
        if method == "get":
            assert "requestBody" not in operation


def test_errors_are_problems_and_nothing_else(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        content = operation["responses"]["default"]["content"]
        assert list(content) == ["application/problem+json"]
        assert "422" not in operation["responses"]
    problem = document["components"]["schemas"]["Problem"]
    assert problem["additionalProperties"] is False


def test_all_but_signing_in_takes_a_token(document: dict[str, Any]) -> None:
    open_to_all = {o["operationId"] for _, _, o in operations(document) if "security" not in o}
    assert open_to_all == {"create_access_token"}


def test_payloads_allow_nothing_undeclared(document: dict[str, Any]) -> None:
    loose = {
        name
        for name, schema in document["components"]["schemas"].items()
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False
    }
    assert loose <= WRITTEN_HERE


def test_success_is_described_by_a_schema(document: dict[str, Any]) -> None:
    for method, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if status in {"default", "204"}:
                continue
            content = response["content"]
            assert content.keys() <= FORMATS | {"application/json"}, operation["operationId"]
            if "application/json" in content:
                assert content["application/json"]["schema"], operation["operationId"]
        is_change = operation["operationId"] not in WORKED_OUT
        expected = {"delete": {"204", "200"}, "post": {"201"} if is_change else {"200"}}.get(
            method, {"200", "204"}
        )
        assert expected & operation["responses"].keys(), operation["operationId"]


def test_no_secret_has_a_field(document: dict[str, Any]) -> None:
    secret = re.compile(r"hash|storage_key|secret|deleted_at")
    shown = {
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field in schema.get("properties", {})
        if secret.search(field) or (field == "password" and name.endswith("Read"))
    }
    assert shown <= {"EvidenceRead.deleted_at"}


@pytest.mark.parametrize("path", ["/items", "/meetings"])
def test_a_list_of_records_describes_all_that_it_sends(world: World, path: str) -> None:
    description = world.http.get(f"{API}/openapi.json").json()
    answer = description["paths"][API + path]["get"]["responses"]["200"]
    [name] = answer["content"]["application/json"]["schema"]["$ref"].split("/")[-1:]
    page = world.clerk.ok(path, include_total=True, overdue=True)
    assert (
        {"total", "as_of"}
        < page.keys()
        <= description["components"]["schemas"][name]["properties"].keys()
    )
