"""The reference year as it stands in a database, asked for through the API as people ask."""

import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from starlette.testclient import TestClient

from app.core.clock import FixedClock
from app.core.database import Database
from app.core.migrations import upgrade
from app.core.settings import Settings
from app.demo import begin
from app.main import create_app

# A working day after the year's end: the report is of 31 December whatever the day of asking.
ASKED = datetime(2019, 1, 7, 2, 0, tzinfo=UTC)
OWN, BRANCH = "指挥部党总支", "第二项目部党支部"
ASKED_FOR: dict[str, tuple[str, dict[str, str]]] = {
    "duty_report": (OWN, {"form": "duty_report"}),
    "duty_report.arabic": (OWN, {"form": "duty_report", "numerals": "arabic"}),
    "duty_report.chinese": (OWN, {"form": "duty_report", "numerals": "chinese"}),
    "duty_report.q3": (OWN, {"form": "duty_report", "period": "q3"}),
    "work_summary": (OWN, {"form": "work_summary"}),
    "half_year_summary": (OWN, {"form": "half_year_summary", "period": "first_half"}),
    "quarterly_brief": (OWN, {"form": "quarterly_brief", "period": "q3"}),
    "branch.work_summary": (BRANCH, {"form": "work_summary"}),
    "branch.quarterly_brief": (BRANCH, {"form": "quarterly_brief", "period": "q3"}),
}


def database_texts() -> Iterator[tuple[str, str]]:
    """The name of each file and what the service answers."""
    with tempfile.TemporaryDirectory(prefix="zhaodan-golden-") as folder:
        settings = Settings(data_dir=Path(folder), log_level="error")
        database = Database(settings)
        upgrade(database)
        way_in = begin(database, settings, "http://localhost")
        database.dispose()
        assert way_in is not None
        token = re.search(r"访问令牌.*：(\S+)", way_in.read_text(encoding="utf-8"))
        assert token is not None
        app = create_app(settings, clock=FixedClock(ASKED))
        with TestClient(app, headers={"Authorization": f"Bearer {token[1]}"}) as client:
            listed = client.get("/api/v1/organizations").json()["items"]
            places = {place["name"]: place["id"] for place in listed}
            for name, (place, wish) in ASKED_FOR.items():
                path = f"/api/v1/organizations/{places[place]}/annual-summaries/2018"
                asked = {"include_descendants": "true", **wish}
                reply = client.get(path, params=asked, headers={"Accept": "text/plain"})
                assert reply.status_code == 200, reply.text
                yield f"database.{name}.txt", reply.text
