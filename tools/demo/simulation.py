"""The lives of made-up records: entered, extended, done in time or late, or still owed."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from app.core.uow import Actor, UnitOfWork
from app.items.extensions import decide_extension, request_extension
from app.items.models import Item
from app.items.rules import OWING
from app.items.schemas import CancellationWrite, ExtensionDecision, ExtensionWrite
from app.items.service import cancel, change, create
from app.kinds import BY_PLURAL
from app.rectifications.kind import take_step
from app.rectifications.models import Rectification
from app.rectifications.rules import StepName
from app.rectifications.schemas import AnyStep
from tools.demo import corpus
from tools.demo.entering import Entries
from tools.demo.factories import MAKERS, PLURALS, Payload, one_of
from tools.demo.tree import DemoOrganization, Staff

LATE_SHARE, PLANNED_SHARE, ORIGIN_SHARE = 0.06, 0.14, 0.12
EXTENDED_SHARE, DENIED_SHARE = 0.1, 0.25
CANCELLED_SHARE, FORGOTTEN_SHARE, WAITING_SHARE = 0.08, 0.08, 0.04
UNTOUCHED_SHARE, SUSPENDED_SHARE, NEGLECTED_SHARE, RETURNED_SHARE = 0.04, 0.04, 0.05, 0.12
# Fields that are empty until the record has taken place.
UNKNOWN_BEFORE: Payload = {"present": None, "resolutions": [], "participants": None, "copies": None}
NEVER_PLANNED = frozenset({"sanctions", "rectifications"})
RECTIFICATIONS = "rectifications"
STEP: TypeAdapter[AnyStep] = TypeAdapter(AnyStep)


class Simulation:
    """Makes records and leads them through their lives, up to the day ``until``."""

    def __init__(self, random: Random, until: date, time_zone: str) -> None:
        self._random = random
        self._until = until
        self._zone = ZoneInfo(time_zone)
        self._visits = dict[UUID, UUID]()

    def make(self, entries: Entries, organization: DemoOrganization, day: date) -> None:
        """Make one record of a random kind about a day, and its whole life."""
        plural = one_of(self._random, PLURALS)
        payload = MAKERS[plural](self._random, organization, day) | {
            "organization_id": organization.id
        }
        life = _Life(entries, organization.staff, self._zone, self._random)
        if plural == RECTIFICATIONS:
            if organization.id in self._visits and self._chance(ORIGIN_SHARE):
                payload["origin_id"] = self._visits[organization.id]
            self._rectify(life, day, payload)
        elif plural not in NEVER_PLANNED and self._chance(PLANNED_SHARE):
            self._plan(life, plural, day, payload)
        else:
            item = self._log(life, plural, day, payload)
            if plural == "activities":
                self._visits[organization.id] = item.id

    def _log(self, life: "_Life", plural: str, day: date, payload: Payload) -> Item:
        """Enter a record that has taken place, soon afterwards or late."""
        lag = self._random.randrange(8, 30) if self._chance(LATE_SHARE) else self._days(0, 2)
        return life.enter(
            plural, self._capped(day + timedelta(lag)), payload | {"happened_on": day}
        )

    def _plan(self, life: "_Life", plural: str, day: date, payload: Payload) -> None:
        """Enter a plan, which then takes place, is extended, cancelled or forgotten."""
        due = day + timedelta(self._days(3, 20))
        plan = {name: UNKNOWN_BEFORE.get(name, value) for name, value in payload.items()}
        plan |= {"planned_on": day, "due_on": due}
        entered = day - timedelta(self._days(5, 40))
        item = life.enter(plural, self._capped(entered), plan)
        if self._chance(EXTENDED_SHARE) and not item.restricted:  # nobody decides his own
            self._extend(life, entered + timedelta(2), entered + timedelta(4))
        happened = day + timedelta(self._days(0, 12))
        if self._chance(CANCELLED_SHARE):
            if day <= self._until:
                life.cancel(day, self._random.choice(corpus.CANCELLED))
        elif happened <= self._until and not self._chance(FORGOTTEN_SHARE):
            entered = self._capped(happened + timedelta(self._days(0, 2)))
            done = payload | {"planned_on": day, "happened_on": happened, "due_on": item.due_on}
            life.change(plural, entered, done)

    def _rectify(self, life: "_Life", day: date, payload: Payload) -> None:
        """Enter a problem and lead it towards acceptance, as far as ``until`` allows."""
        entered = self._capped(day + timedelta(self._days(0, 3)))
        item = life.enter(RECTIFICATIONS, entered, payload)
        on = day + timedelta(self._days(4, 20))
        if self._chance(UNTOUCHED_SHARE) or on > self._until:
            return
        life.step(StepName.PROGRESS, on, note=self._random.choice(corpus.PROGRESS))
        if item.due_on and self._chance(EXTENDED_SHARE):
            on += timedelta(self._days(2, 10))
            self._extend(life, on, on + timedelta(self._days(1, 6)))
            on += timedelta(6)
        if self._chance(SUSPENDED_SHARE):
            self._suspend(life, on + timedelta(self._days(1, 20)))
        elif not self._chance(NEGLECTED_SHARE):
            self._complete(life, on)

    def _suspend(self, life: "_Life", on: date) -> None:
        if on <= self._until:
            document = f"关于{life.item.title}暂缓整改的请示"
            reason = self._random.choice(corpus.SUSPENDED)
            life.step(
                StepName.SUSPENDED, on, note=reason, approver="集团公司党委", document=document
            )

    def _complete(self, life: "_Life", on: date) -> None:
        """Submit, sometimes be returned once, then be accepted by the secretary or left waiting."""
        on += timedelta(self._days(10, 100))
        returns = int(self._chance(RETURNED_SHARE))
        for left in range(returns, -1, -1):
            if on > self._until:
                return
            life.step(StepName.SUBMITTED, on, note=self._random.choice(corpus.COMPLETED))
            on += timedelta(self._days(1, 12))
            if on > self._until or self._chance(WAITING_SHARE):
                return
            if left:
                life.step(StepName.RETURNED, on, note=self._random.choice(corpus.RETURNED))
                on += timedelta(self._days(3, 20))
        life.step(StepName.ACCEPTED, on)

    def _extend(self, life: "_Life", asked: date, decided: date) -> None:
        if asked > self._until or life.item.status not in OWING or life.item.due_on is None:
            return
        due = life.item.due_on + timedelta(self._days(10, 60))
        denied = "理由不充分，请按原时限完成。" if self._chance(DENIED_SHARE) else None
        deciding = decided if decided <= self._until else None
        life.extend(asked, due, self._random.choice(corpus.DELAYED), deciding, denied)

    def _capped(self, on: date) -> date:
        return min(on, self._until)

    def _days(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share


class _Life:
    """One record and the users who enter what becomes of it, at random hours of given days."""

    item: Item

    def __init__(self, entries: Entries, staff: Staff, zone: ZoneInfo, random: Random) -> None:
        self._entries = entries
        self._staff = staff
        self._zone = zone
        self._random = random

    def enter(self, plural: str, on: date, payload: Payload) -> Item:
        """Enter the record; the secretary enters restricted ones."""
        kind = BY_PLURAL[plural]
        record = kind.write.model_validate(payload)
        actor = self._staff.secretary if kind.restricted(record) else self._staff.clerk
        self.item = create(self._by(actor, on), kind, record)
        return self.item

    def change(self, plural: str, on: date, payload: Payload) -> None:
        """Replace the record's content by a new payload."""
        kind = BY_PLURAL[plural]
        change(self._by(self._owner, on), kind, self.item, kind.write.model_validate(payload))

    def cancel(self, on: date, reason: str) -> None:
        """Cancel the plan."""
        cancel(self._by(self._owner, on), self.item, CancellationWrite(reason=reason))

    def step(self, name: StepName, on: date, **fields: str) -> None:
        """Take a step of a rectification; the secretary takes those of review."""
        reviewed = name in {StepName.ACCEPTED, StepName.RETURNED}
        uow = self._by(self._staff.secretary if reviewed else self._owner, on)
        assert isinstance(self.item, Rectification)
        take_step(uow, self.item, STEP.validate_python({"name": name, **fields}))

    def extend(
        self, asked: date, due: date, reason: str, decided: date | None, denied: str | None
    ) -> None:
        """Request a later deadline; on the day ``decided`` approve it, or deny it for a reason."""
        payload = ExtensionWrite(due_on=due, reason=reason)
        request = request_extension(self._by(self._owner, asked), self.item, payload)
        if decided:
            decision = ExtensionDecision(approved=denied is None, note=denied)
            decide_extension(self._by(self._staff.secretary, decided), self.item, request, decision)

    @property
    def _owner(self) -> Actor:
        return self._staff.secretary if self.item.restricted else self._staff.clerk

    def _by(self, actor: Actor, on: date) -> UnitOfWork:
        hour, minute = self._random.randrange(8, 18), self._random.randrange(60)
        at = datetime(on.year, on.month, on.day, hour, minute, tzinfo=self._zone)
        return self._entries.by(actor, at.astimezone(UTC))
