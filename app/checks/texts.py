"""Numbers of people stated in a text, titles that are alike, copied passages. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TEN = 10
UNITS = {"十": TEN, "百": 100, "千": 1000}
NUMERALS = "".join((*DIGITS, *UNITS))
_NUMBER = rf"(?P<number>[0-9]{{1,6}}|[{NUMERALS}]{{1,9}})"
_BETWEEN = r"(?:会|党员|人员|人数|代表|职工|同志|共计|共|计|为|是|有|[:,\s])*"
# Words before a number that make it one of another meeting, or of a part of this one. An estimate
# (20余人, 约20人) does not fit the patterns.
_ELSEWHERE = re.compile(
    r"上次|上月|上季|上年|去年|往年|历次|以往|累计|合计|全年|每[个次组]|各支部|各小?组|分组"
)
_CLAUSE = re.compile(r"[,;。!?\n]")
PATTERNS = {
    "expected": re.compile(rf"(?:应到|应参会|应出席|应参加){_BETWEEN}{_NUMBER}\s*[人名位]"),
    "present": re.compile(
        rf"(?:实到|实际到会|(?<![应未没])(?:到会|参会|参加|出席)人数)"
        rf"{_BETWEEN}{_NUMBER}\s*[人名位]"
    ),
    "absent": re.compile(rf"(?:缺席)(?:人员|人数|党员|[:,\s]|为|共)*{_NUMBER}\s*[人名位]"),
}


def plain(text: str) -> str:
    """Write full-width letters, digits and punctuation of a text as their plain forms."""
    return unicodedata.normalize("NFKC", text)


def number_of(written: str) -> int | None:
    """Return the value of a number below ten thousand, in digits or in Chinese numerals.

    None for what is no number: 十十, 三五, 百.
    """
    if written.isascii():
        return int(written) if written.isdigit() else None
    total, digit, above = 0, None, 10_000
    for character in written:
        if character in UNITS:
            unit = UNITS[character]
            if unit >= above or (digit is None and (unit != TEN or total)):  # 十 alone is ten
                return None
            total += (1 if digit is None else digit) * unit
            digit, above = None, unit
        elif character in DIGITS and (digit is None or digit == 0):
            digit = DIGITS[character]
        else:
            return None
    return total + (digit or 0)


def stated_number(text: str, label: str) -> int | None:
    """Return the number of people that a text states under a label (expected, present, absent).

    None if it states none, several that differ, an estimate, or one of another meeting.
    """
    text = plain(text)
    numbers = {_stated(text, match) for match in PATTERNS[label].finditer(text)}
    return numbers.pop() if len(numbers) == 1 else None


def _stated(text: str, match: re.Match[str]) -> int | None:
    before = "".join(_CLAUSE.split(text[: match.start()])[-2:])
    if _ELSEWHERE.search(before):
        return None
    return number_of(match.group("number"))


_FILLER = re.compile(r"[0-9]{4}年度?|关于|召开|组织|开展|举行|举办|进行|[的了和与及]")
_TELLING = re.compile(rf"[0-9]+|[{NUMERALS}]|[上下前后甲乙丙丁]|[A-Za-z]+")


def core_of(title: str) -> str:
    """Return a title without punctuation, spaces, its year and the verbs that titles begin with."""
    letters = "".join(sign for sign in plain(title).lower() if sign.isalnum())
    return _FILLER.sub("", letters) or letters


def telling_parts(core: str) -> tuple[str, ...]:
    """List what tells two titles of a series apart: numbers, 上/下, letters."""
    return tuple(_TELLING.findall(core))


def bigrams(core: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters; a single character stands for itself."""
    return frozenset(core[i : i + 2] for i in range(len(core) - 1)) or frozenset({core})


def similar_pairs(
    sets: Sequence[frozenset[str]], likeness: float = 0.8
) -> Iterator[tuple[int, int]]:
    """Yield the indexes of two sets whose Dice likeness is at least ``likeness``.

    Only sets that share one of their rarer members are compared (two sets that are alike enough
    must), so that the work grows with the pairs that come near, not with all pairs.
    """
    counts: dict[str, int] = {}
    for members in sets:
        for member in members:
            counts[member] = counts.get(member, 0) + 1
    seen: dict[str, list[int]] = {}
    for index, members in enumerate(sets):
        rarest = sorted(members, key=lambda member: (counts[member], member))
        shared = ceil(len(rarest) * likeness / (2 - likeness) - 1e-9)
        prefix = rarest[: len(rarest) - shared + 1]
        near = {other for member in prefix for other in seen.get(member, ())}
        for other in sorted(near):
            common = len(members & sets[other])
            if 2 * common >= likeness * (len(members) + len(sets[other])) - 1e-9:
                yield other, index
        for member in prefix:
            seen.setdefault(member, []).append(index)


LEAST_PASSAGE = 80
_CHANGING = re.compile(rf"[0-9{NUMERALS}]+")


def passages(texts: Iterable[str]) -> Iterator[str]:
    """Yield the long paragraphs of texts, without punctuation, their numbers masked.

    Of 80 characters or more, so that set phrases are not taken for copies; a copy whose days and
    numbers were changed is the same passage.
    """
    for text in texts:
        for paragraph in plain(text).splitlines():
            letters = "".join(sign for sign in paragraph if sign.isalnum())
            masked = _CHANGING.sub("#", letters)
            if len(masked) >= LEAST_PASSAGE:
                yield masked
