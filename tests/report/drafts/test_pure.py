"""What holds for every year and every text: freezing, differences, numbers, comparison."""

import random
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.blocks import Block, CountRef, ReportHead, arithmetic_of, fingerprint, runs_of
from app.report.book import standard_book
from app.report.compose.counts import Counting
from app.report.compose.outline import compose
from app.report.compose.wording import Numerals, chinese_number
from app.report.drafts.block_rows import document_of
from app.report.drafts.citations import sources_in
from app.report.drafts.comparison import compare, differences, text_spans
from app.report.drafts.composing import (
    ReportSnapshot,
    Unreadable,
    dump_snapshot,
    hash_of,
    load_snapshot,
    ordered,
)
from app.report.drafts.numerals import (
    chinese_value,
    dates,
    quantities,
    support_of,
    unsupported_numbers,
)
from app.report.drafts.rules import ChangeKind
from app.report.facts import Count, FactSet, Options
from app.report.files.model import DocumentParagraph
from tests.report.test_properties import make_year
from tests.report.written import paragraphs, sections, sentences
from tests.report.years import reference
from tests.support.properties import examples

YEARS = st.builds(make_year, st.integers(0, 10**6), st.integers(0, 40))
TEXTS = st.text("会议三次43、。两十", max_size=30)


@examples(40)
@given(YEARS, st.sampled_from(["chinese", "arabic", "auto"]))
def test_frozen_facts_tell_the_same_again(facts: FactSet, numerals: Numerals) -> None:
    options = Options(numerals=numerals, salutation="各位同志")
    packed = dump_snapshot(ReportSnapshot(facts, options, standard_book()))
    again, how, book = load_snapshot(packed.content)
    assert (again, how, book) == (ordered(facts), options, standard_book())
    assert compose(again, how, book) == compose(facts, options)
    shuffled = replace(facts, facts=tuple(reversed(facts.facts)))
    assert dump_snapshot(ReportSnapshot(shuffled, options, standard_book())) == packed
    assert hash_of(packed.content) == packed.sha256
    with pytest.raises(Unreadable):
        load_snapshot(packed.content[:-9])


@examples(40)
@given(YEARS)
def test_blocks_are_the_summary_and_never_differ_from_themselves(facts: FactSet) -> None:
    summary = compose(facts)
    blocks = summary.blocks
    said = [block for block in blocks if block.kind == "sentence"]
    assert [block.text for block in said] == [one.text for one in sentences(summary)]
    assert differences(blocks, blocks) == ()
    read = [text for at in range(len(sections(summary))) for text in paragraphs(summary, at)]
    runs = [run for run in runs_of(blocks) if run[0].kind == "sentence"]
    assert ["".join(block.text for block in run) for run in runs] == read
    for block in said:
        support = support_of(block.counts, (), [block.text])
        assert unsupported_numbers(block.text, support) == ()


@examples(40)
@given(YEARS, YEARS)
def test_differences_lead_from_one_text_to_the_other(one: FactSet, other: FactSet) -> None:
    before, after = compose(one).blocks, compose(other).blocks
    found = differences(before, after)
    known = {block.key: fingerprint(block) for block in before}
    for difference in found:
        if difference.new is not None:
            known[difference.key] = fingerprint(difference.new)
        else:
            del known[difference.key]
    assert known == {block.key: fingerprint(block) for block in after}


@given(st.integers(0, 10**9))
def test_chinese_numerals_are_read_as_they_are_written(value: int) -> None:
    assert chinese_value(chinese_number(value)) == value
    spelt = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{value % 9000 + 1000}")
    assert chinese_value(spelt) == value % 9000 + 1000


@given(
    st.integers(1, 10**6),
    st.sampled_from("次项个人名篇份处"),
    st.sampled_from(["chinese", "arabic", "auto"]),
)
def test_a_count_supports_itself_and_not_its_neighbour(
    value: int, unit: str, numerals: Numerals
) -> None:
    def printed(number: int) -> str:
        [count] = (
            Counting(numerals, reference())
            .total([(reference().facts[0], Count(number))], unit, "数")
            .counts
        )
        return count.printed

    count = replace(_ref(value), unit=unit, printed=printed(value))
    support = support_of([count], ())
    assert unsupported_numbers(f"共{printed(value)}，已办结。", support) == ()
    assert len(unsupported_numbers(f"共{printed(value + 1)}，已办结。", support)) == 1


def _ref(value: int) -> CountRef:
    return CountRef(label="数", value=value, unit="次", printed="", basis="sum", ids=("a",))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("会议三次", ()),
        ("会议3次", ()),
        ("会议四次", ("四",)),
        ("材料20余份", ()),
        ("材料20份", ("20",)),
        ("材料约30份", ("约30",)),
        ("到会40余人", ()),
        ("到会约40人", ()),
        ("到会43人", ()),
        ("到会42人", ("42",)),
        ("到会四十三人", ()),
        ("3月22日、2018年3月", ()),
        ("3月23日", ("3月23日",)),
        ("三月二十二日", ()),
        ("2019年", ("2019年",)),
        ("二〇一八年", ()),
        ("第八条、第五次、（三）、六是", ()),
        ("学习《八项规定读本9讲》", ("9",)),
        ("学习《三年规划5个任务》", ()),
        ("每一名、进一步、另一个、三会一课、八项规定", ()),
        ("完成率94.12%（16/17）", ()),
        ("完成率百分之九十四点一二", ()),
        ("完成率95%", ("95",)),
        ("三四个", ("三四",)),
        ("投入1,200元", ("1,200",)),
        ("A4纸、GB2312", ()),
    ],
)
def test_numbers_that_nothing_supports(text: str, wrong: tuple[str, ...]) -> None:
    [fact, *_] = reference().facts
    fact = replace(
        fact, title="三年规划5个任务", happened_on=date(2018, 3, 22), expected=43, present=43
    )
    counts = [
        replace(_ref(3), printed="三次"),
        replace(_ref(20), printed="20余份", approximate=True),
        CountRef(
            label="销号率",
            value=Decimal("94.12"),
            unit="%",
            printed="94.12%（16/17）",
            basis="rate",
            ids=("a",),
            arithmetic="16/17",
        ),
    ]
    assert unsupported_numbers(text, support_of(counts, [fact])) == wrong


@examples(200)
@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    list(dates(text))
    list(quantities(text))
    assert isinstance(unsupported_numbers(text, support_of((), ())), tuple)


@given(TEXTS, TEXTS)
def test_spans_hold_both_texts(old: str, new: str) -> None:
    found = text_spans(old, new)
    assert "".join(span.text for span in found if span.operation != "insert") == old
    assert "".join(span.text for span in found if span.operation != "delete") == new


@given(st.integers(0, 10**6))
def test_a_comparison_tells_of_every_block_once(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    blocks = [
        replace(block, id=UUID(int=number + 1))
        for number, block in enumerate(compose(make_year(seed, 12)).blocks)
    ]
    after = [
        replace(block, text="改。" if chance.random() < 0.2 else block.text)
        for block in chance.sample(blocks, chance.randint(0, len(blocks)))
    ]
    lines = compare(blocks, after)
    assert sorted(str(line.block_id) for line in lines) == sorted(str(b.id) for b in blocks)
    assert [line.new_text for line in lines if line.new_text] == [block.text for block in after]
    gone = {line.block_id for line in lines if line.kind == ChangeKind.REMOVED}
    assert gone == {block.id for block in blocks} - {block.id for block in after}
    assert compare(blocks, blocks) == tuple(
        replace(line, kind=ChangeKind.KEPT) for line in compare(blocks, blocks)
    )


def test_the_review_variant_says_what_a_sentence_stands_on() -> None:
    facts = reference()
    blocks = list(compose(facts).blocks)
    sources = sources_in([facts])
    final = document_of(ReportHead(title="报告"), blocks, "final", sources)
    review = document_of(ReportHead(title="报告"), blocks, "review", sources)
    assert [type(one) for one in final.body] == [type(one) for one in review.body]
    remarks = "\n".join(
        run.remark or ""
        for element in review.body
        if isinstance(element, DocumentParagraph)
        for run in element.runs
    )
    assert "2+1+3" in remarks
    assert "监督执纪记录" in remarks
    assert "涉密" not in remarks
    assert "受处分人" not in remarks
    assert re.search("\n等\\d+条记录", remarks)
    edited = replace(blocks[0], text="改。", edited=True)
    [changed] = document_of(ReportHead(title="报告"), [edited], "review", sources).body
    assert isinstance(changed, DocumentParagraph)
    assert (changed.runs[0].remark or "").startswith(f"人工修改，原文：{blocks[0].text}")


def test_sums_show_their_terms() -> None:
    addends = tuple((str(number), number) for number in range(1, 4))
    count = replace(_ref(6), addends=addends, ids=("1", "2", "3"))
    assert arithmetic_of(count) == "1+2+3=6"
    many = tuple((str(number), 1) for number in range(30))
    assert arithmetic_of(replace(_ref(30), addends=many)).endswith("+…（共30项）=30")
    assert arithmetic_of(replace(_ref(3), basis="records", ids=("a", "b", "c"))) == "共3条记录"


def test_blocks_of_people_have_no_fingerprint() -> None:
    assert fingerprint(Block(kind="text", paragraph="own", text="自拟。", added=True)) is None
