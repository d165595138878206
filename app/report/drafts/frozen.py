"""Fact sets and texts as bytes: one canonical form, compressed, with the hash of what it holds.

Reading a frozen fact set back gives an equal one, and composing it again the same sentences.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from app.core.canonical import canonical
from app.report.books.book import Book
from app.report.facts import FactSet, Options

FORMAT = 1
_FACTS = TypeAdapter(FactSet)
_OPTIONS = TypeAdapter(Options)
_BOOK = TypeAdapter(Book)


class Frozen(NamedTuple):
    """What a report was made from: the facts, how they were told, and the words that were used."""

    facts: FactSet
    options: Options
    book: Book


class Unreadable(ValueError):
    """Stored bytes that are not what was stored."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Compressed bytes, and the SHA-256 of what they hold."""

    content: bytes
    sha256: str
    size: int


def ordered(fact_set: FactSet) -> FactSet:
    """The fact set with its facts by id: composing does not depend on their order."""
    return replace(fact_set, facts=tuple(sorted(fact_set.facts, key=lambda fact: fact.id)))


def pack(value: object) -> Packed:
    """A value, canonical and compressed."""
    content = canonical(value)
    return Packed(zlib.compress(content), hashlib.sha256(content).hexdigest(), len(content))


def unpack(content: bytes) -> Any:  # noqa: ANN401 - JSON
    """What was packed.

    Raises:
        Unreadable: the bytes were spoilt.
    """
    try:
        return json.loads(zlib.decompress(content))
    except (zlib.error, ValueError) as error:
        raise Unreadable(str(error)) from error


def hash_of(content: bytes) -> str | None:
    """SHA-256 of what compressed bytes hold; None when they are spoilt."""
    try:
        return hashlib.sha256(zlib.decompress(content)).hexdigest()
    except zlib.error:
        return None


def freeze(frozen: Frozen) -> Packed:
    """A fact set, how it was told and the book, as bytes."""
    return pack(
        {
            "format": FORMAT,
            "facts": _FACTS.dump_python(ordered(frozen.facts)),
            "options": _OPTIONS.dump_python(frozen.options),
            # As text of its own: where several headlines fit, the order of the book decides.
            "book": _BOOK.dump_json(frozen.book).decode(),
        }
    )


def thaw(content: bytes) -> Frozen:
    """What was frozen.

    Raises:
        Unreadable: the bytes were spoilt.
    """
    stored = unpack(content)
    return Frozen(
        _FACTS.validate_python(stored["facts"]),
        _OPTIONS.validate_python(stored["options"]),
        _BOOK.validate_json(stored["book"]),
    )
