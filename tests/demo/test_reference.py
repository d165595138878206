"""The reference year stands in the database as people would have entered it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import demo
from app.access.service import OPERATOR
from app.access.unit_of_work import unit_of_work
from app.core.audit import AuditEntry, verify
from app.core.clock import SystemClock
from app.core.uow import UnitOfWork
from app.items.models import DeadlineSpan, Item, ItemEvent
from app.items.rules import ItemKind, is_overdue
from app.items.timeline import timeline_of
from app.organizations.queries import within
from app.rectifications.models import Rectification
from app.report.inputs import inputs_of

ZONE = "Asia/Shanghai"


class Undone(Exception):
    """Ends a transaction that nobody else shall see."""


@pytest.fixture(scope="module")
def uow(app: FastAPI) -> Iterator[UnitOfWork]:
    """A transaction that is rolled back once the tests of this file have read in it."""
    open_uow = unit_of_work(app.state.database, SystemClock(), OPERATOR, write=True)
    with suppress(Undone), open_uow as uow:
        yield uow
        raise Undone


@pytest.fixture(scope="module")
def year(uow: UnitOfWork) -> demo.LoadedYear:
    actor, clock = uow.actor, uow.clock
    year = demo.load(uow, ZONE)
    assert (uow.actor, uow.clock) == (actor, clock)
    return year


def items_of(uow: UnitOfWork, year: demo.LoadedYear) -> list[Item]:
    inside = within(Item.organization_id, [year.root_id])
    return list(uow.session.scalars(select(Item).where(inside).order_by(Item.id)))


def test_it_holds_the_facts(uow: UnitOfWork, year: demo.LoadedYear) -> None:
    items = items_of(uow, year)
    counts = Counter((item.kind, item.topic or item.type) for item in items)
    assert counts["meeting", "party_building"] == 3
    assert counts["meeting", "ideology"] == counts["meeting", "integrity"] == 2
    assert counts["meeting", "central_group_study"] == 4
    assert counts["talk", "reminder_talk"] == 6
    assert counts["talk", "admonition_talk"] == 2
    assert counts["output", "policy_document"] == 8
    assert counts["output", "task_breakthrough"] == 7
    assert counts["activity", "training_course"] == 3
    assert counts["sanction", "warning"] == 1
    assert sum(item.kind == ItemKind.RECTIFICATION for item in items) == 18
    states = Counter(
        item.status
        for item in items
        if isinstance(item, Rectification) and item.source == "assessment_feedback"
    )
    assert states == {"closed": 8, "suspended": 1}


def test_everything_was_entered_in_time_and_on_its_day(
    uow: UnitOfWork, year: demo.LoadedYear
) -> None:
    items = items_of(uow, year)
    assert not any(item.late_entry for item in items)
    happened = [item for item in items if item.happened_on]
    assert all(item.created_at.hour == 2 for item in items), "10:00 in Shanghai"
    assert all(
        item.created_at.date() == (item.happened_on or date.min) + timedelta(days=1)
        for item in happened
    )
    recorded = uow.session.scalars(
        select(AuditEntry.recorded_at)
        .where(AuditEntry.subject_id.in_([item.id for item in items]))
        .order_by(AuditEntry.sequence)
    ).all()
    assert list(recorded) == sorted(recorded)
    assert {moment.year for moment in recorded} <= {2018, 2019}


def test_what_was_overdue_on_a_past_day(uow: UnitOfWork, year: demo.LoadedYear) -> None:
    titles = {"党员学习笔记抽查不合格", "第二项目部党支部第三季度党员大会"}
    assert overdue(uow, year, date(2018, 12, 10)) == titles
    assert overdue(uow, year, date(2018, 10, 1)) == {"第二项目部党支部第三季度党员大会"}
    assert not overdue(uow, year, date(2018, 9, 30))


def overdue(uow: UnitOfWork, year: demo.LoadedYear, day: date) -> set[str]:
    span = DeadlineSpan
    statement = (
        select(Item.title)
        .join(span, span.item_id == Item.id)
        .where(
            span.ancestor_id == year.root_id,
            span.due_on < day,
            span.active_from <= day,
            span.active_until.is_(None) | (span.active_until > day),
        )
    )
    found = set(uow.session.scalars(statement))
    derived = set()
    for item in items_of(uow, year):
        moments = [moment for moment in timeline_of(uow.session, item) if moment.on <= day]
        if moments and is_overdue(moments[-1].status, moments[-1].due_on, day):
            derived.add(item.title)
    assert found == derived
    return found


def test_nobody_accepted_his_own_work(uow: UnitOfWork, year: demo.LoadedYear) -> None:
    ids = [item.id for item in items_of(uow, year)]
    steps = select(ItemEvent.item_id, ItemEvent.name, ItemEvent.recorded_by_name)
    rows = uow.session.execute(steps.where(ItemEvent.item_id.in_(ids))).all()
    submitted = {item: name for item, step, name in rows if step == "submitted"}
    accepted = {item: name for item, step, name in rows if step == "accepted"}
    assert len(submitted) == len(accepted) == 16
    assert all(submitted[item] != accepted[item] for item in accepted)


def test_its_own_words_are_there(uow: UnitOfWork, year: demo.LoadedYear) -> None:
    assert not list(verify(uow.session))
    words = uow.session.scalars(inputs_of(year.organization_id, 2018)).one()
    assert [len(words.shortcomings), len(words.next_plans)] == [6, 5]
