"""What each sentence stands on, in words for whoever checks it. Pure."""

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


def title_of(kind: str, type_: str, title: str) -> str:
    """What a record is called: its title, or the kind of talk or sanction that it is."""
    if kind == ItemKind.TALK:
        return TALK.types.get(type_, TALK.label)
    return SANCTION.label if kind == ItemKind.SANCTION else title


def day_of(fact: Fact) -> str:
    """The day by which a record is found again: when it happened, else when it was found or due."""
    return day_text(fact.day or fact.found_on or fact.due_on or fact.planned_on)


def record_name(fact: Fact, fact_set: FactSet) -> str:
    """A record as a reader recognises it: day, organisation unless it is the own, title."""
    own = fact.organization_id == fact_set.organization_id
    place = "" if own else fact.organization_name + "："
    return f"{day_of(fact)} {place}{title_of(fact.kind, fact.type, fact.title)}"


def file_names(file: EvidenceFact, fact: Fact) -> tuple[str, str]:
    """The name of a record's file and what was noted on it; neither of a talk's."""
    if fact.kind == ItemKind.TALK:
        return FILE_OF_TALK, NOTHING
    return file.filename, file.caption or NOTHING


GONE = "所依据的事实中已没有这一项"
WITHHELD = "监督执纪内容（数目较小，按设置不列出）"


def citations_in_words(facts: FactSet) -> Mapping[Citation, str]:
    """Everything in the facts that a sentence can stand on besides records, by its ground."""
    found: dict[Citation, str] = {}
    for line in facts.duties:
        found |= _of_line(line, facts.year)
    for finding in facts.findings:
        words = f"体检提示：{finding.organization_name}，{finding.name}"
        found[Citation("finding", finding.id)] = words
    for grade in facts.grades:
        level = f"，{GRADE_NAMES[grade.grade]}" if grade.grade else ""
        words = f"{grade.organization_name}第{grade.quarter}季度{grade.sheet_name}{grade.points}分"
        found[Citation("assessment", grade.id)] = words + level
    for record in facts.earlier:
        found[Citation("earlier_record", record.id)] = "上年（同期）记录"
    for line in facts.duties:
        found[Citation("organization", line.organization_id)] = f"党组织：{line.organization_name}"
    return found


def _of_line(line: DutyCoverage, year: int) -> dict[Citation, str]:
    name = f"责任事项：{line.organization_name}{line.name}"
    states = (("按时完成", line.done), ("逾期完成", line.done_late), ("未关联记录", line.unlinked))
    found = {
        Citation("occurrence", one): f"{name}，{state}" for state, ids in states for one in ids
    }
    for missed in line.missing:
        words = f"{name}（{period(missed.period, year)}），到期未完成"
        found[Citation("occurrence", missed.id)] = words
    for waived in line.waived:
        words = f"{name}（{period(waived.period, year)}），已免除：{waived.reason}"
        found[Citation("occurrence", waived.id)] = words
    return found


def citation_in_words(ground: Citation, known: Mapping[Citation, str]) -> str:
    """A ground in words, by what the facts describe."""
    return known.get(ground, WITHHELD if ground.kind == "withheld" else GONE)


def named_sources(grounds: Iterable[Citation], facts: FactSet | None) -> list[tuple[Citation, str]]:
    """Each ground with its words."""
    known = citations_in_words(facts) if facts else {}
    return [(one, citation_in_words(one, known)) for one in grounds]


@dataclass(frozen=True, slots=True)
class Sources:
    """Records and grounds by id, as the latest fact set that has them tells of them.

    `current` is the report's fact set in force: whose report it is, the files, the duties; `note`
    is what whoever checks the report has to know of it.
    """

    current: FactSet
    facts: Mapping[RecordId, Fact]
    grounds: Mapping[Citation, str]
    note: str | None = None

    def said(self, grounds: Iterable[Citation]) -> list[tuple[str, int]]:
        """Grounds in words; what reads alike is there once, with how many of them it stands for."""
        return list(Counter(citation_in_words(one, self.grounds) for one in grounds).items())


def times(words: str, number: int) -> str:
    """Words with how many things they stand for, when it is more than one."""
    return f"{words}（{number}项）" if number > 1 else words


def sources_in(fact_sets: Sequence[FactSet], note: str | None = None) -> Sources:
    """What the fact sets of a report tell, given in their order; the last one is in force."""
    facts: dict[RecordId, Fact] = {}
    grounds: dict[Citation, str] = {}
    for fact_set in fact_sets:
        facts |= {fact.id: fact for fact in fact_set.facts}
        grounds |= citations_in_words(fact_set)
    return Sources(fact_sets[-1], facts, grounds, note)


BEGINNING = 2


@dataclass(frozen=True, slots=True)
class Unclear:
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


def unclear(blocks: Iterable[Block]) -> tuple[Unclear, ...]:
    """The sentences in the text, as they were generated, whose subject is no longer to be seen."""
    found = []
    for run in runs_of(blocks):
        before: str | None = ""
        for block in run:
            if block.full is not None and not block.edited and before != block.agent:
                found.append(Unclear(block, block.full, before))
            before = _after(block, before)
    return tuple(found)


def _after(block: Block, before: str | None) -> str | None:
    """Whom a reader has in mind after a sentence."""
    if block.origin == "quoted" and not block.edited:  # words on the outcome of the one before
        return before
    if block.edited and not _keeps_its_agent(block):
        return None
    return block.agent


def _keeps_its_agent(block: Block) -> bool:
    """A reworded sentence that begins as it did, or names whom it tells of."""
    if block.text == block.full:
        return True
    begins = block.text[:BEGINNING] == (block.generated or "")[:BEGINNING]
    return begins or bool(block.agent and block.agent in block.text)


MOST_RECORDS = 20


def remarks_of(blocks: Iterable[Block], sources: Sources | None) -> Mapping[int, str]:
    """The remarks on the sentences in the text, by ``id`` of the block, in reading order.

    What stands on nothing and was left as it was generated has none.
    """
    text = [block for block in shown(blocks) if block.kind in {"sentence", "text"}]
    vague = {id(one.block): one for one in unclear(text)}
    found = ((id(block), _remark(block, sources, vague.get(id(block)))) for block in text)
    return {key: said for key, said in found if said}


def _remark(block: Block, sources: Sources | None, vague: Unclear | None) -> str:
    """What a sentence stands on, in lines: its numbers, records, grounds, phrase and original."""
    lines = [
        *([f"人工修改，原文：{block.generated}"] if block.edited else []),
        *(["人工添加"] if block.added else []),
        *([f"{vague.message}写明主体为：{vague.full}"] if vague else []),
        *(["起草后记录已有变化"] if block.outdated else []),
        *(
            [f"没有记录支持的数字：{'、'.join(block.unsupported_numbers)}"]
            if block.unsupported_numbers
            else []
        ),
        *map(count_in_words, block.counts),
        *(_records(block, sources) if sources else ()),
        *(_citations(block, sources) if sources else ()),
    ]
    if lines and block.phrase:
        lines.append(f"写法：{block.phrase}")
    return "\n".join(lines)


def _records(block: Block, sources: Sources) -> Iterator[str]:
    facts = [sources.facts[one] for one in block.ids if one in sources.facts]
    named = sorted((fact for fact in facts if not fact.is_restricted), key=_by_day)
    for fact in named[:MOST_RECORDS]:
        day = fact.day or fact.due_on or fact.planned_on
        when = f"{day.year}年{day.month}月{day.day}日　" if day else ""
        said = title_of(fact.kind, fact.type, fact.title)
        yield f"{when}{fact.organization_name}　{said}"
    if len(named) > MOST_RECORDS:
        yield f"等{len(named)}条记录"
    if secret := len(facts) - len(named):
        yield f"监督执纪记录{secret}条"


def _citations(block: Block, sources: Sources) -> Iterator[str]:
    """What a sentence stands on besides records."""
    said = sources.said(block.sources)
    yield from (times(words, number) for words, number in said[:MOST_RECORDS])
    if len(said) > MOST_RECORDS:
        yield f"等{sum(number for _, number in said)}项"


def _by_day(fact: Fact) -> tuple[str, str, str]:
    day = fact.day or fact.due_on or fact.planned_on
    return (day.isoformat() if day else "9999", fact.organization_name, fact.id)
