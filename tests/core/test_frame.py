"""Every route says how it meets the database; what is not framed is listed here, by name."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Response
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.core.http.routing import (
    OPEN_TO_ANYBODY,
    OPENS_UNITS,
    Conclusion,
    Frame,
    Route,
    SnapshotDep,
    UowDep,
    api_router,
    refuse_unframed,
)
from app.core.uow import UnitOfWork
from app.main import create_app
from app.organizations.models import Organization
from tests.support.world import World

# Each route beside the rule, and why it may be.
EXCEPTIONS = {
    Frame.SNAPSHOT_FIRST: {  # composing a report reads for seconds
        "create_report",
        "create_report_update",
    },
    Frame.OPENS_UNITS: {
        "change_password",  # passwords are hashed before the write begins
        "create_user",
        "create_evidence",  # the file is stored before the write begins
        "create_evidence_revision",
        "put_report_template",
    },
    Frame.OPEN_TO_ANYBODY: {
        "create_access_token",  # signing in
        "livez",  # supervisors and proxies have no token
        "readyz",
        "problem_page",  # what is said of the program, not of anybody's records
        "docs",
        "openapi_document",
    },
}


def _unframed(work: str) -> Response:
    return Response(work)


def _framed_twice(uow: UowDep, snapshot: SnapshotDep) -> Response:
    return Response(repr((uow, snapshot)))


def _of_its_own(uow: Annotated[UnitOfWork, Depends(dict)]) -> Response:
    return Response(repr(uow))


def test_routes_that_are_not_one_unit_are_these(app: FastAPI) -> None:
    framed = [route for route in app.routes if isinstance(route, Route)]
    for frame, names in EXCEPTIONS.items():
        assert {route.name for route in framed if route.frame is frame} == names
    assert sum(route.frame is Frame.ONE_UNIT for route in framed) > 100
    [other] = [route for route in app.routes if not isinstance(route, Route)]
    assert isinstance(other, Mount)
    assert other.path == "/static"


@pytest.mark.parametrize("endpoint", [_unframed, _framed_twice, _of_its_own])
def test_a_route_without_a_frame_cannot_be_registered(endpoint: object) -> None:
    router = api_router("/probes")
    with pytest.raises(TypeError, match="take one of UowDep and SnapshotDep"):
        router.add_api_route("", endpoint)  # type: ignore[arg-type]


def test_a_route_that_takes_a_unit_is_not_open_as_well() -> None:
    router = api_router("/probes")
    for dependency in (OPEN_TO_ANYBODY, OPENS_UNITS):
        with pytest.raises(TypeError, match="has 2 of them"):

            @router.get("", dependencies=[dependency])
            def probe(work: UowDep) -> Response:
                return Response(repr(work))


def test_a_router_of_the_framework_is_refused_at_start(app: FastAPI) -> None:
    plain = APIRouter()

    @plain.get("/probes")
    def probe() -> Response:
        return Response()

    with pytest.raises(TypeError, match="route_class=Route"):
        refuse_unframed([*app.routes, *plain.routes])


@pytest.fixture
def probed(world: World) -> Iterator[TestClient]:
    """A second service over the same database, with routes of the test's own."""
    app = create_app(world.app.state.settings, clock=world.clock)

    def rename(work: UnitOfWork, name: str) -> Response:
        work.session.get_one(Organization, world.b1).name = name
        work.flush()
        if name == "不行":
            raise ValueError(name)
        return Response(work.actor.name)

    @app.put("/probes/{name}")
    def one_unit(work: UowDep, name: str) -> Response:
        return rename(work, name)

    @app.post("/probes/{name}", status_code=201)
    def snapshot_first(reading: SnapshotDep, name: str) -> Conclusion:
        assert reading.session.get_one(Organization, world.b1).name != name
        return lambda writing: rename(writing, name)

    yield TestClient(app, raise_server_exceptions=False)
    app.state.database.dispose()


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_unit_of_any_name_is_all_that_a_route_takes(
    world: World, probed: TestClient, method: str
) -> None:
    def ask(name: str, token: str | None, query: str = "") -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return probed.request(method, f"/probes/{name}{query}", headers=headers).status_code

    def stored() -> object:
        return world.clerk.ok(f"/organizations/{world.b1}")["name"]

    before = stored()
    assert ask("新名", None) == 401
    assert ask("新名", "zd_nonsense") == 401
    assert ask("新名", world.clerk.token, "?unknown=1") == 422
    assert ask("不行", world.clerk.token) == 500
    assert stored() == before
    assert ask("新名", world.clerk.token) < 300
    assert stored() == "新名"
