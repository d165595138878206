"""Whether a unit's book can be used: what each phrase may and must say. Pure."""

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from app.core.errors import FieldError
from app.report.book import (
    CLAIMS,
    FILLERS,
    FINISHED,
    PRAISE,
    STANDARD,
    Variant,
    flaws_of_claims,
    flaws_of_words,
    speakers_in,
    standard_phrases,
)
from app.report.book_documents import (
    HEADING_SLOTS,
    HEADLINE_SLOTS,
    TITLE_SLOTS,
    BookDocument,
    HeadlineSet,
    Outline,
    Phrase,
)

MAX_REPORTED = 100
WHO = frozenset({"doer", "doer_seq", "subject", "guide"})
# Slots that say who, when or how; all others hold numbers, names or states of records.
CIRCUMSTANCE = WHO | {
    *("verb", "when", "span", "period", "during", "day", "as_of", "elapsed", "task", "unit"),
    *("first", "last", "all", "current", "prior"),
}
# Features that the facts never have together.
EXCLUSIVE = (
    frozenset({"one", "many"}),
    frozenset({"in_time", "late", "missing", "all_done"}),
    frozenset({"sourced", "rest"}),
    frozenset({"rate", "one_state"}),
    frozenset({"fresh", "carried", "mixed"}),
    frozenset({"each", "cut"}),
)
# What a feature of the facts brings with it.
IMPLIED = {
    "quarters": frozenset({"halves", "spread", "many"}),
    "halves": frozenset({"spread", "many"}),
    **dict.fromkeys(("spread", "kinds", "each", "cut", "repeated", "mixed"), frozenset({"many"})),
}
STOP = "。"
AWARD = "award"
MASK = "\0"
# A verb with its object may be changed at will; what is longer says something of its own.
LONGEST_FREE, LONGEST_TAIL = 8, 1
_CLAUSES = re.compile(r"[，；：。、（）]")
_BRACES = FieldError(
    "template_refused", "花括号内只能是规定的名称，不能有点号、叹号、冒号，且须成对"
)


def flaws_of(document: BookDocument) -> list[FieldError]:
    """List everything that keeps a book from being saved, each at its place."""
    flaws = []
    if document.code == STANDARD:
        flaws.append(
            FieldError("code_reserved", "standard 是标准用语的代码，请换一个", pointer="#/code")
        )
    flaws += _repeated("#/outlines", [outline.code for outline in document.outlines])
    flaws += _repeated("#/headlines", [headlines.code for headlines in document.headlines])
    for number, outline in enumerate(document.outlines):
        flaws += _at(f"#/outlines/{number}", _flaws_of_outline(outline))
    for number, headlines in enumerate(document.headlines):
        flaws += _at(f"#/headlines/{number}", _flaws_of_headlines(headlines))
    for number, phrase in enumerate(document.phrases):
        flaws += _at(f"#/phrases/{number}", flaws_of_phrase(phrase))
    return flaws[:MAX_REPORTED]


def usable(document: BookDocument) -> BookDocument:
    """Return the document without what no longer fits the shipped book of a newer program."""
    return document.model_copy(
        update={
            "outlines": [entry for entry in document.outlines if not _flaws_of_outline(entry)],
            "headlines": [entry for entry in document.headlines if not _flaws_of_headlines(entry)],
            "phrases": [entry for entry in document.phrases if not flaws_of_phrase(entry)],
        }
    )


def _at(pointer: str, flaws: Iterable[FieldError]) -> list[FieldError]:
    """Put flaws, and the pointers that they have already, below a pointer."""
    return [replace(flaw, pointer=pointer + (flaw.pointer or "")) for flaw in flaws]


def _repeated(pointer: str, codes: Sequence[str]) -> list[FieldError]:
    return [
        FieldError(
            "code_repeated", f"代码“{code}”写了两次，请合并或改名", f"{pointer}/{number}/code"
        )
        for number, code in enumerate(codes)
        if code in codes[:number]
    ]


def _flaws_of_outline(outline: Outline) -> list[FieldError]:
    flaws = _at("/title", flaws_of_template(outline.title, TITLE_SLOTS))
    flaws += _at("/task", flaws_of_template(outline.task, frozenset()))
    for number, section in enumerate(outline.sections):
        if section.heading:
            heading = flaws_of_template(section.heading, HEADING_SLOTS)
            flaws += _at(f"/sections/{number}/heading", heading)
    return flaws


def _flaws_of_headlines(headlines: HeadlineSet) -> list[FieldError]:
    flaws = _at("/template", flaws_of_template(headlines.template, HEADLINE_SLOTS))
    if "{first}" not in headlines.template:
        message = "缺少 {first}：小标题须说到做了的工作"
        flaws.append(FieldError("slot_missing", message, pointer="/template"))
    for pointer, text in _headline_words(headlines):
        flaws += _at(pointer, flaws_of_template(text, frozenset()))
    return flaws


def _headline_words(headlines: HeadlineSet) -> Iterator[tuple[str, str]]:
    """Go through the words for each strand, each with its pointer in the set."""
    tables = [("/strands", headlines.strands)]
    tables += [(f"/focuses/{code}", table) for code, table in headlines.focuses.items()]
    for pointer, table in tables:
        for strand, texts in table.items():
            for number, text in enumerate(texts):
                yield f"{pointer}/{strand}/{number}", text


class PhraseTemplateRefused(ValueError):
    """A template holds more than plain text and names in braces."""


def parsed(text: str) -> tuple[str, list[str]]:
    """Return the plain text of a template, and its slots in order.

    Raises:
        PhraseTemplateRefused: braces that hold anything but a name, or that do not match.
    """
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as error:
        raise PhraseTemplateRefused from error
    plain, slots = "", []
    for literal, name, form, conversion in pieces:
        plain += literal
        if name is None:
            continue
        if form or conversion or not (name.isascii() and name.isidentifier()):
            raise PhraseTemplateRefused
        slots.append(name)
    if "{" in plain or "}" in plain:
        raise PhraseTemplateRefused
    return plain, slots


def flaws_of_template(text: str, offered: AbstractSet[str]) -> list[FieldError]:
    """List what is wrong with a title or heading that may use the slots that are offered."""
    try:
        plain, slots = parsed(text)
    except PhraseTemplateRefused:
        return [_BRACES]
    claims = flaws_of_claims(plain, (*CLAIMS, *PRAISE, *FINISHED))
    return [*_flaws_of_slots(slots, offered), *flaws_of_words(plain), *claims]


def _flaws_of_slots(slots: Sequence[str], offered: AbstractSet[str]) -> list[FieldError]:
    flaws = []
    for name in dict.fromkeys(slots):
        if name not in offered:
            known = "、".join(sorted(offered)) or "（无）"
            flaws.append(FieldError("slot_unknown", f"这里没有 {{{name}}}，可用的有：{known}"))
        elif slots.count(name) > 1 and name not in CIRCUMSTANCE - WHO:
            flaws.append(FieldError("slot_repeated", f"{{{name}}} 只能出现一次"))
    return flaws


def flaws_of_phrase(phrase: Phrase) -> list[FieldError]:
    """List what is wrong with a unit's phrase; pointers name its fields."""
    shipped = standard_phrases().get(phrase.rule)
    if shipped is None:
        message = f"没有规则“{phrase.rule}”，请核对"
        return [FieldError("rule_unknown", message, pointer="/rule")]
    needs = frozenset(phrase.needs)
    known = frozenset(name for variant in shipped for name in variant.needs)
    if unknown := sorted(needs - known):
        names = "、".join(sorted(known))
        message = f"规则“{phrase.rule}”没有特征“{unknown[0]}”，可用的有：{names}"
        return [FieldError("feature_unknown", message, pointer="/needs")]
    # A slot is there to be used only where the shipped wordings of these needs, or weaker, do so.
    weaker = [variant for variant in shipped if variant.needs <= needs]
    if not weaker:
        fewest = min(len(variant.needs) for variant in shipped)
        choices = {"、".join(sorted(v.needs)) for v in shipped if len(v.needs) == fewest}
        message = f"needs 至少要写明：{'，或'.join(sorted(choices))}"
        return [FieldError("needs_too_few", message, pointer="/needs")]
    return _at("/text", _flaws_of_text(phrase, shipped, weaker))


def _flaws_of_text(
    phrase: Phrase, shipped: Sequence[Variant], weaker: Sequence[Variant]
) -> list[FieldError]:
    """List what is wrong with a phrase's text.

    ``weaker`` are the shipped wordings that are true whenever the phrase's needs are met. The most
    demanding of them are what it must say as well.
    """
    try:
        plain, slots = parsed(phrase.text)
    except PhraseTemplateRefused:
        return [_BRACES]
    most = max(len(variant.needs) for variant in weaker)
    replaced = [variant for variant in weaker if len(variant.needs) == most]
    offered = frozenset(name for variant in weaker for name in parsed(variant.text)[1])
    if offered & {"doer", "doer_seq"}:
        offered |= {"doer", "subject", "verb"}
    flaws = [
        *_flaws_of_slots(slots, offered),
        *_missing_slots(slots, shipped, frozenset(phrase.needs), replaced),
    ]
    is_sentence = replaced[0].text.endswith(STOP)
    if is_sentence != phrase.text.endswith(STOP):
        message = (
            "这条规则的写法是整句，应以“。”结尾"
            if is_sentence
            else "这条规则的写法是句中的一段，末尾不写“。”"
        )
        flaws.append(FieldError("ending_differs", message))
    flaws += flaws_of_words(plain, phrase.valid_from)
    shipped_text = "\n".join(variant.text for variant in weaker)
    claims = CLAIMS if phrase.rule == AWARD else (*CLAIMS, *PRAISE)
    borne_out = {claim for claim in claims if claim in shipped_text} | speakers_in(shipped_text)
    return flaws + flaws_of_claims(plain, claims, borne_out)


def _missing_slots(
    slots: Sequence[str],
    shipped: Sequence[Variant],
    needs: frozenset[str],
    replaced: Sequence[Variant],
) -> list[FieldError]:
    """List slots that a phrase leaves out, and slots for who that do not go together."""
    needed = set.intersection(*(_slots_told(variant) for variant in replaced))
    for variant in shipped:
        if _is_displaced(variant, needs, shipped):
            needed |= _slots_told(variant) - {"who"}
    flaws = []
    for name in sorted(needed - CIRCUMSTANCE - _grouped(slots)):
        slot = "{doer}" if name == "who" else f"{{{name}}}"
        message = f"缺少 {slot}：原有写法说到的记录、数字和主体不能漏掉"
        flaws.append(FieldError("slot_missing", message))
    if "subject" in slots and "verb" not in slots:
        flaws.append(FieldError("slot_missing", "用了 {subject} 就要用 {verb}，或改用 {doer}"))
    if len(WHO & set(slots)) > 1:
        message = "主体只能出现一次：{doer}，或 {subject} 和 {verb}"
        flaws.append(FieldError("slot_repeated", message))
    return flaws


def _is_displaced(variant: Variant, needs: frozenset[str], shipped: Iterable[Variant]) -> bool:
    """Tell whether a phrase with these needs would be used where a shipped one says more."""
    if variant.needs <= needs or len(variant.needs) > len(needs):
        return False
    both = set(variant.needs | needs)
    for feature in variant.needs | needs:
        both |= IMPLIED.get(feature, frozenset())
    if any(len(group & both) > 1 for group in EXCLUSIVE):
        return False
    # Where the facts meet both, a shipped one that demands more than either comes before them.
    return not any(len(other.needs) > len(needs) and other.needs <= both for other in shipped)


def _grouped(slots: Iterable[str]) -> set[str]:
    """Return the slots, with all that say who as one."""
    return {"who" if name in WHO else name for name in slots}


def _slots_told(variant: Variant) -> set[str]:
    return _grouped(parsed(variant.text)[1])


def hints_of(document: BookDocument) -> list[FieldError]:
    """List reminders: fillers, wordings that others come before, headlines of uneven length."""
    hints = [
        FieldError("filler", f"“{filler}”没有记录可以证明，建议写具体", pointer=pointer)
        for pointer, text in _texts(document)
        for filler in FILLERS
        if filler in text
    ]
    for number, phrase in enumerate(document.phrases):
        for piece in free_words(phrase):
            message = f"“{piece}”不由记录填入：用到这条写法的每一处都须属实，没有把握请删去"
            hints.append(FieldError("words_of_ones_own", message, f"#/phrases/{number}/text"))
        if features := _features_of_others(phrase, document.phrases):
            names = "、".join(features)
            message = f"事实还有特征 {names} 时，用的是更具体的标准写法，如需更换请另写"
            hints.append(FieldError("seldom_used", message, f"#/phrases/{number}/needs"))
    for number, headlines in enumerate(document.headlines):
        if len({len(text) for _, text in _headline_words(headlines)}) > 1:
            message = "同组小标题字数不一，各段读来不齐"
            hints.append(FieldError("headline_uneven", message, f"#/headlines/{number}"))
    return hints[:MAX_REPORTED]


def _texts(document: BookDocument) -> Iterator[tuple[str, str]]:
    """Go through every text of a book, each with its pointer."""
    for number, outline in enumerate(document.outlines):
        yield f"#/outlines/{number}/title", outline.title
        yield f"#/outlines/{number}/task", outline.task
        for position, section in enumerate(outline.sections):
            yield f"#/outlines/{number}/sections/{position}/heading", section.heading or ""
    for number, headlines in enumerate(document.headlines):
        for pointer, text in _headline_words(headlines):
            yield f"#/headlines/{number}{pointer}", text
    for number, phrase in enumerate(document.phrases):
        yield f"#/phrases/{number}/text", phrase.text


def free_words(phrase: Phrase) -> list[str]:
    """List what a phrase says between the slots that no shipped wording of these facts does.

    A clause without any slot, words behind the last slot of a clause, and long ones before it:
    nothing in the records decides whether they are true.
    """
    needs = frozenset(phrase.needs)
    shipped = standard_phrases().get(phrase.rule, ())
    known = "\n".join(_masked(variant.text) for variant in shipped if variant.needs <= needs)
    pieces = []
    for clause in _CLAUSES.split(_masked(phrase.text)):
        *before, last = clause.split(MASK)
        longest = LONGEST_TAIL if before else 0
        pieces += [piece for piece in before if len(piece) > LONGEST_FREE and piece not in known]
        pieces += [last] if len(last) > longest and last not in known else []
    return pieces


def _masked(text: str) -> str:
    """Return a template with a mark in the place of each slot; nothing when it cannot be read."""
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        return ""
    return "".join(literal + ("" if name is None else MASK) for literal, name, _, _ in pieces)


def _features_of_others(phrase: Phrase, phrases: Iterable[Phrase]) -> list[str]:
    """Return the further features with which a shipped wording comes before this one."""
    needs = frozenset(phrase.needs)
    own = {frozenset(other.needs) for other in phrases if other.rule == phrase.rule}
    shipped = standard_phrases().get(phrase.rule, ())
    stronger = (variant.needs for variant in shipped if variant.needs > needs)
    return sorted({feature for other in stronger if other not in own for feature in other - needs})
