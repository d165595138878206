"""What a list tells of records depends on who reads it; how things stand does not."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.support import assessed, superior
from tests.checklist.lists import meeting, published, tasks
from tests.support.properties import examples
from tests.support.world import Client, World

ASSEMBLY = "member_assembly"
SECRET = "集团党委专题会"


def linked(world: World, occurrence: dict[str, Any], day: str, place: UUID) -> dict[str, Any]:
    """A meeting of another organisation that somebody above linked by hand."""
    above = world.as_role("clerk", on=world.root)
    body = {"organization_id": str(place), "type": "special_meeting", "topic": "ideology"}
    made = above.created("/meetings", {**body, "title": SECRET, "happened_on": day})
    response = above("PUT", f"/occurrences/{occurrence['id']}/records/{made['id']}")
    assert response.status_code == 204, response.text
    return made


def quarter(client: Client, place: UUID, period: str = "2018-Q3") -> dict[str, Any]:
    (found,) = [one for one in tasks(client, place, ASSEMBLY) if one["period"] == period]
    return found


def test_a_linked_record_out_of_reach_counts_and_is_not_told(world: World) -> None:
    published(world)
    made = linked(world, quarter(world.clerk, world.b3), "2018-10-04", world.root)
    reader = world.as_role("viewer", on=world.b3)
    assert reader.get(f"/meetings/{made['id']}").status_code == 404
    seen = quarter(reader, world.b3)
    assert (seen["state"], seen["records"], seen["records_hidden"]) == ("done_late", [], 1)
    assert seen["fulfilled_on"] is None
    for what in ("task-list", "coverage", "coverage-matrix", "responsibility-list"):
        text = reader.get(f"/organizations/{world.b3}/{what}", year=2018).text
        assert SECRET not in text
        assert made["id"] not in text
        assert "2018-10-04" not in text
    above = quarter(world.as_role("viewer", on=world.root), world.b3)
    assert [record["title"] for record in above["records"]] == [SECRET]
    assert (above["fulfilled_on"], above["records_hidden"]) == ("2018-10-04", 0)


def test_an_assessment_does_not_pass_on_the_day_of_anothers_record(world: World) -> None:
    published(world)
    world.clock.instant = datetime(2018, 10, 8, 4, 0, tzinfo=UTC)
    july, august = tasks(world.clerk, world.b3, "theme_party_day")[6:8]
    linked(world, july, "2018-08-14", world.root)
    own = meeting(world, "2018-09-05", type="theme_party_day")
    world.clerk("PUT", f"/occurrences/{august['id']}/records/{own['id']}")
    text = str(assessed(superior(world), world.b3)["items"])
    assert "2018-08-14" not in text
    assert "应于 2018-07-31 前完成，逾期后完成" in text
    assert "应于 2018-08-31 前完成，2018-09-05 完成" in text


@examples(6, shared=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(["root", "hq", "b1", "b3"]), st.integers(0, 3)),
        min_size=1,
        max_size=3,
    )
)
def test_whoever_reads_is_told_of_records_that_he_may_open(
    world: World, links: list[tuple[str, int]]
) -> None:
    if not world.clerk.ok("/duty-lists", organization_id=str(world.b3))["items"]:
        published(world)
    for place, number in links:
        linked(
            world,
            tasks(world.clerk, world.b3, ASSEMBLY)[number],
            "2018-09-12",
            getattr(world, place),
        )
    meeting(world, "2018-09-20")
    stand = set()
    for on in (world.b3, world.hq, world.root):
        reader = world.as_role("viewer", on=on)
        found = tasks(reader, world.b3, ASSEMBLY)
        left = reader.ok(f"/organizations/{world.b3}/outstanding", month="2018-12")
        for one in (*found, *left["items"], *left["earlier"]):
            for record in one["records"]:
                assert reader.get(f"/meetings/{record['id']}").status_code == 200
        stand.add(
            tuple((one["state"], len(one["records"]) + one["records_hidden"]) for one in found)
        )
    assert len(stand) == 1, "how things stand is the same for everybody"
