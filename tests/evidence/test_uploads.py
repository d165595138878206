"""How a file comes in: judged and counted on the way, and never left behind by a failure."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.evidence.makers import PAGE, PDF, png
from tests.evidence.support import (
    FORM,
    Wire,
    added,
    digest_of,
    form,
    form_field,
    meeting,
    pdf,
    sha256,
    stored,
    upload,
)
from tests.support.records import flaws
from tests.support.world import World

LIMIT = 400_000


def text(size: int) -> bytes:
    return b"2018\n".ljust(size, b".")


@pytest.fixture
def small_limit(app: FastAPI) -> Iterator[None]:
    usual = app.state.settings
    app.state.settings = usual.model_copy(update={"max_evidence_bytes": LIMIT})
    yield
    app.state.settings = usual


def nothing_was_left(world: World, item: str, before: object) -> bool:
    listed = world.clerk.ok(f"/items/{item}/evidence", include_deleted=True)
    return listed["items"] == [] and stored(world) == before


@pytest.mark.parametrize(
    ("name", "content", "media_type", "code"),
    [
        ("页面.html", PAGE, "text/html", "type_not_allowed"),
        ("页面.pdf", PAGE, "application/pdf", "type_mismatch"),
        ("照片.pdf", png(), "application/pdf", "type_mismatch"),
        ("a.jpg.exe", b"MZ", "application/octet-stream", "type_not_allowed"),
        ("照片.pdf", PDF, "image/png", "declared_type_mismatch"),
        ("空.pdf", b"", "application/pdf", "file_empty"),
        ("改\u202e名.pdf", PDF, "application/pdf", "filename_characters"),
    ],
    ids=["html", "disguised", "other", "program", "declared", "empty", "direction"],
)
def test_what_is_no_evidence_leaves_nothing(
    world: World, name: str, content: bytes, media_type: str, code: str
) -> None:
    item, before = meeting(world), stored(world)
    path = f"/items/{item}/evidence"
    response = upload(world.clerk, path, content, name=name, media_type=media_type)
    assert flaws(response) == {"#/file": code}
    assert response.json()["code"] == "evidence_refused"
    assert nothing_was_left(world, item, before)


def test_odd_names_are_kept_as_words_only(world: World) -> None:
    item = meeting(world)
    for name in ("../../etc/passwd.pdf", "CON.pdf", "党" * 80 + ".pdf", "🚩.pdf"):
        made = added(world.clerk, item, name=name)
        assert made["file"]["filename"] == name
    assert all(len(path.name) == 32 for path in stored(world))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (form(PDF, fields=form_field("captions", b"x")), {"#/captions": "extra_forbidden"}),
        (form(PDF, fields=form_field("caption", b"x") * 2), {"#/caption": "repeated"}),
        (form(PDF, fields=form_field("caption", b"x" * 5000)), {"#/caption": "string_too_long"}),
        (form(PDF, fields=form_field("caption", b"x" * 301)), {"#/caption": "string_too_long"}),
        (form(PDF, fields=form_field("caption", b"\xff")), {"#/caption": "string_unicode"}),
        (form(PDF, fields=form_field("effective_on", b"9-20")), {"#/effective_on": "date_parsing"}),
        (form_field("caption", b"x") + b"--B--\r\n", {"#/file": "missing"}),
        (form(b"", name=b""), {"#/file": "missing"}),
        (form(PDF, fields=form(PDF)[: -len(b"--B--\r\n")]), {"#/file": "repeated"}),
        (form(PDF)[:-9], {"#/": "form_incomplete"}),
        (b"no form at all", {"#/": "form_incomplete"}),
        (b"", {"#/": "form_incomplete"}),
    ],
)
def test_a_form_with_a_flaw_is_refused_with_its_place(
    world: World, body: bytes, expected: dict[str, str]
) -> None:
    item, before = meeting(world), stored(world)
    response = world.clerk("POST", f"/items/{item}/evidence", content=body, headers=FORM)
    assert flaws(response) == expected
    assert nothing_was_left(world, item, before)


def test_blank_fields_of_a_form_are_not_filled_in(world: World) -> None:
    blank = form_field("caption", b"") + form_field("effective_on", b"")
    path = f"/items/{meeting(world)}/evidence"
    response = world.clerk("POST", path, content=form(PDF, fields=blank), headers=FORM)
    assert response.status_code == 201, response.text
    assert (response.json()["caption"], response.json()["effective_on"]) == (None, None)


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data", "text/plain"])
def test_only_a_form_is_taken(world: World, media_type: str) -> None:
    path = f"/items/{meeting(world)}/evidence"
    response = world.clerk("POST", path, content=b"{}", headers={"Content-Type": media_type})
    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


@pytest.mark.usefixtures("small_limit")
def test_a_file_beyond_the_limit_is_refused(world: World) -> None:
    item, before = meeting(world), stored(world)
    for size in (LIMIT + 1, LIMIT + 200_000):
        response = upload(world.clerk, f"/items/{item}/evidence", text(size), name="a.txt")
        assert response.status_code == 413
        assert response.json()["code"] == "evidence_too_large"
        assert "0.4 MB" in response.json()["detail"]
    assert nothing_was_left(world, item, before)
    added(world.clerk, item, text(LIMIT), name="a.txt", media_type="text/plain")


def test_a_file_may_be_larger_than_any_other_body(world: World) -> None:
    content = text(world.app.state.settings.max_body_bytes + 200_000)
    made = added(world.clerk, meeting(world), content, name="a.txt", media_type="text/plain")
    assert world.clerk.get(f"/evidence/{made['id']}/content").content == content


def endless() -> Iterator[bytes]:
    yield form(PDF)[: -len(b"\r\n--B--\r\n")]
    while True:
        yield bytes(65_536)


@pytest.mark.usefixtures("small_limit")
def test_an_endless_body_is_refused_while_it_comes(world: World) -> None:
    item, before = meeting(world), stored(world)
    wire = Wire(world.app, endless())
    assert wire.post(f"/items/{item}/evidence", world.clerk.token) == 413
    assert wire.read < LIMIT + 400_000
    assert nothing_was_left(world, item, before)


def test_a_client_that_hangs_up_leaves_nothing(world: World) -> None:
    item, before = meeting(world), stored(world)
    wire = Wire(world.app, iter([form(PDF)[:100], bytes(400_000)]), hangs_up=True)
    assert wire.post(f"/items/{item}/evidence", world.clerk.token) == 400
    assert nothing_was_left(world, item, before)


def test_who_may_not_write_is_refused_before_a_byte_is_read(world: World) -> None:
    item = meeting(world)
    made, before = added(world.clerk, item), stored(world)
    viewer, stranger = world.as_role("viewer"), world.as_role("clerk", on=world.foreign)
    for path in (f"/items/{item}/evidence", f"/evidence/{made['id']}/revisions"):
        for token, status in (
            (None, 401),
            ("zd_" + "x" * 43, 401),
            (viewer.token, 403),
            (stranger.token, 404),
        ):
            wire = Wire(world.app, endless())
            assert wire.post(path, token) == status
            assert wire.read == 0
    wire = Wire(world.app, endless())
    assert wire.post(f"/evidence/{made['id']}/revisions", world.clerk.token) == 428
    assert wire.read == 0
    assert stored(world) == before


def test_a_digest_of_the_body_or_of_the_file_is_checked(world: World) -> None:
    item = meeting(world)
    path, body, before = f"/items/{item}/evidence", form(PDF), stored(world)
    wrong = world.clerk("POST", path, content=body, headers=FORM | digest_of(b"other"))
    assert flaws(wrong) == {"Content-Digest": "digest_mismatch"}
    for text in ("sha-256=abc", "md5=:AAAA:", "sha-256=:AAAA:"):
        odd = world.clerk("POST", path, content=body, headers=FORM | {"Content-Digest": text})
        assert flaws(odd) == {"Content-Digest": "digest_unreadable"}
    assert nothing_was_left(world, item, before)
    for right in (body, PDF):
        done = world.clerk("POST", path, content=body, headers=FORM | digest_of(right))
        assert done.status_code == 201, done.text


def test_a_repeated_upload_stores_one_file(world: World) -> None:
    item = meeting(world)
    path, before = f"/items/{item}/evidence", stored(world)
    first = upload(world.clerk, path, key="one")
    again = upload(world.clerk, path, key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert len(stored(world) - before) == 1
    for other in ({"content": pdf("zh")}, {"name": "b.pdf"}, {"data": {"caption": "x"}}):
        reused = upload(world.clerk, path, key="one", **other)
        assert reused.json()["code"] == "idempotency_key_reused"
    assert len(stored(world) - before) == 1
    revisions = f"/evidence/{first.json()['id']}/revisions"
    newer = upload(world.clerk, revisions, pdf("zh"), version=1, key="two")
    assert upload(world.clerk, revisions, pdf("zh"), version=1, key="two").json() == newer.json()
    assert upload(world.clerk, revisions, pdf("en"), version=1, key="three").status_code == 412
    assert len(stored(world) - before) == 2


@pytest.mark.parametrize("lost", [False, True], ids=["refused", "connection_lost"])
def test_a_failed_commit_leaves_no_row_without_bytes(world: World, *, lost: bool) -> None:
    item, before = meeting(world), stored(world)
    engine = world.app.state.database.engine

    def fail(_connection: object) -> None:
        if lost:
            raise OperationalError("COMMIT", {}, Exception("gone"), connection_invalidated=True)
        raise IntegrityError("COMMIT", {}, Exception("a deferred constraint"))

    event.listen(engine, "commit", fail)
    try:
        response = upload(world.clerk, f"/items/{item}/evidence")
    finally:
        event.remove(engine, "commit", fail)
    assert response.status_code == (503 if lost else 409)
    # With the connection gone, the commit may have gone through: then the bytes must be there.
    assert len(stored(world) - before) == (1 if lost else 0)
    assert world.clerk.ok(f"/items/{item}/evidence")["items"] == []
    assert added(world.clerk, item)["file"]["sha256"] == sha256(PDF)
