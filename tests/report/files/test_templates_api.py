"""Style templates through the API: taken in, inherited, replaced, taken back, on the trail."""

from urllib.parse import quote

import pytest

from app.core.audit import AuditEntry
from app.report.files.formats import WORD
from app.report.templates import applied_template, content_of, kept_revision, shipped_template
from tests.evidence.makers import PDF
from tests.items.test_query_counts import counted
from tests.report.files.support import TEMPLATE_NAME, changed, put_template, template, template_file
from tests.support.records import flaws
from tests.support.world import SYSTEM, World


def path(place: object) -> str:
    return f"/organizations/{place}/report-template"


def test_a_template_is_valid_for_all_below(world: World) -> None:
    assert world.clerk.get(path(world.b1)).status_code == 404
    made = put_template(world.clerk, world.hq, template(公文正文="华文中宋"))
    assert made["number"] == 1
    assert not made["inherited"]
    assert made["missing_styles"] == []
    below = world.clerk.ok(path(world.b1))
    assert below["inherited"]
    assert below["version"] is None
    assert below["organization_name"] == "指挥部党总支"
    own = put_template(world.clerk, world.b1)
    assert world.clerk.ok(path(world.b1)) == own
    assert world.clerk.ok(path(world.b2))["sha256"] == made["sha256"]
    root = world.as_role("clerk", on=world.root)
    assert root.get(path(world.root)).status_code == 404


def test_replacing_and_taking_back_name_the_version_and_keep_the_files(world: World) -> None:
    first = put_template(world.clerk, world.hq)
    files = {"file": template_file(template(公文正文="华文中宋"))}
    assert world.clerk("PUT", path(world.hq), files=files).status_code == 428
    assert world.clerk("PUT", path(world.hq), files=files, version=9).status_code == 412
    done = world.clerk("PUT", path(world.hq), files=files, version=first["version"])
    assert done.status_code == 200
    second = done.json()
    assert (second["number"], done.headers["etag"]) == (2, f'"{second["version"]}"')
    assert world.clerk("DELETE", path(world.hq)).status_code == 428
    gone = world.clerk("DELETE", path(world.hq), version=second["version"])
    assert gone.status_code == 204
    assert world.clerk("DELETE", path(world.hq), headers={"If-Match": "*"}).status_code == 404
    assert world.clerk.get(path(world.hq)).status_code == 404
    third = world.clerk("PUT", path(world.hq), files=files)
    assert third.json()["number"] == 3


def test_the_content_comes_back_byte_for_byte(world: World) -> None:
    shipped = world.clerk.get(f"{path(world.hq)}/content")
    assert shipped.status_code == 200
    assert shipped.content == shipped_template()
    content = template(公文标题="华文新魏")
    put_template(world.clerk, world.hq, content)
    answer = world.clerk.get(f"{path(world.b1)}/content")
    assert answer.content == content
    assert answer.headers["content-type"] == WORD
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert quote(TEMPLATE_NAME) in answer.headers["content-disposition"]


def test_reports_find_the_template_and_its_kept_file(world: World) -> None:
    content = template(公文正文="华文中宋")
    put_template(world.clerk, world.hq, content)
    with world.app.state.open_uow(SYSTEM, write=False) as uow:
        applied = applied_template(uow, world.b1)
        assert applied is not None
        kept = kept_revision(uow, applied.revision.id)
        assert kept is not None
        assert content_of(world.app.state.storage, kept) == content
        assert applied_template(uow, world.foreign) is None


def test_files_that_will_not_do_are_refused_and_nothing_is_kept(world: World) -> None:
    def refused(content: bytes, name: str = "a.docx", media_type: str = WORD) -> dict[str, str]:
        files = {"file": (name, content, media_type)}
        return flaws(world.clerk("PUT", path(world.hq), files=files))

    macros = changed(shipped_template(), {"word/vbaProject.bin": b"x"})
    assert refused(macros) == {"#/file": "macros"}
    assert refused(shipped_template(), "a.docm") == {"#/file": "type_not_allowed"}
    assert refused(PDF, "a.pdf", "application/pdf") == {"#/file": "type_not_allowed"}
    assert refused(PDF) == {"#/file": "type_mismatch"}
    assert refused(changed(shipped_template(), {"word/fonts/f.odttf": b"x"})) == {
        "#/file": "embedded_fonts"
    }
    large = world.clerk("PUT", path(world.hq), files={"file": ("a.docx", bytes(2_100_000), WORD)})
    assert large.status_code == 413
    assert large.json()["code"] == "report_template_too_large"
    assert world.clerk.get(path(world.hq)).status_code == 404


def test_every_change_is_on_the_trail(world: World) -> None:
    made = put_template(world.clerk, world.hq)
    world.clerk("DELETE", path(world.hq), version=made["version"])
    with world.app.state.database.read() as session:
        entries = (
            session.query(AuditEntry)
            .filter(AuditEntry.subject_kind == "report_template")
            .filter(AuditEntry.organization_id == world.hq)
            .order_by(AuditEntry.sequence)
            .all()
        )
        put, removed = entries
        assert [put.action, removed.action] == ["report_template.put", "report_template.removed"]
        assert put.before is None
        assert (put.after or {})["sha256"] == made["sha256"]
        assert (removed.before or {})["filename"] == TEMPLATE_NAME
        assert removed.after is None


@pytest.mark.parametrize("role", ["viewer", "inspector"])
def test_who_may_only_read_uploads_nothing(world: World, role: str) -> None:
    client = world.as_role(role)
    files = {"file": template_file()}
    assert client("PUT", path(world.hq), files=files).status_code == 403
    assert client("PUT", path(world.foreign), files=files).status_code == 404


def test_reading_takes_the_same_number_of_statements(world: World) -> None:
    put_template(world.clerk, world.hq)
    with counted(world) as first:
        world.clerk.ok(path(world.b1))
    for _ in range(4):
        put_template(world.clerk, world.hq)
        put_template(world.clerk, world.b1)
    with counted(world) as second:
        world.clerk.ok(path(world.b1))
    assert len(first) == len(second) <= 4, "\n".join(second)
