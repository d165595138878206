"""The command that makes content to try and to measure with."""

import re
import sqlite3
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.core.audit import verify
from app.core.database import Database
from app.core.migrations import upgrade
from app.core.settings import Settings
from tools.demo.__main__ import main

Run = Callable[..., tuple[int, str]]
SIZE = ("--organizations", "4", "--records", "30")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a migrated, empty database."""
    monkeypatch.setenv("ZHAODAN_DATA_DIR", str(tmp_path))
    database = Database(Settings())
    upgrade(database)
    database.dispose()
    return tmp_path


@pytest.fixture
def demo(
    folder: Path,  # noqa: ARG001 - sets where the data lie
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run the command in this process; returns how it ended and what it said."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["demo", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        assert "Traceback" not in output.err
        return int(ended.value.code or 0), output.out + output.err

    return run


def count(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "zhaodan.sqlite3")) as connection:
        number: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a test's own table
    return number


def test_each_year_is_loaded_once(demo: Run, folder: Path) -> None:
    for options, name in (((), "参考年度"), (("--faulty",), "有疏漏")):
        code, words = demo(*options)
        assert (code, "已载入" in words, name in words) == (0, True, True)
        counts = [count(folder, table) for table in ("items", "organizations", "audit_entries")]
        code, words = demo(*options)
        assert (code, "没有改动" in words) == (0, True)
        assert counts == [
            count(folder, table) for table in ("items", "organizations", "audit_entries")
        ]
    database = Database(Settings())
    with database.read() as session:
        assert not list(verify(session))
    database.dispose()
    code, words = demo("--faulty", *SIZE)
    assert code == 1
    assert "--faulty" in words


def test_generating_writes_a_token_that_only_its_owner_reads(demo: Run, folder: Path) -> None:
    token = folder / "token"
    assert demo(*SIZE, "--token-file", str(token))[0] == 0
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert re.fullmatch("zd_[A-Za-z0-9_-]{43}", token.read_text("ascii").strip())
    assert [count(folder, "organizations"), count(folder, "items")] == [4, 30]
    code, words = demo(*SIZE, "--token-file", str(token))
    assert code == 1
    assert "token" in words
    assert count(folder, "items") == 30
    assert demo("--organizations", "4")[0] == 1
