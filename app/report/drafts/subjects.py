"""Whose deed a sentence tells, once those around it were taken out, moved or reworded. Pure.

A generated sentence leaves its subject out where the one before has the same. Without that one it
would tell another's deed, which no reader can see: such sentences are found here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.report.blocks import Block, runs_of

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
