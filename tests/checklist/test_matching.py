"""Which records fulfil what: by example, and what holds for any records."""

from collections.abc import Mapping
from datetime import date
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklist.matching import CandidateRecord
from app.rulesets.rules import Every, Having
from tests.checklist.cases import (
    ASSEMBLY,
    BRANCH,
    DUTIES,
    GROUP,
    LECTURE,
    OTHER,
    SLOTS,
    SPECIAL,
    days,
    duty,
    fulfil,
    held,
    links,
    meetings,
    records,
    slots_of,
    waived,
)
from tests.support.effort import effort
from tests.support.properties import examples

Links = dict[UUID, list[UUID]]
SLOT_OF = {slot.id: slot for slot in SLOTS}
DUTY_OF = {duty.code: duty for duty in DUTIES}


def test_a_record_fulfils_the_period_in_which_it_happened() -> None:
    first, second, third, fourth = slots_of("a")
    march, december = held(3, 31), held(12, 31, late_entry=True)
    found = fulfil(
        [fourth, first, third, second], [duty("a", meetings(ASSEMBLY))], [december, march]
    )
    assert found.by_slot == {first.id: (march.id,), fourth.id: (december.id,)}
    assert found.surplus == {"a": ()}


def test_too_many_in_one_period_fill_no_other() -> None:
    owed = slots_of("a", times=2)
    many = [held(2, day) for day in (9, 7, 8)]
    found = fulfil(owed, [duty("a", meetings(ASSEMBLY))], many)
    assert found.by_slot == {owed[0].id: (many[1].id,), owed[1].id: (many[2].id,)}
    assert found.surplus == {"a": (many[0].id,)}


@pytest.mark.parametrize(
    "record",
    [
        held(2, 1, completed=False),
        held(2, 1, LECTURE),
        held(2, 1, place=OTHER),
        held(2, 1, place=GROUP),
        held(2, 1, topic="integrity"),
        held(2, 1, having=frozenset({Having.SECRETARY})),
    ],
)
def test_what_does_not_count(record: CandidateRecord) -> None:
    counts = meetings(ASSEMBLY, topics=["ideology"], having=Having.APPRAISAL)
    found = fulfil(slots_of("a"), [duty("a", counts)], [record])
    assert (found.by_slot, found.surplus) == ({}, {"a": ()})


def test_a_duty_for_each_group_takes_the_groups_records() -> None:
    owed = slots_of("a", group=GROUP)
    own, branchs = held(2, 1, place=GROUP), held(2, 1, place=BRANCH)
    found = fulfil(owed, [duty("a", meetings(ASSEMBLY))], [own, branchs])
    assert found.by_slot == {owed[0].id: (own.id,)}


def test_a_link_wins_over_period_place_and_type() -> None:
    first, second, *_ = owed = slots_of("a")
    late, away, unfinished = held(7, 3), held(2, 1, LECTURE, OTHER), held(4, 1, completed=False)
    linked = {first.id: [late.id, away.id], second.id: [unfinished.id]}
    other = held(3, 1)
    found = fulfil(owed, [duty("a", meetings(ASSEMBLY))], [late, away, unfinished, other], linked)
    assert found.by_slot == {first.id: (away.id, late.id)}, "the earliest decides the date"
    assert found.surplus == {"a": (other.id,)}


def test_a_record_linked_twice_serves_a_duty_once() -> None:
    first, second, *_ = owed = slots_of("a")
    record = held(5, 1)
    linked = {second.id: [record.id], first.id: [record.id]}
    found = fulfil(owed, [duty("a", meetings(ASSEMBLY))], [record], linked)
    assert found.by_slot == {first.id: (record.id,)}


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [((), (), False), (("b",), (), False), ((), ("a",), False), (("b",), ("a",), True)],
)
def test_two_duties_share_a_record_when_each_names_the_other(
    left: tuple[str, ...], right: tuple[str, ...], both: bool
) -> None:
    one, other = slots_of("a"), slots_of("b")
    duties = [
        duty("a", meetings(ASSEMBLY), shares=left),
        duty("b", meetings(ASSEMBLY), shares=right),
    ]
    record = held(2, 1)
    found = fulfil([*one, *other], duties, [record])
    assert found.by_slot.get(one[0].id) == (record.id,), "the duty that comes first is served"
    assert (found.by_slot.get(other[0].id) == (record.id,)) is both
    assert found.surplus == {"a": (), "b": ()}


def test_three_share_when_all_pairs_do() -> None:
    owed = [slots_of(code)[0] for code in "abc"]
    duties = [
        duty("a", meetings(ASSEMBLY), shares=("b", "c")),
        duty("b", meetings(ASSEMBLY), shares=("a",)),
        duty("c", meetings(ASSEMBLY), shares=("a",)),
    ]
    found = fulfil(owed, duties, [held(2, 1)])
    assert found.by_slot.keys() == {owed[0].id, owed[1].id}


def test_the_narrower_duty_is_served_first() -> None:
    wide, topical = slots_of("wide"), slots_of("topical")
    some, secretary = slots_of("some"), slots_of("secretary")
    duties = [
        duty("wide", meetings()),
        duty("some", meetings(SPECIAL, LECTURE)),
        duty("topical", meetings(SPECIAL, topics=["ideology"])),
        duty("secretary", meetings(LECTURE, having=Having.SECRETARY)),
    ]
    special = held(1, 5, SPECIAL, topic="ideology")
    lecture = held(1, 6, LECTURE, having=frozenset({Having.SECRETARY}))
    plain = held(1, 7, LECTURE)
    found = fulfil(
        [*wide, *topical, *some, *secretary], duties, [special, lecture, plain, held(1, 8)]
    )
    assert found.by_slot[topical[0].id] == (special.id,)
    assert found.by_slot[secretary[0].id] == (lecture.id,)
    assert found.by_slot[some[0].id] == (plain.id,)
    assert found.by_slot[wide[0].id] != ()


def test_a_broader_duty_takes_what_a_narrow_one_has_too_many_of() -> None:
    narrow, wide = slots_of("narrow"), slots_of("wide")
    first, second = held(1, 5), held(1, 6)
    duties = [duty("wide", meetings()), duty("narrow", meetings(ASSEMBLY))]
    found = fulfil([*narrow, *wide], duties, [second, first])
    assert found.by_slot == {narrow[0].id: (first.id,), wide[0].id: (second.id,)}
    assert found.surplus == {"wide": (), "narrow": ()}


def test_a_waived_slot_does_not_take_the_record_of_one_that_is_owed() -> None:
    first, second, *rest = slots_of("a", times=2)
    record = held(2, 1)
    owed = [first, second, *rest]
    found = fulfil(owed, [duty("a", meetings(ASSEMBLY))], [record], waived={first.id})
    assert found.by_slot == {second.id: (record.id,)}


def test_slots_of_unknown_duties_are_left_out() -> None:
    assert fulfil(slots_of("gone"), [], [held(2, 1)]).by_slot == {}


def everything(
    made: list[CandidateRecord], linked: Links, spared: set[UUID], as_of: date | None = None
) -> tuple[Mapping[UUID, tuple[UUID, ...]], Mapping[str, tuple[UUID, ...]]]:
    found = fulfil(SLOTS, DUTIES, made, linked, waived=spared, as_of=as_of)
    return found.by_slot, found.surplus


@examples(60)
@given(records, links, waived, st.randoms(use_true_random=False))
def test_the_order_of_anything_changes_nothing(
    made: list[CandidateRecord], linked: Links, spared: set[UUID], random: Random
) -> None:
    before = everything(made, linked, spared)
    shuffled = random.sample(made, len(made))
    turned = {slot: linked[slot][::-1] for slot in reversed(linked)}
    found = fulfil(random.sample(SLOTS, len(SLOTS)), DUTIES, shuffled, turned, waived=spared)
    assert (found.by_slot, found.surplus) == before


@examples(60)
@given(records, links, waived)
def test_what_holds_for_any_records(
    made: list[CandidateRecord], linked: Links, spared: set[UUID]
) -> None:
    by_slot, surplus = everything(made, linked, spared)
    of = {record.id: record for record in made}
    users: dict[UUID, list[str]] = {}
    for slot_id, given_records in by_slot.items():
        slot = SLOT_OF[slot_id]
        assert given_records
        in_order = sorted(given_records, key=lambda one: (of[one].happened_on or date.min, one))
        assert list(given_records) == in_order
        for one in given_records:
            record = of[one]
            assert record.completed
            users.setdefault(one, []).append(slot.duty_code)
            if one not in linked.get(slot_id, ()):
                assert record.happened_on
                assert slot.first <= record.happened_on <= slot.last
                assert record.organization_id == slot.place
                assert len(given_records) == 1
    by_hand = {one for slot in linked for one in linked[slot]}
    for one, codes in users.items():
        assert len(codes) == len(set(codes)), "a record serves a duty once"
        if one not in by_hand:
            assert all(b in DUTY_OF[a].shares_with for a in codes for b in codes if a != b)
    assert not {one for found in surplus.values() for one in found} & users.keys()


@examples(60)
@given(records, links, waived, days, records)
def test_a_past_day_is_not_changed_by_what_happens_later(
    made: list[CandidateRecord],
    linked: Links,
    spared: set[UUID],
    as_of: date,
    more: list[CandidateRecord],
) -> None:
    known = {record.id for record in made}
    later = [r for r in more if r.happened_on and r.happened_on > as_of and r.id not in known]
    answer = everything(made, linked, spared, as_of)
    assert everything([*made, *later], linked, spared, as_of) == answer
    seen = [r for r in made if r.happened_on and r.happened_on <= as_of]
    assert everything(seen, linked, spared) == answer


def test_many_records_take_little_time() -> None:
    places = [UUID(int=number) for number in range(10_000, 10_200)]
    owed = [
        slot
        for place in places
        for code in ("assembly", "lecture", "any")
        for slot in slots_of(code, Every.MONTH, place=place)
    ]
    made = [
        held(month, day, kind, place)
        for place in places
        for month in range(1, 13)
        for day, kind in ((5, ASSEMBLY), (9, LECTURE), (20, SPECIAL))
    ]
    assert len(fulfil(owed, DUTIES, made).by_slot) == len(owed)
    assert effort(lambda: fulfil(owed, DUTIES, made)) < 40, "about 2 for 7200 records"
