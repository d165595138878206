"""What becomes of made-up records: entered, extended, done in time or late, or still owed."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.core.actor import Actor
from app.demo import words
from app.demo.record import Hand, Record
from app.demo.tree import Place
from app.demo.wishes import MAKERS, PLURALS, Payload, one_of
from app.demo.writer import Writer
from app.items.rules import OWING
from app.kinds import BY_PLURAL
from app.rectifications.rules import StepName

if TYPE_CHECKING:
    from uuid import UUID

LATE_SHARE, PLANNED_SHARE, ORIGIN_SHARE = 0.06, 0.14, 0.12
EXTENDED_SHARE, DENIED_SHARE = 0.1, 0.25
CANCELLED_SHARE, FORGOTTEN_SHARE, WAITING_SHARE = 0.08, 0.08, 0.04
UNTOUCHED_SHARE, SUSPENDED_SHARE, NEGLECTED_SHARE, RETURNED_SHARE = 0.04, 0.04, 0.05, 0.12
# What is only known once it has taken place.
UNKNOWN_BEFORE: Payload = {"present": None, "resolutions": [], "participants": None, "copies": None}
NEVER_PLANNED = frozenset({"sanctions", "rectifications"})


class Lives:
    """Makes records and leads them through their lives, none of it after ``until``."""

    def __init__(self, random: Random, writer: Writer, until: date, time_zone: str) -> None:
        self._random = random
        self._writer = writer
        self._until = until
        self._zone = ZoneInfo(time_zone)
        self._visits: dict[UUID, UUID] = {}

    def make(self, place: Place, day: date) -> None:
        """One record of some kind about a day."""
        plural = one_of(self._random, PLURALS)
        payload = MAKERS[plural](self._random, place, day) | {"organization_id": place.id}
        if plural == "rectifications":
            record = self._rectify(place, day, payload)
        elif plural not in NEVER_PLANNED and self._random.random() < PLANNED_SHARE:
            record = self._plan(plural, place, day, payload)
        else:
            record = self._log(plural, place, day, payload)
        self._writer.finish(record)

    def _log(self, plural: str, place: Place, day: date, payload: Payload) -> Record:
        """Something that has taken place, entered soon afterwards or late."""
        lag = self._random.randrange(8, 30) if self._chance(LATE_SHARE) else self._days(0, 2)
        record = self._enter(plural, place, day + timedelta(lag), payload | {"happened_on": day})
        if plural == "activities":
            self._visits[place.id] = record.row["id"]
        return record

    def _plan(self, plural: str, place: Place, day: date, payload: Payload) -> Record:
        """Something announced beforehand; it takes place, is put off, called off or forgotten."""
        due = day + timedelta(self._days(3, 20))
        plan = {name: UNKNOWN_BEFORE.get(name, value) for name, value in payload.items()}
        plan |= {"planned_on": day, "due_on": due}
        entered = day - timedelta(self._days(5, 40))
        record = self._enter(plural, place, entered, plan)
        if self._chance(EXTENDED_SHARE) and not record.row["restricted"]:  # nobody decides his own
            self._extend(record, entered + timedelta(2), entered + timedelta(4))
        happened = day + timedelta(self._days(0, 12))
        if self._chance(CANCELLED_SHARE):
            if day <= self._until:
                hand = self._hand(place.clerk, day)
                self._writer.cancel(record, self._random.choice(words.CANCELLED), hand)
        elif happened <= self._until and not self._chance(FORGOTTEN_SHARE):
            entered = self._capped(happened + timedelta(self._days(0, 2)))
            done = payload | {"planned_on": day, "happened_on": happened}
            wish = BY_PLURAL[plural].write.model_validate(done | {"due_on": record.row["due_on"]})
            self._writer.change(record, wish, self._hand(self._clerk(record), entered))
        return record

    def _rectify(self, place: Place, day: date, payload: Payload) -> Record:
        """A problem, on its way to acceptance as far as time has come."""
        if place.id in self._visits and self._chance(ORIGIN_SHARE):
            payload["origin_id"] = self._visits[place.id]
        record = self._enter("rectifications", place, day + timedelta(self._days(0, 3)), payload)
        on = day + timedelta(self._days(4, 20))
        if self._chance(UNTOUCHED_SHARE) or on > self._until:
            return record
        self._step(record, StepName.PROGRESS, on, note=self._random.choice(words.PROGRESS))
        if record.row["due_on"] and self._chance(EXTENDED_SHARE):
            on += timedelta(self._days(2, 10))
            self._extend(record, on, on + timedelta(self._days(1, 6)))
            on += timedelta(6)
        if self._chance(SUSPENDED_SHARE):
            self._suspend(record, on + timedelta(self._days(1, 20)))
        elif not self._chance(NEGLECTED_SHARE):
            self._complete(record, on)
        return record

    def _suspend(self, record: Record, on: date) -> None:
        if on <= self._until:
            said = {
                "approver": "集团公司党委",
                "document": f"关于{record.row['title']}暂缓整改的请示",
            }
            reason = self._random.choice(words.SUSPENDED)
            self._step(record, StepName.SUSPENDED, on, note=reason, **said)

    def _complete(self, record: Record, on: date) -> None:
        """Handed in, sometimes returned once, accepted by the secretary or left waiting."""
        on += timedelta(self._days(10, 100))
        returns = int(self._chance(RETURNED_SHARE))
        for left in range(returns, -1, -1):
            if on > self._until:
                return
            self._step(record, StepName.SUBMITTED, on, note=self._random.choice(words.COMPLETED))
            on += timedelta(self._days(1, 12))
            if on > self._until or self._chance(WAITING_SHARE):
                return
            if left:
                note = self._random.choice(words.RETURNED)
                self._step(record, StepName.RETURNED, on, note=note)
                on += timedelta(self._days(3, 20))
        self._step(record, StepName.ACCEPTED, on)

    def _extend(self, record: Record, asked: date, decided: date) -> None:
        if asked > self._until or record.row["status"] not in OWING:
            return
        due = record.row["due_on"] + timedelta(self._days(10, 60))
        reason = self._random.choice(words.DELAYED)
        hand = self._hand(self._clerk(record), asked)
        request = self._writer.ask(record, due, reason, hand)
        if decided <= self._until:
            note = "理由不充分，请按原时限完成。" if self._chance(DENIED_SHARE) else None
            self._writer.decide(record, request, note, self._hand(record.place.secretary, decided))

    def _step(self, record: Record, name: StepName, on: date, **said: str) -> None:
        reviewed = name in {StepName.ACCEPTED, StepName.RETURNED}
        actor = record.place.secretary if reviewed else self._clerk(record)
        self._writer.step(record, name, self._hand(actor, on), **said)

    def _enter(self, plural: str, place: Place, on: date, payload: Payload) -> Record:
        kind = BY_PLURAL[plural]
        wish = kind.write.model_validate(payload)
        actor = place.secretary if kind.restricted(wish) else place.clerk
        return self._writer.enter(kind, place, wish, self._hand(actor, self._capped(on)))

    def _clerk(self, record: Record) -> Actor:
        return record.place.secretary if record.row["restricted"] else record.place.clerk

    def _hand(self, actor: Actor, on: date) -> Hand:
        hour, minute = self._random.randrange(8, 18), self._random.randrange(60)
        at = datetime(on.year, on.month, on.day, hour, minute, tzinfo=self._zone)
        return Hand(actor, on, at.astimezone(UTC))

    def _capped(self, on: date) -> date:
        return min(on, self._until)

    def _days(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
