"""Rules that look at the whole: headings beside each other, numbering, paragraphs without facts."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from app.report.composition.wording import ordinal
from app.report.lint.lines import Hint, Line

FEWEST_PARALLEL = 3
_MAJORITY = 2 / 3

_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．]|（\d+）|[一二三四五六七八九十]+是)"
)
_ORDERED = re.compile(
    r"^(?P<mark>[一二三四五六七八九十]+)(?P<kind>是|、)|^（(?P<inner>[一二三四五六七八九十]+)）"
)
# The first of a list often follows its opening: 还存在以下不足：一是……
_OPENED = re.compile(r"[：。；]一是")
UNFINISHED = "（待补充）"
_FACT = re.compile(r"\d|[一二两三四五六七八九十百千]+(?:次|个|项|名|篇|份|期|处|家|场|位|条|人)")


def _hint(line: Line, code: str, message: str, suggestion: str | None = None) -> Hint:
    return Hint(
        code=code,
        severity="hint",
        line_id=line.id,
        start=0,
        end=len(line.text),
        found=line.text,
        message=message,
        suggestion=suggestion,
    )


def structure_hints(lines: Sequence[Line]) -> Iterator[Hint]:
    """All hints about headings and paragraphs."""
    for siblings in _siblings(lines):
        # Headings of the first level name parts that every report has: nobody makes them alike.
        if siblings[0].level == 1:
            continue
        yield from _parallel(siblings)
    yield from _numbering(lines)
    yield from _without_fact(lines)


def _siblings(lines: Sequence[Line]) -> list[list[Line]]:
    """Headings of the same level under the same heading."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    above: dict[int, str] = {}
    for line in lines:
        if line.kind != "heading":
            continue
        level = line.level or 1
        above = {higher: key for higher, key in above.items() if higher < level}
        groups.setdefault((str(level), *above.values()), []).append(line)
        above[level] = line.id
    return list(groups.values())


def _build(text: str) -> tuple[int, ...]:
    """How a heading is built: the lengths of its clauses."""
    return tuple(len(part) for part in re.split(r"[，、：]", _NUMBERING.sub("", text)))


def _parallel(siblings: Sequence[Line]) -> Iterator[Hint]:
    """Where two thirds of the headings are built alike, the others stand out."""
    if len(siblings) < FEWEST_PARALLEL:
        return
    builds = {line.id: _build(line.text) for line in siblings}
    for measure in (len, lambda build: build):
        usual, times = Counter(measure(build) for build in builds.values()).most_common(1)[0]
        if times < len(siblings) and times / len(siblings) >= _MAJORITY:
            for line in siblings:
                if measure(builds[line.id]) != usual:
                    message = "与同级其他标题的句式或字数不一致，可以改得整齐一些。"
                    yield _hint(line, "heading_not_parallel", message)
            return


def _numbering(lines: Sequence[Line]) -> Iterator[Hint]:
    """一是、二是 and 一、二、 without a gap; each level and each part begins at one again."""
    expected: dict[str, int] = {}
    for line in lines:
        found = _ORDERED.match(line.text)
        if found is None:
            if _OPENED.search(line.text):
                expected["是"] = 2
            if line.kind == "heading":
                expected.pop("是", None)
            continue
        kind = found["kind"] or "（）"
        if kind == "、" and line.kind != "heading":
            continue
        mark = found["mark"] or found["inner"]
        if mark == "一":
            expected[kind] = 1
        position = expected.get(kind, 1)
        if mark != ordinal(position):
            message = f"序号不连续：这里应为“{ordinal(position)}”。"
            yield _hint(line, "numbering", message, ordinal(position))
        expected[kind] = position + 1
        if kind == "、":
            expected.pop("（）", None)
            expected.pop("是", None)
        elif kind == "（）":
            expected.pop("是", None)


def _without_fact(lines: Sequence[Line]) -> Iterator[Hint]:
    body = [line for line in lines if line.kind != "heading"]
    for _, members in groupby(body, key=lambda line: line.paragraph):
        paragraph = list(members)
        if UNFINISHED in paragraph[0].text:
            yield _hint(paragraph[0], "unfinished", "这里还没有内容，请补充或删去。")
            continue
        if any(line.is_sourced or _FACT.search(line.text) for line in paragraph):
            continue
        message = "这一段没有引用记录，也没有数字或日期，请补充事实或删去。"
        yield _hint(paragraph[0], "paragraph_without_fact", message)
