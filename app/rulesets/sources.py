"""What a duty rests on in a year: only what was there already. Pure.

A source states its year of issue behind its title: 《…规定》（2020），基层参照. Several stand
side by side with ；, and the article is the first one's. A source without a year is as old as need
be.
"""

import re
from typing import TypeVar

from app.rulesets.rules import Confidence
from app.rulesets.schemas import Obligation

SEPARATOR = "；"
_ISSUED = re.compile(r"(?<=》)（((?:19|20)\d\d)）")
Duty = TypeVar("Duty", bound=Obligation)


def younger(source: str, year: int) -> list[str]:
    """Those of the sources that came out after a year."""
    return [one for one in source.split(SEPARATOR) if _came_after(one, year)]


def _came_after(source: str, year: int) -> bool:
    return any(int(issued) > year for issued in _ISSUED.findall(source))


def grounds(source: str | None, article: str | None, year: int) -> tuple[str | None, str | None]:
    """The source and the article that a year can go by; None for what is younger."""
    if source is None:
        return None, article
    first, *others = source.split(SEPARATOR)
    held = [one for one in (first, *others) if not _came_after(one, year)]
    return SEPARATOR.join(held) or None, None if _came_after(first, year) else article


def grounded(duty: Duty, year: int) -> Duty:
    """The duty as it stood in a year: owed all the same, resting on what was there.

    Where nothing is left of its sources, nobody has verified what it rested on then.
    """
    source, article = grounds(duty.source, duty.article, year)
    if (source, article) == (duty.source, duty.article):
        return duty
    changes = {"source": source, "article": article}
    return duty.model_copy(
        update=changes if source else {**changes, "confidence": Confidence.GENERAL}
    )


def titles(source: str) -> list[str]:
    """The sources as a sentence names them, without years: 《…规定》（基层参照）."""
    named = (_ISSUED.sub("", one).partition("，") for one in source.split(SEPARATOR))
    return [f"{title}（{remark}）" if remark else title for title, _, remark in named]
