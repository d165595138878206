"""A report book in use: phrases, outlines and headlines, and words that no phrase may hold."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args

import yaml
from pydantic import PlainSerializer

from app.core.ids import sha256_of
from app.report.book_documents import (
    BookDocument,
    HeadlineSet,
    Outline,
    Phrase,
    Voice,
    document_data,
)

FILE = Path(__file__).with_name("phrases.yaml")
# Written out in order, so that a frozen book has the same bytes in every process.
Features = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]


@dataclass(frozen=True, slots=True)
class Variant:
    """A template, the features of the facts without which it would not be true, and its years.

    `voice` keeps it for reports in that voice.
    """

    id: str
    text: str
    needs: Features = frozenset()
    valid_from: int | None = None
    valid_to: int | None = None
    voice: Voice | None = None

    def holds_in(self, year: int) -> bool:
        """Whether the words belong to a report of this year."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)

    def suits(self, voice: Voice) -> bool:
        """Whether the words belong to a report in this voice."""
        return self.voice in {None, voice}


PhraseBook = Mapping[str, tuple[Variant, ...]]


def choose(
    variants: Sequence[Variant], features: AbstractSet[str], year: int, voice: Voice
) -> tuple[Variant, ...]:
    """The variants of the year and voice whose needs the facts meet, the most demanding ones."""
    fitting = [
        variant
        for variant in variants
        if variant.needs <= features and variant.holds_in(year) and variant.suits(voice)
    ]
    most = max((len(variant.needs) for variant in fitting), default=0)
    return tuple(variant for variant in fitting if len(variant.needs) == most)


@cache
def standard_phrases() -> PhraseBook:
    """The phrases that are shipped with the program."""
    rules = yaml.safe_load(FILE.read_bytes())["phrases"]
    return {rule: tuple(_variants(rule, entries)) for rule, entries in rules.items()}


def variant_key(rule: str, needs: AbstractSet[str]) -> str:
    """The rule and what is needed, as the beginning of a variant's id."""
    return "/".join((rule, "+".join(sorted(needs)) or "plain"))


def _variants(rule: str, entries: Sequence[Mapping[str, Any]]) -> list[Variant]:
    """The variants with their ids: the rule, what is needed, which one of several."""
    seen: dict[str, int] = {}
    variants = []
    for entry in entries:
        needs = frozenset(entry.get("needs", ()))
        key = variant_key(rule, needs)
        seen[key] = seen.get(key, 0) + 1
        variants.append(
            Variant(
                f"{key}/{seen[key]}",
                entry["text"],
                needs,
                entry.get("valid_from"),
                entry.get("valid_to"),
                entry.get("voice"),
            )
        )
    return variants


# Claims of quality that no record supports: hints, the unit decides.
FILLERS = (
    *("进一步", "不断", "狠抓", "切实", "显著", "圆满", "扎实", "大力", "全面", "有力", "认真"),
    *("积极", "有效", "明显", "高度重视", "深入贯彻", "取得成效", "取得实效", "有声有色"),
    *("高质量", "高标准", "高效", "成功", "顺利", "精心", "严格", "成效"),
)
# Set phrases as they are wrongly written, and how they read.
WRONG = {
    "二个维护": "两个维护",
    "二个确立": "两个确立",
    "二学一做": "两学一做",
    "二次": "两次",
    "二项": "两项",
    "二个": "两个",
    "三会一棵": "三会一课",
    "一岗双职": "一岗双责",
}
# Set phrases and the first year whose reports may use them.
FIRST_YEARS = {
    "两个确立": 2021,
    "二十大": 2022,
    "两个维护": 2018,
    "十九大": 2017,
    "四个意识": 2016,
    "四个自信": 2016,
}
# 第二次 and 十二项 are right.
_MISSPELT = re.compile(rf"(?<![第十百千万])(?:{'|'.join(WRONG)})")
# Numbers in them are part of a name.
_SETTLED = re.compile("|".join((*FIRST_YEARS, "三会一课", "一岗双责", "三个清单", "两学一做")))
MARKUP = re.compile(r"[<>\[\]`*#|~\\^$_]")
_NUMERAL = "零一二三四五六七八九十百千万两"
# 十二项 is a number, 第二次 an ordinal; neither is the wrong 二项 or 二次.
NUMBERS = re.compile(
    rf"[0-9０-９]|(?<!第)[{_NUMERAL}]+余?(?:次|项|个|人|名|期|篇|份|处|天|学时|场|家)"
)
# What only some facts bear out: a phrase may say it where the shipped ones do.
CLAIMS = (
    *("全部", "均", "全体", "全员", "逐月", "逐项", "各季度", "每个", "每次", "每月", "所有"),
    *("无一", "首次", "唯一", "率先", "上、下半年", "按时", "如期"),
)
# Praise and rank: a record of its own (表彰奖励) or nothing.
PRAISE = (
    *("获得", "荣获", "获评", "获奖", "评为", "表彰", "好评", "赞誉", "认可", "肯定", "满意"),
    *("前列", "名列", "位居", "领先", "第一名", "推广", "达标", "取得"),
)
# What a heading would say of every record under it.
FINISHED = ("完毕", "已完成", "完成整改", "整改到位", "落实到位", "见效", "成效", "圆满", "优异")
# Who speaks is a slot; 自我批评 and 我国 name nobody.
_SPEAKER = re.compile(r"(?<![自忘])我(?![国党军])|本人|笔者|咱|亲自")


@dataclass(frozen=True, slots=True)
class Flawed:
    """A stable code and what to do about it, in Chinese."""

    code: str
    words: str


def flaws_of_words(text: str, valid_from: int | None = None) -> list[Flawed]:
    """What is wrong with words that stand in a report from a year on (None: in any year)."""
    found = []
    if mark := MARKUP.search(text):
        found.append(Flawed("markup", f"不能使用“{mark[0]}”这类标记符号，请删去"))
    if misspelt := _MISSPELT.search(text):
        wrong = misspelt[0]
        found.append(Flawed("set_phrase_wrong", f"“{wrong}”应为“{WRONG[wrong]}”"))
    elif number := NUMBERS.search(_SETTLED.sub("", text)):
        words = f"“{number[0]}”是写死的数字：数字只能由记录填写，请用花括号"
        found.append(Flawed("number_stated", words))
    for phrase, year in FIRST_YEARS.items():
        if phrase in text and (valid_from is None or valid_from < year):
            words = f"“{phrase}”从 {year} 年起才有，请用 valid_from 限定年份，或改写"
            found.append(Flawed("set_phrase_year", words))
    return found


def speakers_in(text: str) -> set[str]:
    """The words by which a text itself says who speaks."""
    return set(_SPEAKER.findall(text))


def flaws_of_claims(
    text: str, words: Iterable[str], borne_out: Collection[str] = ()
) -> list[Flawed]:
    """Claims in a text, and words for the speaker, but for those that are borne out there."""
    found = [
        Flawed("claim_unfounded", f"“{word}”在这里没有依据，请删去，或补上相应的特征")
        for word in words
        if word in text and word not in borne_out
    ]
    for word in sorted(speakers_in(text).difference(borne_out)):
        hint = f"“{word}”不能写死：由谁来说、谁做的，只能由花括号（如 {{doer}}）填入"
        found.append(Flawed("speaker_stated", hint))
    return found


def hints_of_words(text: str) -> list[Flawed]:
    """Fillers in some words; reminders only."""
    return [
        Flawed("filler", f"“{word}”没有记录可以证明，建议写具体")
        for word in FILLERS
        if word in text
    ]


OUTLINES = Path(__file__).with_name("outlines.yaml")
HEADLINES = Path(__file__).with_name("headlines.yaml")
STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class BookSource:
    """A book of a chain, and the revision that was used."""

    code: str
    revision: int


@dataclass(frozen=True, slots=True)
class Book:
    """What a report is composed with; equal `sha256` means equal words.

    `headlines` are in the order in which they are tried.
    """

    phrases: PhraseBook
    outlines: Mapping[str, Outline]
    headlines: tuple[HeadlineSet, ...]
    sources: tuple[BookSource, ...]
    sha256: str


@cache
def standard_book() -> Book:
    """The book that is shipped with the program."""
    outlines = [Outline.model_validate(entry) for entry in _entries(OUTLINES)]
    headlines = tuple(HeadlineSet.model_validate(entry) for entry in _entries(HEADLINES))
    phrases = standard_phrases()
    content = [
        [outline.model_dump(mode="json") for outline in outlines],
        [headline.model_dump(mode="json") for headline in headlines],
        {rule: [_row(variant) for variant in variants] for rule, variants in phrases.items()},
    ]
    return Book(
        phrases,
        {outline.code: outline for outline in outlines},
        headlines,
        (BookSource(STANDARD, 1),),
        sha256_of(content),
    )


def _row(variant: Variant) -> list[object]:
    years = (variant.valid_from, variant.valid_to)
    return [variant.text, sorted(variant.needs), *years, variant.voice]


def _entries(path: Path) -> list[object]:
    entries: list[object] = yaml.safe_load(path.read_bytes())
    return entries


def laid_over(base: Book, document: BookDocument, revision: int) -> Book:
    """The book with one more layer.

    An outline replaces the one of its code, a set of headlines comes before those of the base or
    replaces the one of its code, a phrase replaces those with the same needs and voice.
    """
    mine = {entry.code for entry in document.headlines}
    kept = tuple(entry for entry in base.headlines if entry.code not in mine)
    phrases = dict(base.phrases)
    for rule in dict.fromkeys(phrase.rule for phrase in document.phrases):
        said = [phrase for phrase in document.phrases if phrase.rule == rule]
        phrases[rule] = _with(phrases.get(rule, ()), document.code, said)
    return Book(
        phrases,
        {**base.outlines, **{outline.code: outline for outline in document.outlines}},
        (*document.headlines, *kept),
        (*base.sources, BookSource(document.code, revision)),
        sha256_of([base.sha256, sha256_of(document_data(document))]),
    )


def _with(known: tuple[Variant, ...], code: str, said: Iterable[Phrase]) -> tuple[Variant, ...]:
    own: list[Variant] = []
    replaced: set[tuple[frozenset[str], Voice | None]] = set()
    seen: dict[str, int] = {}
    for phrase in said:
        needs = frozenset(phrase.needs)
        key = variant_key(phrase.rule, needs)
        seen[key] = seen.get(key, 0) + 1
        own.append(
            Variant(
                f"{code}:{key}/{seen[key]}",
                phrase.text,
                needs,
                phrase.valid_from,
                phrase.valid_to,
                phrase.voice,
            )
        )
        always = phrase.valid_from is None and phrase.valid_to is None
        if always and not phrase.together:
            replaced.add((needs, phrase.voice))
    kept = (left for variant in known if (left := _left(variant, replaced)))
    return (*own, *kept)


def _left(
    variant: Variant, replaced: AbstractSet[tuple[frozenset[str], Voice | None]]
) -> Variant | None:
    """What is left of a variant: one that fits both voices may go on in the other one."""
    if (variant.needs, None) in replaced:
        return None
    voices = (variant.voice,) if variant.voice else get_args(Voice)
    going_on = [voice for voice in voices if (variant.needs, voice) not in replaced]
    if len(going_on) == len(voices):
        return variant
    return replace(variant, voice=going_on[0]) if going_on else None
