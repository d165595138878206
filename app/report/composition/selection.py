"""Which records an outline's conditions take."""

from collections.abc import Sequence

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
