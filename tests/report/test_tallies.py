"""The text of totals: every number is a plain count, parts make up their whole, nothing else."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import example, given

from app.items.rules import ItemKind
from app.report.blocks import ComposedText, CountRef
from app.report.compose import outputs, rectifications, talks
from app.report.compose.api_lists import lists_of
from app.report.compose.counts import Clause, Counted, measured, of_kind
from app.report.compose.outline import compose
from app.report.compose.work_done import is_reported, strand_of
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Count, FactSet, Options
from app.report.schemas import Sentence
from tests.report.tallying import tallied, tally_of
from tests.report.test_properties import (
    SECRET,
    check_count,
    check_numbers,
    make_year,
    options,
    seeds,
    sizes,
)
from tests.report.written import sentences, to_text
from tests.report.years import reference
from tests.support.properties import examples

_STATES = ("已销号", "暂缓", "待验收", "正在整改", "尚未启动整改")


def below(summary: ComposedText) -> list[Sentence]:
    return [sentence for sentence in sentences(summary) if ".below." in sentence.id]


def check_ref(ref: CountRef, tallies: Mapping[str, Aggregate], fact_set: FactSet) -> None:
    assert set(ref.tallies) <= set(tallies)
    assert len(set(ref.tallies)) == len(ref.tallies)
    if not ref.tallies:
        check_count(ref, {fact.id: fact for fact in fact_set.facts})
        return
    chosen = [tallies[key] for key in ref.tallies]
    assert ref.queries == lists_of(fact_set, chosen)
    if ref.basis == "rate":
        whole = sum(tally.records for tally in chosen)
        closed = sum(tally.records for tally in chosen if tally.status == "closed")
        assert ref.arithmetic == f"{closed}/{whole}"
        exact = Decimal(closed * 100) / whole
        assert ref.value == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return
    assert ref.basis == "tally"
    assert ref.measure
    assert ref.value == len(ref.ids) + sum(measured(tally, ref.measure) for tally in chosen)


def check_parts(sentence: Sentence) -> None:
    parts = [int(ref.value or 0) for ref in sentence.counts if ref.label in _STATES]
    if parts:
        (total,) = (int(ref.value or 0) for ref in sentence.counts if ref.label == "整改问题")
        assert sum(parts) == total


@examples(120)
@given(seeds, sizes, options)
def test_every_total_is_a_plain_count(seed: int, size: int, chosen: Options) -> None:
    fact_set = tallied(make_year(seed, size))
    summary = compose(fact_set, chosen)
    tallies = {tally.key: tally for tally in fact_set.tallies}
    assert len(tallies) == len(fact_set.tallies)
    for sentence in sentences(summary):
        for ref in sentence.counts:
            check_ref(ref, tallies, fact_set)
        if sentence.id == "p0.lead" or sentence in below(summary):
            check_parts(sentence)
        if sentence.kind == "generated":
            check_numbers(sentence)
    for sentence in below(summary):
        assert not sentence.ids
        assert sentence.counts or sentence.id.endswith(".topic"), sentence.text
    assert SECRET not in to_text(summary)
    text = "".join(sentence.text for sentence in below(summary))
    assert not re.search(r"(?<![百千\d])[零0][次项个人期篇份]", text)
    assert compose(fact_set, chosen) == summary


@examples(60)
@example(930, 40)
@given(seeds, sizes)
def test_all_that_was_counted_is_told_once(seed: int, size: int) -> None:
    fact_set = tallied(make_year(seed, size))
    told = [
        (ref, key)
        for sentence in below(compose(fact_set))
        if sentence.id.startswith("p1.below")
        for ref in sentence.counts
        if ref.basis == "tally"
        for key in ref.tallies
    ]
    counted = {
        tally.key
        for tally in fact_set.tallies
        if tally.condition is None
        and strand_of(tally)
        and (fact_set.includes_supervision or tally.kind != "sanction")
    }
    assert {key for _, key in told} == counted
    # Parts stand beside their whole, and who took part beside how often; else each is told once.
    once = [
        key
        for ref, key in told
        if ref.label not in {"整改问题", "参加"} and not key.startswith("rectification")
    ]
    assert len(set(once)) == len(once)


@examples(60)
@given(seeds, sizes)
def test_the_leads_totals_are_those_of_the_whole(seed: int, size: int) -> None:
    fact_set = make_year(seed, size)
    whole, parted = compose(fact_set), compose(tallied(fact_set))
    (one,) = (s for s in sentences(whole) if s.id == "p0.lead")
    (two,) = (s for s in sentences(parted) if s.id == "p0.lead")
    # What is counted below has no days: only where all is read it is told what came from before.
    split = {"结转", "新列入"}
    assert [(ref.label, ref.value) for ref in two.counts if ref.label not in split] == [
        (ref.label, ref.value) for ref in one.counts if ref.label not in split
    ]
    if any(ref.tallies for ref in two.counts):
        assert "及所属党组织" in two.text


@examples(60)
@given(seeds, sizes)
def test_a_number_reads_alike_whether_its_records_were_read_or_totalled(
    seed: int, size: int
) -> None:
    fact_set = make_year(seed, size)
    facts = [
        # Only a policy is made anew or revised.
        fact if fact.type == "policy_document" else replace(fact, change=None)
        for fact in fact_set.facts
        if is_reported(fact_set, fact)
    ]
    totals = [row for row in tally_of(fact_set, facts) if row.condition is None]
    writer = Writer(fact_set, Options())

    def read_and_totalled(kind: ItemKind, write: Callable[[Sequence[Counted]], object]) -> None:
        assert write(of_kind(facts, kind)) == write(of_kind(totals, kind)), kind

    def text(clauses: Sequence[Clause]) -> list[str]:
        return [clause.text for clause in clauses]

    read_and_totalled(ItemKind.TALK, lambda rows: text(talks.by_type(writer, rows)))
    read_and_totalled(ItemKind.SANCTION, lambda rows: talks.sanctioned(writer, rows).text)
    read_and_totalled(ItemKind.OUTPUT, lambda rows: text(outputs.by_deed(writer, rows)))
    read_and_totalled(ItemKind.RECTIFICATION, lambda rows: rectifications.parts(writer, rows).text)
    read_and_totalled(
        ItemKind.RECTIFICATION,
        lambda rows: {
            name: value if isinstance(value, str) else value.text
            for name, value in rectifications.total_and_rate(writer, rows)[0].items()
        },
    )


def test_without_the_permission_nothing_of_supervision_is_told() -> None:
    tallies = (
        Aggregate(kind="sanction", status="completed", records=3, organizations=2, persons=3),
        Aggregate(
            kind="talk",
            type="reminder_talk",
            status="completed",
            records=4,
            organizations=2,
            persons=4,
        ),
    )
    seen = replace(reference(), tallies=tallies, include_descendants=True)
    assert "所属各级党组织开展提醒谈话四人；给予党纪处分三人。" in to_text(compose(seen))
    hidden = to_text(compose(replace(seen, includes_supervision=False)))
    assert "提醒谈话" not in hidden
    assert "处分三人" not in hidden


def problems(**numbers: int) -> tuple[Aggregate, ...]:
    return tuple(
        Aggregate(
            kind="rectification",
            status=None if name in {"overdue", "returned"} else name,  # type: ignore[arg-type]
            condition=name if name in {"overdue", "returned"} else None,  # type: ignore[arg-type]
            records=number,
            organizations=min(number, 2),
        )
        for name, number in numbers.items()
    )


def told(*tallies: Aggregate) -> str:
    fact_set = replace(reference(), tallies=tallies, include_descendants=True)
    return to_text(compose(fact_set, Options(voice="organization")))


def test_rectifications_below_are_told_by_state_with_what_they_owe() -> None:
    text = told(*problems(closed=16, in_progress=3, open=1, overdue=2, returned=1))
    assert "整改台账上的问题20个，其中已销号16个、正在整改三个、尚未启动整改一个，" in text
    assert "销号率为80.00%（16/20）" in text
    assert "尚未完成整改的问题有四个，其中逾期两个，涉及两个党组织；" in text
    assert "提交验收后被退回、仍在整改的一个。" in text
    assert "先办结逾期的两个问题，对照退回意见完成被退回的一个问题的整改" in text


def test_what_is_done_below_is_no_shortcoming() -> None:
    text = told(*problems(closed=12))
    assert "所属党组织整改台账上的问题12个，已全部销号。" in text.replace("各级", "")
    assert "尚未完成整改的问题" not in text
    assert "督促所属党组织" not in text


def test_all_late_is_said_only_when_all_are() -> None:
    assert "全部逾期" in told(*problems(open=2, overdue=2))
    both = told(*problems(in_progress=2, overdue=2, returned=1))
    assert "全部逾期，涉及两个党组织，其中提交验收后被退回、仍在整改的一个。" in both
    assert "尚未逾期的" not in both
    text = told(*problems(open=3, overdue=2))
    assert "全部逾期" not in text
    assert "先办结逾期的两个问题，再完成其余问题的整改" in text


def test_a_number_of_copies_entered_as_none_leaves_the_records() -> None:
    made = Aggregate(
        kind="output",
        type="material",
        status="completed",
        records=3,
        organizations=2,
        amount=Count(0),
    )
    assert "形成材料三份" in told(made)
    assert "形成材料40份" in told(replace(made, amount=Count(40)))


def test_people_take_part_only_where_all_records_tell_it() -> None:
    visit = Aggregate(
        kind="activity",
        type="field_visit",
        status="completed",
        records=30,
        organizations=9,
        amount=Count(640, approximate=True),
    )
    assert "调研30次（640余人次参加）" in told(visit)
    assert "参加" not in told(replace(visit, amount=None)).partition("调研30次")[2][:4]
