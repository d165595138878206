"""What a unit's words may say: the slots of each rule, nothing invented, nothing lost."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.org_documents.parsing import from_yaml, to_yaml
from app.report.book import laid_over, standard_book, standard_phrases
from app.report.book_checks import flaws_of, flaws_of_phrase, hints_of, usable
from app.report.book_documents import STRANDS, BookDocument, document_data
from app.report.compose.outline import compose
from app.report.facts import Options
from tests.report.books.makers import book, outline, phrase, read, refused
from tests.report.test_properties import check, make_year, seeds, sizes, without_words
from tests.report.written import sections, sentences, to_text
from tests.report.years import fact, on, reference, year
from tests.support.properties import examples

PHRASES = standard_phrases()
STUDY = "{doer}开展理论学习中心组学习{count}{attendance}。"


def test_every_shipped_wording_would_be_accepted_of_a_unit() -> None:
    phrases = [
        phrase(rule, variant.text, *sorted(variant.needs), voice=variant.voice)
        for rule, variants in PHRASES.items()
        for variant in variants
    ]
    for start in range(0, len(phrases), 400):
        assert refused(phrases=phrases[start : start + 400]) == {}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (phrase("unheard", "甲。"), "rule_unknown"),
        (phrase("study", STUDY, "sunny"), "feature_unknown"),
        (phrase("policy.created", "{doer}制定{titles}{count}制度。"), "needs_too_few"),
        (phrase("study", "{doer}开展学习{count}。"), "slot_missing"),
        (phrase("study", "{doer}开展学习{attendance}。"), "slot_missing"),
        (phrase("study", "开展学习{count}{attendance}。"), "slot_missing"),
        (phrase("study", "{subject}学习{count}{attendance}。"), "slot_missing"),
        (phrase("study", "{doer}{subject}{verb}学习{count}{attendance}。"), "slot_repeated"),
        (phrase("study", "{doer}学习{count}，共{count}{attendance}。"), "slot_repeated"),
        (phrase("study", "{span}，{doer}学习{count}{attendance}。"), "slot_unknown"),
        (phrase("study", "{doer.__class__}学习{count}{attendance}。"), "template_refused"),
        (phrase("study", "{doer!r}学习{count}{attendance}。"), "template_refused"),
        (phrase("study", "{doer:>9}学习{count}{attendance}。"), "template_refused"),
        (phrase("study", "{doer[0]}学习{count}{attendance}。"), "template_refused"),
        (phrase("study", "{}学习{count}{attendance}。"), "template_refused"),
        (phrase("study", "{{doer}}学习{count}{attendance}。"), "template_refused"),
        (phrase("study", "{doer学习{count}{attendance}。"), "template_refused"),
        (phrase("study", STUDY.removesuffix("。")), "ending_differs"),
        (phrase("gap_topic.missed", "计划有落空。"), "ending_differs"),
        (phrase("study", "{doer}三次学习{count}{attendance}。"), "number_stated"),
        (phrase("study", "{doer}学习{count}，共4次{attendance}。"), "number_stated"),
        (phrase("study", "{doer}逐月学习{count}{attendance}。"), "claim_unfounded"),
        (phrase("study", "{doer}<b>学习{count}{attendance}。"), "markup"),
        (phrase("study", "{doer}为二个维护学习{count}{attendance}。"), "set_phrase_wrong"),
        (phrase("study", "{doer}为两个确立学习{count}{attendance}。"), "set_phrase_year"),
    ],
)
def test_what_a_phrase_may_not_say(fields: dict[str, Any], code: str) -> None:
    assert set(refused(phrases=[fields]).values()) == {code}


def test_a_phrase_bound_to_its_years_may_use_their_set_phrases() -> None:
    text = "{doer}围绕两个确立开展理论学习中心组学习{count}{attendance}。"
    assert refused(phrases=[phrase("study", text, valid_from=2021)]) == {}
    made = book(phrases=[phrase("study", text, valid_from=2021)])
    facts = [fact("meeting", "central_group_study", "中心组学习")]
    assert "两个确立" not in to_text(compose(year(facts), None, made))


def test_a_wording_with_more_needs_does_not_hide_what_a_shipped_one_tells() -> None:
    # Where all three features meet, the shipped wording with themes would be displaced.
    text = "{doer}开展理论学习中心组学习{count}，各季度均有安排{attendance}。"
    assert refused(phrases=[phrase("study", text, "dated", "quarters", "many", "themes")]) == {
        "#/phrases/0/text": "slot_missing"
    }
    supervision = phrase("supervision", "监督执纪方面，{period}{doer}开展{talks}。", "talks")
    assert refused(phrases=[supervision]) == {}
    with_sanctions = phrase("supervision", supervision["text"], "talks", "sanctions")
    assert refused(phrases=[with_sanctions]) == {"#/phrases/0/text": "slot_missing"}


@pytest.mark.parametrize(
    ("parts", "flaw"),
    [
        ({"code": "standard"}, {"#/code": "code_reserved"}),
        ({"outlines": [outline(title="{unit}报告")]}, {"#/outlines/0/title": "slot_unknown"}),
        ({"outlines": [outline(), outline()]}, {"#/outlines/1/code": "code_repeated"}),
        (
            {"headlines": [{"code": "own", "template": "抓工作"}]},
            {"#/headlines/0/template": "slot_missing"},
        ),
        (
            {
                "headlines": [
                    {"code": "own", "template": "抓{first}", "strands": {"study": ["学{x}习"]}}
                ]
            },
            {"#/headlines/0/strands/study/0": "slot_unknown"},
        ),
    ],
)
def test_what_outlines_and_headlines_may_not_say(
    parts: dict[str, Any], flaw: dict[str, str]
) -> None:
    assert refused(**parts) == flaw


@pytest.mark.parametrize(
    "parts",
    [
        {"outlines": [outline(sections=[])]},
        {"outlines": [outline(voices=["we"])]},
        {"outlines": [outline(sections=[{"id": "p1", "contents": [{"content": "eval"}]}])]},
        {"outlines": [outline(sections=[{"id": "p1", "contents": [{"content": "work"}] * 2}])]},
        {"outlines": [outline(about=[{}])]},
        {"phrases": [phrase("study", "长" * 301)]},
        {"phrases": [phrase("study", "{doer}\u202e{count}。")]},
        {"phrases": [phrase("study", STUDY, valid_from=2020, valid_to=2018)]},
        {"phrases": [phrase("study", STUDY, "dated", "dated")]},
        {"code": "Own"},
        {"code": "own", "script": "print()"},
    ],
)
def test_documents_of_the_wrong_build_are_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(**parts)


def test_fillers_and_uneven_headlines_are_hints() -> None:
    strands = {"study": ["学习"], "talk": ["谈心谈话"]}
    made = read(
        phrases=[phrase("missed.many", "截至{as_of}，扎实完成的没有{things}。")],
        headlines=[{"code": "own", "template": "抓{first}", "strands": strands}],
    )
    assert flaws_of(made) == []
    assert [(hint.pointer, hint.code) for hint in hints_of(made)] == [
        ("#/phrases/0/text", "filler"),
        ("#/headlines/0", "headline_uneven"),
    ]


def test_a_wording_that_more_telling_ones_come_before_is_hinted_at() -> None:
    [hint] = hints_of(read(phrases=[phrase("briefing", "{doer}编印简报{count}。")]))
    assert (hint.pointer, hint.code) == ("#/phrases/0/needs", "seldom_used")
    both = [
        phrase("briefing", "{doer}编印简报{count}。"),
        phrase("briefing", "{doer}编印简报{count}（{span}）。", "dated"),
    ]
    assert hints_of(read(phrases=both)) == []


def test_own_wordings_replace_or_take_turns() -> None:
    facts = [
        fact("output", "article", name, focus=code, happened_on=on(3, 1))
        for name, code in (("甲", "integrity"), ("乙", "core_work"), ("丙", "party_leadership"))
    ]
    own = "{when}，{doer}写成文章{count}，题为{titles}。"
    replacing = book(phrases=[phrase("article", own, "dated")])
    assert to_text(compose(year(facts), None, replacing)).count("写成") == 3
    taking_turns = book(phrases=[phrase("article", own, "dated", together=True)])
    assert to_text(compose(year(facts), None, taking_turns)).count("写成") == 1
    of_voice = book(phrases=[phrase("article", own, "dated", voice="organization")])
    ours = Options(voice="organization")
    assert to_text(compose(year(facts), ours, of_voice)).count("写成") == 3
    assert "写成" not in to_text(compose(year(facts), Options(), of_voice))
    said = sections(compose(year(facts), None, replacing))[1].paragraphs[0].sentences[1]
    assert said.phrase == "own:article/dated/1"


def test_the_same_words_have_the_same_digest() -> None:
    one, other = book(outlines=[outline()]), book(outlines=[outline()])
    assert one.sha256 == other.sha256 != standard_book().sha256
    assert [source.code for source in one.sources] == ["standard", "own"]


def test_what_no_longer_fits_is_left_out_of_a_book_in_use() -> None:
    made = read(phrases=[phrase("gone_rule", "甲"), phrase("study", STUDY)], outlines=[outline()])
    kept = usable(made)
    assert [entry.rule for entry in kept.phrases] == ["study"]
    assert kept.outlines == made.outlines


def _document(seed: int) -> BookDocument:
    """A book of shipped wordings with their words changed, an outline and headlines."""
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    rules = chance.sample(sorted(PHRASES), 25)
    phrases = []
    for rule in rules:
        variant = chance.choice(PHRASES[rule])
        end = "。" if variant.text.endswith("。") else ""
        text = variant.text.removesuffix("。") + "（本单位说法）" + end
        phrases.append(phrase(rule, text, *sorted(variant.needs), together=chance.random() < 0.5))
    words = {strand: [strand.upper()[:4]] for strand in chance.sample(STRANDS, 9)}
    contents = [{"content": "work", "only": [{"kinds": ["meeting", "talk"]}]}]
    sections = [
        {"id": "p1", "heading": "会议和谈话", "contents": contents},
        {"id": "p2", "contents": [{"content": "focuses", "numbering": "first"}]},
        {"id": "p3", "heading": "不足", "numbering": "parenthesized",
         "contents": [{"content": "shortcomings"}, {"content": "plans"}]},
    ]  # fmt: skip
    return read(
        phrases=phrases,
        headlines=[{"code": "own", "template": "抓{first}", "strands": words}],
        outlines=[outline("work_summary", sections=sections)],
    )


@examples(40)
@given(seeds, seeds, sizes)
def test_numbers_have_their_records_in_any_units_words(seed: int, other: int, size: int) -> None:
    made = _document(seed)
    assert flaws_of(made) == []
    assert from_yaml(to_yaml(document_data(made)), BookDocument).document == made
    assert BookDocument.model_validate(document_data(made)) == made
    fact_set = make_year(other, size)
    summary = compose(fact_set, Options(voice="organization"), laid_over(standard_book(), made, 1))
    check(summary, fact_set)
    assert set(summary.uncited) <= set(without_words(fact_set))


@examples(150)
@given(st.text(st.sampled_from("{}!:.[]甲。count doer"), max_size=30) | st.text(max_size=60))
def test_any_text_without_the_slots_is_refused(text: str) -> None:
    try:
        made = read(phrases=[phrase("study", text)])
    except ValidationError:
        return
    assert flaws_of_phrase(made.phrases[0])


def test_the_reference_year_in_own_words_has_the_same_numbers() -> None:
    made = book(
        phrases=[
            phrase("study", "{doer}在{span}开展中心组学习{count}，学了{themes}{attendance}。",
                   "dated", "many", "quarters", "themes"),
        ],
    )  # fmt: skip
    ours, standard = compose(reference(), None, made), compose(reference())
    assert "开展中心组学习四次，学了党的十九大精神" in to_text(ours)
    assert [sentence.counts for sentence in sentences(ours)] == [
        sentence.counts for sentence in sentences(standard)
    ]
