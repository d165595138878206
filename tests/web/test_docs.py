"""The documentation page works under the strict policy and from our own files only."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.web.pages import mount_docs


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    mount_docs(app)
    with TestClient(app) as client:
        yield client


def test_page_is_chinese_html_that_names_the_description(client: TestClient) -> None:
    answer = client.get("/docs")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in answer.text
    assert 'data-openapi="/api/v1/openapi.json"' in answer.text
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_page_has_nothing_inline_and_nothing_from_outside(client: TestClient) -> None:
    text = client.get("/docs").text

    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=|https?://|=\"//", text)


def test_every_file_of_the_page_is_served_with_its_type(client: TestClient) -> None:
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/docs").text)

    assert len(files) == 4
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200, file
        expected = "text/css" if file.endswith(".css") else "javascript"
        assert expected in answer.headers["content-type"]


def test_vendored_files_are_kept_and_own_files_are_checked(client: TestClient) -> None:
    vendored = client.get("/static/vendor/swagger-ui-5.35.0/swagger-ui.css")
    own = client.get("/static/docs.js")
    unchanged = client.get("/static/docs.js", headers={"If-None-Match": own.headers["etag"]})

    assert "immutable" in vendored.headers["cache-control"]
    assert own.headers["cache-control"] == "no-cache"
    assert unchanged.status_code == 304


@pytest.mark.parametrize(
    "path", ["/static/../docs.py", "/static/%2e%2e/docs.py", "/static/none.js"]
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_page_stays_out_of_the_description(client: TestClient) -> None:
    assert client.get("/api/v1/openapi.json").json()["paths"] == {}
