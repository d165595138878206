"""Evidence over its life: added, replaced, corrected, removed, and who may do and see it."""

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from tests.evidence.makers import PDF, office, png
from tests.evidence.support import NAME, added, meeting, pdf, reminder, sha256, stored, upload
from tests.support.properties import counted_statements
from tests.support.world import Client, World


def test_evidence_is_added_read_and_listed(world: World) -> None:
    item = meeting(world)
    response = upload(
        world.clerk,
        f"/items/{item}/evidence",
        data={"caption": "签到表", "effective_on": "2018-09-20"},
    )
    assert response.status_code == 201, response.text
    made = response.json()
    assert response.headers["location"] == f"/api/v1/evidence/{made['id']}"
    assert response.headers["etag"] == '"1"'
    assert (made["caption"], made["effective_on"]) == ("签到表", "2018-09-20")
    assert made["item_id"] == item
    assert made["deleted"] is False
    uploaded = made["file"]
    assert (uploaded["filename"], uploaded["media_type"]) == (NAME, "application/pdf")
    assert (uploaded["number"], uploaded["size"], uploaded["sha256"]) == (1, len(PDF), sha256(PDF))
    assert "storage_key" not in response.text
    assert world.clerk.ok(f"/evidence/{made['id']}") == made
    assert world.clerk.ok(f"/items/{item}/evidence")["items"] == [made]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("现场照片.png", png(), "image/png"),
        (
            "总结.docx",
            office("docx"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("名单.csv", "姓名,职务\n李强,书记\n".encode("gb18030"), "text/csv"),
    ],
)
def test_the_bytes_come_back_as_they_were(
    world: World, name: str, content: bytes, media_type: str
) -> None:
    made = added(world.clerk, meeting(world), content, name=name, media_type=media_type)
    response = world.clerk.get(f"/evidence/{made['id']}/content")
    assert response.content == content
    assert response.headers["content-type"] == media_type


def test_a_list_costs_the_same_for_one_and_for_many(world: World) -> None:
    item = meeting(world)
    ids = [added(world.clerk, item, pdf(str(number)))["id"] for number in range(5)]
    first = world.clerk.ok(f"/items/{item}/evidence", limit=2)
    assert [row["id"] for row in first["items"]] == ids[:2]
    second = world.clerk.ok(f"/items/{item}/evidence", limit=2, cursor=first["next_cursor"])
    assert [row["id"] for row in second["items"]] == ids[2:4]
    costs = []
    for limit in (1, 5):
        with counted_statements(world.app) as sent:
            world.clerk.ok(f"/items/{item}/evidence", limit=limit)
        costs.append(len(sent))
    assert costs == [3, 3], "who asks, the record, its evidence"
    assert world.clerk.get(f"/items/{item}/evidence", colour="red").status_code == 422


def test_a_revision_stands_in_front_of_the_earlier_file(world: World) -> None:
    made = added(world.clerk, meeting(world))
    path = f"/evidence/{made['id']}"
    newer = pdf("zh")
    assert upload(world.clerk, f"{path}/revisions", newer).status_code == 428
    assert upload(world.clerk, f"{path}/revisions", newer, version=7).status_code == 412
    response = upload(world.clerk, f"{path}/revisions", newer, name="签到表（补签）.pdf", version=1)
    assert response.status_code == 201, response.text
    assert response.headers["etag"] == '"2"'
    assert response.headers["location"].endswith(f"{path}/revisions/2/content")
    assert response.json()["file"]["number"] == 2
    assert world.clerk.ok(path) == response.json()
    assert world.clerk.get(f"{path}/content").content == newer
    assert world.clerk.get(f"{path}/revisions/1/content").content == PDF
    assert world.clerk.get(f"{path}/revisions/2/content").content == newer
    assert world.clerk.get(f"{path}/revisions/3/content").status_code == 404
    history = world.clerk.ok(f"{path}/revisions")["items"]
    assert [row["number"] for row in history] == [1, 2]
    assert [row["sha256"] for row in history] == [sha256(PDF), sha256(newer)]


def test_what_is_said_of_a_file_can_be_corrected_and_nothing_else(world: World) -> None:
    made = added(world.clerk, meeting(world), data={"caption": "签到表"})
    path = f"/evidence/{made['id']}"
    assert world.clerk.patch(path, {"caption": "会议记录"}).status_code == 428
    done = world.clerk.patch(path, {"caption": "会议记录", "effective_on": None}, version=1)
    assert (done.status_code, done.json()["caption"]) == (200, "会议记录")
    assert done.headers["etag"] == '"2"'
    assert world.clerk.patch(path, {"caption": "签到"}, version=1).status_code == 412
    for field in ("sha256", "item_id", "filename", "newest", "created_by", "file"):
        assert world.clerk.patch(path, {field: "x"}, version=2).status_code == 422
    blank = world.clerk.patch(path, {"caption": "  "}, version=2)
    assert blank.json()["errors"][0]["pointer"] == "#/caption"
    assert world.clerk.ok(path)["version"] == 2


def test_a_removed_one_leaves_a_tombstone_and_its_history(world: World) -> None:
    item = meeting(world)
    made = added(world.clerk, item)
    path, kept = f"/evidence/{made['id']}", stored(world)
    assert world.clerk("DELETE", path).status_code == 428
    assert world.clerk("DELETE", path, version=2).status_code == 412
    gone = world.clerk("DELETE", path, params={"reason": "传错文件"}, version=1)
    assert gone.status_code == 204, gone.text
    assert world.clerk.ok(f"/items/{item}/evidence")["items"] == []
    (tombstone,) = world.clerk.ok(f"/items/{item}/evidence", include_deleted=True)["items"]
    assert tombstone == world.clerk.ok(path)
    assert (tombstone["deleted"], tombstone["file"]) == (True, None)
    assert (tombstone["delete_reason"], tombstone["deleted_by_name"]) == ("传错文件", "clerk")
    assert world.clerk.ok(f"{path}/revisions")["items"][0]["sha256"] == sha256(PDF)
    assert stored(world) == kept, "the bytes stay until their time of retention is over"
    refused = [
        world.clerk.get(f"{path}/content"),
        world.clerk.get(f"{path}/revisions/1/content"),
        world.clerk.patch(path, {"caption": "x"}, version=2),
        world.clerk("DELETE", path, version=2),
        upload(world.clerk, f"{path}/revisions", version=2),
    ]
    assert {answer.status_code for answer in refused} == {410}
    assert {answer.json()["code"] for answer in refused} == {"evidence_deleted"}


def test_evidence_goes_out_of_sight_with_its_record(world: World) -> None:
    item = meeting(world)
    path = f"/evidence/{added(world.clerk, item)['id']}"
    why = {"reason": "重复登记"}
    removal = world.secretary("DELETE", f"/meetings/{item}", params=why, version=1)
    assert removal.status_code == 204
    for address in (path, f"{path}/content", f"{path}/revisions", f"/items/{item}/evidence"):
        assert world.clerk.get(address).status_code == 404


def test_every_change_is_in_the_records_history(world: World) -> None:
    item = meeting(world)
    path = f"/evidence/{added(world.clerk, item)['id']}"
    newer = pdf("zh")
    upload(world.clerk, f"{path}/revisions", newer, version=1)
    world.clerk.patch(path, {"caption": "签到表"}, version=2)
    world.clerk("DELETE", path, params={"reason": "传错文件"}, version=3)
    changes = world.clerk.ok(f"/meetings/{item}/history")["items"]
    assert [change["action"] for change in changes] == [
        "meeting.created",
        "meeting.evidence_added",
        "meeting.evidence_revised",
        "meeting.evidence_corrected",
        "meeting.evidence_removed",
    ]
    after = changes[1]["after"]
    assert (after["filename"], after["size"], after["sha256"]) == (NAME, len(PDF), sha256(PDF))
    assert changes[2]["before"]["sha256"] == sha256(PDF)
    assert changes[2]["after"]["sha256"] == sha256(newer)
    assert changes[4]["before"]["sha256"] == sha256(newer)
    assert changes[4]["after"]["reason"] == "传错文件"


def everything(client: Client, item: str, evidence: str) -> dict[str, int]:
    """The status of every route, by its name, each with a body that would be accepted."""
    path = f"/evidence/{evidence}"
    answers = {
        "list": client.get(f"/items/{item}/evidence"),
        "read": client.get(path),
        "revisions": client.get(f"{path}/revisions"),
        "content": client.get(f"{path}/content"),
        "old_content": client.get(f"{path}/revisions/1/content"),
        "add": upload(client, f"/items/{item}/evidence"),
        "revise": upload(client, f"{path}/revisions", version=1),
        "correct": client.patch(path, {"caption": "x"}, version=1),
        "remove": client("DELETE", path, version=1),
    }
    return {name: answer.status_code for name, answer in answers.items()}


def test_whoever_only_reads_changes_nothing(world: World) -> None:
    item = meeting(world)
    made = added(world.clerk, item)
    kept = stored(world)
    for role in ("viewer", "inspector"):
        statuses = everything(world.as_role(role), item, made["id"])
        writing = {statuses.pop(name) for name in ("add", "revise", "correct", "remove")}
        assert writing == {403}
        assert set(statuses.values()) == {200}
    assert world.clerk.ok(f"/evidence/{made['id']}") == made
    assert stored(world) == kept


@pytest.mark.parametrize("place", ["foreign", "b2"])
def test_other_organisations_find_nothing(world: World, place: str) -> None:
    item = meeting(world)
    made = added(world.clerk, item)
    stranger = world.as_role("clerk", "supervision", on=getattr(world, place))
    assert set(everything(stranger, item, made["id"]).values()) == {404}
    own = meeting(world, organization_id=str(world.b2))
    assert world.clerk.get(f"/items/{own}/evidence").json()["items"] == []


def test_evidence_of_a_restricted_record_is_as_hidden_as_the_record(world: World) -> None:
    item = reminder(world)
    made = added(world.secretary, item)
    for client in (world.clerk, world.as_role("admin"), world.as_role("secretary")):
        assert set(everything(client, item, made["id"]).values()) == {404}
    onlooker = everything(world.as_role("viewer", "supervision"), item, made["id"])
    assert (onlooker["content"], onlooker["add"], onlooker["remove"]) == (200, 403, 403)
    with world.app.state.database.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "talk.evidence_added")
        )
        mine = [entry for entry in entries if entry.after["evidence_id"] == made["id"]]
    assert [entry.restricted for entry in mine] == [True]
