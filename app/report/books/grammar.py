"""What a phrase of a rule may and must say: read off the shipped phrases of the rule. Pure.

The shipped wording with the same or weaker needs is the measure: a unit's wording uses only the
slots that the rule fills, and says at least what that one says, so that no number and no record
is lost; what it claims in its own words must be claimed there too.
"""

import re
import string
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from app.report.books.documents import Phrase
from app.report.books.lint import (
    CLAIMS,
    FINISHED,
    PRAISE,
    Flawed,
    flaws_of_claims,
    flaws_of_words,
    speakers_in,
)
from app.report.books.phrases import Variant, standard_phrases

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


class TemplateRefused(ValueError):
    """A template holds more than plain text and names in braces."""


def parsed(text: str) -> tuple[str, list[str]]:
    """The plain text of a template, and its slots in order.

    Raises:
        TemplateRefused: braces that hold anything but a name, or that do not match.
    """
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as error:
        raise TemplateRefused from error
    plain, slots = "", []
    for literal, name, form, conversion in pieces:
        plain += literal
        if name is None:
            continue
        if form or conversion or not (name.isascii() and name.isidentifier()):
            raise TemplateRefused
        slots.append(name)
    if "{" in plain or "}" in plain:
        raise TemplateRefused
    return plain, slots


def flaws_of_template(text: str, offered: AbstractSet[str]) -> list[Flawed]:
    """What is wrong with a title or heading that may use some slots."""
    try:
        plain, slots = parsed(text)
    except TemplateRefused:
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
    phrase: Phrase,
    shipped: Sequence[Variant],
    needs: frozenset[str],
    measure: Sequence[Variant],
) -> list[Flawed]:
    try:
        plain, slots = parsed(phrase.text)
    except TemplateRefused:
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
