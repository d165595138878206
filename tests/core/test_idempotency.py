"""A key carries out a request once, whatever comes again."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.records import meeting_of
from tests.support.world import World


def test_a_repetition_gets_the_first_answer(world: World) -> None:
    body = meeting_of(world.hq, 1)
    first = world.clerk.post("/meetings", body, key="k1")
    again = world.clerk.post("/meetings", body, key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert len(world.clerk.ok("/meetings")["items"]) == 1


def test_a_key_belongs_to_one_request_of_one_user(world: World) -> None:
    world.clerk.post("/meetings", meeting_of(world.hq, 1), key="k2")
    other = world.clerk.post("/meetings", meeting_of(world.hq, 2), key="k2")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert world.secretary.post("/meetings", meeting_of(world.hq, 2), key="k2").status_code == 201
    assert world.clerk.post("/meetings", meeting_of(world.hq, 2), key="x" * 256).status_code == 422


def test_a_refused_request_leaves_its_key_free(world: World) -> None:
    wrong = {**meeting_of(world.hq, 1), "present": 6}
    assert world.clerk.post("/meetings", wrong, key="k3").status_code == 422
    assert world.clerk.post("/meetings", meeting_of(world.hq, 1), key="k3").status_code == 201


def test_eight_at_once_make_one_record(world: World) -> None:
    clerk, body = world.clerk, meeting_of(world.hq, 1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: clerk.post("/meetings", body, key="k4"), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(clerk.ok("/meetings")["items"]) == 1


def test_of_many_editors_at_once_none_loses_an_update(world: World) -> None:
    clerk = world.clerk
    made = clerk.created("/meetings", meeting_of(world.hq, 1))
    path = f"/meetings/{made['id']}"

    def edit(number: int) -> int:
        patch = {"place": f"会议室{number}"}
        return int(clerk.patch(path, patch, version=made["version"]).status_code)

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(edit, range(12)))
    assert codes == [200] + [412] * 11
    assert clerk.ok(path)["version"] == made["version"] + 1
    assert clerk.patch(path, {"place": "无版本"}).status_code == 428
