"""The page on how to add a kind of record is followed to the letter, in a copy of the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.new_kind.page import PAGE, ROOT, changes, make

COPIED = ("app", "migrations", "tests", "tools", "docs", "pyproject.toml", "alembic.ini")
CHECKED = ("tests/new_kind/scenario.py", "tests/test_contracts.py", "tests/test_docs.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with the kind of the page."""
    folder = tmp_path_factory.mktemp("program")
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".*")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    for change in changes():
        make(change, folder)
    return folder


def run(copy: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_kind_that_was_added_by_the_page_works_everywhere(copy: Path) -> None:
    run(copy, "ruff", "check", "app", "migrations", "tests")
    run(copy, "pytest", *CHECKED, "-q", "-p", "no:cacheprovider", "-n", "0")


def test_the_page_has_the_steps_of_the_architecture_and_names_their_files() -> None:
    page, architecture = PAGE.read_text("utf-8"), (ROOT / "docs/architecture.md").read_text("utf-8")
    steps = architecture.partition("**A kind of record**")[2].partition("\n\n**")[0]
    numbers = re.findall(r"^(\d)\. ", steps, re.MULTILINE)
    assert numbers == re.findall(r"^## (\d)\. ", page, re.MULTILINE)
    assert len(numbers) <= 6
    for change in changes():
        room = change.path.replace("proposals", "<room>").replace("NEXT_<room>.py", "")
        assert f"`{room}`" in steps or room.endswith("__init__.py"), change.path


def test_five_existing_files_change() -> None:
    touched = {change.path for change in changes() if (ROOT / change.path).exists()}
    assert len(touched) == 5
    assert all(f"`{path}`" in PAGE.read_text("utf-8").partition("## 1.")[0] for path in touched)
