"""Writes the golden texts anew and prints what changed: ``python -m tests.report.golden``."""

import difflib
import sys

from tests.report.golden import FOLDER, texts
from tests.report.golden.database import database_texts


def main() -> None:
    """Write every text that differs; texts of forms that are gone are deleted."""
    wanted = {**dict(texts()), **dict(database_texts())}
    for path in sorted(FOLDER.glob("*.txt")):
        if path.name not in wanted:
            path.unlink()
            sys.stdout.write(f"- {path.name}\n")
    for name, text in wanted.items():
        path = FOLDER / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        lines = (before.splitlines(keepends=True), text.splitlines(keepends=True))
        sys.stdout.writelines(difflib.unified_diff(*lines, fromfile=name, tofile=name))
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
