"""Filling a database with a large made-up tree, batch by batch."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.access.passwords import NO_PASSWORD
from app.access.schemas import UserWrite
from app.access.service import issue_token
from app.access.unit_of_work import unit_of_work
from app.core.clock import FixedClock, SystemClock
from app.core.database import Database
from app.core.unit import Unit
from app.demo.administrators import EVERYTHING, OPERATOR, new_administrator, new_root
from app.demo.batch import Batch
from app.demo.lives import Lives
from app.demo.tree import Place, Planting
from app.demo.writer import Writer
from app.items.models import Focus
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind

YEARS = 4
DAYS_A_YEAR = 365
BATCH_RECORDS = 2000
BATCH_PLACES = 200
TOKEN_DAYS = 366
UNTIL = date(2026, 6, 30)
ROOT_NAME = "示范集团党委"


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the tree is to be; the same plan makes the same content."""

    organizations: int
    records: int
    seed: int
    time_zone: str
    until: date = UNTIL


class Filling:
    """One run of a plan: the tree first, then its records, each batch in its own transaction."""

    def __init__(self, database: Database, plan: Plan) -> None:
        self.done = 0
        self._database = database
        self._plan = plan
        self._random = Random(plan.seed)  # noqa: S311 - made-up data, no secret
        self._first_day = plan.until - timedelta(days=YEARS * DAYS_A_YEAR)
        self._batch = Batch()
        self._places: list[Place] = []

    def plant(self) -> Organization:
        """The tree with its rosters and its staff; returns its root."""
        founded = datetime.combine(self._first_day, time(9), ZoneInfo(self._plan.time_zone))
        with unit_of_work(self._database, FixedClock(founded), OPERATOR, write=True) as unit:
            number = _roots_of_this_kind(unit) + 1
            name = f"{ROOT_NAME}（{number}）"
            kind = OrganizationKind.PARTY_COMMITTEE
            root = new_root(unit, name, kind, self._plan.time_zone)
        planting = Planting(self._random, founded, self._plan.time_zone, f"demo{number}")
        for place in planting.grow(self._batch, root, self._plan.organizations):
            self._places.append(place)
            if len(self._places) % BATCH_PLACES == 0:
                self._write()
        self._write()
        return root

    def fill(self, root: Organization) -> Iterator[int]:
        """The records; yields how many stand after each batch."""
        writer = Writer(self._batch, self._focuses(root))
        lives = Lives(self._random, writer, self._plan.until, self._plan.time_zone)
        weights = list(accumulate(place.weight for place in self._places))
        wanted, days = self._plan.records, YEARS * DAYS_A_YEAR
        for number in range(wanted):
            (place,) = self._random.choices(self._places, cum_weights=weights)
            lives.make(place, self._first_day + timedelta(days=number * days // wanted + 1))
            if (number + 1) % BATCH_RECORDS == 0 or number + 1 == wanted:
                self._write()
                self.done = number + 1
                yield self.done

    def issue_token(self, root: Organization) -> str:
        """A token of a fresh user who may do everything in the tree."""
        with unit_of_work(self._database, SystemClock(), OPERATOR, write=True) as unit:
            wish = UserWrite(
                username=f"demo-{secrets.token_hex(6)}",
                display_name="演示管理员",
                password=secrets.token_urlsafe(32),
                home_organization_id=root.id,
            )
            user = new_administrator(unit, wish, EVERYTHING, NO_PASSWORD)
            _, token = issue_token(unit, user, name="演示", days=TOKEN_DAYS, read_only=False)
        return token

    def _focuses(self, root: Organization) -> dict[str, UUID]:
        with self._database.read() as session:
            rows = session.execute(select(Focus.code, Focus.id).where(Focus.root_id == root.id))
            return {row.code: row.id for row in rows}

    def _write(self) -> None:
        with self._database.write() as session:
            self._batch.write(session)


def _roots_of_this_kind(unit: Unit) -> int:
    alike = Organization.parent_id.is_(None) & Organization.name.like(f"{ROOT_NAME}（%")
    return unit.session.scalar(select(func.count()).where(alike)) or 0
