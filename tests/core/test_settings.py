"""Settings that would be unsafe, or fail later, are refused at the start with their name."""

import os
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from app.core.database import Database
from app.core.migrations import upgrade
from app.core.settings import Settings


def refused(**values: str) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings(**values)  # type: ignore[arg-type]  # as the environment gives them
    [flaw] = caught.value.errors()
    assert flaw["loc"] == tuple(values)
    return str(flaw["msg"])


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/Argentina/Ushuaia", "Etc/GMT-8"])
def test_a_known_zone_is_taken(zone: str) -> None:
    assert Settings(time_zone=zone).time_zone == zone


@pytest.mark.parametrize(
    "zone",
    [
        *("America", "Asia", "Etc", "localtime", "posixrules", "Factory", "zone.tab", "tzdata.zi"),
        *("", ".", "..", "/etc/localtime", "../etc/passwd", "Asia/Shanghai\x00", "asia/nowhere"),
        "x" * 5000,
    ],
    ids=lambda zone: ascii(zone)[:20],
)
def test_what_is_no_zone_is_refused(zone: str) -> None:
    assert "不认识的时区" in refused(time_zone=zone)


@pytest.mark.parametrize(
    "proxies",
    ["", "127.0.0.1", "10.0.0.0/8, 192.168.1.7", "::1,fc00::/7", "2001:db8::/32", "172.18.0.0/16"],
)
def test_named_proxies_are_trusted(proxies: str) -> None:
    assert Settings(forwarded_allow_ips=proxies).forwarded_allow_ips == proxies


@pytest.mark.parametrize(
    ("proxies", "word"),
    [
        *(("*", "所有来源"), ("0.0.0.0/0", "所有来源"), ("::/0", "所有来源")),
        *(("127.0.0.1,0.0.0.0/0", "所有来源"), ("0.0.0.0/1,128.0.0.0/1", "所有来源")),
        *(("::ffff:0:0/96", "所有来源"), ("proxy.example", "不是 IP 地址")),
        *(("10.0.0.1/8", "不是 IP 地址"), ("127.0.0.1;10.0.0.1", "不是 IP 地址")),
        *(("256.1.1.1", "不是 IP 地址"), ("127.0.0.1,,10.0.0.1", "不是 IP 地址")),
    ],
)
def test_nobody_else_may_say_where_a_request_comes_from(proxies: str, word: str) -> None:
    assert word in refused(forwarded_allow_ips=proxies)


def test_files_of_the_database_are_their_owners_alone(tmp_path: Path) -> None:
    """Also in a folder that was there, and that others can read."""
    before = os.umask(0o022)
    try:
        tmp_path.chmod(0o755)
        database = Database(Settings(data_dir=tmp_path))
        upgrade(database)
        with database.write() as session:
            session.execute(text("CREATE TABLE probe (x INTEGER)"))
            files = sorted(tmp_path.iterdir())
            assert {"zhaodan.sqlite3", "zhaodan.sqlite3-wal", "zhaodan.sqlite3-shm"} <= {
                file.name for file in files
            }
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files}
        database.dispose()
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}, modes


def test_files_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "zhaodan.sqlite3"
    path.touch()
    path.chmod(0o644)
    Database(Settings(data_dir=tmp_path)).dispose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
