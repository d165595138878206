"""Whom a talk was held with stays in the talk: no file and no list of a report says it."""

from dataclasses import replace

from hypothesis import given

from app.report.blocks import ReportHead
from app.report.compose.outline import compose
from app.report.drafts.annexes import ANNEX_NAMES
from app.report.drafts.block_rows import document_of
from app.report.drafts.citations import sources_in
from app.report.facts import EvidenceFact, FactSet
from app.report.files.formats import FORMATS
from tests.evidence.support import added, pdf
from tests.report.drafts.support import drafted, keyed, meeting, path, reworded
from tests.report.files.support import xml_of
from tests.report.test_properties import SECRET, make_year, seeds, sizes
from tests.support.properties import examples
from tests.support.world import World

NAMED = "张三夫妻矛盾"


def talk(world: World, on: str, **changes: object) -> str:
    """A talk about something of one person's own, with a file that says so."""
    said = meeting(world, on, type="heart_talk", title=f"就{NAMED}谈心", focus="core_work")
    del said["topic"]
    made = world.clerk.created("/talks", {**said, "persons": [{"name": "张三"}], **changes})
    caption = {"caption": f"{NAMED}谈话记录"}
    added(world.clerk, made["id"], pdf(on), name=f"{NAMED}.pdf", data=caption)
    return str(made["id"])


def test_no_file_of_a_report_says_whom_a_talk_was_with(world: World) -> None:
    talks = [talk(world, day) for day in ("2018-03-06", "2018-05-08")]
    report = drafted(world)
    [key] = {
        one["source"]["key"]
        for one in report["blocks"]
        if one["source"] and set(talks) == set(one["source"]["ids"]) and "谈心谈话" in one["text"]
    }
    block = keyed(report, key)
    before = world.clerk.created(path(report, "versions"), {"label": "初稿"})["number"]
    reworded(world, report, block, text="谈心谈话三次。")
    annexes = "&".join(f"annexes={name}" for name in ANNEX_NAMES)
    for offered in FORMATS.values():
        for variant in ("final", "review"):
            asked = f"{path(report, 'document')}?variant={variant}&{annexes}"
            answer = world.clerk("GET", asked, headers={"Accept": offered.media_type})
            assert answer.status_code == 200
            if offered.extension != "docx":
                assert "谈话材料（不列文件名）" in answer.text
                assert "张三" not in answer.text, offered.extension
                continue
            for part in ("word/document.xml", *(["word/comments.xml"] * (variant == "review"))):
                xml = xml_of(answer.content, part)
                assert "谈心谈话" in xml
                assert "张三" not in xml, part
    trace = world.clerk.ok(path(report, "blocks", block["id"], "trace"))
    assert [one["title"] for one in trace["records"]] == ["谈心谈话", "谈心谈话"]
    comparison = world.clerk.ok(path(report, "comparison"), **{"from": before})
    shown = [
        world.clerk.ok(path(report, *more))
        for more in (["changes"], ["proofreading"], ["versions", before])
    ]
    assert "张三" not in str([trace, comparison, *shown])


def test_what_the_text_leaves_out_is_named_no_further(world: World) -> None:
    talk(world, "2018-03-06")
    report = drafted(world)
    for one in report["blocks"]:
        if one["source"] and one["source"]["ids"]:
            reworded(world, report, world.clerk.ok(path(report, "blocks", one["id"])), removed=True)
    left = world.clerk.ok(path(report, "uncited"))
    assert [one["title"] for one in left["records"]] == ["谈心谈话"]


@examples(40)
@given(seeds, sizes)
def test_no_talk_and_no_sanction_is_named_in_any_document(seed: int, size: int) -> None:
    facts: FactSet = make_year(seed, size)
    hidden = {"talk", "sanction"}
    files = tuple(
        EvidenceFact(
            id=f"e{at}",
            record_id=one.id,
            filename=f"{one.title if one.kind in hidden else 'a'}.pdf",
            caption=one.title if one.kind in hidden else None,
            sha256="0" * 64,
        )
        for at, one in enumerate(facts.facts)
    )
    facts = replace(facts, evidence=files)
    blocks = compose(facts).blocks
    sources = sources_in([facts])
    document = document_of(ReportHead(title="报告"), blocks, "review", sources, ANNEX_NAMES)
    assert SECRET not in repr(document)
