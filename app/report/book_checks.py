"""Whether a unit's book can be used: what each phrase may and must say. Pure."""

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from app.core.errors import FieldError
from app.report.book import (
    CLAIMS,
    FINISHED,
    PRAISE,
    STANDARD,
    Flawed,
    Variant,
    flaws_of_claims,
    flaws_of_words,
    hints_of_words,
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
    "spread": frozenset({"many"}),
    "kinds": frozenset({"many"}),
    "each": frozenset({"many"}),
    "cut": frozenset({"many"}),
    "repeated": frozenset({"many"}),
    "mixed": frozenset({"many"}),
}
STOP = "。"
AWARD = "award"
MASK = "\0"
# A verb with its object may be changed at will; what is longer says something of its own.
LONGEST_FREE, LONGEST_TAIL = 8, 1
_CLAUSES = re.compile(r"[，；：。、（）]")


class PhraseTemplateRefused(ValueError):
    """A template holds more than plain text and names in braces."""


def parsed(text: str) -> tuple[str, list[str]]:
    """The plain text of a template, and its slots in order.

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


def flaws_of_template(text: str, offered: AbstractSet[str]) -> list[Flawed]:
    """What is wrong with a title or heading that may use some slots."""
    try:
        plain, slots = parsed(text)
    except PhraseTemplateRefused:
        return [_REFUSED]
    claims = flaws_of_claims(plain, (*CLAIMS, *PRAISE, *FINISHED))
    return [*_slots(slots, offered), *flaws_of_words(plain), *claims]


_REFUSED = Flawed("template_refused", "花括号内只能是规定的名称，不能有点号、叹号、冒号，且须成对")


def _slots(slots: Sequence[str], offered: AbstractSet[str]) -> list[Flawed]:
    found = []
    for name in dict.fromkeys(slots):
        if name not in offered:
            known = "、".join(sorted(offered)) or "（无）"
            found.append(Flawed("slot_unknown", f"这里没有 {{{name}}}，可用的有：{known}"))
        elif slots.count(name) > 1 and name not in CIRCUMSTANCE - WHO:
            found.append(Flawed("slot_repeated", f"{{{name}}} 只能出现一次"))
    return found


def flaws_of_phrase(phrase: Phrase) -> list[tuple[str, Flawed]]:
    """What is wrong with a unit's phrase, each with the field to look at."""
    shipped = standard_phrases().get(phrase.rule)
    if shipped is None:
        return [("rule", Flawed("rule_unknown", f"没有规则“{phrase.rule}”，请核对"))]
    needs = frozenset(phrase.needs)
    known = frozenset(name for variant in shipped for name in variant.needs)
    strange = sorted(needs - known)
    if strange:
        words = f"规则“{phrase.rule}”没有特征“{strange[0]}”，可用的有：{'、'.join(sorted(known))}"
        return [("needs", Flawed("feature_unknown", words))]
    measure = _measure(shipped, needs)
    if not measure:
        fewest = min(len(variant.needs) for variant in shipped)
        choices = {"、".join(sorted(v.needs)) for v in shipped if len(v.needs) == fewest}
        words = f"needs 至少要写明：{'，或'.join(sorted(choices))}"
        return [("needs", Flawed("needs_too_few", words))]
    return [("text", flaw) for flaw in _flaws_of_text(phrase, shipped, needs, measure)]


def free_words(phrase: Phrase) -> list[str]:
    """What a phrase says between the slots that no shipped wording of these facts does.

    A clause without any slot, words behind the last slot of a clause, and long ones before it:
    nothing in the records decides whether they are true.
    """
    needs = frozenset(phrase.needs)
    shipped = standard_phrases().get(phrase.rule, ())
    known = "\n".join(_masked(variant.text) for variant in shipped if variant.needs <= needs)
    found = []
    for clause in _CLAUSES.split(_masked(phrase.text)):
        *before, last = clause.split(MASK)
        longest = LONGEST_TAIL if before else 0
        found += [piece for piece in before if len(piece) > LONGEST_FREE and piece not in known]
        found += [last] if len(last) > longest and last not in known else []
    return found


def _masked(text: str) -> str:
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        return ""
    return "".join(literal + ("" if name is None else MASK) for literal, name, _, _ in pieces)


def _measure(shipped: Iterable[Variant], needs: AbstractSet[str]) -> list[Variant]:
    """The most demanding shipped wordings that are true whenever the needs are met."""
    weaker = [variant for variant in shipped if variant.needs <= needs]
    most = max((len(variant.needs) for variant in weaker), default=0)
    return [variant for variant in weaker if len(variant.needs) == most]


def _flaws_of_text(
    phrase: Phrase, shipped: Sequence[Variant], needs: frozenset[str], measure: Sequence[Variant]
) -> list[Flawed]:
    try:
        plain, slots = parsed(phrase.text)
    except PhraseTemplateRefused:
        return [_REFUSED]
    # A slot is there to be used only where the shipped wordings of these needs, or weaker, do so.
    weaker = [variant for variant in shipped if variant.needs <= needs]
    offered = frozenset(name for variant in weaker for name in parsed(variant.text)[1])
    if offered & WHO & {"doer", "doer_seq"}:
        offered |= {"doer", "subject", "verb"}
    found = [*_slots(slots, offered), *_missing(slots, shipped, needs, measure)]
    if measure[0].text.endswith(STOP) != phrase.text.endswith(STOP):
        words = (
            "这条规则的写法是整句，应以“。”结尾"
            if (measure[0].text.endswith(STOP))
            else "这条规则的写法是句中的一段，末尾不写“。”"
        )
        found.append(Flawed("ending_differs", words))
    found += flaws_of_words(plain, phrase.valid_from)
    told = "\n".join(variant.text for variant in weaker)
    claims = CLAIMS if phrase.rule == AWARD else (*CLAIMS, *PRAISE)
    borne_out = {word for word in claims if word in told} | speakers_in(told)
    found += flaws_of_claims(plain, claims, borne_out)
    return found


def _missing(
    slots: Sequence[str],
    shipped: Sequence[Variant],
    needs: frozenset[str],
    measure: Sequence[Variant],
) -> list[Flawed]:
    needed = _said(measure[0])
    for variant in measure[1:]:
        needed &= _said(variant)
    needed -= CIRCUMSTANCE - {"who"}
    for variant in shipped:
        if _is_displaced(variant, needs, shipped):
            needed |= _said(variant) - CIRCUMSTANCE - {"who"}
    absent = sorted(needed - _grouped(slots))
    found = []
    for name in absent:
        shown = "{doer}" if name == "who" else f"{{{name}}}"
        words = f"缺少 {shown}：原有写法说到的记录、数字和主体不能漏掉"
        found.append(Flawed("slot_missing", words))
    if "subject" in slots and "verb" not in slots:
        found.append(Flawed("slot_missing", "用了 {subject} 就要用 {verb}，或改用 {doer}"))
    if len(WHO & set(slots)) > 1:
        found.append(Flawed("slot_repeated", "主体只能出现一次：{doer}，或 {subject} 和 {verb}"))
    return found


def _is_displaced(variant: Variant, needs: frozenset[str], shipped: Iterable[Variant]) -> bool:
    """Whether a phrase with these needs would be used where a shipped one says more."""
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
    """The slots, with all that say who as one."""
    return {"who" if name in WHO else name for name in slots}


def _said(variant: Variant) -> set[str]:
    return _grouped(parsed(variant.text)[1])


MAX_REPORTED = 100


def flaws_of(document: BookDocument) -> list[FieldError]:
    """Everything that keeps a book from being saved, each at its place."""
    found: list[tuple[str, Flawed]] = []
    if document.code == STANDARD:
        words = "standard 是标准用语的代码，请换一个"
        found.append(("#/code", Flawed("code_reserved", words)))
    found += _repeated("#/outlines", [outline.code for outline in document.outlines])
    found += _repeated("#/headlines", [entry.code for entry in document.headlines])
    for number, outline in enumerate(document.outlines):
        found += _of_outline(outline, f"#/outlines/{number}")
    for number, entry in enumerate(document.headlines):
        found += _of_headlines(entry, f"#/headlines/{number}")
    for number, phrase in enumerate(document.phrases):
        found += [(f"#/phrases/{number}/{field}", flaw) for field, flaw in flaws_of_phrase(phrase)]
    return [
        FieldError(flaw.code, flaw.words, pointer=pointer) for pointer, flaw in found[:MAX_REPORTED]
    ]


def hints_of(document: BookDocument) -> list[FieldError]:
    """Reminders: fillers, wordings that others come before, headlines of uneven length."""
    found: list[tuple[str, Flawed]] = []
    for pointer, text in _texts(document):
        found += [(pointer, hint) for hint in hints_of_words(text)]
    for number, phrase in enumerate(document.phrases):
        for said in free_words(phrase):
            words = f"“{said}”不由记录填入：用到这条写法的每一处都须属实，没有把握请删去"
            found.append((f"#/phrases/{number}/text", Flawed("words_of_ones_own", words)))
        if features := _come_before(phrase, document.phrases):
            words = f"事实还有特征 {'、'.join(features)} 时，用的是更具体的标准写法，如需更换请另写"
            found.append((f"#/phrases/{number}/needs", Flawed("seldom_used", words)))
    for number, entry in enumerate(document.headlines):
        if len({len(text) for _, text in _words_of(entry, "")}) > 1:
            hint = Flawed("headline_uneven", "同组小标题字数不一，各段读来不齐")
            found.append((f"#/headlines/{number}", hint))
    return [
        FieldError(hint.code, hint.words, pointer=pointer) for pointer, hint in found[:MAX_REPORTED]
    ]


def _come_before(phrase: Phrase, said: Sequence[Phrase]) -> list[str]:
    """The further features with which a shipped wording comes before this one."""
    needs = frozenset(phrase.needs)
    own = {frozenset(other.needs) for other in said if other.rule == phrase.rule}
    shipped = standard_phrases().get(phrase.rule, ())
    further = (known.needs - needs for known in shipped if known.needs > needs)
    left = {feature for more in further if (needs | more) not in own for feature in more}
    return sorted(left)


def _repeated(pointer: str, codes: Sequence[str]) -> Iterator[tuple[str, Flawed]]:
    for number, code in enumerate(codes):
        if code in codes[:number]:
            flaw = Flawed("code_repeated", f"代码“{code}”写了两次，请合并或改名")
            yield f"{pointer}/{number}/code", flaw


def _at(pointer: str, flaws: Iterable[Flawed]) -> list[tuple[str, Flawed]]:
    return [(pointer, flaw) for flaw in flaws]


def _of_outline(outline: Outline, place: str) -> list[tuple[str, Flawed]]:
    found = _at(f"{place}/title", flaws_of_template(outline.title, TITLE_SLOTS))
    found += _at(f"{place}/task", flaws_of_template(outline.task, frozenset()))
    for number, section in enumerate(outline.sections):
        if section.heading:
            flaws = flaws_of_template(section.heading, HEADING_SLOTS)
            found += _at(f"{place}/sections/{number}/heading", flaws)
    return found


def _of_headlines(entry: HeadlineSet, place: str) -> list[tuple[str, Flawed]]:
    found = _at(f"{place}/template", flaws_of_template(entry.template, HEADLINE_SLOTS))
    if "{first}" not in entry.template:
        flaw = Flawed("slot_missing", "缺少 {first}：小标题须说到做了的工作")
        found.append((f"{place}/template", flaw))
    for pointer, text in _words_of(entry, place):
        found += _at(pointer, flaws_of_template(text, frozenset()))
    return found


def _words_of(entry: HeadlineSet, place: str) -> Iterator[tuple[str, str]]:
    tables = [(f"{place}/strands", entry.strands)]
    tables += [(f"{place}/focuses/{code}", table) for code, table in entry.focuses.items()]
    for pointer, table in tables:
        for strand, words in table.items():
            for number, text in enumerate(words):
                yield f"{pointer}/{strand}/{number}", text


def _texts(document: BookDocument) -> Iterator[tuple[str, str]]:
    for number, outline in enumerate(document.outlines):
        yield f"#/outlines/{number}/title", outline.title
        yield f"#/outlines/{number}/task", outline.task
        for position, section in enumerate(outline.sections):
            yield f"#/outlines/{number}/sections/{position}/heading", section.heading or ""
    for number, entry in enumerate(document.headlines):
        yield from _words_of(entry, f"#/headlines/{number}")
    for number, phrase in enumerate(document.phrases):
        yield f"#/phrases/{number}/text", phrase.text


def usable(document: BookDocument) -> BookDocument:
    """The document without what no longer fits the shipped book of a newer program."""
    return document.model_copy(
        update={
            "outlines": [entry for entry in document.outlines if not _of_outline(entry, "")],
            "headlines": [entry for entry in document.headlines if not _of_headlines(entry, "")],
            "phrases": [entry for entry in document.phrases if not flaws_of_phrase(entry)],
        }
    )
