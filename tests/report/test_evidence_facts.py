"""The files behind a report: one statement, as of a day, never those of restricted records."""

from datetime import UTC, date, datetime

from app.core.uow import Actor, Permission
from app.organizations.queries import get_visible
from app.report.facts import EvidenceFact
from app.report.load_fact_sets import load_fact_set
from app.report.scope import ReportScope
from tests.evidence.support import added, meeting, pdf, reminder, sha256, upload
from tests.items.test_query_counts import counted
from tests.support.world import World


def files(world: World, as_of: date = date(2018, 12, 31)) -> list[EvidenceFact]:
    """What the year of the general branch and all below has, to somebody who may see all."""
    reach = {permission: frozenset({world.hq}) for permission in Permission}
    with world.app.state.open_uow(Actor(None, "测试", reach), write=False) as uow:
        organization = get_visible(uow.session, uow.actor, world.hq)
        extent = ReportScope(organization, 2018, as_of, include_descendants=True, evidence=True)
        loaded = load_fact_set(uow, extent, {})
        return list(loaded.evidence)


def test_the_newest_file_of_the_day_is_told(world: World) -> None:
    item = meeting(world)
    first, second = pdf("first"), pdf("second")
    made = added(world.clerk, item, first, data={"caption": "签到表"})
    world.clock.instant = datetime(2018, 12, 20, 4, tzinfo=UTC)
    path = f"/evidence/{made['id']}/revisions"
    assert upload(world.clerk, path, second, version=made["version"]).status_code == 201
    (newest,) = files(world)
    assert (newest.record_id, newest.caption) == (item, "签到表")
    assert newest.sha256 == sha256(second)
    (earlier,) = files(world, date(2018, 12, 15))
    assert earlier.sha256 == sha256(first)
    assert files(world, date(2018, 12, 9)) == []


def test_removed_and_restricted_files_are_not_read(world: World) -> None:
    added(world.secretary, reminder(world))
    made = added(world.clerk, meeting(world))
    assert len(files(world)) == 1
    gone = world.clerk("DELETE", f"/evidence/{made['id']}", version=made["version"])
    assert gone.status_code == 204
    assert files(world) == []


def test_any_number_of_files_takes_the_same_statements(world: World) -> None:
    item = meeting(world)
    added(world.clerk, item)
    with counted(world) as few:
        files(world)
    for number in range(6):
        added(world.clerk, meeting(world), pdf(str(number)))
    with counted(world) as many:
        assert len(files(world)) == 7
    assert len(few) == len(many)
