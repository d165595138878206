"""Recording and comparing answers: which operations are asked, and what makes answers differ."""

import httpx2
import pytest

from tools.compare_answers import answer_of, compare
from tools.questions import Operation, Question, operations_of

THING = Operation("GET", "/things/{thing_id}", {}, frozenset(), ["application/json"])
QUESTION = Question(THING, "/things/1", (("as_of", "2018-06-30"),))
PROBLEM = "application/problem+json"


def described(operation_id: str, **more: object) -> dict[str, object]:
    content: dict[str, object] = {"text/plain": {}, "application/json": {}}
    return {"operationId": operation_id, "responses": {"200": {"content": content}}, **more}


def test_everything_is_asked_that_changes_nothing() -> None:
    year = {"name": "year", "in": "query", "required": True, "schema": {"type": "integer"}}
    example = {"content": {"application/json": {"example": {"code": "a"}}}}
    description = {
        "components": {"parameters": {"year": year}},
        "paths": {
            "/readyz": {"get": described("ready")},
            "/api/v1/things": {
                "get": described(
                    "list_things", parameters=[{"$ref": "#/components/parameters/year"}]
                ),
                "post": described("create_thing"),
            },
            "/api/v1/previews": {"post": described("preview_thing", requestBody=example)},
        },
    }
    previews, things = operations_of(description)
    assert (previews.method, previews.path, previews.body) == ("POST", "/previews", {"code": "a"})
    assert (things.method, things.path, things.required) == ("GET", "/things", frozenset({"year"}))
    assert list(things.accepts) == ["application/json", "text/plain"]


def test_only_the_id_of_a_request_may_differ() -> None:
    def problem(request_id: str, detail: str = "没有找到") -> httpx2.Response:
        body = {"detail": detail, "request_id": request_id}
        return httpx2.Response(404, json=body, headers={"content-type": PROBLEM})

    first = answer_of(problem("a"), QUESTION)
    assert answer_of(problem("b"), QUESTION) == first
    assert answer_of(problem("a", "您无权查看"), QUESTION) != first
    spaced = [
        httpx2.Response(200, content=text, headers={"content-type": "application/json"})
        for text in (b'{"a":1}', b'{"a": 1}')
    ]
    assert answer_of(spaced[0], QUESTION) != answer_of(spaced[1], QUESTION), "byte for byte"


def test_differences_are_told_by_operation(capsys: pytest.CaptureFixture[str]) -> None:
    answer = answer_of(httpx2.Response(200, text="一"), QUESTION)
    other = answer | {"status": 500, "body": "二"}
    assert compare({"q": answer}, {"q": answer}) == 0
    assert compare({"q": answer, "r": answer}, {"q": other, "s": answer}) == 3
    output = capsys.readouterr().out
    for words in ("GET /things/{thing_id}: 3", "status: 200 → 500", "-一", "+二", "only before"):
        assert words in output
