"""Fixtures: every test of the service runs on SQLite and on PostgreSQL, migrated by Alembic."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import settings
from starlette.testclient import TestClient

from app.core.clock import FixedClock
from app.core.database import Database
from app.core.migrations import upgrade
from app.core.settings import Settings
from app.main import create_app
from tests.support import postgres, properties
from tests.support.world import World, build_world

BACKENDS = ("sqlite", "postgresql")
# Noon in Shanghai on the day on which the reference year's questions are asked.
NOON = datetime(2018, 12, 10, 4, 0, tzinfo=UTC)
settings.load_profile(properties.USUAL)  # --hypothesis-profile=long comes after it


def pytest_configure(config: pytest.Config) -> None:
    """Start the throwaway PostgreSQL once, in the controlling process; workers inherit its URL."""
    if hasattr(config, "workerinput"):
        return
    stack = ExitStack()
    url = stack.enter_context(postgres.throwaway_cluster())
    config.add_cleanup(stack.close)
    if url is None:
        os.environ.pop(postgres.URL_VARIABLE, None)
    else:
        os.environ[postgres.URL_VARIABLE] = url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat in a long run what depends on who comes first."""
    rounds = properties.many(1)
    if rounds > 1 and metafunc.definition.get_closest_marker("race"):
        metafunc.fixturenames.append("round")
        metafunc.parametrize("round", range(rounds))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly when only half of the suite could run."""
    if not os.environ.get(postgres.URL_VARIABLE):
        terminalreporter.write_line(postgres.NO_POSTGRES, red=True, bold=True)


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The database that the test runs on."""
    if request.param == "postgresql" and not os.environ.get(postgres.URL_VARIABLE):
        pytest.skip("no PostgreSQL")
    return str(request.param)


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """A folder for the session's data."""
    with tempfile.TemporaryDirectory(prefix="zhaodan-test-") as folder:
        yield Path(folder)


def settings_for(backend: str, folder: Path, worker: str) -> Settings:
    """Settings of a fresh, empty database."""
    if backend == "sqlite":
        return Settings(data_dir=folder / "sqlite", log_level="error")
    url = postgres.create_database(os.environ[postgres.URL_VARIABLE], f"zhaodan_{worker}")
    return Settings(data_dir=folder / "pg", database_url=url, log_level="error")


@pytest.fixture(scope="session")
def app(backend: str, data_dir: Path, worker_id: str) -> FastAPI:
    """The application over one migrated database for each worker and engine."""
    settings = settings_for(backend, data_dir, worker_id)
    database = Database(settings)
    upgrade(database)
    database.dispose()
    return create_app(settings, clock=FixedClock(NOON))


@pytest.fixture(scope="session")
def http(app: FastAPI) -> Iterator[TestClient]:
    """A client of the running application."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def world(app: FastAPI, http: TestClient) -> World:
    """A tree of the test's own, at noon of 10 December 2018."""
    app.state.clock.instant = NOON
    return build_world(app, http)
