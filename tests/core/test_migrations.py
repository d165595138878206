"""The migrations make the tables that the program expects, on both databases."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect

from app.core import migrations
from app.core.database import Database
from app.core.settings import Settings
from tests.support import postgres


@pytest.fixture
def settings(backend: str, tmp_path: Path, worker_id: str) -> Settings:
    if backend == "sqlite":
        return Settings(data_dir=tmp_path)
    server = os.environ[postgres.URL_VARIABLE]
    url = postgres.create_database(server, f"zhaodan_migrations_{worker_id}")
    return Settings(data_dir=tmp_path, database_url=url)


def test_models_and_migrations_agree(settings: Settings) -> None:
    database = Database(settings)
    assert not migrations.is_current(database)
    migrations.upgrade(database)
    migrations.check(database)
    assert migrations.is_current(database)
    migrations.downgrade(database, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    migrations.upgrade(database)
    migrations.check(database)
    database.dispose()


@pytest.mark.race
def test_two_that_migrate_at_once_wait_for_each_other(settings: Settings) -> None:
    databases = [Database(settings) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrations.upgrade, databases))
    assert all(migrations.is_current(database) for database in databases)
    for database in databases:
        database.dispose()
