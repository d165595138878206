"""Whether a unit's book can be used, and what in it deserves a second look: pure."""

from collections.abc import Iterable, Iterator, Sequence

from app.core.errors import Flaw
from app.report.books.book import STANDARD
from app.report.books.documents import BookDocument, HeadlineSet, Outline, Phrase
from app.report.books.grammar import flaws_of_phrase, flaws_of_template, free_words
from app.report.books.lint import Flawed, hints_of_words
from app.report.books.phrases import standard_phrases
from app.report.books.vocabulary import HEADING_SLOTS, HEADLINE_SLOTS, TITLE_SLOTS

MAX_REPORTED = 100


def flaws_of(document: BookDocument) -> list[Flaw]:
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
    return [Flaw(flaw.code, flaw.words, pointer=pointer) for pointer, flaw in found[:MAX_REPORTED]]


def hints_of(document: BookDocument) -> list[Flaw]:
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
    return [Flaw(hint.code, hint.words, pointer=pointer) for pointer, hint in found[:MAX_REPORTED]]


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
