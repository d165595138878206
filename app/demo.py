"""The first start on an empty database: enter the reference year and make one administrator."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
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
from app.items.service import create
from app.kinds import BY_PLURAL
from app.org_documents import service as org_documents
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
    from app.items.models import Item
    from app.rectifications.models import Rectification

REFERENCE = Path(__file__).with_name("reference-2018.json")
OFFICE_HOUR = time(10)
STEP: TypeAdapter[AnyStep] = TypeAdapter(AnyStep)
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


@dataclass(frozen=True, slots=True)
class LoadedYear:
    """The tree that was entered and the organisation that reports on its year."""

    root_id: UUID
    organization_id: UUID
    organization_name: str


def begin(database: Database, settings: Settings, address: str) -> Path | None:
    """Fill an empty database and write how to sign in to a file of mode 0600 in the data folder.

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
            content = _add_administrator(uow, year, address, password, password_hash)
            # Before the commit: no user may be made whose password was never written down.
            write_secret(path, content)
            undo.callback(path.unlink)
        undo.pop_all()
    return path


def _add_administrator(
    uow: UnitOfWork, year: LoadedYear, address: str, password: str, password_hash: str
) -> str:
    """Add the first administrator; return the content of the file with the credentials."""
    payload = UserWrite(
        username=f"admin-{secrets.token_hex(3)}",
        display_name="系统管理员",
        password=password,
        home_organization_id=year.root_id,
    )
    user = add_administrator(uow, payload, FULL_RIGHTS, password_hash)
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
    """Write a new file of mode 0600; its bytes are on the disk at the return.

    Raises:
        FileExistsError: there is one of that name.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def load(uow: UnitOfWork, time_zone: str, file: Path = REFERENCE) -> LoadedYear:
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


@dataclass(frozen=True, slots=True)
class _Action:
    """What one person, named by its key in the data file, does on a day."""

    on: date
    actor: str
    run: Callable[[UnitOfWork], None]


class _Loader:
    """Enters one data file; keeps the organisations and people that the file names by keys."""

    def __init__(self, uow: UnitOfWork, time_zone: str, data: dict[str, Any]) -> None:
        self._uow = uow
        self._zone = time_zone
        self._data = data
        self._organizations: dict[str, Organization] = {}
        self._actors: dict[str, Actor] = {"operator": OPERATOR}
        self._lists: list[DutyList] = []

    @property
    def _reporting(self) -> Organization:
        """The organisation whose year it is."""
        return self._organizations[self._data["organization"]]

    def load(self) -> LoadedYear:
        """Enter everything, in the order of time."""
        founded = date.fromisoformat(self._data["founded_on"])
        self._run(_Action(founded, "operator", self._add_organizations_and_users))
        self._run(_Action(founded, "manager", self._add_rules_and_sheet))
        self._run(_Action(founded, "clerk", self._add_members))
        self._run(_Action(founded, "clerk", self._submit_lists))
        self._run(_Action(founded, "secretary", self._publish_lists))
        for action in sorted(self._actions(), key=lambda action: action.on):
            self._run(action)
        last_day = date(self._data["year"], 12, 31)
        self._run(_Action(last_day, "secretary", self._write_report_inputs))
        reporting = self._reporting
        return LoadedYear(reporting.root_id, reporting.id, reporting.name)

    def _run(self, action: _Action) -> None:
        instant = datetime.combine(action.on, OFFICE_HOUR, ZoneInfo(self._zone))
        uow = self._uow
        uow.actor, uow.clock = self._actors[action.actor], FixedClock(instant)
        action.run(uow)
        uow.flush()
        seal(uow)

    def _write_report_inputs(self, uow: UnitOfWork) -> None:
        inputs = {key: self._data[key] for key in ("salutation", "shortcomings", "next_plans")}
        payload = ReportInputsWrite.model_validate(inputs)
        write_inputs(uow, self._reporting.id, self._data["year"], payload)

    def _add_organizations_and_users(self, uow: UnitOfWork) -> None:
        for stated in self._data["organizations"]:
            names = ("kind", "name", "founded_on", "last_election_on")
            payload = OrganizationWrite.model_validate({name: stated[name] for name in names})
            parent = self._organizations.get(stated["parent"])
            self._organizations[stated["key"]] = (
                add_organization(uow, payload, parent, time_zone=self._zone)
                if parent
                else new_root(uow, payload, self._zone)
            )
        for key, stated in self._data["users"].items():
            user = UserWrite(
                username=stated["username"],
                display_name=stated["display_name"],
                password=secrets.token_urlsafe(32),  # not kept: they never sign in
                home_organization_id=self._reporting.id,
            )
            roles = [Role(role) for role in stated["roles"]]
            self._actors[key] = actor_of(
                uow.session, add_administrator(uow, user, roles, NO_PASSWORD)
            )
        root = frozenset({self._reporting.root_id})
        rights = dict.fromkeys((Permission.READ, Permission.MANAGE_ORGANIZATIONS), root)
        self._actors["manager"] = Actor(None, OPERATOR.name, rights)

    def _add_rules_and_sheet(self, uow: UnitOfWork) -> None:
        """Add the file's own rule set and its assessment sheet, where it has them."""
        if "rule_set" in self._data:
            document = RuleSetDocument.model_validate(self._data["rule_set"])
            rule_set = org_documents.create(uow, RULE_SET, self._reporting.id, document)
            org_documents.change_status(uow, RULE_SET, rule_set, RuleSetStatus.IN_FORCE)
        if "sheet" in self._data:
            sheet = SheetDocument.model_validate(self._data["sheet"])
            write_sheet(uow, self._reporting.root_id, sheet.code, sheet, etag(0))

    def _add_members(self, uow: UnitOfWork) -> None:
        for stated in self._data["organizations"]:
            for member in stated["members"]:
                payload = MemberWrite.model_validate(member)
                add_member(uow, self._organizations[stated["key"]].id, payload)

    def _submit_lists(self, uow: UnitOfWork) -> None:
        payload = DrawUp(year=self._data["year"], include_descendants=True)
        self._lists, _ = draw_up(uow, self._reporting.id, payload)
        for duty_list in self._lists:
            take_list_step(uow, duty_list, StepWrite(step=ListStep.SUBMIT))

    def _publish_lists(self, uow: UnitOfWork) -> None:
        for duty_list in self._lists:
            take_list_step(uow, duty_list, StepWrite(step=ListStep.PUBLISH))

    def _actions(self) -> Iterator[_Action]:
        for plural, records in self._data["records"].items():
            for record in records:
                yield from self._record_actions(plural, dict(record))
        for routine in self._data.get("routine", ()):
            yield from self._routine_actions(routine)
        for stated in self._data.get("assessments", ()):
            on = date.fromisoformat(stated["on"])
            yield _Action(on, "secretary", partial(self._assess, stated["quarter"]))

    def _routine_actions(self, routine: dict[str, Any]) -> Iterator[_Action]:
        """Yield one record for each of the organisations on each of the days."""
        for key in routine["organizations"]:
            skipped = routine.get("except", {}).get(key, ())
            for day in routine["days"]:
                if day not in skipped:
                    record = {**routine["record"], "organization": key, "happened_on": day}
                    yield from self._record_actions(routine["kind"], record)

    def _record_actions(self, plural: str, record: dict[str, Any]) -> Iterator[_Action]:
        """Yield the entry of a record and the steps of a rectification that follow it."""
        kind = BY_PLURAL[plural]
        steps = record.pop("steps", ())
        entered = record.pop("entered_on", None)
        happened = record.get("happened_on") or record.get("found_on")
        organization = self._organizations[record.pop("organization", self._data["organization"])]
        if record.get("actor") == "reporter":
            record["actor"] = self._data["reporter"]
        payload = kind.write.model_validate({**record, "organization_id": organization.id})
        created: list[Item] = []

        def enter(uow: UnitOfWork) -> None:
            created.append(create(uow, kind, payload))

        def step(step_payload: AnyStep, uow: UnitOfWork) -> None:
            take_step(uow, cast("Rectification", created[0]), step_payload)

        on = date.fromisoformat(str(entered or happened)) + timedelta(days=0 if entered else 1)
        yield _Action(on, "secretary" if kind.restricted(payload) else "clerk", enter)
        for stated in steps:
            fields = {name: value for name, value in stated.items() if name != "by"}
            run = partial(step, STEP.validate_python(fields))
            yield _Action(date.fromisoformat(stated["on"]), stated["by"], run)

    def _assess(self, quarter: int, uow: UnitOfWork) -> None:
        """Compute the branches' quarter from the records, confirm and publish it."""
        payload = AssessmentsWrite(
            year=self._data["year"],
            quarter=quarter,
            sheet=self._data["sheet"]["code"],
            include_descendants=True,
        )
        assessments, _ = assess(uow, self._reporting.id, payload)
        organizations = {row.id: row for row in self._organizations.values()}
        for assessment in assessments:
            organization = organizations[assessment.organization_id]
            for step in (AssessmentStep.CONFIRM, AssessmentStep.PUBLISH):
                take_assessment_step(uow, assessment, organization, AssessmentStepWrite(step=step))
