"""The first start on an empty database: the reference year and one way in."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import select

from app.access.passwords import NO_PASSWORD, hash_new_password
from app.access.queries import actor_of
from app.access.rules import Role
from app.access.schemas import UserWrite
from app.access.service import FULL_RIGHTS, OPERATOR, add_administrator, issue_token
from app.access.unit_of_work import unit_of_work
from app.assessment.rules import AssessmentStep
from app.assessment.schemas import AssessmentStepWrite, AssessmentsWrite
from app.assessment.scoring import take_step as take_assessment_step
from app.assessment.service import assess
from app.assessment.sheet_service import write_sheet
from app.assessment.sheets import SheetDocument
from app.checklist.lists import draw_up
from app.checklist.publishing import take_step as take_list_step
from app.checklist.rules import ListStep
from app.checklist.schemas import DrawUp, StepWrite
from app.core.audit import seal
from app.core.changes import etag
from app.core.clock import FixedClock, SystemClock
from app.core.database import Database
from app.core.settings import Settings
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.focuses import new_root
from app.items.rules import ItemKind
from app.items.service import create
from app.kinds import BY_PLURAL
from app.org_documents import service as shelves
from app.organizations.models import Organization
from app.organizations.schemas import MemberWrite, OrganizationWrite
from app.organizations.service import add_member, add_organization
from app.rectifications.kind import take_step
from app.rectifications.schemas import AnyStep
from app.report.inputs import write_inputs
from app.report.schemas import ReportInputsWrite
from app.rulesets.routes import RULE_SET
from app.rulesets.rules import RuleSetStatus
from app.rulesets.schemas import RuleSetDocument

if TYPE_CHECKING:
    from app.checklist.models import DutyList
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
    act: Callable[[UnitOfWork], None]


def load(uow: UnitOfWork, time_zone: str, file: Path = REFERENCE) -> Year:
    """Enter a data file's year through the services, within the caller's transaction.

    Every record is entered at 10:00 on the day after it happened and every step on its day, so that
    history, late entries and questions as of a past day come out as they would have.
    """
    actor, clock = uow.actor, uow.clock
    try:
        return _Loader(uow, time_zone, read(file)).load()
    finally:
        uow.actor, uow.clock = actor, clock


def read(file: Path) -> dict[str, Any]:
    """Read the content of a year's data file."""
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


class _Loader:
    """One loading: the places and people that the data file names by keys."""

    def __init__(self, uow: UnitOfWork, time_zone: str, data: dict[str, Any]) -> None:
        self._uow = uow
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
        uow = self._uow
        uow.actor, uow.clock = self._actors[deed.by], FixedClock(moment)
        deed.act(uow)
        uow.flush()
        seal(uow)

    def _enter_own_words(self, uow: UnitOfWork) -> None:
        words = {key: self._data[key] for key in ("salutation", "shortcomings", "next_plans")}
        place = self._places[self._data["organization"]]
        wish = ReportInputsWrite.model_validate(words)
        write_inputs(uow, place.id, self._data["year"], wish)

    def _found(self, uow: UnitOfWork) -> None:
        for place in self._data["organizations"]:
            fields = {key: place[key] for key in ("kind", "name", "founded_on", "last_election_on")}
            parent = self._places.get(place["parent"])
            wish = OrganizationWrite.model_validate(fields)
            self._places[place["key"]] = (
                add_organization(uow, wish, parent, time_zone=self._zone)
                if parent
                else new_root(uow, wish, self._zone)
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
                uow.session, add_administrator(uow, wish_user, roles, NO_PASSWORD)
            )
        here = frozenset({home.root_id})
        rights = dict.fromkeys((Permission.READ, Permission.MANAGE_ORGANIZATIONS), here)
        self._actors["manager"] = Actor(None, OPERATOR.name, rights)

    def _lay_down_rules(self, uow: UnitOfWork) -> None:
        """The unit's own rules, which leave out what the case does not speak of, and its sheet."""
        home = self._places[self._data["organization"]]
        if "rule_set" in self._data:
            document = RuleSetDocument.model_validate(self._data["rule_set"])
            made = shelves.create(uow, RULE_SET, home.id, document)
            shelves.change_status(uow, RULE_SET, made, RuleSetStatus.IN_FORCE)
        if "sheet" in self._data:
            sheet = SheetDocument.model_validate(self._data["sheet"])
            write_sheet(uow, home.root_id, sheet.code, sheet, etag(0))

    def _assess(self, quarter: int) -> Callable[[UnitOfWork], None]:
        """Compute the branches' quarter from the records, confirm and publish it."""

        def act(uow: UnitOfWork) -> None:
            sheet = self._data["sheet"]["code"]
            year, home = self._data["year"], self._places[self._data["organization"]]
            wish = AssessmentsWrite(
                year=year, quarter=quarter, sheet=sheet, include_descendants=True
            )
            made, _ = assess(uow, home.id, wish)
            places = {place.id: place for place in self._places.values()}
            for one in made:
                for step in (AssessmentStep.CONFIRM, AssessmentStep.PUBLISH):
                    take_assessment_step(
                        uow, one, places[one.organization_id], AssessmentStepWrite(step=step)
                    )

        return act

    def _enrol(self, uow: UnitOfWork) -> None:
        for place in self._data["organizations"]:
            for member in place["members"]:
                wish = MemberWrite.model_validate(member)
                add_member(uow, self._places[place["key"]].id, wish)

    def _submit_lists(self, uow: UnitOfWork) -> None:
        wish = DrawUp(year=self._data["year"], include_descendants=True)
        self._lists, _ = draw_up(uow, self._places[self._data["organization"]].id, wish)
        for one in self._lists:
            take_list_step(uow, one, StepWrite(step=ListStep.SUBMIT))

    def _publish_lists(self, uow: UnitOfWork) -> None:
        for one in self._lists:
            take_list_step(uow, one, StepWrite(step=ListStep.PUBLISH))

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

        def enter(uow: UnitOfWork) -> None:
            item = create(uow, kind, wish)
            if kind.name == ItemKind.RECTIFICATION:
                made.append(cast("Rectification", item))

        def step(wished: dict[str, Any]) -> Callable[[UnitOfWork], None]:
            taken = STEP.validate_python(wished)
            return lambda uow: take_step(uow, made[0], taken)

        day_after = timedelta(days=0 if entered else 1)
        on = date.fromisoformat(str(entered or happened)) + day_after
        yield _Deed(on, "secretary" if kind.restricted(wish) else "clerk", enter)
        for wished in steps:
            by = wished["by"]
            rest = {name: value for name, value in wished.items() if name != "by"}
            yield _Deed(date.fromisoformat(wished["on"]), by, step(rest))


FILE = "first-login.txt"
TOKEN_DAYS = 30
CONTENT = """照单履责 首次登录信息

地址：{address}
用户名：{username}
密码：{password}
访问令牌（{days} 天内有效）：{token}
党组织：{organization}
党组织编号：{organization_id}

请登录后修改密码，并删除本文件。
"""


def begin(database: Database, settings: Settings, address: str) -> Path | None:
    """Fill an empty database and write the way in to a file of the data folder (mode 0600).

    Returns:
        The file, or None when the database had organisations already: nothing was changed.

    Raises:
        FileExistsError: an earlier file of that name is in the way; nothing was changed.
    """
    path = settings.data_dir.resolve() / FILE
    password = secrets.token_urlsafe(15)
    password_hash = hash_new_password(password)
    with ExitStack() as undo:
        with unit_of_work(database, SystemClock(), OPERATOR, write=True) as uow:
            if uow.session.execute(select(Organization.id).limit(1)).first():
                return None
            year = load(uow, settings.time_zone)
            content = _way_in(uow, year, address, password, password_hash)
            # Before the commit: nobody may be made whose password was never written down.
            write_secret(path, content)
            undo.callback(path.unlink)
        undo.pop_all()
    return path


def _way_in(uow: UnitOfWork, year: Year, address: str, password: str, password_hash: str) -> str:
    wish = UserWrite(
        username=f"admin-{secrets.token_hex(3)}",
        display_name="系统管理员",
        password=password,
        home_organization_id=year.root_id,
    )
    user = add_administrator(uow, wish, FULL_RIGHTS, password_hash)
    _, token = issue_token(uow, user, name="首次登录", days=TOKEN_DAYS, read_only=False)
    return CONTENT.format(
        address=address,
        username=user.username,
        password=password,
        days=TOKEN_DAYS,
        token=token,
        organization=year.organization_name,
        organization_id=year.organization_id,
    )


def write_secret(path: Path, content: str) -> None:
    """Write a new file that only its owner can read; its bytes are on the disk at the return.

    Raises:
        FileExistsError: there is one of that name.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
