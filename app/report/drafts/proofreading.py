"""Proofread a report: what a careful colleague would point out, never a verdict."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Literal

import yaml

from app.report.compose.wording import ordinal

FILE = Path(__file__).with_name("words.yaml")
NUMBER = r"(?:\d+|[一二两三四五六七八九十百千]+)"


@dataclass(frozen=True, slots=True)
class UnitRule:
    """A number with a wrong measure word before or after its noun, and the usual word."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    right: str


@dataclass(frozen=True, slots=True)
class WordList:
    """Fillers, wrong set phrases with the right ones, set phrases with their first year."""

    fillers: re.Pattern[str]
    wrong: Mapping[str, str]
    wrong_pattern: re.Pattern[str]
    years: Mapping[str, int]
    units: tuple[UnitRule, ...]


def any_of(words: Sequence[str]) -> str:
    """Make a pattern of these words, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _unit_rule(entry: Mapping[str, Any]) -> UnitRule:
    nouns, wrong = any_of(entry["nouns"]), any_of(entry["wrong"])
    return UnitRule(
        before=re.compile(
            # 三份会议纪要 counts something else.
            rf"(?<!第){NUMBER}(?P<unit>{wrong})(?P<noun>{nouns})(?=[和及]|[^一-龥]|$)"
        ),
        after=re.compile(rf"(?P<noun>{nouns}){NUMBER}(?P<unit>{wrong})(?![一-龥])"),
        right=entry["right"],
    )


def _wrong_pattern(wrong: Iterable[str], unless: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Make a pattern of the wrong words, but not where they read on as another: 做为民服务的人."""
    patterns = (
        re.escape(word) + (f"(?!{any_of(unless[word])})" if word in unless else "")
        for word in sorted(wrong, key=len, reverse=True)
    )
    return re.compile("|".join(patterns))


@cache
def word_list() -> WordList:
    """Read the shipped word list."""
    data = yaml.safe_load(FILE.read_bytes())
    return WordList(
        fillers=re.compile(any_of(data["fillers"])),
        wrong=data["wrong"],
        wrong_pattern=_wrong_pattern(data["wrong"], data["unless"]),
        years=data["years"],
        units=tuple(_unit_rule(entry) for entry in data["units"]),
    )


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


def proofread(
    lines: Sequence[ProofLine], year: int, further: Iterable[Hint] = ()
) -> tuple[Hint, ...]:
    """Return all hints in reading order, of one line errors first.

    The year decides which set phrases were in use; ``further`` are hints of the same lines that
    need more than their text. Nothing is changed and nothing is blocked.
    """
    order = {line.id: position for position, line in enumerate(lines)}
    hints = [*further, *_structure_hints(lines)]
    hints += [hint for line in lines for hint in _line_hints(line, year)]
    return tuple(
        sorted(
            hints,
            key=lambda hint: (order[hint.line_id], hint.severity != "error", hint.start, hint.code),
        )
    )


def _hint(
    line: ProofLine,
    code: str,
    span: tuple[int, int] | None,
    message: str,
    suggestion: str | None = None,
    severity: HintSeverity = "hint",
) -> Hint:
    """Make a hint at these characters of a line, or at all of it."""
    start, end = span or (0, len(line.text))
    return Hint(
        code=code,
        severity=severity,
        line_id=line.id,
        start=start,
        end=end,
        found=line.text[start:end],
        message=message,
        suggestion=suggestion,
    )


def _line_hints(line: ProofLine, year: int) -> Iterator[Hint]:
    """Find all hints about one line; what stands inside quoted titles is left alone."""
    quoted = [
        match.span()
        for title in line.titles
        if title
        for match in re.finditer(re.escape(title), line.text)
    ]
    finders = (_phrase_hints(line, year), _number_hints(line), _unit_hints(line))
    for hint in chain(*finders, _repetition_hints(line), _mark_hints(line), _length_hints(line)):
        if not any(start <= hint.start and hint.end <= end for start, end in quoted):
            yield hint


def _phrase_hints(line: ProofLine, year: int) -> Iterator[Hint]:
    known = word_list()
    for match in known.wrong_pattern.finditer(line.text):
        right = known.wrong[match[0]]
        message = f"“{match[0]}”写法有误，应为“{right}”。"
        yield _hint(line, "wrong_phrase", match.span(), message, right, "error")
    for phrase, first in known.years.items():
        if year < first:
            for match in re.finditer(re.escape(phrase), line.text):
                message = f"“{phrase}”是{first}年起的提法，不应写进{year}年的报告。"
                yield _hint(line, "phrase_out_of_year", match.span(), message, severity="error")
    for match in known.fillers.finditer(line.text):
        message = f"“{match[0]}”没有说明做了什么，可以换成具体的事和数。"
        yield _hint(line, "vague_filler", match.span(), message)


def _number_hints(line: ProofLine) -> Iterator[Hint]:
    text = line.text
    for match in _TWO.finditer(text):
        yield _hint(line, "two", match.span(), "量词前的2写作“两”。", "两", "error")
    for match in _YEAR_ZERO.finditer(text):
        if len(match[0]) == _FULL_YEAR:
            right = match[0].replace("零", "〇")
            yield _hint(line, "year_zero", match.span(), "年份中的0写作“〇”。", right, "error")
    for match in _TWICE_ABOUT.finditer(text):
        message = "约数只用一种写法：“20余份”或“约20份”。"
        yield _hint(line, "approximate_twice", match.span(), message, severity="error")
    for match in _LEADING_ZERO.finditer(text):
        yield _hint(line, "leading_zero", match.span(), "月和日不写前面的0。", "", "error")
    for match in _PERCENT.finditer(text):
        message = "百分数用阿拉伯数字和“%”：50%。"
        has_digit = any(sign.isdigit() for sign in match[0])
        severity: HintSeverity = "error" if has_digit else "hint"
        yield _hint(line, "percent", match.span(), message, severity=severity)


def _unit_hints(line: ProofLine) -> Iterator[Hint]:
    for rule in word_list().units:
        for pattern in (rule.before, rule.after):
            for match in pattern.finditer(line.text):
                message = f"“{match['noun']}”的量词通常用“{rule.right}”。"
                yield _hint(line, "unit", match.span("unit"), message, rule.right)


def _repetition_hints(line: ProofLine) -> Iterator[Hint]:
    for match in _TWICE.finditer(line.text):
        word = match[1] or match[2]
        if not _REPEATABLE.match(word):
            message = f"“{word}”连写了两遍，请看看是否多打了一次。"
            yield _hint(line, "doubled_word", match.span(), message, word)


def _mark_hints(line: ProofLine) -> Iterator[Hint]:
    for match in _PUNCTUATION.finditer(line.text):
        message = "多余的空格。" if match[0].isspace() else "标点重复，或用了半角标点。"
        yield _hint(line, "punctuation", match.span(), message)
    for match in _BARE_QUOTE.finditer(line.text):
        yield _hint(line, "punctuation", match.span(), "引号宜用“”。")
    open_marks: list[tuple[str, int]] = []
    unmatched: list[tuple[str, int, str]] = []
    for position, mark in enumerate(line.text):
        if mark in _PAIRS:
            open_marks.append((mark, position))
        elif mark in _CLOSERS and open_marks and open_marks[-1][0] == _CLOSERS[mark]:
            open_marks.pop()
        elif mark in _CLOSERS:
            unmatched.append((mark, position, "前"))
    unmatched += [(mark, position, "后") for mark, position in open_marks]
    for mark, position, half in unmatched:
        span = (position, position + 1)
        yield _hint(line, "unbalanced", span, f"“{mark}”没有对应的{half}半。")


def _length_hints(line: ProofLine) -> Iterator[Hint]:
    length = len(_NAMED.sub("", line.text))
    if length > LONGEST_SENTENCE and line.kind == "sentence":
        message = f"这句话有{length}字，读起来吃力，可以拆成两句。"
        yield _hint(line, "long_sentence", None, message)


def _structure_hints(lines: Sequence[ProofLine]) -> Iterator[Hint]:
    """Find all hints about headings and paragraphs."""
    for siblings in _siblings(lines):
        # Headings of the first level name parts that every report has: nobody makes them alike.
        if siblings[0].level != 1:
            yield from _parallel_hints(siblings)
    yield from _numbering_hints(lines)
    yield from _fact_hints(lines)


def _siblings(lines: Sequence[ProofLine]) -> list[list[ProofLine]]:
    """Group the headings of the same level under the same heading."""
    groups: dict[tuple[str, ...], list[ProofLine]] = {}
    above: dict[int, str] = {}
    for line in lines:
        if line.kind == "heading":
            level = line.level or 1
            above = {higher: key for higher, key in above.items() if higher < level}
            groups.setdefault((str(level), *above.values()), []).append(line)
            above[level] = line.id
    return list(groups.values())


def _parallel_hints(siblings: Sequence[ProofLine]) -> Iterator[Hint]:
    """Where two thirds of the headings are built alike, point out the others."""
    if len(siblings) < FEWEST_PARALLEL:
        return
    clauses = {
        line.id: tuple(map(len, re.split(r"[，、：]", _NUMBERING.sub("", line.text))))
        for line in siblings
    }
    for measure in (len, lambda lengths: lengths):
        usual, number = Counter(map(measure, clauses.values())).most_common(1)[0]
        if number < len(siblings) and number / len(siblings) >= _MAJORITY:
            for line in siblings:
                if measure(clauses[line.id]) != usual:
                    message = "与同级其他标题的句式或字数不一致，可以改得整齐一些。"
                    yield _hint(line, "heading_not_parallel", None, message)
            return


def _numbering_hints(lines: Sequence[ProofLine]) -> Iterator[Hint]:
    """Check 一是、二是 and 一、二、 for gaps; each level and each part begins at one again."""
    expected: dict[str, int] = {}
    for line in lines:
        match = _ORDERED.match(line.text)
        if match is None:
            if _OPENED.search(line.text):
                expected["是"] = 2
            if line.kind == "heading":
                expected.pop("是", None)
            continue
        kind = match["kind"] or "（）"
        if kind == "、" and line.kind != "heading":
            continue
        mark = match["mark"] or match["inner"]
        if mark == "一":
            expected[kind] = 1
        position = expected.get(kind, 1)
        if mark != ordinal(position):
            message = f"序号不连续：这里应为“{ordinal(position)}”。"
            yield _hint(line, "numbering", None, message, ordinal(position))
        expected[kind] = position + 1
        for lower in {"、": ("（）", "是"), "（）": ("是",)}.get(kind, ()):
            expected.pop(lower, None)


def _fact_hints(lines: Sequence[ProofLine]) -> Iterator[Hint]:
    """Point out paragraphs that are to be completed, or state no fact."""
    body = (line for line in lines if line.kind != "heading")
    for _, members in groupby(body, key=lambda line: line.paragraph):
        first, *further = members
        if UNFINISHED in first.text:
            yield _hint(first, "unfinished", None, "这里还没有内容，请补充或删去。")
        elif not any(line.is_sourced or _FACT.search(line.text) for line in (first, *further)):
            message = "这一段没有引用记录，也没有数字或日期，请补充事实或删去。"
            yield _hint(first, "paragraph_without_fact", None, message)
