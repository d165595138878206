"""Annexes of a report: tables of the year, the list of its evidence, where its numbers come from.

They tell of the text as it stands: of edited sentences as they now read, of none taken out.
Records of supervision talks and sanctions are never named here: no title, name, day or number of
theirs stands in an annex beyond what the sentence itself says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, get_args

from app.report.blocks import Block, CountRef, count_in_words
from app.report.compose.duties import owed_meetings
from app.report.compose.tables import LONGEST, day_text, meetings_table, note, rectifications_table
from app.report.drafts.citations import (
    Sources,
    day_of,
    file_names,
    record_name,
    remarks_of,
    with_number,
)
from app.report.facts import Fact, FactSet, RecordId
from app.report.files.model import Annex, Element, Table

AnnexName = Literal["meetings", "rectifications", "evidence", "sources"]
ANNEX_NAMES: tuple[AnnexName, ...] = get_args(AnnexName)
EVIDENCE_TITLE = "佐证材料目录"
SOURCES_TITLE = "数据来源对照表"
RECORDS_SHOWN = 6
START_SHOWN = 24
HASH_SHOWN = 12
RESTRICTED = "监督执纪类记录，只计数，不列明细"
EDITED = "经人工修改"
ADDED = "人工添加"


def annexes_of(
    names: Sequence[AnnexName], blocks: Sequence[Block], sources: Sources
) -> tuple[Annex, ...]:
    """Return the annexes asked for, in a fixed order; one with nothing to show is left out."""
    annexes = (_MAKERS[name](blocks, sources) for name in ANNEX_NAMES if name in names)
    return tuple(annex for annex in annexes if annex)


def _from_table(elements: Sequence[Element]) -> Annex | None:
    """Make an annex of a table and what follows it; its title is the table's caption."""
    table = next((element for element in elements if isinstance(element, Table)), None)
    if table is None:
        return None
    return Annex(table.caption, (replace(table, caption=""), *elements[1:]))


def evidence_annex(blocks: Sequence[Block], sources: Sources) -> Annex | None:
    """List the files behind the records that the report cites; None when there are none."""
    current = sources.current
    facts = {fact.id: fact for fact in current.facts if not fact.is_restricted}
    cited = {id_ for block in blocks for id_ in block.ids if id_ in facts}
    files = sorted(
        (file for file in current.evidence if file.record_id in cited),
        key=lambda file: (day_of(facts[file.record_id]), file.record_id, file.id),
    )
    rows = [
        (
            str(number),
            record_name(facts[file.record_id], current),
            *file_names(file, facts[file.record_id]),
            day_text(file.effective_on),
            file.sha256[:HASH_SHOWN],
        )
        for number, file in enumerate(files[:LONGEST], start=1)
    ]
    header = ("序号", "记录", "文件名", "说明", "材料日期", "文件摘要")
    remark = f"文件摘要为 SHA-256 的前{HASH_SHOWN}位。"
    if len(files) > LONGEST:
        remark += f"另有{len(files) - LONGEST}份材料未在表中列出。"
    table = Table("", header, tuple(rows), (6, 16, 13, 9, 11, 13))
    return _with_note(EVIDENCE_TITLE, table, remark, current)


def sources_annex(blocks: Sequence[Block], sources: Sources) -> Annex | None:
    """List each sentence's numbers with their arithmetic and its records; None without any.

    Of a reworded sentence only the numbers that it still says; what no record supports is named.
    The sentences that have a remark in the review copy are numbered as their marks are.
    """
    remarks = remarks_of(blocks, sources)
    remarked = [block for block in blocks if id(block) in remarks]
    rows = [
        (str(number), _start(block), _numbers(block, sources), _records(block, sources))
        for number, block in enumerate(remarked[:LONGEST], start=1)
    ]
    header = ("序号", "句子开头", "数字与计算", "所依据的记录")
    table = Table("", header, tuple(rows), (3, 6, 7, 13))
    left_out = len(remarked) - LONGEST
    remark = f"另有{left_out}句未在表中列出。" if left_out > 0 else ""
    return _with_note(SOURCES_TITLE, table, remark, sources.current)


_MAKERS: Mapping[AnnexName, Callable[[Sequence[Block], Sources], Annex | None]] = {
    "meetings": lambda _, sources: _from_table(
        meetings_table(sources.current, owed_meetings(sources.current))
    ),
    "rectifications": lambda _, sources: _from_table(rectifications_table(sources.current)),
    "evidence": evidence_annex,
    "sources": sources_annex,
}


def _with_note(title: str, table: Table, remark: str, fact_set: FactSet) -> Annex | None:
    """Make an annex of a table and a note below it; None of an empty table."""
    own = f"注：未写党组织名称的，为{fact_set.organization_name}的记录。"
    return Annex(title, (table, note(own + remark))) if table.rows else None


def _start(block: Block) -> str:
    """Return a sentence's beginning, enough to find it by, and whether a person wrote it."""
    start = block.text if len(block.text) <= START_SHOWN else block.text[:START_SHOWN] + "…"
    by_hand = EDITED if block.edited else ADDED if block.added else ""
    return f"{start}（{by_hand}）" if by_hand else start


def _numbers(block: Block, sources: Sources) -> str:
    """Return each number of a sentence with what it was counted from, one a line."""
    counts = [count for count in block.counts if not block.edited or count.printed in block.text]
    lines = [_number(count, sources.facts) for count in counts]
    lines += [f"{number}：没有记录支持" for number in block.unsupported_numbers]
    return "\n".join(lines) or "—"


def _number(count: CountRef, facts: Mapping[RecordId, Fact]) -> str:
    """Return a number and, unless that would tell of what is restricted, how it came about."""
    is_open = all(id_ in facts and not facts[id_].is_restricted for id_ in count.ids)
    return count_in_words(count) if is_open else f"{count.label}：{count.printed}"


def _records(block: Block, sources: Sources) -> str:
    """Return what a sentence stands on, one a line: records by day, then its other citations."""
    facts = [sources.facts[id_] for id_ in dict.fromkeys(block.ids) if id_ in sources.facts]
    named = sorted(
        (fact for fact in facts if not fact.is_restricted), key=lambda fact: (day_of(fact), fact.id)
    )
    lines = [record_name(fact, sources.current) for fact in named[:RECORDS_SHOWN]]
    if len(named) > RECORDS_SHOWN:
        lines.append(f"另有{len(named) - RECORDS_SHOWN}条")
    if len(named) < len(facts):
        lines.append(RESTRICTED)
    citations = sources.in_words(block.sources)
    lines += [with_number(text, number) for text, number in citations[:RECORDS_SHOWN]]
    if len(citations) > RECORDS_SHOWN:
        lines.append(f"另有{sum(number for _, number in citations[RECORDS_SHOWN:])}项")
    return "\n".join(lines) or "—"
