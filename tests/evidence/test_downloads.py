"""Downloads: ranges, validators, and headers that keep a file from being run."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from app.core.http.files import asked_range
from tests.evidence.makers import PDF
from tests.evidence.support import NAME, added, meeting, sha256
from tests.support.properties import examples
from tests.support.world import World


@pytest.fixture
def content(world: World) -> str:
    return f"/evidence/{added(world.clerk, meeting(world))['id']}/content"


def test_a_download_cannot_run_in_a_browser(world: World, content: str) -> None:
    headers = world.clerk.get(content).headers
    assert headers["content-disposition"].startswith("attachment; ")
    assert headers["content-disposition"].endswith(f"filename*=UTF-8''{quote(NAME)}")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "application/pdf"
    assert headers["content-length"] == str(len(PDF))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-3", PDF[:4]),
        ("bytes=5-", PDF[5:]),
        ("bytes=-6", PDF[-6:]),
        ("bytes=10-999999", PDF[10:]),
        ("bytes=-999999", PDF),
    ],
)
def test_a_part_can_be_asked_for(world: World, content: str, asked: str, part: bytes) -> None:
    response = world.clerk("GET", content, headers={"Range": asked})
    assert (response.status_code, response.content) == (206, part)
    start = PDF.index(part)
    expected = f"bytes {start}-{start + len(part) - 1}/{len(PDF)}"
    assert response.headers["content-range"] == expected
    assert response.headers["content-length"] == str(len(part))


@pytest.mark.parametrize("asked", ["bytes=9-3", "lines=1-2", "bytes=0-1,4-5", "bytes=", "bytes=-"])
def test_other_ranges_give_the_whole(world: World, content: str, asked: str) -> None:
    response = world.clerk("GET", content, headers={"Range": asked})
    assert (response.status_code, response.content) == (200, PDF)
    assert response.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(world: World, content: str, asked: str) -> None:
    response = world.clerk("GET", content, headers={"Range": asked})
    assert response.status_code == 416
    assert response.headers["content-range"] == f"bytes */{len(PDF)}"
    assert response.json()["code"] == "range_not_satisfiable"


def test_the_hash_is_the_validator(world: World, content: str) -> None:
    tag = f'"{sha256(PDF)}"'
    assert world.clerk.get(content).headers["etag"] == tag
    same = world.clerk("GET", content, headers={"If-None-Match": f'"x", {tag}'})
    assert (same.status_code, same.content) == (304, b"")
    part = {"Range": "bytes=0-3"}
    assert world.clerk("GET", content, headers={**part, "If-Range": tag}).status_code == 206
    assert world.clerk("GET", content, headers={**part, "If-Range": '"old"'}).content == PDF


def test_head_tells_without_sending(world: World, content: str) -> None:
    response = world.clerk("HEAD", content)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(PDF))
    assert response.headers["etag"] == f'"{sha256(PDF)}"'


@examples(200)
@given(
    size=st.integers(1, 50),
    first=st.none() | st.integers(0, 60),
    last=st.none() | st.integers(0, 60),
)
def test_a_range_is_inside_the_file_or_refused(
    size: int, first: int | None, last: int | None
) -> None:
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    if (first is not None and first >= size and (last is None or last >= first)) or (
        first is None and last == 0
    ):
        with pytest.raises(HTTPException) as refused:
            asked_range(header, size)
        assert refused.value.status_code == 416
        return
    asked = asked_range(header, size)
    if asked is None:
        assert last is None or (first is not None and last < first)
        assert first is None or last is not None
        return
    start, end = asked
    assert 0 <= start < end <= size
    if first is not None:
        assert start == first
    elif last is not None:
        assert end - start == min(last, size)
