"""``zhaodan report``: a report straight to a file, on both databases."""

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.cli import main
from app.report.files.formats import FORMATS
from tests.report.drafts.support import drafted, held, meeting, path
from tests.support.word import text_of_word
from tests.support.world import World

DAYS = ("2018-02-06", "2018-06-14", "2018-11-08")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def zhaodan(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs the command over the service's own database; its end and what it said."""
    settings = app.state.settings
    monkeypatch.setenv("ZHAODAN_DATA_DIR", str(settings.data_dir))
    if settings.database_url:
        monkeypatch.setenv("ZHAODAN_DATABASE_URL", settings.database_url)

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["zhaodan", "report", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.mark.parametrize("suffix", sorted(offered.extension for offered in FORMATS.values()))
def test_the_file_tells_what_a_draft_tells(
    world: World, zhaodan: Run, tmp_path: Path, suffix: str
) -> None:
    held(world, *DAYS)
    file = tmp_path / f"述职报告.{suffix}"
    asked = (world.hq, 2018, "-o", file, "--as-of", "2018-12-10")
    code, said = zhaodan(*asked)
    assert code == 0, said
    assert f"已写出 {file}" in said
    assert "文字检查" in said
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    draft = world.clerk.ok("/reports", organization_id=world.hq)["items"]
    assert draft == [], "nothing is stored"
    name = {"md": "markdown", "txt": "text"}.get(suffix, suffix)
    shown = world.clerk.get(path(drafted(world), "document"), format=name).content
    assert file.read_bytes() == shown
    code, said = zhaodan(*asked)
    assert (code, "--force" in said) == (1, True)
    assert zhaodan(*asked, "--force")[0] == 0
    assert file.read_bytes() == shown


def test_variant_period_voice_and_annexes(world: World, zhaodan: Run, tmp_path: Path) -> None:
    held(world, *DAYS)
    file = tmp_path / "a.json"
    options = ("--form", "work_summary", "--period", "first_half", "--voice", "organization")
    more = ("--variant", "review", "--annexes", "sources,meetings", "--as-of", "2018-05-31")
    code, said = zhaodan(world.hq, 2018, "-o", file, *options, *more)
    assert code == 0, said
    told = json.loads(file.read_bytes())
    assert "上半年" in told["title"]
    assert [annex["title"] for annex in told["annexes"]] == ["数据来源对照表"]
    assert "2018年2月6日" in file.read_text("utf-8")
    assert "2018年6月14日" not in file.read_text("utf-8")


def test_supervision_is_told_when_it_is_asked_for(
    world: World, zhaodan: Run, tmp_path: Path
) -> None:
    secret = meeting(world, "2018-03-06", type="reminder_talk", title="提醒谈话", focus="integrity")
    del secret["topic"]
    world.secretary.created("/talks", secret | {"persons": [{"name": "谈话对象甲"}]})
    for options, expected in (((), False), (("--supervision",), True)):
        file = tmp_path / f"{expected}.docx"
        assert zhaodan(world.hq, 2018, "-o", file, *options)[0] == 0
        assert ("提醒谈话一人" in "".join(text_of_word(file.read_bytes()))) is expected


def test_what_cannot_be_done_is_said(world: World, zhaodan: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    for arguments, words in (
        ((world.hq, 2018, "-o", tmp_path / "a.pdf"), ".docx"),
        (("没有的组织", 2018, "-o", file), "没有名称或编号为“没有的组织”的党组织"),
        (("指挥部党总", 2018, "-o", file), "指挥部党总支"),
        ((world.hq, 2018, "-o", file, "--form", "poem"), "duty_report"),
        ((world.hq, 2018, "-o", file, "--annexes", "songs"), "songs"),
        (
            (world.hq, 2018, "-o", tmp_path / "none" / "a.docx"),
            f"没有文件夹 {tmp_path / 'none'}，请先建立",
        ),
        ((world.hq, 2018, "-o", tmp_path / ("长" * 300 + ".docx")), "文件名太长"),
        ((world.hq, 2199, "-o", file), "尚未开始"),
    ):
        code, said = zhaodan(*arguments)
        assert code == 1, arguments
        assert words in said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    world: World, zhaodan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "报告.docx"
    folder.mkdir()
    code, said = zhaodan(world.hq, 2018, "-o", folder, "--force")
    assert (code, "是文件夹，请写明文件名" in said) == (1, True)
    folder.rmdir()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", ".zhaodan-01a2")

    monkeypatch.setattr(os, "fsync", full)
    file = tmp_path / "a.docx"
    code, said = zhaodan(world.hq, 2018, "-o", file)
    assert code == 1
    assert f"没有写成 {file}：磁盘已满" in said
    assert "No space" not in said
    assert ".zhaodan-" not in said
    assert list(tmp_path.iterdir()) == []
