"""Every error is a problem document with an id, and every answer carries the safety headers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from app.core.http.middleware import SAFETY
from app.core.ids import new_id
from tests.support.world import API, Client, World

JSON = {"Content-Type": "application/json"}
FIELDS = {"type", "title", "status", "detail", "instance", "code", "request_id"}


def meeting(world: World, **changes: object) -> dict[str, Any]:
    return {"organization_id": str(world.hq), "type": "other", "title": "工作例会", **changes}


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:  # noqa: ANN401 - a response
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body.keys() - {"errors"} == FIELDS
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"/problems/{code}"
    assert body["request_id"] == response.headers["x-request-id"]
    assert_safe(response)
    return body


def assert_safe(response: Any) -> None:  # noqa: ANN401 - a response
    missing = {name for name, value in SAFETY if response.headers.get(name) != value}
    assert not missing
    assert "server" not in response.headers
    assert "access-control-allow-origin" not in response.headers


def test_a_good_answer_carries_the_safety_headers(world: World) -> None:
    response = world.clerk.get("/meetings")
    assert response.status_code == 200
    assert_safe(response)
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    foreign = world.clerk("GET", "/meetings", headers={"Origin": "https://elsewhere.example"})
    assert_safe(foreign)


def test_unknown_paths_and_methods(world: World) -> None:
    assert_problem(world.clerk.get("/nothing"), 404, "not_found")
    assert_problem(world.http.get("/nothing"), 404, "not_found")
    assert_problem(world.clerk.get("/meetings/"), 404, "not_found")
    refused = world.clerk("DELETE", "/meetings")
    assert_problem(refused, 405, "method_not_allowed")
    assert refused.headers["allow"]


def test_missing_and_malformed_credentials(world: World) -> None:
    for value in (None, "", "Basic abc", "Bearer", "Bearer zd_x", "Bearer zd_" + "a" * 43, "é"):
        headers = {} if value is None else {b"Authorization": value.encode()}
        response = world.http.get(f"{API}/meetings", headers=headers)
        assert_problem(response, 401, "authentication_required")
        assert response.headers["www-authenticate"].startswith("Bearer")


def test_business_errors(world: World) -> None:
    made = world.clerk.created("/meetings", meeting(world))
    path = f"/meetings/{made['id']}"
    assert_problem(world.clerk.get(f"/meetings/{new_id()}"), 404, "not_found")
    assert_problem(world.clerk.patch(path, {}), 428, "precondition_required")
    assert_problem(world.clerk.patch(path, {}, version=7), 412, "version_mismatch")
    assert_problem(
        world.clerk("DELETE", f"{path}/cancellation", version=1), 409, "illegal_transition"
    )
    viewer = world.as_role("viewer")
    assert_problem(viewer.patch(path, {}, version=1), 403, "forbidden")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"expected": NaN}', 422),
        (b'{"expected": 1e999}', 422),
        (b'{"title": "\\ud800"}', 422),
        (b'{"\\ud800": 1}', 422),
        (b'{"a~/b": 1}', 422),
        (b"\xff\xfe", 422),
        (b"[" * 100_000, 400),
        (b'{"expected": ' + b"1" * 5000 + b"}", 400),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_broken_bodies(world: World, body: bytes, status: int) -> None:
    response = world.clerk("POST", "/meetings", content=body, headers=JSON)
    assert_problem(response, status, "validation_failed" if status == 422 else "bad_request")
    assert world.clerk.ok("/meetings")["items"] == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_is_refused(world: World, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    body = b'{"organization_id":"%s","type":"other","title":"x"}' % str(world.hq).encode()
    response = world.clerk("POST", "/meetings", content=body, headers=headers)
    told = assert_problem(response, 415, "unsupported_media_type")
    assert "application/json" in told["detail"]
    assert world.clerk.ok("/meetings")["items"] == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"title": "\xe4\xbc"}', "UTF-8"),
        (b"[" * 100_000, "嵌套"),
        (b'{"expected": ' + b"1" * 5000 + b"}", "数字"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_why(world: World, body: bytes, word: str) -> None:
    response = world.clerk("POST", "/meetings", content=body, headers=JSON)
    assert word in assert_problem(response, 400, "bad_request")["detail"]


def pieces() -> Iterator[bytes]:
    for _ in range(12):
        yield b"x" * 100_000


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_too_large_a_body_is_refused(world: World, *, chunked: bool) -> None:
    content = pieces() if chunked else b"".join(pieces())
    response = world.clerk("POST", "/meetings", content=content, headers=JSON)
    assert_problem(response, 413, "payload_too_large")
    anonymous = world.http.post(f"{API}/access-tokens", content=b"".join(pieces()), headers=JSON)
    assert_problem(anonymous, 413, "payload_too_large")


@contextmanager
def failing_statements(world: World) -> Iterator[None]:
    """Let every statement fail for a reason that nobody foresaw."""

    def fail(*_arguments: object) -> None:
        raise RuntimeError("personal data of 张明")

    engine = world.app.state.database.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def test_an_unforeseen_error_tells_only_its_id(world: World) -> None:
    clerk = Client(TestClient(world.app), world.clerk.token)
    with capture_logs() as logged, failing_statements(world):
        response = clerk.get("/meetings")  # raises when the error goes on to the server's own log
    assert_problem(response, 500, "internal_error")
    assert "张明" not in response.text
    assert "RuntimeError" not in response.text
    assert [entry["event"] for entry in logged] == ["unhandled_error", "request"]
    assert clerk.get("/meetings").status_code == 200


@contextmanager
def failing_commits(world: World) -> Iterator[None]:
    def fail(_connection: Connection) -> None:
        raise RuntimeError("the commit fails")

    engine = world.app.state.database.engine
    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


def test_a_failed_commit_is_an_error_and_stores_nothing(world: World) -> None:
    clerk = world.clerk
    kept = clerk.created("/meetings", meeting(world))
    with capture_logs(), failing_commits(world):
        made = clerk.post("/meetings", meeting(world), key="一次".encode().hex())
        changed = clerk.patch(f"/meetings/{kept['id']}", {"title": "改名"}, version=1)
    assert_problem(made, 500, "internal_error")
    assert_problem(changed, 500, "internal_error")
    assert [row["title"] for row in clerk.ok("/meetings")["items"]] == ["工作例会"]
    assert len(clerk.ok(f"/meetings/{kept['id']}/history")["items"]) == 1
    again = clerk.post("/meetings", meeting(world), key="一次".encode().hex())
    assert (again.status_code, "idempotency-replayed" in again.headers) == (201, False)


def test_request_ids_come_in_and_go_out(world: World) -> None:
    given = world.clerk("GET", "/meetings", headers={"X-Request-ID": "abc-123_4.5678"})
    assert given.headers["x-request-id"] == "abc-123_4.5678"
    for bad in ("short", "a" * 65, "with space here", "x\u2028y"):
        headers = {"X-Request-ID": bad.encode()}
        response = world.clerk("GET", "/meetings", headers=headers)
        assert response.headers["x-request-id"] != bad
        assert len(response.headers["x-request-id"]) == 32


def test_problem_types_resolve(world: World) -> None:
    body = world.clerk.get("/nothing").json()
    page = world.http.get(body["type"])
    assert page.status_code == 200
    assert_safe(page)
    assert_problem(world.http.get("/problems/unheard_of"), 404, "not_found")


def reading_routes(client: Client) -> list[str]:
    document = client.http.get(f"{API}/openapi.json").json()
    return [path for path, operations in document["paths"].items() if "get" in operations]


def test_unknown_query_parameters_are_refused_everywhere(world: World) -> None:
    secretary, accepted = world.secretary, []
    for path in reading_routes(secretary):
        concrete = path.removeprefix(API)
        while "{" in concrete:
            start, end = concrete.index("{"), concrete.index("}")
            concrete = concrete[:start] + str(world.hq) + concrete[end + 1 :]
        response = secretary("GET", f"{concrete}?no_such_parameter=1")
        named = {error.get("parameter") for error in response.json().get("errors", [])}
        if response.status_code != 422 or "no_such_parameter" not in named:
            accepted.append((path, response.status_code))
    assert not accepted


def test_a_single_parameter_given_twice_is_refused(world: World) -> None:
    response = world.clerk("GET", "/meetings?limit=1&limit=2")
    body = assert_problem(response, 422, "validation_failed")
    assert [(e["parameter"], e["code"]) for e in body["errors"]] == [
        ("limit", "parameter_repeated")
    ]
    many = world.clerk("GET", "/meetings?status=planned&status=completed")
    assert many.status_code == 200


def test_errors_point_at_the_place_in_the_body(world: World) -> None:
    body = {
        "organization_id": str(world.hq),
        "title": "整改",
        "source": "self_check",
        "found_on": "2018-03-01",
        "due_on": "2018-04-01",
    }
    made = world.clerk.created("/rectifications", body)
    path = f"/rectifications/{made['id']}/events"
    for step, pointers in (
        ({"name": "submitted", "on": "yesterday", "note": "已完成"}, {"#/on"}),
        ({"name": "submitted"}, {"#/note"}),
        ({"name": "submitted", "note": "已完成", "x": 1}, {"#/x"}),
        ({"name": "suspended", "note": "暂缓"}, {"#/approver", "#/document"}),
    ):
        flaws = assert_problem(world.clerk.post(path, step), 422, "validation_failed")["errors"]
        assert {flaw["pointer"] for flaw in flaws} == pointers
    whole = world.clerk("POST", "/meetings", content=b"{", headers=JSON)
    [flaw] = assert_problem(whole, 422, "validation_failed")["errors"]
    assert flaw["pointer"] == "#"
    assert whole.json()["detail"] == flaw["detail"]
