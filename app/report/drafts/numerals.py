"""Numbers and dates read from Chinese prose, and which of them nothing supports. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from app.report.blocks import CountRef
from app.report.facts import Fact

_SET_TERMS = (
    *("三会一课", "三重一大", "一岗双责", "一把手", "两学一做", "三严三实", "十八大", "十九大"),
    *("二十大", "四个意识", "四个自信", "四个全面", "两个维护", "两个确立", "四种形态", "四风"),
    *("八项规定", "六项纪律", "两个责任", "三项制度", "三个清单", "三张清单", "三个代表"),
    *("三个区分开来", "五位一体", "五大发展理念", "四项基本原则", "四个合格", "四讲四有"),
    *("七个有之", "五个必须", "十个明确", "十四个坚持", "两个结合", "两个文明", "三大攻坚战"),
    *("六稳", "六保", "三农", "三基", "四化", "四有", "四好", "四德", "三支队伍", "一体两翼"),
    *("一带一路", "一名党员一面旗帜", "一个支部一个堡垒", "一年来", "一个时期", "一线", "一体"),
    *("一次性", "一系列", "一方面", "一道", "一一", "一如既往", "一以贯之", "一票否决"),
    *("十二五", "十三五", "十四五", "十五五", "两委", "两会", "两级", "两手", "两不误", "两促进"),
    *("两结合", "两地", "两山", "两端", "两侧", "两岸", "三公经费", "三公消费", "三资", "三务公开"),
    *("三方", "二维码", "二手", "三维", "三定", "三峡", "三甲", "四级", "五小", "八小时以外"),
)
_IDIOMS = (
    *("百姓", "百年", "千方百计", "千家万户", "成千上万", "万众", "万一", "十分", "十足"),
    *("再三", "三番五次", "三令五申", "接二连三", "五湖四海", "四面八方", "百花齐放", "百日"),
    *("举一反三", "四通八达", "一心一意", "一五一十", "二话不说", "两难", "两全", "四季"),
    *("收拾", "大陆", "登陆", "陆续", "队伍", "入伍", "退伍", "零距离", "归零", "零散"),
    *("四处", "四周", "四肢", "三思", "八方", "七上八下", "九牛一毛", "第三方", "不二"),
)
_PLACE_NAMES = (
    *("四川", "三亚", "三明", "三门峡", "九江", "九龙", "六安", "六盘水", "五台", "十堰"),
    *("百色", "万州", "四平", "七台河", "八达岭", "二连浩特", "五指山", "千岛湖", "三沙"),
)
_DAYS = ("五一", "五四", "六一", "七一", "八一", "九一八", "七七", "一二九", "十一黄金周")
_PEOPLE = ("张三", "李四", "王五")

TERMS: tuple[str, ...] = tuple(
    sorted(
        (*_SET_TERMS, *_IDIOMS, *_PLACE_NAMES, *_DAYS, *_PEOPLE),
        key=lambda term: (-len(term), term),
    )
)

Doubt = Literal["exact", "over", "about"]
DatePart = tuple[int | None, int | None, int | None]

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
# 大写 and what stands for two or three signs, as they are usually written.
_FORMAL = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟萬", "一二三四五六七八九十百千万", strict=True))
_SPELLINGS = str.maketrans(
    _FORMAL | {"廿": "二十", "卅": "三十", "卌": "四十", "俩": "两", "仨": "三"}
)
_USUAL = "".join((*_DIGITS, *_PLACES, *_GROUPS))
NUMERAL = _USUAL + "".join(_FORMAL) + "廿卅卌俩仨"
_ROUND = "十百千万亿拾佰仟萬廿卅卌"
_SPELT_YEAR = 4  # digits
_SHORTEST_SPELT = 3  # 一〇五; 三四 means three or four
# What makes a count of a sign that has other meanings too (一致, 零星, 百姓, 陆续).
_UNITS = (
    *("人次", "个百分点", "百分点", "课时", "学时", "小时", "周年", "万元", "亿元", "平方米"),
    *("个", "次", "项", "人", "名", "期", "篇", "份", "处", "天", "场", "件", "条", "本", "册"),
    *("位", "户", "家", "支", "批", "类", "轮", "年", "周", "元", "台", "堂", "节", "遍", "起"),
    *("宗", "例", "幅", "套", "张", "块", "间", "座", "岁", "倍", "成", "公里", "米", "吨"),
    *("回(?!事|头|来|到|顾)", "趟", "门(?!心思)", "大类", "届", "枚", "辆"),
)
_COUNTS = re.compile(rf"\s*(?:{'|'.join(_UNITS)})")
_ENDS = re.compile(r"\s*(?:[，。；、）！？]|$)")
_UNCLEAR = frozenset("一零〇十百千万亿") | _FORMAL.keys()
# Numbers that name one of a row: the second company, the third level.
_NAMING = (
    r"级(?!别)|季度|公司|分公司|局|工区|标段|标(?!准)|分部|项目部|队(?!伍)|"
    r"工程|期(?:工程|项目|建设)"
)
_ORDINALS = re.compile(
    rf"第[{NUMERAL}\d]+|[（(][{NUMERAL}\d]+[）)]|(?<![{NUMERAL}])[{_USUAL}]+是|"
    rf"^[{_USUAL}]+、|^\d+[.．、]|(?<![{NUMERAL}\d])[{_USUAL}]+(?={_NAMING})|(?:{'|'.join(TERMS)})"
)
_DATES = re.compile(
    rf"(?P<year>(?<!\d)\d{{4}}|[〇零一二三四五六七八九]{{{_SPELT_YEAR}}})年(?:度)?"
    rf"(?:(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月"
    rf"(?:(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?)?|"
    rf"(?<!\d)(?P<month2>\d{{1,2}}|(?<![{NUMERAL}])[一二三四五六七八九十]{{1,2}})月"
    rf"(?:(?P<day2>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?|"
    rf"(?<![\d{NUMERAL}])(?P<day3>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]"
)
# No one number, or none that a count can bear out as it stands.
_VAGUE = re.compile(
    rf"翻[{_USUAL}\d]+番|(?<![{NUMERAL}百])[{NUMERAL}]+(?<!百)分之[{NUMERAL}]+|"
    rf"[{NUMERAL}\d.]+倍|[{_USUAL}]成(?=[以左的多，。；）党])|[数几][十百千万亿]+|一半|半数|过半"
)
_PERCENT = re.compile(rf"百分之(?P<chinese>[{NUMERAL}]+(?:点[{NUMERAL}]+)?)")
_ARABIC = re.compile(
    r"(?P<about>约|近|大约)?(?<![A-Za-z\d.])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>[万亿])?(?P<over>[余多几])?"
)
_CHINESE = re.compile(
    rf"(?P<about>约|近|大约)?(?P<number>[{NUMERAL}]+)"
    rf"(?P<over>(?<=[{_ROUND}])[余多几来](?!自|说|到|看|年来))?"
)
_NOT_ONE = frozenset("每这那某另再任新同逐进统唯单哪")
_SUMMING = frozenset("为是达计共有约近")
_BLANK = "□"
_WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("％"): "%", ord("，"): "，"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text; `value` is None when it is not one number (三四个)."""

    text: str
    value: Decimal | None
    doubt: Doubt = "exact"

    @property
    def step(self) -> Decimal:
        """The size of its last place that is not zero, which 余 and 约 leave open: 20 → 10."""
        if not self.value:
            return Decimal(1)
        exponent = self.value.normalize().as_tuple().exponent
        return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def chinese_value(text: str) -> int | None:
    """Return the number that Chinese numerals write (一百零二, 二〇一八, 两); None when none."""
    text = text.translate(_SPELLINGS)
    if not text or any(sign not in _USUAL for sign in text):
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
            above = _positional_or_digit(high)
            below = _positional_or_digit(low.lstrip("零〇") or "零")
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


def _date_number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else chinese_value(text)


def without_ordinals(text: str) -> str:
    """Blank out ordinals, numbering, articles (第八条) and set terms."""
    return _ORDINALS.sub(_BLANK, text.translate(_WIDE))


def dates(text: str) -> Iterator[tuple[str, DatePart]]:
    """Find the dates in a text, as far as they are stated: (text, (year, month, day))."""
    for match in _DATES.finditer(without_ordinals(text)):
        month = match["month"] or match["month2"]
        day = match["day"] or match["day2"] or match["day3"]
        yield match[0], (_date_number(match["year"]), _date_number(month), _date_number(day))


def quantities(text: str) -> Iterator[Quantity]:
    """Find the counts in a text: not its dates, ordinals and set terms."""
    rest = _DATES.sub(_BLANK, without_ordinals(text))
    for match in _PERCENT.finditer(rest):
        whole, _, fraction = match["chinese"].partition("点")
        value = chinese_value(whole)
        digits = "".join(str(_DIGITS.get(sign, 0)) for sign in fraction)
        number = None if value is None else Decimal(f"{value}.{digits}" if digits else value)
        yield Quantity(match[0], number)
    rest = _PERCENT.sub(_BLANK, rest)
    yield from (Quantity(match[0], None) for match in _VAGUE.finditer(rest))
    rest = _VAGUE.sub(_BLANK, rest)
    for match in _ARABIC.finditer(rest):
        scale = _GROUPS.get(match["scale"] or "", 1)
        yield Quantity(match[0], Decimal(match["number"].replace(",", "")) * scale, _doubt(match))
    rest = _ARABIC.sub(_BLANK, rest)
    for match in _CHINESE.finditer(rest):
        if _is_count(match, rest):
            value = chinese_value(match["number"])
            yield Quantity(match[0], None if value is None else Decimal(value), _doubt(match))


def _is_count(match: re.Match[str], text: str) -> bool:
    """Tell whether a numeral counts: one sign of many meanings needs something that shows it."""
    number, before = match["number"], text[: match.start()][-1:]
    if len(number) > 1 or number not in _UNCLEAR or match["over"]:
        return True
    if number == "一" and before in _NOT_ONE:
        return False
    if _COUNTS.match(text, match.end()):
        return True
    return before in _SUMMING and bool(_ENDS.match(text, match.end()))


def _doubt(match: re.Match[str]) -> Doubt:
    if match["over"]:
        return "over"
    return "about" if match["about"] else "exact"


_SHORTEST_NAME = 2  # characters


@dataclass(frozen=True, slots=True)
class Support:
    """What numbers may stand on: exact and rough values, dates, and the names in the records.

    `vague` are numbers that have no one value (三分之二, 数十), as the sources write them.
    """

    exact: frozenset[Decimal]
    rough: frozenset[Decimal]
    days: frozenset[DatePart]
    names: tuple[str, ...]
    vague: frozenset[str] = frozenset()


def support_of(
    counts: Iterable[CountRef],
    facts: Iterable[Fact],
    texts: Iterable[str] = (),
    days: Iterable[date] = (),
) -> Support:
    """Collect what a sentence's numbers may stand on; `texts` are trusted as they stand."""
    exact: set[Decimal] = set()
    rough: set[Decimal] = set()
    date_parts: set[DatePart] = {(day.year, day.month, day.day) for day in days}
    names: set[str] = set()
    trusted, vague = list(texts), set[str]()
    for count in counts:
        if count.value is None:  # what is withheld is said in these words or not at all
            names.add(count.printed)
            continue
        (rough if count.approximate else exact).add(Decimal(count.value))
        trusted += [count.printed, count.arithmetic or ""]
    for fact in facts:
        names |= {fact.title, fact.organization_name, fact.place or "", fact.lecturer or ""}
        trusted.append(fact.outcome or "")
        date_parts |= {(day.year, day.month, day.day) for day in _days(fact)}
        exact |= _numbers(fact)
        for entered in (fact.participants, fact.person_times, fact.quantity):
            if entered is not None:
                (rough if entered.approximate else exact).add(Decimal(entered.value))
    for text in trusted:
        date_parts |= {part for _, part in dates(text)}
        for quantity in quantities(text):
            if quantity.value is None:
                vague.add(quantity.text)
            else:
                (exact if quantity.doubt == "exact" else rough).add(quantity.value)
    usable = (name for name in names if len(name) >= _SHORTEST_NAME)
    longest_first = tuple(sorted(usable, key=len, reverse=True))
    return Support(
        frozenset(exact), frozenset(rough), frozenset(date_parts), longest_first, frozenset(vague)
    )


def unsupported_numbers(text: str, support: Support) -> tuple[str, ...]:
    """Return the numbers and dates of a text that nothing supports, as written, each once."""
    for name in support.names:
        if name in text:
            text = _without(name, text)
    unsupported = [day for day, part in dates(text) if not _is_known_date(part, support.days)]
    unsupported += [number.text for number in quantities(text) if not _is_counted(number, support)]
    return tuple(sorted(dict.fromkeys(unsupported), key=text.find))


def _without(name: str, text: str) -> str:
    """Blank out a name; 问题1 is not named in 问题12个."""
    before = r"(?<!\d)" if name[0].isdigit() else ""
    after = rf"(?![\d{NUMERAL}])" if name[-1].isdigit() or name[-1] in NUMERAL else ""
    return re.sub(before + re.escape(name) + after, _BLANK, text)


def _is_known_date(part: DatePart, known: Iterable[DatePart]) -> bool:
    return any(
        all(stated is None or stated == number for stated, number in zip(part, day, strict=True))
        for day in known
    )


def _is_counted(quantity: Quantity, support: Support) -> bool:
    """Exact numbers need an exact source; 20余 more than 20, 约40 something that rounds so."""
    value, step = quantity.value, quantity.step
    if value is None:
        return quantity.text in support.vague
    if quantity.doubt == "exact":
        return value in support.exact
    if value in support.rough:
        return True
    if quantity.doubt == "over":
        return any(value < number < value + step for number in support.exact)
    return any(abs(number - value) * 2 <= step for number in support.exact)


def _days(fact: Fact) -> list[date]:
    days = (
        *(fact.happened_on, fact.planned_on, fact.due_on, fact.completed_on),
        *(fact.found_on, fact.suspended_on),
    )
    return [day for day in days if day is not None]


def _numbers(fact: Fact) -> set[Decimal]:
    numbers = (
        *(fact.expected, fact.present, fact.hours, fact.solved_difficulties, fact.days_overdue),
        len(fact.persons) or None,
    )
    return {Decimal(number) for number in numbers if number is not None}
