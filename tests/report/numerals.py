"""Reads printed numbers and sums back, without the program's own help."""

import re
from collections.abc import Iterator
from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"亿": 100_000_000, "万": 10_000}  # the greater first: 一万亿 is ten thousand 亿
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER = re.compile(rf"{_ARABIC}|[{''.join((*_DIGITS, *_PLACES, *_GROUPS))}]+")
# The full-width signs are what official prose writes; nothing of a number may be left before a sum.
_SUM = re.compile(rf"(?<![\d.,])({_ARABIC}(?:[+－]{_ARABIC})+)=({_ARABIC})")


def value_of(printed: str) -> Decimal:
    """The value of the first number in a text: 86.5分, 1,200份, 两项, 约一百零五人次, 少于3人."""
    number = _NUMBER.search(printed)
    assert number, printed
    text = number[0]
    return _arabic(text) if text[0].isdigit() else Decimal(_chinese(text))


def sums_in(text: str) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Every sum that a text writes out, as 1.5+8=9.5: its words, what it comes to, what it says."""
    for left, right in _SUM.findall(text):
        terms = re.findall(rf"[+－]?{_ARABIC}", left)
        total = sum((_signed(term) for term in terms), Decimal(0))
        yield f"{left}={right}", total, _arabic(right)


def _arabic(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _signed(term: str) -> Decimal:
    return -_arabic(term[1:]) if term[0] == "－" else _arabic(term.lstrip("+"))


def _chinese(text: str) -> int:
    for sign, worth in _GROUPS.items():
        if sign in text:
            above, _, below = text.rpartition(sign)
            return _chinese(above) * worth + _chinese(below)
    total = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * _PLACES[character]
            digit = 0
    return total + digit
