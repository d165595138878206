"""Tables and annexes: what they show, what they never show, and what they say of the rest."""

from dataclasses import replace
from typing import cast

from hypothesis import given

from app.report.blocks import Block, ReportHead
from app.report.compose.outline import compose
from app.report.compose.tables import LONGEST, OwedMeetings, meetings_table, rectifications_table
from app.report.drafts.annexes import RECORDS_SHOWN, START_SHOWN, evidence_annex, sources_annex
from app.report.drafts.block_rows import document_of
from app.report.drafts.citations import Sources, sources_in
from app.report.facts import EvidenceFact, FactSet
from app.report.files.model import Annex, Document, DocumentParagraph, Element, Table
from app.report.files.plain import to_text
from app.report.files.word import to_word
from tests.report.test_properties import SECRET, make_year, seeds, sizes
from tests.report.years import BRANCHES, HQ, fact, on, rectification, reference, year
from tests.support.properties import examples
from tests.support.word import text_as_written, text_of_word


def table_of(elements: tuple[Element, ...]) -> Table:
    return cast("Table", elements[0])


def told_of(fact_set: FactSet) -> tuple[tuple[Block, ...], Sources]:
    return compose(fact_set).blocks, sources_in([fact_set])


def note_of(elements: tuple[Element, ...]) -> str:
    return cast("DocumentParagraph", elements[-1]).text


def file_of(
    key: str, number: int, filename: str | None = None, caption: str | None = None
) -> EvidenceFact:
    return EvidenceFact(
        id=f"e{number:04}",
        record_id=key,
        filename=filename or f"签到表{number}.pdf",
        sha256=f"{number:064x}",
        caption=caption,
    )


def test_meetings_are_counted_by_organisation() -> None:
    branch = next(iter(BRANCHES))
    facts = [
        *(
            fact("meeting", "member_assembly", "大会", branch=branch, happened_on=on(m, 1))
            for m in (2, 5)
        ),
        fact("meeting", "party_lecture", "党课", branch=branch, happened_on=on(6, 1)),
        fact("meeting", "committee_meeting", "支委会", branch=branch, status="planned"),
        fact("meeting", "theme_party_day", "主题党日", happened_on=on(7, 1)),
    ]
    elements = meetings_table(year(facts, branch_names=tuple(BRANCHES)))
    table = table_of(elements)
    assert table.header[1:] == ("支部党员大会", "支部委员会会议", "党小组会", "党课")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows[branch] == ("2", "—", "—", "1")
    assert rows["指挥部党总支"] == ("—",) * 4
    assert set(rows) == {"指挥部党总支", *BRANCHES}
    assert "应召开" not in note_of(elements)
    assert meetings_table(year(facts[3:])) == ()


def test_what_was_owed_stands_beside_what_was_held() -> None:
    branch, key = next(iter(BRANCHES.items()))
    held = [fact("meeting", "member_assembly", "大会", branch=branch, happened_on=on(2, 1))]
    owed = [
        OwedMeetings(key, branch, "member_assembly", 4),
        OwedMeetings("none", "新建党支部", "party_lecture", 1),
    ]
    elements = meetings_table(year(held), owed)
    rows = {row[0]: row[1:] for row in table_of(elements).rows}
    assert rows[branch][0] == "1/4"
    assert rows["新建党支部"][3] == "0/1"
    assert "已召开次数/应召开次数" in note_of(elements)


def test_rectifications_show_what_is_open_first() -> None:
    facts = [
        rectification(
            *("audit", "已办"),
            completed_on=on(5, 2),
            due_on=on(5, 9),
            responsible_person="李四",
            responsible_department="工程部",
        ),
        rectification("self_check", "逾期", status="open", due_on=on(6, 1), days_overdue=12),
        rectification("other", "取消", status="cancelled"),
    ]
    table = table_of(rectifications_table(year(facts)))
    assert [row[1:] for row in table.rows] == [
        ("逾期", "自查", "—", "2018-06-01", "尚未启动整改（逾期12天）", "—"),
        ("已办", "审计", "工程部、李四", "2018-05-09", "已销号", "2018-05-02"),
    ]
    assert "党组织" not in table.header
    assert rectifications_table(year([])) == ()


def test_rectifications_of_those_below_say_whose_they_are() -> None:
    branch = next(iter(BRANCHES))
    facts = [
        rectification("audit", "总支的", completed_on=on(5, 2)),
        rectification("audit", "支部的", branch=branch, status="open", due_on=on(6, 1)),
    ]
    table = table_of(rectifications_table(year(facts, include_descendants=True)))
    at = table.header.index("党组织")
    assert [row[at] for row in table.rows] == [branch, "指挥部党总支"]
    assert len(table.weights) == len(table.header)


def test_two_thousand_records_give_tables_that_can_be_read() -> None:
    facts = [
        rectification("audit", f"问题{number}", completed_on=on(5, 2)) for number in range(2000)
    ]
    fact_set = year(facts)
    fact_set = replace(
        fact_set, evidence=tuple(file_of(each.id, at) for at, each in enumerate(facts))
    )
    elements = rectifications_table(fact_set)
    assert len(table_of(elements).rows) == LONGEST
    assert f"另有{2000 - LONGEST}个问题" in note_of(elements)
    told = told_of(fact_set)
    annexes = (evidence_annex(*told), sources_annex(*told))
    listed, sources = (cast("Annex", annex) for annex in annexes)
    assert f"另有{2000 - LONGEST}份材料" in note_of(listed.elements)
    cells = [row[3] for row in table_of(sources.elements).rows]
    assert any(f"另有{2000 - RECORDS_SHOWN}条" in cell for cell in cells)
    document = Document(title="整改情况", body=elements, annexes=(listed, sources))
    assert text_of_word(to_word(document)) == text_as_written(document)


def test_evidence_is_listed_of_cited_records_alone() -> None:
    plain = fact(
        "meeting", "party_lecture", "第三季度党课", happened_on=on(9, 20), focus="core_work"
    )
    planned = fact("meeting", "party_lecture", "第四季度党课", status="planned")
    secret = fact(
        *("talk", "reminder_talk", SECRET), happened_on=on(3, 6), persons=frozenset({"甲"})
    )
    files = (
        file_of(plain.id, 1, caption="签到表"),
        file_of(planned.id, 2),
        file_of(secret.id, 3, filename=f"{SECRET}.pdf"),
    )
    fact_set = replace(year([plain, planned, secret]), evidence=files)
    annex = cast("Annex", evidence_annex(*told_of(fact_set)))
    (row,) = table_of(annex.elements).rows
    assert row[:5] == ("1", "2018-09-20 第三季度党课", "签到表1.pdf", "签到表", "—")
    assert row[5] == f"{1:064x}"[:12]
    assert evidence_annex(*told_of(replace(fact_set, evidence=()))) is None


def test_each_number_shows_where_it_comes_from() -> None:
    fact_set = reference()
    annex = cast("Annex", sources_annex(*told_of(fact_set)))
    rows = table_of(annex.elements).rows
    everything = "\n".join("\n".join(row) for row in rows)
    assert "党建工作专题会议：三次，共3条记录" in everything
    assert "2018-02-06 专题会议" in everything
    assert "45+45+45=135" in everything
    assert "涉密" not in everything
    assert "提醒谈话标题" not in everything
    assert [int(row[0]) for row in rows] == [*range(1, len(rows) + 1)]


@examples(40)
@given(seeds, sizes)
def test_restricted_records_are_never_named(seed: int, size: int) -> None:
    fact_set: FactSet = make_year(seed, size)
    files = tuple(
        file_of(each.id, at, filename=each.title if each.is_restricted else "a.pdf")
        for at, each in enumerate(fact_set.facts)
    )
    fact_set = replace(fact_set, evidence=files)
    told = told_of(fact_set)
    annexes = [evidence_annex(*told), sources_annex(*told)]
    shown = repr([annex for annex in annexes if annex])
    assert SECRET not in shown
    assert not any(each.id in shown for each in fact_set.facts)
    for each in annexes:
        if each:
            for row in table_of(each.elements).rows:
                assert len(row) == len(table_of(each.elements).header)
    assert HQ not in shown


@examples(30)
@given(seeds, sizes)
def test_rows_of_the_table_of_sources_are_numbered_as_the_marks(seed: int, size: int) -> None:
    fact_set = make_year(seed, size)
    blocks, sources = told_of(fact_set)
    by_hand = Block(kind="text", paragraph=blocks[-1].paragraph, text="另行说明。", added=True)
    left = (*(one for at, one in enumerate(blocks) if at % 5), by_hand)
    document = document_of(ReportHead(title="报告"), left, "review", sources, ["sources"])
    marked = [
        run.text
        for element in document.body
        if isinstance(element, DocumentParagraph)
        for run in element.runs
        if run.remark
    ]
    [annex] = document.annexes
    rows = table_of(annex.elements).rows
    assert [int(row[0]) for row in rows] == [*range(1, len(marked[:LONGEST]) + 1)]
    for row, text in zip(rows, marked, strict=False):
        assert text[:START_SHOWN] in row[1]
    final = document_of(ReportHead(title="报告"), left, "final", sources, ["sources"])
    assert final.annexes == document.annexes
    text = to_text(document, "review").decode()
    assert all(f"〔{number}〕" in text for number in range(1, len(marked) + 1))
    assert f"〔{len(marked) + 1}〕" not in text
