"""The page on how to add a kind of record, as changes that can be made to a copy of the program."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "new-kind.md"
# `file`, below `line`: and the block that follows.
_CHANGE = re.compile(
    r"^`(?P<path>[\w./-]+)`(?:, (?P<how>below|in place of) `(?P<line>[^\n]*)`)?:\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Change(NamedTuple):
    """A new file, or lines that go below a line of a file or in its place."""

    path: str
    text: str
    how: str | None
    line: str | None


def changes() -> Iterator[Change]:
    """What the page says to write, in its order."""
    for change in _CHANGE.finditer(PAGE.read_text("utf-8")):
        yield Change(change["path"], change["text"], change["how"], change["line"])


def make(change: Change, root: Path) -> None:
    """Make a change in a copy of the program."""
    if change.line is None:
        _add(change, root)
        return
    file = root / change.path
    lines = file.read_text("utf-8").splitlines(keepends=True)
    (place,) = [number for number, line in enumerate(lines) if line.rstrip("\n") == change.line]
    kept = [lines[place]] if change.how == "below" else []
    lines[place : place + 1] = [*kept, change.text]
    file.write_text("".join(lines), "utf-8")


def _add(change: Change, root: Path) -> None:
    """A new file; a migration is numbered after the newest."""
    path, text = change.path, change.text
    if "NEXT" in path:
        head = max((root / path).parent.glob("[0-9]*.py")).name.partition("_")[0]
        following = f"{int(head) + 1:04}"
        path, text = path.replace("NEXT", following), text.replace("NEXT", following)
        text = text.replace("HEAD", head)
    file = root / path
    file.parent.mkdir(exist_ok=True)
    assert not file.exists(), path
    file.write_text(text, "utf-8")
