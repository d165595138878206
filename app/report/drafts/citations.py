"""What each sentence stands on, in words for whoever checks it, and whose deed it tells. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.items.rules import ItemKind
from app.report.blocks import Block, Citation, count_in_words, runs_of, shown
from app.report.compose.duties import period
from app.report.compose.list_status import GRADE_NAMES
from app.report.compose.tables import NOTHING, day_text
from app.report.facts import DutyCoverage, EvidenceFact, Fact, FactSet, RecordId
from app.sanctions.kind import KIND as SANCTION
from app.talks.kind import KIND as TALK

FILE_OF_TALK = "谈话材料（不列文件名）"
GONE = "所依据的事实中已没有这一项"
WITHHELD = "监督执纪内容（数目较小，按设置不列出）"
BEGINNING = 2  # characters
MOST_RECORDS = 20


@dataclass(frozen=True, slots=True)
class Sources:
    """Records and citations by id, as the latest fact set that has them describes them.

    `current` is the report's fact set in force: whose report it is, the files, the duties; `note`
    is what whoever checks the report has to know of it.
    """

    current: FactSet
    facts: Mapping[RecordId, Fact]
    citations: Mapping[Citation, str]
    note: str | None = None

    def in_words(self, citations: Iterable[Citation]) -> list[tuple[str, int]]:
        """Return citations in words, each wording once with how many citations it stands for."""
        counted = Counter(citation_in_words(citation, self.citations) for citation in citations)
        return list(counted.items())


def sources_in(fact_sets: Sequence[FactSet], note: str | None = None) -> Sources:
    """Return what the fact sets of a report describe, in their order; the last one is in force."""
    facts: dict[RecordId, Fact] = {}
    citations: dict[Citation, str] = {}
    for fact_set in fact_sets:
        facts |= {fact.id: fact for fact in fact_set.facts}
        citations |= citations_in_words(fact_set)
    return Sources(fact_sets[-1], facts, citations, note)


def title_of(kind: str, type_: str, title: str) -> str:
    """Return what a record is called: its title, or the kind of talk or sanction that it is."""
    if kind == ItemKind.TALK:
        return TALK.types.get(type_, TALK.label)
    return SANCTION.label if kind == ItemKind.SANCTION else title


def day_of(fact: Fact) -> str:
    """Return the day by which a record is looked up: when it happened, was found or is due."""
    return day_text(fact.day or fact.found_on or fact.due_on or fact.planned_on)


def record_name(fact: Fact, fact_set: FactSet) -> str:
    """Return a record's day, organisation unless it is the report's own, and title."""
    own = fact.organization_id == fact_set.organization_id
    organization = "" if own else fact.organization_name + "："
    return f"{day_of(fact)} {organization}{title_of(fact.kind, fact.type, fact.title)}"


def file_names(file: EvidenceFact, fact: Fact) -> tuple[str, str]:
    """Return the name of a record's file and what was noted on it; neither of a talk's."""
    if fact.kind == ItemKind.TALK:
        return FILE_OF_TALK, NOTHING
    return file.filename, file.caption or NOTHING


def citations_in_words(facts: FactSet) -> Mapping[Citation, str]:
    """Return everything in the facts that a sentence can cite besides records, in words."""
    texts: dict[Citation, str] = {}
    for duty in facts.duties:
        texts |= _occurrences_in_words(duty, facts.year)
    for finding in facts.findings:
        text = f"体检提示：{finding.organization_name}，{finding.name}"
        texts[Citation("finding", finding.id)] = text
    for grade in facts.grades:
        level = f"，{GRADE_NAMES[grade.grade]}" if grade.grade else ""
        text = f"{grade.organization_name}第{grade.quarter}季度{grade.sheet_name}{grade.points}分"
        texts[Citation("assessment", grade.id)] = text + level
    for record in facts.earlier:
        texts[Citation("earlier_record", record.id)] = "上年（同期）记录"
    for duty in facts.duties:
        texts[Citation("organization", duty.organization_id)] = f"党组织：{duty.organization_name}"
    return texts


def _occurrences_in_words(duty: DutyCoverage, year: int) -> dict[Citation, str]:
    name = f"责任事项：{duty.organization_name}{duty.name}"
    states = (("按时完成", duty.done), ("逾期完成", duty.done_late), ("未关联记录", duty.unlinked))
    texts = {id_: f"{name}，{state}" for state, ids in states for id_ in ids}
    for missed in duty.missing:
        texts[missed.id] = f"{name}（{period(missed.period, year)}），到期未完成"
    for waived in duty.waived:
        texts[waived.id] = f"{name}（{period(waived.period, year)}），已免除：{waived.reason}"
    return {Citation("occurrence", id_): text for id_, text in texts.items()}


def citation_in_words(citation: Citation, known: Mapping[Citation, str]) -> str:
    """Return a citation in words, by what the facts describe."""
    return known.get(citation, WITHHELD if citation.kind == "withheld" else GONE)


def with_number(text: str, number: int) -> str:
    """Return a wording with how many things it stands for, when it is more than one."""
    return f"{text}（{number}项）" if number > 1 else text


@dataclass(frozen=True, slots=True)
class UnclearSubject:
    """A sentence that left its subject out; `before` is whose deed the one before it tells.

    That is empty where nobody is named, and None where a person's own words cannot be read.
    """

    block: Block
    full: str
    before: str | None

    @property
    def message(self) -> str:
        """What is wrong, and what to do about it."""
        agent = f"“{self.block.agent}”" if self.block.agent else "本组织"
        if self.before is None:
            return f"这句话省略了主体（{agent}），前一句经人工添加或修改，请核对是否还看得出是谁。"
        if self.before:
            return f"这句话的主体是{agent}，已省略；前一句说的是“{self.before}”，请写明主体。"
        return f"这句话的主体是{agent}，已省略；前面没有说明是谁，请写明主体。"


def unclear_subjects(blocks: Iterable[Block]) -> tuple[UnclearSubject, ...]:
    """Find the sentences in the text, as they were generated, that no longer show their subject."""
    unclear = []
    for run in runs_of(blocks):
        before: str | None = ""
        for block in run:
            if block.full is not None and not block.edited and before != block.agent:
                unclear.append(UnclearSubject(block, block.full, before))
            before = _subject_after(block, before)
    return tuple(unclear)


def _subject_after(block: Block, before: str | None) -> str | None:
    """Return whom a reader has in mind after a sentence."""
    if block.origin == "quoted" and not block.edited:  # words on the outcome of the one before
        return before
    if block.edited and not _keeps_its_agent(block):
        return None
    return block.agent


def _keeps_its_agent(block: Block) -> bool:
    """Tell whether a reworded sentence begins as it did, or names whom it tells of."""
    if block.text == block.full:
        return True
    same_beginning = block.text[:BEGINNING] == (block.generated or "")[:BEGINNING]
    return same_beginning or bool(block.agent and block.agent in block.text)


def remarks_of(blocks: Iterable[Block], sources: Sources | None) -> Mapping[int, str]:
    """Return the remarks on the sentences in the text, by ``id()`` of the block, in reading order.

    What stands on nothing and was left as it was generated has none.
    """
    text = [block for block in shown(blocks) if block.kind in {"sentence", "text"}]
    unclear = {id(subject.block): subject for subject in unclear_subjects(text)}
    remarks = ((id(block), _remark(block, sources, unclear.get(id(block)))) for block in text)
    return {key: remark for key, remark in remarks if remark}


def _remark(block: Block, sources: Sources | None, unclear: UnclearSubject | None) -> str:
    """Return what a sentence stands on: its original, numbers, records, citations and phrase."""
    lines = []
    if block.edited:
        lines.append(f"人工修改，原文：{block.generated}")
    if block.added:
        lines.append("人工添加")
    if unclear:
        lines.append(f"{unclear.message}写明主体为：{unclear.full}")
    if block.outdated:
        lines.append("起草后记录已有变化")
    if block.unsupported_numbers:
        lines.append(f"没有记录支持的数字：{'、'.join(block.unsupported_numbers)}")
    lines += map(count_in_words, block.counts)
    if sources:
        lines += [*_record_lines(block, sources), *_citation_lines(block, sources)]
    if lines and block.phrase:
        lines.append(f"写法：{block.phrase}")
    return "\n".join(lines)


def _record_lines(block: Block, sources: Sources) -> Iterator[str]:
    facts = [sources.facts[id_] for id_ in block.ids if id_ in sources.facts]
    named = sorted((fact for fact in facts if not fact.is_restricted), key=_by_day)
    for fact in named[:MOST_RECORDS]:
        day = fact.day or fact.due_on or fact.planned_on
        day_words = f"{day.year}年{day.month}月{day.day}日　" if day else ""
        title = title_of(fact.kind, fact.type, fact.title)
        yield f"{day_words}{fact.organization_name}　{title}"
    if len(named) > MOST_RECORDS:
        yield f"等{len(named)}条记录"
    if restricted := len(facts) - len(named):
        yield f"监督执纪记录{restricted}条"


def _citation_lines(block: Block, sources: Sources) -> Iterator[str]:
    citations = sources.in_words(block.sources)
    yield from (with_number(text, number) for text, number in citations[:MOST_RECORDS])
    if len(citations) > MOST_RECORDS:
        yield f"等{sum(number for _, number in citations)}项"


def _by_day(fact: Fact) -> tuple[str, str, str]:
    day = fact.day or fact.due_on or fact.planned_on
    return (day.isoformat() if day else "9999", fact.organization_name, fact.id)
