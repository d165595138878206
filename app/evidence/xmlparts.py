"""XML inside office files, looked at without ever resolving anything.

A document type declaration is the only door to entities and to external ones, and it can only stand
before the root element: so each part is parsed up to its root, and one with a declaration is
refused. Parts that are read whole are small and stay in memory.
"""

import re
from collections.abc import Iterator
from xml.parsers import expat

from app.evidence.errors import EvidenceRefused, Refusal

PROLOG_BYTES = 64 * 1024

_MARKUP_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")

Element = tuple[str, dict[str, str]]


class _RootReached(Exception):
    """The parser met the root element."""


def looks_like_xml(head: bytes) -> bool:
    """Say whether a part is XML, whatever its name and its declared type are."""
    return bool(_MARKUP_START.match(head))


def root_element(head: bytes, member: str) -> str:
    """Return the local name of the root from the first ``PROLOG_BYTES`` of a part.

    Raises ``EvidenceRefused`` for a document type declaration or when no root comes in time.
    """
    roots: list[str] = []

    def reached(name: str, _attributes: dict[str, str]) -> None:
        roots.append(_local(name))
        raise _RootReached

    parser = _parser(member)
    parser.StartElementHandler = reached
    try:
        parser.Parse(head, len(head) < PROLOG_BYTES)
    except _RootReached:
        return roots[0]
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise EvidenceRefused(Refusal.FILE_DAMAGED, member) from error
    raise EvidenceRefused(Refusal.FILE_DAMAGED, member)


def elements(document: bytes, member: str) -> Iterator[Element]:
    """Yield local name and attributes of each element of a small document."""
    found: list[Element] = []
    parser = _parser(member)
    parser.StartElementHandler = lambda name, attributes: found.append((_local(name), attributes))
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise EvidenceRefused(Refusal.FILE_DAMAGED, member) from error
    yield from found


def _parser(member: str) -> expat.XMLParserType:
    def refuse(*_declaration: object) -> None:
        raise EvidenceRefused(Refusal.XML_ENTITIES, member)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]
