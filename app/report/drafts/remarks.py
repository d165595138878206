"""What each sentence of a text stands on, in lines for whoever checks it. Pure.

The sentences that have such a remark are those of the table of sources, in the same order: the
marks of the review copy and the rows of the table have the same numbers.
"""

from collections.abc import Iterable, Iterator, Mapping

from app.report.blocks import Block, shown, told
from app.report.drafts.naming import title_of
from app.report.drafts.sources import Sources, times
from app.report.drafts.subjects import Unclear, unclear
from app.report.facts import Fact

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
        *map(told, block.counts),
        *(_records(block, sources) if sources else ()),
        *(_grounds(block, sources) if sources else ()),
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


def _grounds(block: Block, sources: Sources) -> Iterator[str]:
    """What a sentence stands on besides records."""
    said = sources.said(block.sources)
    yield from (times(words, number) for words, number in said[:MOST_RECORDS])
    if len(said) > MOST_RECORDS:
        yield f"等{sum(number for _, number in said)}项"


def _by_day(fact: Fact) -> tuple[str, str, str]:
    day = fact.day or fact.due_on or fact.planned_on
    return (day.isoformat() if day else "9999", fact.organization_name, fact.id)
