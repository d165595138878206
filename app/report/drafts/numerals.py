"""Numbers and dates in Chinese prose, read back: 43, 二〇一八, 两次, 20余份, 约30人. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Doubt = Literal["exact", "over", "about"]
DatePart = tuple[int | None, int | None, int | None]

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "".join((*_DIGITS, *_PLACES, *_GROUPS))
_SPELT_YEAR = 4  # digits
_SHORTEST_SPELT = 3  # 一〇五; 三四 means three or four
_UNITS = (
    *("人次", "个百分点", "百分点", "课时", "学时", "小时", "周年", "万元", "亿元", "平方米"),
    *("个", "次", "项", "人", "名", "期", "篇", "份", "处", "天", "场", "件", "条", "本", "册"),
    *("位", "户", "家", "支", "批", "类", "轮", "年", "周", "元", "台", "堂", "节", "遍", "起"),
    *("宗", "例", "幅", "套", "张", "块", "间", "座", "岁", "倍", "成", "公里", "米", "吨"),
)
_UNIT = "|".join(_UNITS)
# Set terms whose numerals count nothing in the report.
_SET_TERMS = (
    *("三会一课", "三重一大", "一岗双责", "一把手", "两学一做", "三严三实", "十九大", "二十大"),
    *("十八大", "四个意识", "四个自信", "两个维护", "两个确立", "四种形态", "八项规定", "六项纪律"),
    *("两个责任", "三项制度", "一年来", "一个时期", "一名党员一面旗帜", "四风", "一体两翼"),
)
_ORDINALS = re.compile(
    rf"第[{_NUMERAL}\d]+|[（(][{_NUMERAL}\d]+[）)]|(?<![{_NUMERAL}])[{_NUMERAL}]+是|"
    rf"^[{_NUMERAL}]+、|^\d+[.．、]|(?:{'|'.join(_SET_TERMS)})"
)
_DATES = re.compile(
    rf"(?P<year>(?<!\d)\d{{4}}|[〇零一二三四五六七八九]{{{_SPELT_YEAR}}})年(?:度)?"
    rf"(?:(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月"
    rf"(?:(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?)?|"
    rf"(?<!\d)(?P<month2>\d{{1,2}}|(?<![{_NUMERAL}])[一二三四五六七八九十]{{1,2}})月"
    rf"(?:(?P<day2>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?|"
    rf"(?<![\d{_NUMERAL}])(?P<day3>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]"
)
_PERCENT = re.compile(rf"百分之(?P<chinese>[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?)")
_ARABIC = re.compile(
    r"(?P<about>约|近|大约)?(?<![A-Za-z\d.])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>[万亿])?(?P<over>[余多])?"
)
_CHINESE = re.compile(
    rf"(?P<about>约|近|大约)?(?P<number>[{_NUMERAL}]+)(?P<over>[余多])?(?={_UNIT})"
)
_NOT_ONE = frozenset("每这那某另再任新同逐进统唯单哪")
_BLANK = "□"
_WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("％"): "%", ord("，"): "，"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text; `value` is None when it is not one number (三四个).

    `step` is the size of its last place that is not zero: 20 → 10, 1.5 → 0.1.
    """

    text: str
    value: Decimal | None
    doubt: Doubt = "exact"

    @property
    def step(self) -> Decimal:
        """What 余 and 约 leave open."""
        if not self.value:
            return Decimal(1)
        exponent = self.value.normalize().as_tuple().exponent
        return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def chinese_value(text: str) -> int | None:
    """The number that Chinese numerals write: 一百零二, 二〇一八, 两; None when it is none."""
    if not text or any(sign not in _NUMERAL for sign in text):
        return None
    if all(sign in _DIGITS for sign in text):
        if len(text) == 1:
            return _DIGITS[text]
        spelt = len(text) >= _SHORTEST_SPELT or "〇" in text
        return int("".join(str(_DIGITS[sign]) for sign in text)) if spelt else None
    return _positional(text)


def _positional(text: str) -> int | None:
    for mark, worth in reversed(_GROUPS.items()):
        if mark in text:
            high, _, low = text.rpartition(mark)
            above, below = (
                _positional_or_digit(high),
                _positional_or_digit(low.lstrip("零〇") or "零"),
            )
            return None if above is None or below is None else above * worth + below
    total, digit = 0, None
    for sign in text:
        if sign in _PLACES:
            if digit is None and total and sign != "十":
                return None
            total += (1 if digit is None else digit) * _PLACES[sign]
            digit = None
        elif digit not in {None, 0}:
            return None
        else:
            digit = _DIGITS[sign]
    return total + (digit or 0)


def _positional_or_digit(text: str) -> int | None:
    if not text:
        return None
    return _DIGITS[text] if len(text) == 1 and text in _DIGITS else _positional(text)


def _small(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else chinese_value(text)


def without_ordinals(text: str) -> str:
    """The text with ordinals, numbering, articles (第八条) and set terms blanked out."""
    return _ORDINALS.sub(_BLANK, text.translate(_WIDE))


def dates(text: str) -> Iterator[tuple[str, DatePart]]:
    """The dates in a text, as far as they are told: (text, (year, month, day))."""
    for found in _DATES.finditer(without_ordinals(text)):
        month = found["month"] or found["month2"]
        day = found["day"] or found["day2"] or found["day3"]
        yield found[0], (_small(found["year"]), _small(month), _small(day))


def quantities(text: str) -> Iterator[Quantity]:
    """The counts in a text: not its dates, ordinals and set terms."""
    rest = _DATES.sub(_BLANK, without_ordinals(text))
    for found in _PERCENT.finditer(rest):
        whole, _, fraction = found["chinese"].partition("点")
        value = chinese_value(whole)
        digits = "".join(str(_DIGITS.get(sign, 0)) for sign in fraction)
        number = None if value is None else Decimal(f"{value}.{digits}" if digits else value)
        yield Quantity(found[0], number)
    rest = _PERCENT.sub(_BLANK, rest)
    for found in _ARABIC.finditer(rest):
        value_ = Decimal(found["number"].replace(",", "")) * _GROUPS.get(found["scale"] or "", 1)
        yield Quantity(found[0], value_, _doubt(found))
    rest = _ARABIC.sub(_BLANK, rest)
    for found in _CHINESE.finditer(rest):
        before = rest[: found.start()][-1:]
        if found["number"] == "一" and before in _NOT_ONE:
            continue
        value = chinese_value(found["number"])
        yield Quantity(found[0], None if value is None else Decimal(value), _doubt(found))


def _doubt(found: re.Match[str]) -> Doubt:
    if found["over"]:
        return "over"
    return "about" if found["about"] else "exact"
