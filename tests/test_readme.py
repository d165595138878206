"""The README's tour is executed as it is written, against the service started as it says."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.waiting import PATIENCE
from tests.support.word import text_of_word

README = Path(__file__).parents[1] / "README.md"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tour(port: int) -> str:
    text = README.read_text(encoding="utf-8")
    part = text.partition("<!-- tour -->")[2].partition("<!-- end of tour -->")[0]
    script = "\n".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL))
    assert "127.0.0.1:8000" in script
    return script.replace("127.0.0.1:8000", f"127.0.0.1:{port}")


@pytest.fixture
def first_start(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    zhaodan = str(Path(sys.executable).with_name("zhaodan"))
    process = subprocess.Popen(
        [zhaodan, "serve", "--first-start", "--port", str(port)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            _wait(process, port)
            yield port
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 0, "a SIGTERM is a clean end"


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "the service ended"
            assert time.monotonic() < deadline, "the service did not become ready"
            time.sleep(0.1)


def test_the_tour_works_as_written(
    first_start: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", tour(first_start)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "实到人数不能多于应到人数" in done.stdout
    assert '"filename":"signin.txt"' in done.stdout.replace(" ", "")
    assert '"days_overdue":10' in done.stdout
    assert "三次意识形态专题会议（5月、10月、12月）" in done.stdout, "the logged meeting is told"
    assert "已写出 述职报告.docx" in done.stdout
    text = "".join(text_of_word((tmp_path / "述职报告.docx").read_bytes()))
    assert "三次意识形态专题会议（5月、10月、12月）" in text
    assert (tmp_path / "data" / "first-login.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_examples_are_what_the_engine_writes(
    name: str, first_start: int, tmp_path: Path
) -> None:
    begin = tour(first_start).partition("MEETING=")[0]
    script = begin + (
        'api -H "Accept: text/plain" "$BASE/organizations/$ORG/annual-summaries/2018"'
    )
    written = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    quoted = re.findall(r"^> (.+)$", README.with_name(name).read_text("utf-8"), re.MULTILINE)
    assert quoted
    assert all(line.strip() in written for line in quoted)
