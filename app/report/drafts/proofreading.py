"""Proofread a report: what a careful colleague would point out, never a verdict."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from app.report.compose.wording import ordinal
from app.report.drafts.proofreading_words import words

LineKind = Literal["heading", "sentence", "text"]
HintSeverity = Literal["error", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """A block of the report as it is read.

    Lines with the same `paragraph` run together; `is_sourced` tells that records or entered
    notes stand behind the line; `titles` are names that are quoted as they are (records, works)
    and therefore not proofread.
    """

    id: str
    kind: LineKind
    paragraph: str
    text: str
    level: int | None = None
    is_sourced: bool = False
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something to look at: where it stands (characters from 0), why, and what to do."""

    code: str
    severity: HintSeverity
    line_id: str
    start: int
    end: int
    found: str
    message: str
    suggestion: str | None = None


LONGEST_SENTENCE = 160

_MEASURES = "次|个|项|名|篇|份|期|处|家|场|位|条|人次|类|批|轮|遍|天|种"
# 第二次 is an ordinal, 十二次 a larger number, 二次供水 a term and 二期工程 a phase.
_TWO = re.compile(
    rf"(?<![第十百千万亿〇零一二三四五六七八九\d])二(?=(?:{_MEASURES}))(?!次(?:供水|元|污染|开发|创业)|期(?:工程|项目|建设))"
)
_TWICE = re.compile(r"([一-龥]{2,6})\1|([的了和在是为与及对把被由])\2")
# 二二 or 十十 may stand inside a number or a code; words may not.
_REPEATABLE = re.compile(r"^[〇零一二三四五六七八九十百千万]+$")
_PUNCTUATION = re.compile(
    r"[，。；、：！？]{2,}(?<!！！)"
    r"|(?<=[一-龥”》）])[,;:!?](?=[一-龥“《（]|$)"
    r"|(?<=[一-龥]) +(?=[一-龥])"
)
_BARE_QUOTE = re.compile(r'"')
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "〔": "〕"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_YEAR_ZERO = re.compile(r"[一二][零〇一二三四五六七八九]*零[零〇一二三四五六七八九]*年")
_FULL_YEAR = 5
_NUMBER = r"(?:\d[\d,.]*|[〇零一二两三四五六七八九十百千万]+)"
_TWICE_ABOUT = re.compile(
    rf"{_NUMBER}(?:多余|余多)(?=[一-龥])|(?:约|近|大约|将近){_NUMBER}[余多几](?=[一-龥])|"
    rf"(?:约|近|大约|将近){_NUMBER}[一-龥]{{1,3}}左右|{_NUMBER}[余多几][一-龥]{{1,3}}左右"
)
_LEADING_ZERO = re.compile(r"(?<=年)0(?=[1-9]月)|(?<=月)0(?=[1-9]日)")
_PERCENT = re.compile(rf"百分之(?!百){_NUMBER}(?:点{_NUMBER})?")
# Names that are listed make a sentence long, not hard to read.
_NAMED = re.compile(r"“[^“”]*”|《[^《》]*》|（[^（）]*）")


@dataclass(frozen=True, slots=True)
class Finder:
    """Makes the hints of one line."""

    line: ProofLine

    def hint(
        self,
        code: str,
        severity: HintSeverity,
        where: tuple[int, int],
        message: str,
        better: str | None = None,
    ) -> Hint:
        """A hint at these characters."""
        start, end = where
        return Hint(
            code=code,
            severity=severity,
            line_id=self.line.id,
            start=start,
            end=end,
            found=self.line.text[start:end],
            message=message,
            suggestion=better,
        )


def line_hints(line: ProofLine, year: int) -> Iterator[Hint]:
    """All hints about one line; what stands inside quoted titles of records is left alone."""
    shielded = _shielded(line)
    for hint in _unshielded(line, year):
        if not any(start <= hint.start and hint.end <= end for start, end in shielded):
            yield hint


def _shielded(line: ProofLine) -> list[tuple[int, int]]:
    """Where titles stand: they are quoted as they are in the records."""
    return [
        found.span()
        for title in line.titles
        if title
        for found in re.finditer(re.escape(title), line.text)
    ]


def _unshielded(line: ProofLine, year: int) -> Iterator[Hint]:
    find = Finder(line)
    yield from _phrases(find, year)
    yield from _numbers(find)
    yield from _repetitions(find)
    yield from _marks(find)
    length = len(_NAMED.sub("", line.text))
    if length > LONGEST_SENTENCE and line.kind == "sentence":
        message = f"这句话有{length}字，读起来吃力，可以拆成两句。"
        yield find.hint("long_sentence", "hint", (0, len(line.text)), message)


def _phrases(find: Finder, year: int) -> Iterator[Hint]:
    text, known = find.line.text, words()
    for found in known.wrong_pattern.finditer(text):
        right = known.wrong[found[0]]
        message = f"“{found[0]}”写法有误，应为“{right}”。"
        yield find.hint("wrong_phrase", "error", found.span(), message, right)
    for phrase, first in known.years.items():
        if year < first:
            for found in re.finditer(re.escape(phrase), text):
                message = f"“{phrase}”是{first}年起的提法，不应写进{year}年的报告。"
                yield find.hint("phrase_out_of_year", "error", found.span(), message)
    for found in known.fillers.finditer(text):
        message = f"“{found[0]}”没有说明做了什么，可以换成具体的事和数。"
        yield find.hint("vague_filler", "hint", found.span(), message)


def _numbers(find: Finder) -> Iterator[Hint]:
    text = find.line.text
    for found in _TWO.finditer(text):
        yield find.hint("two", "error", found.span(), "量词前的2写作“两”。", "两")
    for found in _YEAR_ZERO.finditer(text):
        if len(found[0]) == _FULL_YEAR:
            right = found[0].replace("零", "〇")
            yield find.hint("year_zero", "error", found.span(), "年份中的0写作“〇”。", right)
    for found in _TWICE_ABOUT.finditer(text):
        message = "约数只用一种写法：“20余份”或“约20份”。"
        yield find.hint("approximate_twice", "error", found.span(), message)
    for found in _LEADING_ZERO.finditer(text):
        yield find.hint("leading_zero", "error", found.span(), "月和日不写前面的0。", "")
    for found in _PERCENT.finditer(text):
        message = "百分数用阿拉伯数字和“%”：50%。"
        severity: HintSeverity = "error" if any(sign.isdigit() for sign in found[0]) else "hint"
        yield find.hint("percent", severity, found.span(), message)
    yield from _units(find)


def _units(find: Finder) -> Iterator[Hint]:
    text = find.line.text
    for rule in words().units:
        for pattern in (rule.before, rule.after):
            for found in pattern.finditer(text):
                message = f"“{found['noun']}”的量词通常用“{rule.right}”。"
                yield find.hint("unit", "hint", found.span("unit"), message, rule.right)


def _repetitions(find: Finder) -> Iterator[Hint]:
    for found in _TWICE.finditer(find.line.text):
        once = found[1] or found[2]
        if not _REPEATABLE.match(once):
            message = f"“{once}”连写了两遍，请看看是否多打了一次。"
            yield find.hint("doubled_word", "hint", found.span(), message, once)


def _marks(find: Finder) -> Iterator[Hint]:
    text = find.line.text
    for found in _PUNCTUATION.finditer(text):
        message = "多余的空格。" if found[0].isspace() else "标点重复，或用了半角标点。"
        yield find.hint("punctuation", "hint", found.span(), message)
    for found in _BARE_QUOTE.finditer(text):
        yield find.hint("punctuation", "hint", found.span(), "引号宜用“”。")
    open_marks: list[tuple[str, int]] = []
    for position, mark in enumerate(text):
        if mark in _PAIRS:
            open_marks.append((mark, position))
        elif mark in _CLOSERS:
            if open_marks and open_marks[-1][0] == _CLOSERS[mark]:
                open_marks.pop()
            else:
                where = (position, position + 1)
                yield find.hint("unbalanced", "hint", where, f"“{mark}”没有对应的前半。")
    for mark, position in open_marks:
        where = (position, position + 1)
        yield find.hint("unbalanced", "hint", where, f"“{mark}”没有对应的后半。")


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


def _hint(line: ProofLine, code: str, message: str, suggestion: str | None = None) -> Hint:
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


def structure_hints(lines: Sequence[ProofLine]) -> Iterator[Hint]:
    """All hints about headings and paragraphs."""
    for siblings in _siblings(lines):
        # Headings of the first level name parts that every report has: nobody makes them alike.
        if siblings[0].level == 1:
            continue
        yield from _parallel(siblings)
    yield from _numbering(lines)
    yield from _without_fact(lines)


def _siblings(lines: Sequence[ProofLine]) -> list[list[ProofLine]]:
    """Headings of the same level under the same heading."""
    groups: dict[tuple[str, ...], list[ProofLine]] = {}
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


def _parallel(siblings: Sequence[ProofLine]) -> Iterator[Hint]:
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


def _numbering(lines: Sequence[ProofLine]) -> Iterator[Hint]:
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


def _without_fact(lines: Sequence[ProofLine]) -> Iterator[Hint]:
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


def proofread(
    lines: Sequence[ProofLine], year: int, further: Iterable[Hint] = ()
) -> tuple[Hint, ...]:
    """All hints in reading order, errors first at the same place.

    The year decides which set phrases were in use; ``further`` are hints of the same lines that
    need more than their text. Nothing is changed and nothing is blocked.
    """
    order = {line.id: position for position, line in enumerate(lines)}
    hints = [
        *further,
        *structure_hints(lines),
        *(hint for line in lines for hint in line_hints(line, year)),
    ]
    return tuple(
        sorted(
            hints,
            key=lambda hint: (order[hint.line_id], hint.severity != "error", hint.start, hint.code),
        )
    )
