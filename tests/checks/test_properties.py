"""What holds of every examination: order does not matter, more records take nothing away."""

from dataclasses import replace
from datetime import date, time, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.checks.context import AttendanceLine, ExaminedRecord, Resolved
from app.checks.findings import in_order
from app.checks.service import examine
from tests.checks.contexts import B1, B2, FOUNDED, HQ, ballot, context, identifier, member, record
from tests.support.properties import examples

FEW = examples(60)
MONTHS = range(1, 13)
YEAR_END = date(2019, 1, 5)
NAMES = ("赵一", "钱二", "孙三", "李四")
LONG = "会议学习了上级文件，与会人员结合各自分工逐一发言，对照要求查找不足并明确了下一步措施。" * 3


def numbers(most: int = 4) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, most)


@st.composite
def records(draw: st.DrawFn) -> ExaminedRecord:
    """A record that may hold any slip, in a small world where things meet."""
    kind = draw(st.sampled_from(["meeting", "activity", "rectification"]))
    day = date(2018, 3, draw(st.integers(1, 4)))
    changes: dict[str, object] = {
        "kind": kind,
        "type": draw(st.sampled_from(["member_assembly", "committee_meeting"])),
        "title": draw(st.sampled_from(["党建工作会议", "党建工作专题会议", "安全例会"])),
        "organization_id": draw(st.sampled_from([HQ, B1, B2])),
        "happened_on": draw(st.none() | st.just(day)) if kind == "meeting" else day,
        "written_on": day + timedelta(days=draw(st.integers(-1, 3))),
        "texts": draw(st.sampled_from([(), (LONG,), ("应到3人、实到二人。",)])),
        "evidence": draw(st.sampled_from([(), (date(2017, 5, 1),)])),
    }
    if kind == "rectification":
        changes["closed_on"] = draw(st.none() | st.just(day))
    if kind == "meeting":
        changes |= {
            "starts_at": time(draw(st.integers(9, 10))),
            "ends_at": time(draw(st.integers(10, 11))),
            "expected": draw(numbers()),
            "present": draw(numbers()),
            "attendance": tuple(
                AttendanceLine(name) for name in draw(st.sets(st.sampled_from(NAMES), max_size=3))
            ),
            "ballots": draw(st.sampled_from([(), (ballot(),), (ballot(yes=1),)])),
            "resolutions": draw(st.sampled_from([(), (Resolved(False, False),)])),
            "appraisal": draw(st.sampled_from([None, (1, 1, 1, 1)])),
        }
    return record(str(draw(st.integers(0, 10**9))), **changes)


ROSTER = tuple(member(name, left_on=date(2018, 3, 2) if name == "赵一" else None) for name in NAMES)
MANY = st.lists(records(), max_size=8, unique_by=lambda one: one.id)


@FEW
@given(MANY, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(drawn: list[ExaminedRecord], random: Random) -> None:
    shuffled = drawn[:]
    random.shuffle(shuffled)
    roster = list(ROSTER)
    random.shuffle(roster)
    one = examine(context(*drawn, roster=ROSTER))
    two = examine(context(*shuffled, roster=tuple(roster)))
    assert one == two
    assert in_order(reversed(one)) == one
    assert len({finding.id for finding in one}) == len(one)


@FEW
@given(MANY, records())
def test_an_unrelated_record_takes_nothing_away(
    drawn: list[ExaminedRecord], other: ExaminedRecord
) -> None:
    # Not an assembly of a branch: that would answer the reminder that there was none. And not the
    # same long text: that would make a group of copies larger.
    unrelated = replace(
        other,
        id=identifier("another one"),
        organization_id=HQ,
        happened_on=other.happened_on and date(2018, 3, 20),
        texts=("另一件事。",),
    )
    before = {finding.id for finding in examine(context(*drawn, roster=ROSTER))}
    after = {finding.id for finding in examine(context(*drawn, unrelated, roster=ROSTER))}
    assert before <= after


@st.composite
def clean_years(draw: st.DrawFn) -> list[ExaminedRecord]:
    """A year as it should be: monthly meetings with all that belongs to them."""
    made = []
    for place in (B1, B2):
        people = tuple(name for name in NAMES if draw(st.booleans())) or NAMES
        for month in MONTHS:
            day = date(2018, month, draw(st.integers(1, 27)))
            eligible = len(people)
            made.append(
                record(
                    f"{place}{month}",
                    type="member_assembly" if month % 3 == 2 else "committee_meeting",
                    title=f"{month}月会议",
                    organization_id=place,
                    happened_on=day,
                    written_on=day + timedelta(days=draw(st.integers(0, 9))),
                    starts_at=time(9) if place == B1 else time(14),
                    ends_at=time(11) if place == B1 else time(16),
                    chair=people[0],
                    expected=eligible,
                    present=eligible,
                    vote_eligible=eligible,
                    present_eligible=eligible,
                    attendance=tuple(AttendanceLine(name) for name in people),
                    ballots=(
                        ballot(eligible=eligible, present_eligible=eligible, yes=eligible, no=0),
                    ),
                    resolutions=(Resolved(has_responsible=True, has_deadline=True),),
                    texts=(f"应到{eligible}人、实到{eligible}人。第{month}次会议。",),
                    evidence=(day,),
                )
            )
    return made


@FEW
@given(clean_years())
def test_a_clean_year_yields_nothing(year: list[ExaminedRecord]) -> None:
    roster = tuple(member(name, joined_on=FOUNDED) for name in NAMES)
    assert examine(context(*year, roster=roster, as_of=YEAR_END)) == ()
