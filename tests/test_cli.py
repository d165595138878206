"""The commands, as an operator meets them: what they do, and what they say when they cannot."""

import logging
import re
import shutil
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
import structlog

from app import demo
from app.access import passwords
from app.cli import COMMANDS, commands, main
from app.core.database import Database
from app.core.migrations import upgrade
from app.core.settings import Settings
from tests.support.word import text_of_word

Run = Callable[..., "Outcome"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PASSWORD = "correct-horse-battery-staple"
NEW_ROOT = (
    "create-admin",
    "--username",
    "zhang.ming",
    "--display-name",
    "张明",
    "--password-stdin",
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    def refused(self, *words: str) -> None:
        assert self.code != 0
        assert "Traceback" not in self.out + self.err
        assert CHINESE.search(self.err)
        for word in words:
            assert word in self.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    monkeypatch.setenv("ZHAODAN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def zhaodan(
    folder: Path,  # noqa: ARG001 - sets where the data lie
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    """Runs the command in this process, over the test's data folder."""
    handlers = logging.root.handlers[:]

    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["zhaodan", *arguments])
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), said.out, said.err)

    yield run
    # What `serve` set up writes to the captured stream, which ends with the test.
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHAODAN_DATA_DIR", str(folder))
        database = Database(Settings())
        upgrade(database)
        database.dispose()
    return folder / "zhaodan.sqlite3"


@pytest.fixture
def migrated(folder: Path, template: Path) -> Path:
    """The test's data folder with a migrated database; returns the database's file."""
    folder.mkdir()
    return Path(shutil.copy(template, folder))


@pytest.fixture
def rows(folder: Path) -> Callable[[str], int]:
    """Counts the rows of a table, past the program."""

    def count(table: str) -> int:
        with sqlite3.connect(folder / "zhaodan.sqlite3") as connection:
            found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a test's own table
        connection.close()
        return found

    return count


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def test_help_is_chinese_and_lists_every_command(zhaodan: Run) -> None:
    shown = zhaodan("--help")
    assert shown.code == 0
    commands = ("serve", "migrate", "create-admin", "rebuild-deadlines", "verify-audit")
    assert all(name in shown.out for name in commands)
    for name in commands:
        assert CHINESE.search(zhaodan(name, "--help").out)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("ZHAODAN_FORWARDED_ALLOW_IPS", "*", "代理地址"),
        ("ZHAODAN_SECRET_KEY", "short", "32"),
        ("ZHAODAN_PORT", "0", "ZHAODAN_PORT"),
        ("ZHAODAN_DATABASE_URL", "mysql://x/y", "postgresql+psycopg"),
    ],
)
def test_unsafe_settings_are_refused(
    zhaodan: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str
) -> None:
    monkeypatch.setenv(name, value)
    zhaodan("serve").refused(word)


def test_a_command_that_is_not_known_is_refused(zhaodan: Run) -> None:
    zhaodan("fly").refused("命令有误")


def test_an_unreachable_database_is_said_in_one_line(
    zhaodan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://somebody:hidden-word@127.0.0.1:1/nothing"
    monkeypatch.setenv("ZHAODAN_DATABASE_URL", url)
    outcome = zhaodan("migrate")
    outcome.refused("数据库")
    assert "hidden-word" not in outcome.err


def test_migrating_twice_changes_nothing_more(zhaodan: Run) -> None:
    first, second = zhaodan("migrate"), zhaodan("migrate")
    assert first.code == second.code == 0
    assert "空 →" in first.out
    before, after = second.out.split("：")[1].split("→")
    assert before.strip() == after.strip()


def test_serving_needs_a_migrated_database_and_a_free_port(zhaodan: Run, busy_port: int) -> None:
    zhaodan("serve", "--port", str(busy_port)).refused("端口", str(busy_port))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    zhaodan("serve", "--port", str(free)).refused("zhaodan migrate")


def begin(folder: Path) -> Path | None:
    settings = Settings(data_dir=folder)
    database = Database(settings)
    try:
        return demo.begin(database, settings, "http://127.0.0.1:8000")
    finally:
        database.dispose()


def test_the_first_start_happens_once(migrated: Path, rows: Callable[[str], int]) -> None:
    path = begin(migrated.parent)
    assert path == migrated.parent / "first-login.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_text("utf-8")
    assert re.search("访问令牌.*：zd_[A-Za-z0-9_-]{43}", content)
    assert "指挥部党总支" in content
    counts = [rows("organizations"), rows("users"), rows("items")]
    path.unlink()
    assert begin(migrated.parent) is None
    assert not path.exists()
    assert [rows("organizations"), rows("users"), rows("items")] == counts


def test_a_file_in_the_way_stops_the_first_start(
    migrated: Path, rows: Callable[[str], int]
) -> None:
    (migrated.parent / "first-login.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        begin(migrated.parent)
    assert rows("organizations") == 0
    assert (migrated.parent / "first-login.txt").read_text() == "mine"


def test_a_changed_byte_in_the_trail_is_found(zhaodan: Run, migrated: Path) -> None:
    zhaodan(*NEW_ROOT, "--new-root", "集团公司党委", stdin=PASSWORD)
    assert zhaodan("verify-audit").code == 0
    with sqlite3.connect(migrated) as connection:
        connection.execute("DROP TRIGGER audit_entries_no_update")
        connection.execute(
            "UPDATE audit_entries SET after = replace(after, 'zhang', 'zhand')"
            " WHERE action = 'user.created'"
        )
    connection.close()
    zhaodan("verify-audit").refused("第", "条", "不一致")


@pytest.mark.usefixtures("migrated")
def test_an_administrator_of_a_new_root(zhaodan: Run) -> None:
    zhaodan(*NEW_ROOT, stdin=PASSWORD).refused("--new-root")
    made = zhaodan(*NEW_ROOT, "--new-root", "集团公司党委", stdin=PASSWORD + "\n")
    assert made.code == 0, made.err
    assert PASSWORD not in made.out
    zhaodan(*NEW_ROOT, stdin=PASSWORD).refused("用户名")
    second = [word.replace("zhang.ming", "li.hong") for word in NEW_ROOT]
    assert zhaodan(*second, stdin=PASSWORD).code == 0, "the only root is meant"
    zhaodan(*second, "--organization", "没有的组织", stdin=PASSWORD).refused("没有的组织")


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    ("password", "word"), [("12345678", "常见"), ("short", "8"), ("zhaodan2026", "相近"), ("", "8")]
)
def test_weak_passwords_are_refused(
    zhaodan: Run, rows: Callable[[str], int], password: str, word: str
) -> None:
    zhaodan(*NEW_ROOT, "--new-root", "集团公司党委", stdin=password).refused("密码", word)
    assert rows("users") == rows("organizations") == 0


@pytest.mark.parametrize("command", ["create-admin", "first start"])
def test_hashing_a_password_holds_nobody_up(
    zhaodan: Run, migrated: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    real, free = passwords.hash_password, []

    def meanwhile(password: str) -> str:
        with closing(sqlite3.connect(migrated, timeout=0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            free.append(command)
        return real(password)

    monkeypatch.setattr(passwords, "hash_password", meanwhile)
    if command == "first start":
        assert begin(migrated.parent)
    else:
        assert zhaodan(*NEW_ROOT, "--new-root", "集团公司党委", stdin=PASSWORD).code == 0
    assert free == [command]


@pytest.mark.usefixtures("migrated")
def test_names_of_units_are_no_passwords(zhaodan: Run) -> None:
    root = ("--new-root", "集团公司党委")
    zhaodan(*NEW_ROOT, *root, stdin="集团公司党委2026").refused("相近")
    assert zhaodan(*NEW_ROOT, *root, stdin=PASSWORD).code == 0
    second = [word.replace("zhang.ming", "li.hong") for word in NEW_ROOT]
    zhaodan(*second, stdin="集团公司党委2026").refused("相近")


@pytest.mark.usefixtures("migrated")
def test_wrong_names_and_missing_terminals_are_said(zhaodan: Run) -> None:
    odd = [word.replace("zhang.ming", "张 明") for word in NEW_ROOT]
    outcome = zhaodan(*odd, "--new-root", "集团公司党委", stdin=PASSWORD)
    outcome.refused("username")
    assert "ZHAODAN_" not in outcome.err
    zhaodan(*NEW_ROOT[:-1]).refused("--password-stdin")


def test_lost_deadlines_are_rebuilt(
    zhaodan: Run, migrated: Path, rows: Callable[[str], int]
) -> None:
    assert begin(migrated.parent)
    before = rows("deadline_spans")
    with sqlite3.connect(migrated) as connection:
        connection.execute("DELETE FROM deadline_spans")
    connection.close()
    assert zhaodan("rebuild-deadlines").code == 0
    assert rows("deadline_spans") == before > 0


def test_a_command_is_wired_without_the_others() -> None:
    for name, *_ in COMMANDS:
        assert [command.name for command in commands(name).registered_commands] == [name]
    everything = [name for name, *_ in COMMANDS]
    for called in (None, "--help", "draw"):
        assert [command.name for command in commands(called).registered_commands] == everything


def test_the_reference_year_becomes_a_file(zhaodan: Run, migrated: Path, tmp_path: Path) -> None:
    assert begin(migrated.parent)
    file = tmp_path / "述职报告.docx"
    made = zhaodan("report", "指挥部党总支", "2018", "-o", str(file), "--supervision")
    assert made.code == 0, made.err
    assert "没有发现问题" in made.out
    text = "".join(text_of_word(file.read_bytes()))
    assert "党建工作专题会议（2月、6月、11月）" in text
    zhaodan("report", "指挥部", "2018", "-o", str(tmp_path / "b.docx")).refused("指挥部党总支")
