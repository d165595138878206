"""Annexes of a report: the list of its evidence, and where each of its numbers comes from.

Records of supervision talks and sanctions are never named here: no title, name, day or number of
theirs stands in an annex beyond what the sentence itself says.
"""

from collections.abc import Mapping
from itertools import islice

from app.report.composition.labels import TALK_NAMES
from app.report.composition.summary import CountRef, Sentence, Summary
from app.report.composition.tables import LONGEST, day_text, note
from app.report.documents.model import Annex, Table
from app.report.facts import Fact, FactSet, RecordId

EVIDENCE_TITLE = "佐证材料目录"
SOURCES_TITLE = "数据来源对照表"
RECORDS_SHOWN = 6
ADDENDS_SHOWN = 12
START_SHOWN = 24
HASH_SHOWN = 12
RESTRICTED = "监督执纪类记录，只计数，不列明细"


def evidence_annex(fact_set: FactSet, summary: Summary) -> Annex | None:
    """The files behind the records that the report cites; None when there are none."""
    facts = {fact.id: fact for fact in fact_set.facts if not fact.is_restricted}
    cited = {key for sentence in summary.sentences for key in sentence.ids if key in facts}
    files = sorted(
        (file for file in fact_set.evidence if file.record_id in cited),
        key=lambda file: (day_of(facts[file.record_id]), file.record_id, file.id),
    )
    if not files:
        return None
    rows = tuple(
        (
            str(number),
            named(facts[file.record_id], fact_set),
            file.filename,
            file.caption or "—",
            day_text(file.effective_on),
            file.sha256[:HASH_SHOWN],
        )
        for number, file in enumerate(files[:LONGEST], start=1)
    )
    header = ("序号", "记录", "文件名", "说明", "材料日期", "文件摘要")
    table = Table("", header, rows, (6, 16, 13, 9, 11, 13))
    words = f"{_own_records(fact_set)}文件摘要为 SHA-256 的前{HASH_SHOWN}位。"
    if len(files) > LONGEST:
        words += f"另有{len(files) - LONGEST}份材料未在表中列出。"
    return Annex(EVIDENCE_TITLE, (table, note(words)))


def sources_annex(fact_set: FactSet, summary: Summary) -> Annex | None:
    """Of each sentence its numbers with their arithmetic and its records; None without any."""
    facts = {fact.id: fact for fact in fact_set.facts}
    told = [
        (number, sentence)
        for number, sentence in enumerate(summary.sentences, start=1)
        if sentence.ids or sentence.counts
    ]
    if not told:
        return None
    rows = tuple(
        (
            str(number),
            start_of(sentence),
            numbers_of(sentence, facts),
            records_of(sentence, facts, fact_set),
        )
        for number, sentence in told[:LONGEST]
    )
    header = ("句序", "句子开头", "数字与计算", "所依据的记录")
    table = Table("", header, rows, (3, 6, 7, 13))
    words = _own_records(fact_set)
    if len(told) > LONGEST:
        words += f"另有{len(told) - LONGEST}句未在表中列出。"
    return Annex(SOURCES_TITLE, (table, note(words)))


def _own_records(fact_set: FactSet) -> str:
    return f"注：未写党组织名称的，为{fact_set.organization_name}的记录。"


def start_of(sentence: Sentence) -> str:
    """The beginning of a sentence, enough to find it by."""
    return sentence.text if len(sentence.text) <= START_SHOWN else sentence.text[:START_SHOWN] + "…"


def numbers_of(sentence: Sentence, facts: Mapping[RecordId, Fact]) -> str:
    """Each number of a sentence with what it was counted from, one on each line."""
    return "\n".join(_number(ref, facts) for ref in sentence.counts) or "—"


def _number(ref: CountRef, facts: Mapping[RecordId, Fact]) -> str:
    said = f"{ref.label}：{ref.printed}"
    if any(key not in facts or facts[key].is_restricted for key in ref.ids):
        return said
    if ref.basis == "records":
        return f"{said}，{len(ref.ids)}条记录"
    if ref.basis == "persons":
        return f"{said}，{len(ref.ids)}条记录中按人计，同一人只计一次"
    if ref.basis == "rate":
        return said  # a rate is printed with its arithmetic
    return f"{said}，{_sum(ref)}" + ("，含约数" if ref.approximate else "")


def _sum(ref: CountRef) -> str:
    values = [str(value) for _, value in ref.addends]
    if len(values) == 1:
        return "1条记录所载"
    if len(values) > ADDENDS_SHOWN:
        shown = "+".join(values[:ADDENDS_SHOWN])
        return f"{shown}+…（共{len(values)}条记录相加）={ref.value}"
    return f"{'+'.join(values)}={ref.value}"


def records_of(sentence: Sentence, facts: Mapping[RecordId, Fact], fact_set: FactSet) -> str:
    """The records behind a sentence by day, one on each line."""
    known = [facts[key] for key in dict.fromkeys(sentence.ids) if key in facts]
    open_ones = sorted(
        (fact for fact in known if not fact.is_restricted),
        key=lambda fact: (day_of(fact), fact.id),
    )
    lines = [named(fact, fact_set) for fact in islice(open_ones, RECORDS_SHOWN)]
    if len(open_ones) > RECORDS_SHOWN:
        lines.append(f"另有{len(open_ones) - RECORDS_SHOWN}条")
    if len(open_ones) < len(known):
        lines.append(RESTRICTED)
    return "\n".join(lines) or "—"


def day_of(fact: Fact) -> str:
    """The day by which a record is found again: when it happened, else when it was found or due."""
    return day_text(fact.day or fact.found_on or fact.due_on or fact.planned_on)


def named(fact: Fact, fact_set: FactSet) -> str:
    """A record as a reader recognises it: day, organisation unless it is the own, title.

    Of a talk only its kind: the title may name whom it was held with, which no part of a report
    does.
    """
    said = TALK_NAMES.get(fact.type, "谈话") if fact.kind == "talk" else fact.title
    own = fact.organization_id == fact_set.organization_id
    return f"{day_of(fact)} {'' if own else fact.organization_name + '：'}{said}"
