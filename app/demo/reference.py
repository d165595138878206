"""The reference year: the facts behind one report of 2018, entered as people would have."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from app.access.administrators import OPERATOR, new_administrator
from app.access.passwords import NO_PASSWORD
from app.access.queries import actor_of
from app.access.rules import Role
from app.access.schemas import UserWrite
from app.assessment.rules import AssessmentStep
from app.assessment.schemas import AssessmentStepWrite, AssessmentsWrite
from app.assessment.scoring import take_step as take_assessment_step
from app.assessment.service import assess
from app.assessment.sheets.documents import SheetDocument
from app.assessment.sheets.service import write_sheet
from app.audit.service import seal
from app.checklist.lists import draw_up
from app.checklist.publishing import take_step as take_list_step
from app.checklist.rules import ListStep
from app.checklist.schemas import DrawUp, StepWrite
from app.core.actor import Actor, Permission
from app.core.clock import FixedClock
from app.core.unit import Unit
from app.core.versions import etag
from app.items.focuses import new_root
from app.items.rules import ItemKind
from app.items.service import create
from app.kinds import BY_PLURAL
from app.organizations.schemas import MemberWrite, OrganizationWrite
from app.organizations.service import enrol_member, plant
from app.rectifications.schemas import AnyStep
from app.rectifications.service import take_step
from app.report.inputs import write_inputs
from app.report.schemas import ReportInputsWrite
from app.rulesets.documents import RuleSetDocument
from app.rulesets.routes import RULE_SET
from app.rulesets.rules import RuleSetStatus
from app.shelves import service as shelves

if TYPE_CHECKING:
    from app.checklist.models import DutyList
    from app.organizations.models import Organization
    from app.rectifications.models import Rectification

REFERENCE = Path(__file__).with_name("reference-2018.json")
OFFICE_HOUR = time(10)
STEP: TypeAdapter[AnyStep] = TypeAdapter(AnyStep)


@dataclass(frozen=True, slots=True)
class Year:
    """The tree that was made and the organisation whose year it is."""

    root_id: UUID
    organization_id: UUID
    organization_name: str


@dataclass(frozen=True, slots=True)
class _Deed:
    """Something that somebody did on a day."""

    on: date
    by: str
    act: Callable[[Unit], None]


def load(unit: Unit, time_zone: str, file: Path = REFERENCE) -> Year:
    """Enter a data file's year through the services, within the caller's transaction.

    Every record is entered at 10:00 on the day after it happened and every step on its day, so that
    history, late entries and questions as of a past day come out as they would have.
    """
    actor, clock = unit.actor, unit.clock
    try:
        return _Loader(unit, time_zone, read(file)).load()
    finally:
        unit.actor, unit.clock = actor, clock


def read(file: Path) -> dict[str, Any]:
    """Read the content of a year's data file."""
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


class _Loader:
    """One loading: the places and people that the data file names by keys."""

    def __init__(self, unit: Unit, time_zone: str, data: dict[str, Any]) -> None:
        self._unit = unit
        self._zone = time_zone
        self._data = data
        self._places: dict[str, Organization] = {}
        self._actors: dict[str, Actor] = {"operator": OPERATOR}
        self._lists: list[DutyList] = []

    def load(self) -> Year:
        """Enter everything, in the order of time."""
        founded = date.fromisoformat(self._data["founded_on"])
        self._do(_Deed(founded, "operator", self._found))
        self._do(_Deed(founded, "manager", self._lay_down_rules))
        self._do(_Deed(founded, "clerk", self._enrol))
        self._do(_Deed(founded, "clerk", self._submit_lists))
        self._do(_Deed(founded, "secretary", self._publish_lists))
        for deed in sorted(self._deeds(), key=lambda deed: deed.on):
            self._do(deed)
        last = date(self._data["year"], 12, 31)
        self._do(_Deed(last, "secretary", self._enter_own_words))
        reporting = self._places[self._data["organization"]]
        return Year(reporting.root_id, reporting.id, reporting.name)

    def _do(self, deed: _Deed) -> None:
        moment = datetime.combine(deed.on, OFFICE_HOUR, ZoneInfo(self._zone))
        unit = self._unit
        unit.actor, unit.clock = self._actors[deed.by], FixedClock(moment)
        deed.act(unit)
        unit.flush()
        seal(unit)

    def _enter_own_words(self, unit: Unit) -> None:
        words = {key: self._data[key] for key in ("salutation", "shortcomings", "next_plans")}
        place = self._places[self._data["organization"]]
        wish = ReportInputsWrite.model_validate(words)
        write_inputs(unit, place.id, self._data["year"], wish)

    def _found(self, unit: Unit) -> None:
        for place in self._data["organizations"]:
            fields = {key: place[key] for key in ("kind", "name", "founded_on", "last_election_on")}
            parent = self._places.get(place["parent"])
            wish = OrganizationWrite.model_validate(fields)
            self._places[place["key"]] = (
                plant(unit, wish, parent, time_zone=self._zone)
                if parent
                else new_root(unit, wish, self._zone)
            )
        home = self._places[self._data["organization"]]
        for key, user in self._data["users"].items():
            wish_user = UserWrite(
                username=user["username"],
                display_name=user["display_name"],
                password=secrets.token_urlsafe(32),  # not kept: they never sign in
                home_organization_id=home.id,
            )
            roles = [Role(role) for role in user["roles"]]
            self._actors[key] = actor_of(
                unit.session, new_administrator(unit, wish_user, roles, NO_PASSWORD)
            )
        here = frozenset({home.root_id})
        rights = dict.fromkeys((Permission.READ, Permission.MANAGE_ORGANIZATIONS), here)
        self._actors["manager"] = Actor(None, OPERATOR.name, rights)

    def _lay_down_rules(self, unit: Unit) -> None:
        """The unit's own rules, which leave out what the case does not speak of, and its sheet."""
        home = self._places[self._data["organization"]]
        if "rule_set" in self._data:
            document = RuleSetDocument.model_validate(self._data["rule_set"])
            made = shelves.create(unit, RULE_SET, home.id, document)
            shelves.change_status(unit, RULE_SET, made, RuleSetStatus.IN_FORCE)
        if "sheet" in self._data:
            sheet = SheetDocument.model_validate(self._data["sheet"])
            write_sheet(unit, home.root_id, sheet.code, sheet, etag(0))

    def _assess(self, quarter: int) -> Callable[[Unit], None]:
        """Compute the branches' quarter from the records, confirm and publish it."""

        def act(unit: Unit) -> None:
            sheet = self._data["sheet"]["code"]
            year, home = self._data["year"], self._places[self._data["organization"]]
            wish = AssessmentsWrite(
                year=year, quarter=quarter, sheet=sheet, include_descendants=True
            )
            made, _ = assess(unit, home.id, wish)
            places = {place.id: place for place in self._places.values()}
            for one in made:
                for step in (AssessmentStep.CONFIRM, AssessmentStep.PUBLISH):
                    take_assessment_step(
                        unit, one, places[one.organization_id], AssessmentStepWrite(step=step)
                    )

        return act

    def _enrol(self, unit: Unit) -> None:
        for place in self._data["organizations"]:
            for member in place["members"]:
                wish = MemberWrite.model_validate(member)
                enrol_member(unit, self._places[place["key"]].id, wish)

    def _submit_lists(self, unit: Unit) -> None:
        wish = DrawUp(year=self._data["year"], include_descendants=True)
        self._lists, _ = draw_up(unit, self._places[self._data["organization"]].id, wish)
        for one in self._lists:
            take_list_step(unit, one, StepWrite(step=ListStep.SUBMIT))

    def _publish_lists(self, unit: Unit) -> None:
        for one in self._lists:
            take_list_step(unit, one, StepWrite(step=ListStep.PUBLISH))

    def _deeds(self) -> Iterator[_Deed]:
        for plural, records in self._data["records"].items():
            for record in records:
                yield from self._life(plural, dict(record))

        for routine in self._data.get("routine", ()):
            yield from self._routine(routine)
        for one in self._data.get("assessments", ()):
            on = date.fromisoformat(one["on"])
            yield _Deed(on, "secretary", self._assess(one["quarter"]))

    def _routine(self, routine: dict[str, Any]) -> Iterator[_Deed]:
        """What branches do again and again: one record for each of them on each of the days."""
        for key in routine["organizations"]:
            left_out = routine.get("except", {}).get(key, ())
            for day in routine["days"]:
                if day not in left_out:
                    record = {**routine["record"], "organization": key, "happened_on": day}
                    yield from self._life(routine["kind"], record)

    def _life(self, plural: str, record: dict[str, Any]) -> Iterator[_Deed]:
        kind = BY_PLURAL[plural]
        steps = record.pop("steps", ())
        entered = record.pop("entered_on", None)
        happened = record.get("happened_on") or record.get("found_on")
        place = self._places[record.pop("organization", self._data["organization"])]
        if record.get("actor") == "reporter":
            record["actor"] = self._data["reporter"]
        wish = kind.write.model_validate({**record, "organization_id": place.id})
        made: list[Rectification] = []

        def enter(unit: Unit) -> None:
            item = create(unit, kind, wish)
            if kind.name == ItemKind.RECTIFICATION:
                made.append(cast("Rectification", item))

        def step(wished: dict[str, Any]) -> Callable[[Unit], None]:
            taken = STEP.validate_python(wished)
            return lambda unit: take_step(unit, made[0], taken)

        day_after = timedelta(days=0 if entered else 1)
        on = date.fromisoformat(str(entered or happened)) + day_after
        yield _Deed(on, "secretary" if kind.restricted(wish) else "clerk", enter)
        for wished in steps:
            by = wished["by"]
            rest = {name: value for name, value in wished.items() if name != "by"}
            yield _Deed(date.fromisoformat(wished["on"]), by, step(rest))
