"""Which records an outline's conditions take."""

from collections.abc import Sequence

from app.kinds import SUPERVISED
from app.report.books.documents import OutlineContent, Selector
from app.report.facts import Fact, Tally


def meets(fact: Fact | Tally, selector: Selector) -> bool:
    """Whether a record, or records counted together, meet all that a condition states."""
    return (
        (not selector.kinds or fact.kind in selector.kinds)
        and (not selector.types or fact.type in selector.types)
        and (not selector.topics or fact.topic in selector.topics)
        and (not selector.focuses or (isinstance(fact, Fact) and fact.focus in selector.focuses))
    )


def meets_any(fact: Fact | Tally, selectors: Sequence[Selector]) -> bool:
    """Whether a record meets one of the conditions; without any, every record does."""
    return not selectors or any(meets(fact, selector) for selector in selectors)


def taken(facts: Sequence[Fact], entry: OutlineContent) -> list[Fact]:
    """The records that a content may take, in their order."""
    return [
        fact
        for fact in facts
        if meets_any(fact, entry.only) and not (entry.without and meets_any(fact, entry.without))
    ]


def may_take_supervision(selectors: Sequence[Selector]) -> bool:
    """Whether conditions can be met by talks and sanctions of supervision, which have no topic."""
    return not selectors or any(_may_take(one) for one in selectors)


def _may_take(selector: Selector) -> bool:
    return not selector.topics and any(
        (not selector.kinds or kind in selector.kinds)
        and (not selector.types or type_ in selector.types)
        for kind, type_ in SUPERVISED
    )
