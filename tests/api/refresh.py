"""Writes the committed description of the API anew: ``python -m tests.api.refresh``."""

import json
import tempfile
from pathlib import Path
from typing import Any

from app.core.settings import Settings
from app.main import create_app
from app.web.openapi import describe

SNAPSHOT = Path(__file__).with_name("openapi.json")


def current() -> dict[str, Any]:
    """The API's description as the program gives it now."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)))
        document: dict[str, Any] = json.loads(json.dumps(describe(app)))
        app.state.database.dispose()
    return document


def main() -> None:
    """Write the snapshot; a reviewer reads the difference."""
    text = json.dumps(current(), ensure_ascii=False, indent=1, sort_keys=True)
    SNAPSHOT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
