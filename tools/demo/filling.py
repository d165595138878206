"""Fill a database with a large made-up tree: organisations and users, then records in batches."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.access.passwords import NO_PASSWORD
from app.access.schemas import UserWrite
from app.access.service import FULL_RIGHTS, OPERATOR, add_administrator, issue_token
from app.access.unit_of_work import unit_of_work
from app.core.clock import FixedClock, SystemClock
from app.core.database import Database
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.focuses import new_root
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.organizations.schemas import OrganizationWrite
from tools.demo.entering import entering
from tools.demo.simulation import Simulation
from tools.demo.tree import DemoOrganization, TreeMaker

YEARS = 4
DAYS_A_YEAR = 365
BATCH_RECORDS = 2000
TOKEN_DAYS = 366
UNTIL = date(2026, 6, 30)
ROOT_NAME = "示范集团党委"


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of the tree; the same plan makes the same content."""

    organizations: int
    records: int
    seed: int
    time_zone: str
    until: date = UNTIL


class Filling:
    """One run of a plan: a transaction for the tree, then one for each batch of records."""

    def __init__(self, database: Database, plan: Plan) -> None:
        self.done = 0
        self._database = database
        self._plan = plan
        self._random = Random(plan.seed)  # noqa: S311 - made-up data, no secret
        self._first_day = plan.until - timedelta(days=YEARS * DAYS_A_YEAR)
        self._organizations: list[DemoOrganization] = []

    def make_tree(self) -> Organization:
        """Make the tree with its rosters and users; return its root."""
        founded = datetime.combine(self._first_day, time(9), ZoneInfo(self._plan.time_zone))
        with unit_of_work(self._database, FixedClock(founded), OPERATOR, write=True) as uow:
            number = _count_demo_roots(uow) + 1
            payload = OrganizationWrite(
                name=f"{ROOT_NAME}（{number}）", kind=OrganizationKind.PARTY_COMMITTEE
            )
            root = new_root(uow, payload, self._plan.time_zone)
            uow.actor = Actor(None, OPERATOR.name, dict.fromkeys(Permission, frozenset({root.id})))
            maker = TreeMaker(uow, self._random, f"demo{number}")
            self._organizations = list(maker.make(root, self._plan.organizations))
        return root

    def make_records(self) -> Iterator[int]:
        """Make the records; yield how many there are after each batch."""
        simulation = Simulation(self._random, self._plan.until, self._plan.time_zone)
        weights = list(accumulate(row.weight for row in self._organizations))
        wanted, days = self._plan.records, YEARS * DAYS_A_YEAR
        while self.done < wanted:
            batch = range(self.done, min(self.done + BATCH_RECORDS, wanted))
            with entering(self._database) as entries:
                for number in batch:
                    (chosen,) = self._random.choices(self._organizations, cum_weights=weights)
                    day = self._first_day + timedelta(days=number * days // wanted + 1)
                    simulation.make(entries, chosen, day)
            self.done = batch.stop
            yield self.done

    def issue_token(self, root: Organization) -> str:
        """Issue a token of a new user who may do everything in the tree."""
        with unit_of_work(self._database, SystemClock(), OPERATOR, write=True) as uow:
            payload = UserWrite(
                username=f"demo-{secrets.token_hex(6)}",
                display_name="演示管理员",
                password=secrets.token_urlsafe(32),
                home_organization_id=root.id,
            )
            user = add_administrator(uow, payload, FULL_RIGHTS, NO_PASSWORD)
            _, token = issue_token(uow, user, name="演示", days=TOKEN_DAYS, read_only=False)
        return token


def _count_demo_roots(uow: UnitOfWork) -> int:
    is_demo = Organization.parent_id.is_(None) & Organization.name.like(f"{ROOT_NAME}（%")
    return uow.session.scalar(select(func.count()).where(is_demo)) or 0
