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

from app.core.errors import FieldError
from app.core.ids import sha256_of
from app.report.book_documents import BookDocument, HeadlineSet, Outline, Voice, document_data

PHRASES = Path(__file__).with_name("phrases.yaml")
OUTLINES = Path(__file__).with_name("outlines.yaml")
HEADLINES = Path(__file__).with_name("headlines.yaml")
STANDARD = "standard"
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

    def suits(self, year: int, voice: Voice) -> bool:
        """Tell whether the words belong to a report of this year in this voice."""
        in_years = (self.valid_from or year) <= year <= (self.valid_to or year)
        return in_years and self.voice in {None, voice}


PhraseBook = Mapping[str, tuple[Variant, ...]]


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


def choose(
    variants: Sequence[Variant], features: AbstractSet[str], year: int, voice: Voice
) -> tuple[Variant, ...]:
    """Return the variants of the year and voice whose needs the facts meet, the most demanding."""
    fitting = [
        variant for variant in variants if variant.needs <= features and variant.suits(year, voice)
    ]
    most = max((len(variant.needs) for variant in fitting), default=0)
    return tuple(variant for variant in fitting if len(variant.needs) == most)


@cache
def standard_phrases() -> PhraseBook:
    """Read the phrases that are shipped with the program."""
    rules = yaml.safe_load(PHRASES.read_bytes())["phrases"]
    return {rule: _variants(rule, entries) for rule, entries in rules.items()}


@cache
def standard_book() -> Book:
    """Read the book that is shipped with the program."""
    outlines = [Outline.model_validate(entry) for entry in yaml.safe_load(OUTLINES.read_bytes())]
    headlines = [
        HeadlineSet.model_validate(entry) for entry in yaml.safe_load(HEADLINES.read_bytes())
    ]
    phrases = standard_phrases()
    content = [
        [outline.model_dump(mode="json") for outline in outlines],
        [headline.model_dump(mode="json") for headline in headlines],
        {
            rule: [
                [row.text, sorted(row.needs), row.valid_from, row.valid_to, row.voice]
                for row in variants
            ]
            for rule, variants in phrases.items()
        },
    ]
    return Book(
        phrases,
        {outline.code: outline for outline in outlines},
        tuple(headlines),
        (BookSource(STANDARD, 1),),
        sha256_of(content),
    )


def _variants(
    rule: str, entries: Iterable[Mapping[str, Any]], prefix: str = ""
) -> tuple[Variant, ...]:
    """Make variants with their ids: the rule, what is needed, which one of several."""
    numbers: dict[str, int] = {}
    variants = []
    for entry in entries:
        needs = frozenset(entry.get("needs", ()))
        key = f"{prefix}{rule}/{'+'.join(sorted(needs)) or 'plain'}"
        numbers[key] = numbers.get(key, 0) + 1
        years = entry.get("valid_from"), entry.get("valid_to")
        id_ = f"{key}/{numbers[key]}"
        variants.append(Variant(id_, entry["text"], needs, *years, entry.get("voice")))
    return tuple(variants)


def laid_over(base: Book, document: BookDocument, revision: int) -> Book:
    """Return the book with one more layer.

    An outline replaces the one of its code, a set of headlines comes before those of the base or
    replaces the one of its code, a phrase replaces those with the same needs and voice.
    """
    own_codes = {entry.code for entry in document.headlines}
    phrases = dict(base.phrases)
    for rule in dict.fromkeys(phrase.rule for phrase in document.phrases):
        phrases[rule] = _with_phrases(phrases.get(rule, ()), rule, document)
    return Book(
        phrases,
        {**base.outlines, **{outline.code: outline for outline in document.outlines}},
        (*document.headlines, *(entry for entry in base.headlines if entry.code not in own_codes)),
        (*base.sources, BookSource(document.code, revision)),
        sha256_of([base.sha256, sha256_of(document_data(document))]),
    )


def _with_phrases(
    known: tuple[Variant, ...], rule: str, document: BookDocument
) -> tuple[Variant, ...]:
    """Put a document's phrases for a rule before the known ones that they do not replace."""
    phrases = [phrase for phrase in document.phrases if phrase.rule == rule]
    own = _variants(rule, (phrase.model_dump() for phrase in phrases), f"{document.code}:")
    replaced = {
        (frozenset(phrase.needs), phrase.voice)
        for phrase in phrases
        if not phrase.together and phrase.valid_from is None and phrase.valid_to is None
    }
    left = (_left(variant, replaced) for variant in known)
    return (*own, *(variant for variant in left if variant))


def _left(
    variant: Variant, replaced: AbstractSet[tuple[frozenset[str], Voice | None]]
) -> Variant | None:
    """Return what is left of a variant: one that fits both voices may go on in the other one."""
    if (variant.needs, None) in replaced:
        return None
    voices = (variant.voice,) if variant.voice else get_args(Voice)
    left = [voice for voice in voices if (variant.needs, voice) not in replaced]
    if len(left) == len(voices):
        return variant
    return replace(variant, voice=left[0]) if left else None


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


def flaws_of_words(text: str, valid_from: int | None = None) -> list[FieldError]:
    """List what is wrong with words that stand in a report from a year on (None: in any year)."""
    flaws = []
    if mark := MARKUP.search(text):
        flaws.append(FieldError("markup", f"不能使用“{mark[0]}”这类标记符号，请删去"))
    if misspelt := _MISSPELT.search(text):
        wrong = misspelt[0]
        flaws.append(FieldError("set_phrase_wrong", f"“{wrong}”应为“{WRONG[wrong]}”"))
    elif number := NUMBERS.search(_SETTLED.sub("", text)):
        message = f"“{number[0]}”是写死的数字：数字只能由记录填写，请用花括号"
        flaws.append(FieldError("number_stated", message))
    for phrase, year in FIRST_YEARS.items():
        if phrase in text and (valid_from is None or valid_from < year):
            message = f"“{phrase}”从 {year} 年起才有，请用 valid_from 限定年份，或改写"
            flaws.append(FieldError("set_phrase_year", message))
    return flaws


def speakers_in(text: str) -> set[str]:
    """Find the words by which a text itself says who speaks."""
    return set(_SPEAKER.findall(text))


def flaws_of_claims(
    text: str, claims: Iterable[str], borne_out: Collection[str] = ()
) -> list[FieldError]:
    """List claims in a text, and words for the speaker, but for those that are borne out there."""
    flaws = [
        FieldError("claim_unfounded", f"“{claim}”在这里没有依据，请删去，或补上相应的特征")
        for claim in claims
        if claim in text and claim not in borne_out
    ]
    for speaker in sorted(speakers_in(text).difference(borne_out)):
        message = f"“{speaker}”不能写死：由谁来说、谁做的，只能由花括号（如 {{doer}}）填入"
        flaws.append(FieldError("speaker_stated", message))
    return flaws
