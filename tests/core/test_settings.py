"""Settings that would be unsafe, or fail later, are refused at the start with their name."""

import pytest
from pydantic import ValidationError

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
