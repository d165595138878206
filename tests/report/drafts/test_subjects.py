"""A sentence never tells another's deed because the one before it went away."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.blocks import Block
from app.report.compose.outline import compose
from app.report.drafts.citations import unclear_subjects
from app.report.facts import Fact, FactSet, Options
from tests.report.drafts.support import drafted, meeting, path, read, reworded
from tests.report.test_properties import make_year, options, seeds, sizes
from tests.report.years import fact, on, reference, year
from tests.support.properties import examples
from tests.support.world import World

SECRETARY = {"kind": "person", "name": "王总支", "post": "secretary"}
OWN = {"kind": "organization"}


def sentences(facts: FactSet, how: Options) -> list[Block]:
    return [one for one in compose(facts, how).blocks if one.kind == "sentence"]


@examples(80)
@given(seeds, sizes, options)
def test_what_was_generated_is_clear(seed: int, size: int, how: Options) -> None:
    facts = make_year(seed, size)
    assert unclear_subjects(compose(facts, how).blocks) == ()


@examples(80)
@given(seeds, options, st.data())
def test_whatever_is_taken_out_the_rest_says_who(seed: int, how: Options, data: Any) -> None:  # noqa: ANN401 - hypothesis
    blocks = sentences(make_year(seed, 40), how)
    gone = data.draw(st.sets(st.sampled_from(range(len(blocks)))))
    left = [replace(one, removed=at in gone) for at, one in enumerate(blocks)]
    mended = {id(one.block): one.full for one in unclear_subjects(left)}
    said = [
        replace(one, text=mended[id(one)], edited=True) if id(one) in mended else one
        for one in left
    ]
    assert unclear_subjects(said) == ()
    check_reading(one for one in said if not one.removed)


def test_a_subject_that_was_written_out_is_meant_by_the_next_sentence_too() -> None:
    def sentence(generated: str, *, text: str = "") -> Block:
        return Block(
            kind="sentence",
            paragraph="p1",
            text=text or generated,
            generated=generated,
            full=f"党总支{generated}",
            agent="",
            edited=bool(text),
        )

    written_out = sentence("编发简报一期。", text="党总支编发简报一期。")
    assert unclear_subjects([written_out, sentence("形成其他成果一项。")]) == ()
    vague = sentence("编发简报一期。", text="也编发了简报。")
    assert len(unclear_subjects([vague, sentence("形成其他成果一项。")])) == 1


def check_reading(blocks: Iterable[Block]) -> None:
    """Read as a person does: who is named is meant until another paragraph or another one."""
    meant, paragraph = "", None
    for one in blocks:
        if one.paragraph != paragraph:
            meant, paragraph = "", one.paragraph
        is_full = one.full is None or one.text == one.full
        if is_full and one.origin != "quoted":
            meant = one.agent or ""
        assert one.origin == "quoted" or meant == one.agent, one.text


def test_full_wordings_name_their_subject() -> None:
    for voice in ("first_person", "organization"):
        told = sentences(reference(), Options(voice=voice))
        short = [one for one in told if one.full]
        assert short
        for one in short:
            assert one.full is not None
            assert len(one.full) > len(one.text)
            assert (one.agent or "总支") in one.full


def deeds() -> list[Fact]:
    own = [fact("meeting", "committee_meeting", "总支委会", happened_on=on(3, 2))]
    mine = [
        fact("meeting", "youth_forum", "青年座谈会", happened_on=on(4, 2), is_reporter=True),
        fact("output", "award", "先进集体", happened_on=on(5, 2), is_reporter=True),
    ]
    return [*own, *mine]


@pytest.mark.parametrize(
    ("changes", "before"),
    [
        ({"removed": True}, "党总支"),
        ({"text": "党总支召开青年座谈会一次。", "edited": True}, None),
        ({"text": "4月，我召开青年座谈会。", "edited": True}, "clear"),
        ({"text": "我主持召开青年座谈会。", "edited": True}, "clear"),
    ],
)
def test_a_reworded_sentence_may_name_somebody_else(
    changes: dict[str, Any], before: str | None
) -> None:
    told = sentences(year(deeds()), Options())
    [short] = [one for one in told if one.full and "先进集体" in one.text]
    at = told.index(short) - 1
    assert told[at].agent == "我"
    told[at] = replace(told[at], **changes)
    found = [one for one in unclear_subjects(told) if one.block is short]
    assert [one.before for one in found] == ([] if before == "clear" else [before])


def test_drafts_of_old_raise_no_alarm() -> None:
    old = [replace(one, agent=None, full=None) for one in sentences(reference(), Options())]
    assert unclear_subjects([one for at, one in enumerate(old) if at % 3]) == ()


def hints(world: World, report: dict[str, Any]) -> list[dict[str, Any]]:
    found = world.clerk.ok(path(report, "proofreading"))["hints"]
    return [hint for hint in found if hint["code"] == "subject_unclear"]


def written(world: World) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A report with a deed of the organisation's and two of its secretary's, in one paragraph."""
    for kind, day, actor in (
        ("committee_meeting", "2018-03-08", OWN),
        ("other", "2018-05-08", SECRETARY),
    ):
        body = meeting(world, day, type=kind, title="青年座谈会", actor=actor, focus="core_work")
        del body["topic"]
        world.clerk.created("/meetings", body)
    award = {
        "organization_id": str(world.hq),
        "type": "award",
        "title": "先进集体",
        "happened_on": "2018-06-08",
        "focus": "core_work",
        "actor": SECRETARY,
    }
    world.clerk.created("/outputs", award)
    report = drafted(world)
    return report, [one for one in report["blocks"] if one["paragraph"] == "p1.core_work"]


def test_proofreading_and_the_review_copy_say_whose_deed_it_was(world: World) -> None:
    report, told = written(world)
    assert hints(world, report) == []
    short = told[-1]
    agents = [one["source"]["agent"] for one in told]
    assert agents[-1] in agents[:-1]
    full = short["source"]["full"]
    for one in told[:-1]:
        if one["source"]["agent"] == agents[-1]:
            reworded(world, report, one, removed=True)
    [hint] = hints(world, report)
    assert (hint["block_id"], hint["severity"]) == (short["id"], "error")
    assert (hint["suggestion"], hint["found"]) == (full, short["text"])
    asked = f"{path(report, 'document')}?variant=review&format=text"
    assert f"写明主体为：{full}" in world.clerk("GET", asked).text
    reworded(world, report, short, text=full)
    assert hints(world, report) == []


def test_a_sentence_of_ones_own_in_between_is_worth_a_look(world: World) -> None:
    report, told = written(world)
    body = {"kind": "text", "text": "第一项目部党支部建成书屋。", "after": told[-2]["id"]}
    world.clerk.created(path(report, "blocks"), body)
    [hint] = hints(world, report)
    assert (hint["block_id"], hint["severity"]) == (told[-1]["id"], "hint")


def test_moving_a_sentence_away_from_its_subject(world: World) -> None:
    report, told = written(world)
    where = path(report, "blocks", told[-1]["id"], "move")
    elsewhere = next(one for one in read(world, report)["blocks"] if one["kind"] == "heading")
    body = {"after": elsewhere["id"], "joins": "none"}
    moved = world.clerk.post(where, body, version=told[-1]["version"])
    assert moved.status_code < 300, moved.text
    [hint] = hints(world, report)
    assert (hint["block_id"], hint["severity"]) == (told[-1]["id"], "error")
