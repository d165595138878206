"""Numerals, measure words, titles, dates and periods as official Chinese prose writes them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from app.items.rules import Status
from app.meetings.rules import MeetingType
from app.organizations.rules import OrganizationKind
from app.rectifications.rules import STATUS_LABELS, Source
from app.report.facts import FactSet, PeriodCode, period_days

# Meetings that are named by their type; any other goes by its own title.
MEETING_NAMES: Mapping[str, str] = {
    **{type_: type_.label for type_ in MeetingType if type_ != MeetingType.OTHER},
    MeetingType.DEMOCRATIC_APPRAISAL: "民主评议党员会议",
    MeetingType.SECRETARY_REVIEW: "书记述职评议会议",
}
OTHER_MEETINGS = MeetingType.OTHER.label

SPECIAL_TOPICS = {
    "party_building": "党建工作专题会议",
    "ideology": "意识形态专题会议",
    "integrity": "党风廉政建设专题会议",
    None: "专题会议",
}

# The states of a rectification, in the order in which a sentence tells them.
STATE_NAMES: Mapping[str, str] = {
    Status.CLOSED: STATUS_LABELS[Status.CLOSED],
    Status.SUSPENDED: STATUS_LABELS[Status.SUSPENDED],
    Status.SUBMITTED: STATUS_LABELS[Status.SUBMITTED],
    Status.IN_PROGRESS: "正在整改",
    Status.OPEN: "尚未启动整改",
}

# Whose problems, where a report tells of all that there were in a year: 巡视巡察反馈的三个问题.
RAISED_BY: Mapping[Source, str] = {
    Source.INSPECTION: "巡视巡察反馈的",
    Source.AUDIT: "审计指出的",
    Source.ASSESSMENT_FEEDBACK: "考核反馈的",
    Source.SELF_CHECK: "自查发现的",
    Source.DEMOCRATIC_LIFE_MEETING: "民主生活会对照检查出的",
    Source.OTHER: "其他渠道提出的",
}
# The same of what was under way in a part of it: 三个巡视巡察反馈问题.
RAISED_IN: Mapping[Source, str] = {
    **Source.labels(),
    Source.INSPECTION: "巡视巡察反馈",
    Source.DEMOCRATIC_LIFE_MEETING: "民主生活会对照检查",
}

UNIT_NAMES: Mapping[str, str] = {str(kind): kind.label for kind in OrganizationKind}

POST_PREFIXES: Mapping[str, str] = {
    **UNIT_NAMES,
    OrganizationKind.GENERAL_BRANCH: "总支",
    OrganizationKind.PARTY_BRANCH: "支部",
}

# A person without a post: the deed is not the organisation's.
SOMEBODY = "有关同志"

POST_NAMES = {
    "secretary": "书记",
    "deputy_secretary": "副书记",
    "organization_commissioner": "组织委员",
    "publicity_commissioner": "宣传委员",
    "discipline_commissioner": "纪检委员",
}


Numerals = Literal["chinese", "arabic", "auto"]

AUTO_LIMIT = 10
_DIGITS = "零一二三四五六七八九"
_POWERS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_GROUP_BASE = 10_000


def _group(value: int) -> str:
    """Return up to four digits without their 万 or 亿; 零 stands once for any gap."""
    text = ""
    gap = False
    for power in range(3, -1, -1):
        digit = value // 10**power % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _POWERS[power]
        gap = not digit
    return text


def chinese_number(value: int) -> str:
    """Return a cardinal as 一百零二; 十二 rather than 一十二.

    Raises:
        ValueError: the number is negative.
    """
    if value < 0:
        raise ValueError(f"not a count: {value}")
    if value == 0:
        return "零"
    groups: list[int] = []
    while value:
        value, low = divmod(value, _GROUP_BASE)
        groups.append(low)
    text = ""
    for index in range(len(groups) - 1, -1, -1):
        if not groups[index]:
            continue
        needs_zero = text and (groups[index] < _GROUP_BASE // 10 or not groups[index + 1])
        text += ("零" if needs_zero else "") + _group(groups[index]) + _GROUPS[index]
    return text.removeprefix("一") if text.startswith("一十") else text


def ordinal(position: int) -> str:
    """Return the number in 一是 or 第二: 二 stays 二."""
    return chinese_number(position)


def cardinal(value: int, numerals: Numerals) -> str:
    """Return a number before a measure word: 2 is 两; `auto` writes up to ten in Chinese."""
    if numerals == "arabic" or (numerals == "auto" and value > AUTO_LIMIT):
        return str(value)
    text = chinese_number(value)
    if text == "二" or text.startswith(("二千", "二万", "二亿")):
        return "两" + text[1:]
    return text


def quantity(value: int, unit: str, numerals: Numerals, *, approximate: bool = False) -> str:
    """Return a measured number: 三次, 两项; approximate 20余份 for whole tens, else 约23份."""
    number = cardinal(value, numerals)
    if not approximate:
        return number + unit
    if value and value % 10 == 0:
        return f"{number}余{unit}"
    return f"约{number}{unit}"


NAMES_LIMIT = 8
NAMES_SHOWN = 5
_NOUN_ENDINGS = (
    *("活动", "大会", "会议", "会", "班", "讲座", "考评", "考核", "行动", "竞赛", "仪式"),
    *("平台", "网", "阵地", "展", "日", "课题", "调研", "学习", "党课"),
    *("督查", "检查", "宣讲", "慰问", "走访", "座谈", "培训", "比赛", "演练", "服务", "植树"),
    *("报告", "心得", "交流", "分享", "园地", "创建", "测试", "考试", "月", "周"),
)
_VERB_STARTS = (
    *("赴", "到", "前往", "参观", "走访", "观看", "慰问", "重温", "诵读", "共读", "瞻仰"),
    *("祭扫", "开展", "组织", "举办", "召开"),
)
# Deeds with an object only: 调研第一工区 is one, 调研 and 学习园地 are names.
_OBJECT_STARTS = ("调研", "督查", "检查", "学习", "宣讲")
_NAMES = ("学习型", "学习强国")
_NUMBERING = re.compile(
    r"(?:20\d\d年(?:度)?)|[（(]?第[一二三四五六七八九十\d]+(?:期|季度|次|批)[）)]?|"
    r"[（(]\d+[）)]|[（(][一二三四五六七八九十]+[）)]|^(?:1[0-2]|[1-9])月份?"
)
_OPENERS = ("《", "“")
_CLOSERS = ("》", "”")
_STOPS = ("。", "！", "？", "…", "!", "?", "。”", "！”", "？”", "。）")


def clean(text: str) -> str:
    """Return the text on one line without surrounding space, as typed otherwise."""
    return " ".join(text.split())


def named(title: str) -> str:
    """Return a title inside a sentence: noun phrases stand bare, anything else is quoted."""
    title = clean(title)
    is_noun = title.endswith(_NOUN_ENDINGS) and not title.startswith(_VERB_STARTS)
    return title if is_noun and "《" not in title else quoted(title)


def is_predicate(title: str) -> bool:
    """Return whether a title says what was done and can follow 组织…人: 参观…, 赴…, 调研…."""
    title = clean(title)
    if title.startswith(_VERB_STARTS):
        return True
    is_name = title in _OBJECT_STARTS or title.endswith(_NOUN_ENDINGS)
    return title.startswith(_OBJECT_STARTS) and not (is_name or title.startswith(_NAMES))


def shared_verb(titles: Sequence[str]) -> str:
    """Return the verb that all deeds begin with, said once (参观甲地和乙地); or nothing."""
    for verb in (*_VERB_STARTS, *_OBJECT_STARTS):
        if all(title.startswith(verb) and title != verb for title in titles):
            return verb
    return ""


def stem(title: str) -> str:
    """Return the title without what numbers it: year, quarter, month, term of a course."""
    return _NUMBERING.sub("", clean(title)) or clean(title)


def _is_wrapped(title: str) -> bool:
    return any(
        title.startswith(opener) and title.find(closer) == len(title) - 1
        for opener, closer in zip(_OPENERS, _CLOSERS, strict=True)
    )


def quoted(title: str) -> str:
    """Return a name in “”, inner quotation marks becoming ‘’; one in 《》 or “” stays as it is."""
    title = clean(title)
    if _is_wrapped(title):
        return title
    return "“" + title.replace("“", "‘").replace("”", "’") + "”"


def work_title(title: str) -> str:
    """Return a policy's or article's title in 《》; with 《》 inside it is quoted instead."""
    title = clean(title)
    if _is_wrapped(title):
        return title
    return quoted(title) if "《" in title else f"《{title}》"


def _separator(left: str, right: str) -> str:
    return "" if left.endswith(_CLOSERS) and right.startswith(_OPENERS) else "、"


def join(items: Sequence[str], last: str | None = "和") -> str:
    """Join as A、B和C, without 、 between 《》 or “”. `last=None` is for a list that was cut."""
    if not items:
        return ""
    text = items[0]
    for index, (left, right) in enumerate(pairwise(items), start=2):
        text += (last if last and index == len(items) else _separator(left, right)) + right
    return text


def names(items: Sequence[str]) -> str:
    """Join up to eight names; longer lists show five and end in 等."""
    if len(items) <= NAMES_LIMIT:
        return join(items)
    return join(items[:NAMES_SHOWN], last=None) + "等"


def full_stop(text: str) -> str:
    """Return a person's sentence with 。 added when its end lacks one, otherwise untouched."""
    text = clean(text)
    return text if text.endswith(_STOPS) else text + "。"


_MONTHS_LISTED = 4
_SHORTEST_SPAN = 3
_SPAN = re.compile(r"(\d+)月至(\d+)月")


def day(value: date, year: int) -> str:
    """Return 3月22日; with its year when that is another one."""
    text = f"{value.month}月{value.day}日"
    return text if value.year == year else f"{value.year}年{text}"


def is_span(text: str) -> bool:
    """Return whether these are months as a span: 2月至10月."""
    return _SPAN.fullmatch(text) is not None


def months_in(span: str) -> int:
    """Return how many months a span has."""
    first, last = (int(month) for month in _SPAN.findall(span)[0])
    return last - first + 1


def months_of(days: Sequence[date]) -> list[int]:
    """Return the distinct months, in order."""
    return sorted({value.month for value in days})


def quarter(month: int) -> int:
    """Return the quarter of a month, both counted from 1."""
    return (month + 2) // 3


def months(days: Sequence[date], last: str | None = "和") -> str:
    """Return 4月、7月和10月; three or more in a row, or more than four, become a span."""
    numbers = months_of(days)
    in_a_row = len(numbers) >= _SHORTEST_SPAN and numbers[-1] - numbers[0] == len(numbers) - 1
    if in_a_row or len(numbers) > _MONTHS_LISTED:
        return f"{numbers[0]}月至{numbers[-1]}月"
    return join([f"{number}月" for number in numbers], last)


_PERIOD_NAMES: dict[PeriodCode, str] = {
    "year": "",
    "first_half": "上半年",
    "second_half": "下半年",
    "q1": "第一季度",
    "q2": "第二季度",
    "q3": "第三季度",
    "q4": "第四季度",
}
_NEXT: dict[PeriodCode, PeriodCode] = {
    "year": "year",
    "first_half": "second_half",
    "second_half": "first_half",
    "q1": "q2",
    "q2": "q3",
    "q3": "q4",
    "q4": "q1",
}
_HALVES = frozenset({"first_half", "second_half"})
# Of so many months one that lacks makes no difference to the reader.
_LONG = 6
_LAST_OF_YEAR = frozenset({"year", "second_half", "q4"})


@dataclass(frozen=True, slots=True)
class Following:
    """The period after a report's own: its year, its name in a sentence, its last day."""

    year: int
    name: str
    last: date


def following(period: PeriodCode, year: int) -> Following:
    """Return the period that follows: 2019年, 下半年, 第四季度, 2019年第一季度."""
    later = _NEXT[period]
    name = _PERIOD_NAMES[later]
    if period in _LAST_OF_YEAR:
        year += 1
        name = f"{year}年{name}"
    return Following(year, name, period_days(later, year)[1])


def when(fact_set: FactSet) -> str:
    """Return the period with its year: 2018年, 2018年上半年, 2018年第三季度."""
    return f"{fact_set.year}年{_PERIOD_NAMES[fact_set.period]}"


def term(fact_set: FactSet) -> str:
    """Return the period with its year in a title: 2018年度 for a whole year."""
    return when(fact_set) + ("度" if fact_set.period == "year" else "")


def _is_over(fact_set: FactSet) -> bool:
    """Return whether the period is over, or in its last month."""
    return fact_set.as_of >= fact_set.days[1].replace(day=1)


def covered(fact_set: FactSet) -> str:
    """Return the period as an adverb: 全年, 上半年; while it runs 年初以来, 7月以来."""
    if _is_over(fact_set):
        return _PERIOD_NAMES[fact_set.period] or "全年"
    month = fact_set.days[0].month
    return "年初以来" if month == 1 else f"{month}月以来"


def during(fact_set: FactSet) -> str:
    """Return the period of what took place now and then: 年内, otherwise as ``covered``."""
    return "年内" if fact_set.period == "year" else covered(fact_set)


def is_covered(fact_set: FactSet, span: str) -> bool:
    """Return whether a span is all of the period so far; of half a year a month may lack."""
    first, last = fact_set.days
    passed = min(fact_set.as_of, last).month - first.month + 1
    return months_in(span) >= (passed if passed < _LONG else passed - 1)


def elapsed(fact_set: FactSet) -> str:
    """Return the period looking back: 一年来, 半年来, 本季度; while it runs 年初以来."""
    if not _is_over(fact_set):
        return covered(fact_set)
    if fact_set.period == "year":
        return "一年来"
    return "半年来" if fact_set.period in _HALVES else "本季度"


def current(fact_set: FactSet) -> str:
    """Return the period as its own report calls it: 本年, 上半年, 本季度."""
    if fact_set.period == "year":
        return "本年"
    return _PERIOD_NAMES[fact_set.period] if fact_set.period in _HALVES else "本季度"


def heading_period(fact_set: FactSet) -> str:
    """Return the period in a heading: 全年, 上半年, 第三季度, whether it is over or not."""
    return _PERIOD_NAMES[fact_set.period] or "全年"
