"""Places of the tree and the things in them, for the table of rights."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, cycle, product
from typing import Any
from uuid import UUID, uuid4

from app.kinds import KINDS
from tests.access.spoilt import SPOILT
from tests.checklist.lists import own_duty, stepped, tasks
from tests.evidence.makers import png
from tests.meeting_steps.support import FULL
from tests.report.files.support import put_template
from tests.support.world import Client

SHEET = ("签到表.png", png(), "image/png")


@dataclass
class Site:
    """One organisation and the things in it, made when they are first needed."""

    keeper: Client
    place: UUID
    parent: UUID
    child_kind: str
    reviewer: Client
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    months: Iterator[int] = field(default_factory=lambda: cycle(range(10)))
    # Every year but that of the published list; each tree has its own to draw up.
    years: Iterator[int] = field(
        default_factory=lambda: chain(range(2019, 2200), range(1921, 2018))
    )
    # The earliest last: what is tried may let the place be founded in 2016.
    quarters: Iterator[tuple[int, str, int]] = field(
        default_factory=lambda: product(
            range(2017, 2007, -1), ("quarterly", "standard_branch"), range(1, 5)
        )
    )

    def thing(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The thing of this name, as long as nothing has changed it."""
        if name not in self.things:
            self.things[name] = make()
        return self.things[name]

    def forget(self, operation: str) -> None:
        """Forget what an operation has changed."""
        for word, names in SPOILT.items():
            if word in operation:
                for name in names:
                    self.things.pop(name, None)

    @property
    def organization(self) -> dict[str, Any]:
        return self.thing("org", lambda: self.keeper.ok(f"/organizations/{self.place}"))

    @property
    def member(self) -> dict[str, Any]:
        body = {"name": "张明", "joined_on": "2017-01-05"}
        path = f"/organizations/{self.place}/members"
        return self.thing("member", lambda: self.keeper.created(path, body))

    @property
    def user(self) -> dict[str, Any]:
        return self.thing("user", lambda: self.keeper.created("/users", account(self)))

    @property
    def grant(self) -> dict[str, Any]:
        body = {"organization_id": str(self.place), "role": "viewer"}
        path = f"/users/{self.user['id']}/roles"
        return self.thing("grant", lambda: self.keeper.created(path, body))

    @property
    def focus(self) -> dict[str, Any]:
        path = f"/organizations/{self.place}/focuses"
        return self.thing("focus", lambda: self.keeper.ok(path)["items"][0])

    def record(self, kind: str) -> dict[str, Any]:
        return self.thing(kind, lambda: self.keeper.created(f"/{kind}", RECORDS[kind](self)))

    @property
    def cancelled(self) -> dict[str, Any]:
        return self.thing("cancelled", self._cancel)

    def _cancel(self) -> dict[str, Any]:
        return {kind.plural: self._cancelled(kind.plural) for kind in KINDS if kind.cancellable}

    def _cancelled(self, kind: str) -> dict[str, Any]:
        made = self.keeper.created(f"/{kind}", RECORDS[kind](self))
        path = f"/{kind}/{made['id']}/cancellation"
        done = self.keeper("PUT", path, json={"reason": "改期"}, version=made["version"])
        assert done.status_code == 200, done.text
        result: dict[str, Any] = done.json()
        return result

    @property
    def extension(self) -> dict[str, Any]:
        path = f"/items/{self.record('rectifications')['id']}/extensions"
        body = {"due_on": "2018-12-31", "reason": "人员外出"}
        return self.thing("extension", lambda: self.keeper.created(path, body))

    @property
    def evidence(self) -> dict[str, Any]:
        return self.thing("evidence", self._upload)

    def _upload(self) -> dict[str, Any]:
        path = f"/items/{self.record('meetings')['id']}/evidence"
        done = self.keeper("POST", path, files={"file": SHEET})
        assert done.status_code == 201, done.text
        result: dict[str, Any] = done.json()
        return result

    @property
    def inputs(self) -> dict[str, Any]:
        return self.thing("inputs", self._write_inputs)

    @property
    def override(self) -> dict[str, Any]:
        path = f"/organizations/{self.place}/workday-overrides/2018-05-04"
        return self.thing(
            "override", lambda: self._overwrite(path, {"works": False, "name": "厂庆日"})
        )

    @property
    def work_year(self) -> dict[str, Any]:
        path = f"/organizations/{self.place}/workday-years/2018"
        return self.thing("work_year", lambda: self._overwrite(path, {"published": True}))

    @property
    def rule_set(self) -> dict[str, Any]:
        path = f"/organizations/{self.place}/rule-sets"
        body = {"code": f"r{uuid4().hex}", "name": "本单位规则"}
        return self.thing("rule_set", lambda: self.keeper.created(path, body))

    @property
    def report_book(self) -> dict[str, Any]:
        path = f"/organizations/{self.place}/report-books"
        body = {"code": f"b{uuid4().hex}", "name": "本单位报告用语"}
        return self.thing("report_book", lambda: self.keeper.created(path, body))

    @property
    def duty_draft(self) -> dict[str, Any]:
        return self.thing("duty_draft", self._fresh_list)

    @property
    def duty(self) -> dict[str, Any]:
        return self.thing("duty", self._add_duty)

    def _add_duty(self) -> dict[str, Any]:
        path = f"/duty-lists/{self._fresh_list()['id']}/duties"
        return self.keeper.created(path, own_duty())

    @property
    def published(self) -> dict[str, Any]:
        return self.thing("published", self._publish)

    def _fresh_list(self) -> dict[str, Any]:
        """The draft of a year for which nobody has drawn one up yet."""
        path = f"/organizations/{self.place}/duty-lists"
        drawn = (self.keeper.created(path, {"year": year})["items"] for year in self.years)
        found: dict[str, Any] = next(items for items in drawn if items)[0]
        return found

    def _drawn_up(self, year: int) -> dict[str, Any]:
        drawn = self.keeper.created(f"/organizations/{self.place}/duty-lists", {"year": year})
        found: dict[str, Any] = drawn["items"][0]
        return found

    def _publish(self) -> dict[str, Any]:
        place = str(self.place)
        known = self.keeper.ok("/duty-lists", organization_id=place, year=2018)["items"]
        made: dict[str, Any] = known[0] if known else self._drawn_up(2018)
        whole = self.keeper.ok(f"/duty-lists/{made['id']}")
        codes = {duty["code"] for duty in whole["items"]}
        if whole["status"] == "draft":
            if own_duty()["code"] not in codes:
                self.keeper.created(f"/duty-lists/{made['id']}/duties", own_duty())
            assert stepped(self.keeper, made, "submit").status_code == 201
        if whole["status"] in {"draft", "in_review"}:
            assert stepped(self.reviewer, made, "publish").status_code == 201
        return self.keeper.ok(f"/duty-lists/{made['id']}")

    def _owed(self, position: int) -> dict[str, Any]:
        assert self.published
        found = tasks(self.keeper, self.place, "monthly_reading")
        return found[position]

    @property
    def owed(self) -> dict[str, Any]:
        return self.thing("owed", lambda: self._owed(next(self.months)))

    @property
    def waived(self) -> dict[str, Any]:
        return self.thing("waived", self._waive)

    def _waive(self) -> dict[str, Any]:
        owed = self._owed(10)
        path, body = f"/occurrences/{owed['id']}/waiver", {"reason": "经上级同意"}
        if owed["state"] != "waived":
            done = self.reviewer("PUT", path, json=body, version=owed["version"])
            assert done.status_code == 204, done.text
        return self._owed(10)

    @property
    def linked(self) -> dict[str, Any]:
        return self.thing("linked", self._link)

    def _link(self) -> dict[str, Any]:
        owed = self._owed(11)
        path = f"/occurrences/{owed['id']}/records/{self.record('meetings')['id']}"
        assert self.keeper("PUT", path).status_code == 204
        return owed

    def _write_inputs(self) -> dict[str, Any]:
        return self._overwrite(f"/organizations/{self.place}/report-inputs/2018", {})

    def _overwrite(self, path: str, body: dict[str, object]) -> dict[str, Any]:
        return self._put(self.keeper, path, body, headers={"If-Match": "*"})

    @property
    def report_template(self) -> dict[str, Any]:
        return self.thing("report_template", lambda: put_template(self.keeper, self.place))

    @property
    def filing(self) -> dict[str, Any]:
        return self.thing("filing", self._file)

    def _file(self) -> dict[str, Any]:
        body = planned(self, type="other", planned_on="2018-12-20")
        path = f"/meetings/{self.keeper.created('/meetings', body)['id']}/filing"
        return self._put(self.keeper, path, {})

    @property
    def held(self) -> dict[str, Any]:
        body = planned(self, type="other", happened_on="2018-12-03")
        return self.thing("held", lambda: self.keeper.created("/meetings", body))

    @property
    def resolved(self) -> dict[str, Any]:
        resolutions = [{"text": "完善台账", "due_on": "2018-12-30"}]
        body = planned(self, type="other", happened_on="2018-12-03", resolutions=resolutions)
        return self.thing("resolved", lambda: self.keeper.created("/meetings", body))

    @property
    def publication(self) -> dict[str, Any]:
        path = f"/meetings/{self.held['id']}/publication"
        return self.thing("publication", lambda: self._put(self.keeper, path, {}))

    @property
    def objection(self) -> dict[str, Any]:
        path = f"/publications/{self.publication['id']}/objections"
        return self.thing("objection", lambda: self.keeper.created(path, {"text": "时限有误"}))

    @property
    def guidance(self) -> dict[str, Any]:
        path = f"/meetings/{self.held['id']}/guidance"
        body = {"observer_name": "周志强", "text": "写明责任人", "agreed_on": "2018-12-31"}
        return self.thing("guidance", lambda: self.reviewer.created(path, body))

    @property
    def draft(self) -> dict[str, Any]:
        return self.thing("draft", self._review)

    def _review(self) -> dict[str, Any]:
        body = planned(self, type="other", happened_on="2018-12-04")
        path = f"/meetings/{self.keeper.created('/meetings', body)['id']}/quality-reviews"
        return self.reviewer.created(path, {"scores": FULL})

    @property
    def review(self) -> dict[str, Any]:
        return self.thing("review", self._confirm)

    def _confirm(self) -> dict[str, Any]:
        path = f"/quality-reviews/{self._review()['id']}/confirmation"
        return self._put(self.reviewer, path, None, version=1)

    @staticmethod
    def _put(client: Client, path: str, body: object, **options: object) -> dict[str, Any]:
        done = client("PUT", path, json=body, **options)
        assert done.status_code == 200, done.text
        result: dict[str, Any] = done.json()
        return result

    @property
    def finding(self) -> dict[str, Any]:
        return self.thing("finding", self._slip)

    def _slip(self) -> dict[str, Any]:
        """A meeting whose resolution nobody is to do, as the examination finds it."""
        resolutions = [{"text": "完善台账", "due_on": "2018-06-30"}]
        slip = planned(self, type="other", happened_on="2018-05-08", resolutions=resolutions)
        made = self.keeper.created("/meetings", slip)["id"]
        code = "resolution_without_responsible"
        page = self.keeper.ok(f"/organizations/{self.place}/findings", year=2018, code=code)
        found: dict[str, Any] = next(
            one for one in page["items"] if [record["id"] for record in one["records"]] == [made]
        )
        return found

    @property
    def explanation(self) -> dict[str, Any]:
        return self.thing("explanation", self._explain)

    def _explain(self) -> dict[str, Any]:
        path = f"/organizations/{self.place}/findings/{self._slip()['id']}/explanation"
        done = self.keeper("PUT", f"{path}?year=2018", json={"reason": "已另行安排"})
        assert done.status_code == 200, done.text
        result: dict[str, Any] = done.json()
        return result

    def quarter(self) -> dict[str, Any]:
        """A quarter that the place has no assessment of."""
        year, sheet, number = next(self.quarters)
        return {"sheet": sheet, "year": year, "quarter": number}

    @property
    def assessment(self) -> dict[str, Any]:
        return self.thing("assessment", self._assess)

    def _assess(self) -> dict[str, Any]:
        path = f"/organizations/{self.place}/assessments"
        made = self.reviewer.created(path, self.quarter())["items"][0]
        return self.reviewer.ok(f"/assessments/{made['id']}")

    @property
    def scored(self) -> dict[str, Any]:
        return self.thing("scored", self._score)

    def _score(self) -> dict[str, Any]:
        made = self._assess()
        scores = [{"code": code, "points": 9, "reason": "见实绩"} for code in made["unscored"]]
        path = f"/assessments/{made['id']}/scores"
        return self._put(self.reviewer, path, {"scores": scores}, version=made["version"])

    @property
    def assessed(self) -> dict[str, Any]:
        return self.thing("assessed", self._publish_assessment)

    def _publish_assessment(self) -> dict[str, Any]:
        made = self._score()
        for step in ("confirm", "publish"):
            path = f"/assessments/{made['id']}/steps"
            done = self.keeper.post(path, {"step": step}, version=made["version"])
            assert done.status_code == 201, done.text
            made = done.json()
        return made

    @property
    def appeal(self) -> dict[str, Any]:
        return self.thing("appeal", self._object)

    def _object(self) -> dict[str, Any]:
        made = self._publish_assessment()
        body = {"item": made["items"][0]["code"], "text": "记录当时未登记"}
        return self.keeper.created(f"/assessments/{made['id']}/appeals", body)


def account(site: Site) -> dict[str, Any]:
    """A user whose password is not common; the hash is what makes this slow."""
    return {
        "username": f"u{uuid4().hex[:16]}",
        "display_name": "李四",
        "password": "correct horse battery staple",
        "home_organization_id": str(site.place),
    }


def planned(site: Site, **fields: object) -> dict[str, Any]:
    return {"organization_id": str(site.place), "title": "年度事项", **fields}


RECORDS: Mapping[str, Callable[[Site], dict[str, Any]]] = {
    "meetings": lambda s: planned(s, type="other", due_on="2018-11-30"),
    "talks": lambda s: planned(s, type="heart_talk", persons=[{"name": "李四"}]),
    "sanctions": lambda s: planned(
        s, type="warning", happened_on="2018-10-11", person={"name": "李四"}
    ),
    "rectifications": lambda s: planned(
        s, source="self_check", found_on="2018-08-06", due_on="2018-11-30"
    ),
    "activities": lambda s: planned(s, type="field_visit"),
    "outputs": lambda s: planned(s, type="article"),
}
