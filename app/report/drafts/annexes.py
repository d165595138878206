"""Annexes of a report: tables of the year, the list of its evidence, where its numbers come from.

They tell of the text as it stands: of edited sentences as they now read, of none taken out.
Records of supervision talks and sanctions are never named here: no title, name, day or number of
theirs stands in an annex beyond what the sentence itself says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal, get_args

from app.report.blocks import Block, CountRef, count_in_words
from app.report.compose.duties import owed_meetings
from app.report.compose.tables import LONGEST, day_text, meetings_table, note, rectifications_table
from app.report.drafts.citations import Sources, day_of, file_names, record_name, remarks_of, times
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
    wanted: Sequence[AnnexName], blocks: Sequence[Block], sources: Sources
) -> tuple[Annex, ...]:
    """The annexes asked for, in a fixed order; one with nothing to show is left out."""
    found = (_MAKERS[name](blocks, sources) for name in ANNEX_NAMES if name in wanted)
    return tuple(annex for annex in found if annex)


def meetings_annex(_blocks: Sequence[Block], sources: Sources) -> Annex | None:
    """How often the meetings of 三会一课 were held and owed, by organisation."""
    current = sources.current
    return _of_table(meetings_table(current, owed_meetings(current)))


def rectifications_annex(_blocks: Sequence[Block], sources: Sources) -> Annex | None:
    """The rectifications that the report tells of."""
    return _of_table(rectifications_table(sources.current))


def _of_table(elements: Sequence[Element]) -> Annex | None:
    """A table as an annex, whose title is the table's caption."""
    table = next((element for element in elements if isinstance(element, Table)), None)
    if table is None:
        return None
    return Annex(table.caption, (replace(table, caption=""), *elements[1:]))


def evidence_annex(blocks: Sequence[Block], sources: Sources) -> Annex | None:
    """The files behind the records that the report cites; None when there are none."""
    current = sources.current
    facts = {fact.id: fact for fact in current.facts if not fact.is_restricted}
    cited = {key for block in blocks for key in block.ids if key in facts}
    files = sorted(
        (file for file in current.evidence if file.record_id in cited),
        key=lambda file: (day_of(facts[file.record_id]), file.record_id, file.id),
    )
    if not files:
        return None
    rows = tuple(
        (
            str(number),
            record_name(facts[file.record_id], current),
            *file_names(file, facts[file.record_id]),
            day_text(file.effective_on),
            file.sha256[:HASH_SHOWN],
        )
        for number, file in enumerate(files[:LONGEST], start=1)
    )
    header = ("序号", "记录", "文件名", "说明", "材料日期", "文件摘要")
    table = Table("", header, rows, (6, 16, 13, 9, 11, 13))
    words = f"{_own_records(current)}文件摘要为 SHA-256 的前{HASH_SHOWN}位。"
    if len(files) > LONGEST:
        words += f"另有{len(files) - LONGEST}份材料未在表中列出。"
    return Annex(EVIDENCE_TITLE, (table, note(words)))


def sources_annex(blocks: Sequence[Block], sources: Sources) -> Annex | None:
    """Of each sentence its numbers with their arithmetic and its records; None without any.

    Of a reworded sentence only the numbers that it still says; what no record supports is named.
    The sentences that have a remark in the review copy are numbered as their marks are.
    """
    remarked = remarks_of(blocks, sources)
    found = [block for block in blocks if id(block) in remarked]
    if not found:
        return None
    rows = tuple(
        (str(number), start_of(block), numbers_of(block, sources), records_of(block, sources))
        for number, block in enumerate(found[:LONGEST], start=1)
    )
    header = ("序号", "句子开头", "数字与计算", "所依据的记录")
    table = Table("", header, rows, (3, 6, 7, 13))
    words = _own_records(sources.current)
    if len(found) > LONGEST:
        words += f"另有{len(found) - LONGEST}句未在表中列出。"
    return Annex(SOURCES_TITLE, (table, note(words)))


_MAKERS: Mapping[AnnexName, Callable[[Sequence[Block], Sources], Annex | None]] = {
    "meetings": meetings_annex,
    "rectifications": rectifications_annex,
    "evidence": evidence_annex,
    "sources": sources_annex,
}


def _own_records(fact_set: FactSet) -> str:
    return f"注：未写党组织名称的，为{fact_set.organization_name}的记录。"


def start_of(block: Block) -> str:
    """The beginning of a sentence, enough to find it by; who wrote it, when it was a person."""
    start = block.text if len(block.text) <= START_SHOWN else block.text[:START_SHOWN] + "…"
    by_hand = EDITED if block.edited else ADDED if block.added else ""
    return f"{start}（{by_hand}）" if by_hand else start


def numbers_of(block: Block, sources: Sources) -> str:
    """Each number of a sentence with what it was counted from, one on each line."""
    said = [ref for ref in block.counts if not block.edited or ref.printed in block.text]
    lines = [_number(ref, sources.facts) for ref in said]
    lines += [f"{number}：没有记录支持" for number in block.unsupported_numbers]
    return "\n".join(lines) or "—"


def _number(ref: CountRef, facts: Mapping[RecordId, Fact]) -> str:
    """A number and, unless that would tell of what is restricted, how it came about."""
    is_open = all(key in facts and not facts[key].is_restricted for key in ref.ids)
    return count_in_words(ref) if is_open else f"{ref.label}：{ref.printed}"


def records_of(block: Block, sources: Sources) -> str:
    """What a sentence stands on, one on each line: records by day, then what is not a record."""
    known = [sources.facts[key] for key in dict.fromkeys(block.ids) if key in sources.facts]
    open_ones = sorted(
        (fact for fact in known if not fact.is_restricted), key=lambda fact: (day_of(fact), fact.id)
    )
    lines = [record_name(fact, sources.current) for fact in islice(open_ones, RECORDS_SHOWN)]
    if len(open_ones) > RECORDS_SHOWN:
        lines.append(f"另有{len(open_ones) - RECORDS_SHOWN}条")
    if len(open_ones) < len(known):
        lines.append(RESTRICTED)
    others = sources.said(block.sources)
    lines += [times(words, number) for words, number in others[:RECORDS_SHOWN]]
    if len(others) > RECORDS_SHOWN:
        lines.append(f"另有{sum(number for _, number in others[RECORDS_SHOWN:])}项")
    return "\n".join(lines) or "—"
