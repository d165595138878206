"""Reads printed numbers back, without the program's own help."""

import re
from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[零一二两三四五六七八九十百千万]+")


def value_of(printed: str) -> Decimal:
    """The value of the first number in a text: 86.5分, 两项, 约一百零五人次, 少于3人."""
    found = _NUMBER.search(printed)
    assert found, printed
    text = found[0]
    return Decimal(text) if text[0].isdigit() else Decimal(_chinese(text))


def _chinese(text: str) -> int:
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _PLACES[character]
            digit = 0
    return total + section + digit
