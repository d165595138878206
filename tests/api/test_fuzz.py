"""Generated requests: no server error, no answer that the description does not announce."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, positive_data_acceptance
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from tests.access.matrix import OPERATIONS
from tests.access.sites import Site
from tests.access.test_matrix import sites_of
from tests.support import postgres
from tests.support.properties import many
from tests.support.world import API, World, build_world

FEW = settings(
    max_examples=many(2), phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
POSTGRES = os.environ.get(postgres.URL_VARIABLE)
PLACES = ("organization_id", "home_organization_id", "parent_id")
# Downloads are of any type; a password of the world's users has no hash to be compared with.
UNTYPED = {"download_evidence", "download_evidence_revision"}
NOT_TRIED = {"change_password"}
# After these nothing need be possible at the place any more: a generated change may dissolve it.
# In a long run no place lasts: each operation uses up what it has of years and quarters.
CHANGING_THE_PLACE = {"update_organization", "create_organization_move"}
AnyCase = Case[Any]


def left_out(name: str) -> list[Any]:
    # Rules over several fields are no part of a schema: well-formed requests may break them.
    return [positive_data_acceptance, *([content_type_conformance] if name in UNTYPED else [])]


def seed(case: AnyCase, site: Site, name: str) -> None:
    """Let a well-formed request speak of things that exist."""
    _, path, options = OPERATIONS[name].call(site)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/?]+)", case.operation.path)
    found = re.fullmatch(pattern, API + path.partition("?")[0])
    assert found, name
    case.path_parameters = found.groupdict()
    if "version" in options:
        case.headers["If-Match"] = f'"{options["version"]}"'
    if isinstance(case.body, dict):
        case.body |= {field: str(site.place) for field in PLACES if field in case.body}


def run(strategy: SearchStrategy[AnyCase], attempt: Callable[[AnyCase], None]) -> None:
    @FEW
    @given(case=strategy)
    def each(case: AnyCase) -> None:
        attempt(case)

    each()


def tried(schema: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - schemathesis has no public type
    for result in schema.get_all_operations():
        operation = result.ok()
        name = operation.definition.raw["operationId"]
        if name not in NOT_TRIED:
            yield name, operation


@pytest.fixture
def schema(world: World) -> Any:  # noqa: ANN401 - schemathesis has no public type
    found = schemathesis.openapi.from_dict(world.http.get(f"{API}/openapi.json").json())
    found.app = world.app
    return found


def own_site(world: World) -> tuple[Site, str]:
    """The place that is tried, and the token of one who may do everything there."""
    client = world.as_role("admin", "clerk", "inspector", "supervision")
    return sites_of(world)["own"], client.token


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_generated_requests_get_announced_answers(
    world: World,
    backend: str,
    schema: Any,  # noqa: ANN401 - as above
    mode: GenerationMode,
) -> None:
    usual = many(1) == 1
    if usual and backend == "sqlite" and mode == GenerationMode.NEGATIVE and POSTGRES:
        pytest.skip("bad input is refused before any database; the stricter one is tried")
    (site, token), statuses = own_site(world), Counter[int]()

    def attempt(name: str, case: AnyCase) -> None:
        if mode == GenerationMode.POSITIVE:
            seed(case, site, name)
        case.headers["Authorization"] = f"Bearer {token}"
        response = case.call(base_url="http://testserver")
        statuses[response.status_code] += 1
        if response.status_code < 300 and case.method != "GET":
            site.forget(name)
        case.validate_response(response, excluded_checks=left_out(name))

    with capture_logs():
        for name, operation in tried(schema):
            strategy = operation.as_strategy(generation_mode=mode)
            run(strategy, partial(attempt, name))
            if name in CHANGING_THE_PLACE or not usual:
                site, token = own_site(build_world(world.app, world.http))
    assert max(statuses) < 500
    if mode == GenerationMode.POSITIVE:
        assert statuses[200] > 50, "reads found what they asked for"
        assert statuses[201] >= 5, "some records were made"


def test_without_a_token_nothing_is_told(world: World, schema: Any) -> None:  # noqa: ANN401 - as above
    client, told = TestClient(world.app), set()
    for name, operation in tried(schema):
        path = re.sub(r"\{\w+\}", str(world.hq), operation.path)
        for token in ("", "Bearer zd_" + "x" * 43):
            headers = {"Authorization": token} if token else {}
            response = client.request(operation.method.upper(), path, headers=headers)
            if response.status_code not in {401, 422}:
                told.add((name, response.status_code))
    assert told == set()
