"""How numbers are said to have come about: a true sum of each basis, nothing of a withheld one."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.report.blocks import ARITHMETIC, COUNTS, Basis, CountRef, ReportHead, count_in_words
from app.report.compose.outline import compose
from app.report.drafts.annexes import ANNEX_NAMES
from app.report.drafts.block_rows import document_of
from app.report.drafts.citations import sources_in
from app.report.drafts.numerals import support_of, unsupported_numbers
from app.report.facts import EarlierRecord, FactSet, Options
from tests.report.drafts.support import drafted, path
from tests.report.numerals import sums_in
from tests.report.test_properties import make_year, seeds, sizes
from tests.report.years import fact, on, year
from tests.support.properties import examples
from tests.support.world import World


def ref(basis: Basis, **values: Any) -> CountRef:
    base = {"label": "数", "value": 3, "unit": "次", "printed": "三次", "ids": ("a", "b", "c")}
    return CountRef(**{**base, **values}, basis=basis)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (ref("records"), "数：三次，共3条记录"),
        (ref("records", source="occurrence"), "数：三次，共3项责任事项"),
        (ref("persons", value=2), "数：三次，3条记录中按人计，同一人只计一次，共2人"),
        (ref("sum", addends=(("a", 1), ("b", 2))), "数：三次，1+2=3"),
        (ref("sum", addends=(("a", 3),)), "数：三次，1条记录所载"),
        (ref("sum", addends=(("a", 1), ("b", 2)), approximate=True), "数：三次，1+2=3，含约数"),
        (ref("rate", arithmetic="1/3", printed="33.33%（1/3）"), "数：33.33%（1/3）"),
        (ref("difference", ids=("a",), earlier=tuple("bcde")), "数：三次，4－1=3"),
        (ref("difference", ids=tuple("bcde"), earlier=("a",)), "数：三次，4－1=3"),
        (ref("stated", value=Decimal("86.5"), source="assessment"), "数：三次，照录所依据的结果"),
        (ref("fewer", printed="少于3人", ids=()), "数：少于3人"),
        (ref("tally", ids=(), value=9, tallies=("x",)), "数：三次，所属党组织合计9"),
        (ref("tally", value=9, tallies=("x",)), "数：三次，3条记录+所属党组织合计6=9"),
    ],
)
def test_each_basis_has_words_of_its_own(count: CountRef, said: str) -> None:
    assert count_in_words(count) == said


def test_no_basis_is_left_out() -> None:
    assert set(ARITHMETIC) == set(get_args(Basis))


def test_a_withheld_number_has_no_value_even_as_stored_of_old() -> None:
    stored = {
        "label": "提醒谈话",
        "value": 3,
        "unit": "人",
        "printed": "少于3人",
        "basis": "fewer",
        "ids": [],
        "source": "withheld",
    }
    [count] = COUNTS.validate_python([stored])
    assert count.value is None
    support = support_of([count], ())
    assert unsupported_numbers("提醒谈话少于3人。", support) == ()
    assert unsupported_numbers("提醒谈话三人。", support) == ("三",)


def review_of(facts: FactSet, options: Options) -> str:
    blocks = compose(facts, options).blocks
    sources = sources_in([facts])
    return repr(document_of(ReportHead(title="报告"), blocks, "review", sources, ANNEX_NAMES))


def test_small_numbers_stand_alone_and_differences_add_up() -> None:
    talks = [
        fact("talk", "reminder_talk", "谈话", happened_on=on(3, day), persons=frozenset({str(day)}))
        for day in (6, 7)
    ]
    held = [fact("meeting", "committee_meeting", "会", happened_on=on(m, 2)) for m in range(1, 11)]
    earlier = [
        EarlierRecord(id=f"old{at}", kind="meeting", type="committee_meeting") for at in range(3)
    ]
    facts = year([*talks, *held], earlier=tuple(earlier))
    said = review_of(facts, Options(form="work_summary", small_counts="withheld"))
    assert "少于3人" in said
    assert not re.search(r"少于3人[，：]", said)
    assert "依据0条记录" not in said
    assert "10－3=7" in said


@examples(60)
@example(15935, 40, "exact")  # 1.5+8=9.5
@given(seeds, sizes, st.sampled_from(["exact", "withheld"]))
def test_whatever_reads_as_a_sum_is_one(seed: int, size: int, small: Any) -> None:  # noqa: ANN401 - a literal
    facts = replace(make_year(seed, size), include_descendants=True)
    said = review_of(facts, Options(voice="organization", small_counts=small))
    for words, total, printed in sums_in(said):
        assert total == printed, words
    assert not re.search(r"[，：]=", said)
    assert not re.search(r"少于3[人次]+[，：]", said)


def test_what_is_withheld_has_no_number_in_json(world: World) -> None:
    body = {
        "organization_id": str(world.hq),
        "type": "reminder_talk",
        "title": "提醒谈话",
        "happened_on": "2018-03-06",
        "persons": [{"name": "李强"}],
    }
    world.secretary.created("/talks", body)
    wish = {"include_supervision": True, "small_counts": "withheld"}
    report = drafted(world, world.secretary, **wish)
    [block] = [one for one in report["blocks"] if "少于3人" in one["text"]]
    [count] = block["source"]["counts"]
    assert (count["value"], count["ids"]) == (None, [])
    [traced] = world.secretary.ok(path(report, "blocks", block["id"], "trace"))["counts"]
    assert (traced["value"], traced["arithmetic"]) == (None, "")
    asked = f"{path(report, 'document')}?variant=review&annexes=sources&format=text"
    written = world.secretary("GET", asked).text
    assert "提醒谈话：少于3人\n" in written
    summary = world.secretary.ok(
        f"/organizations/{world.hq}/annual-summaries/2018", small_counts="withheld"
    )
    assert "少于3人" in str(summary)
    assert "'value': 3" not in str(summary)
