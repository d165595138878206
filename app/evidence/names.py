"""The name a user gave to a file: kept as typed, shown with care, never used as a path."""

import re
import unicodedata
from urllib.parse import quote

from app.evidence.errors import EvidenceRefused, Refusal

MAX_FILENAME = 500

_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CHARACTERS = _BIDI_CONTROLS | frozenset("\ufffe\uffff")
_ESCAPED_CONTROL = re.compile(r"%0[0ad]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/\\]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._()+=@~-]")
# RFC 5987 attr-char, beyond the letters and digits that quote() always leaves alone
_ATTR_CHARS = "!#$&+-.^_`|~"


def has_unsafe_characters(name: str) -> bool:
    """Say whether a name could forge a line, end a string early or lie about its direction."""
    return bool(_ESCAPED_CONTROL.search(name)) or any(
        c in _REFUSED_CHARACTERS or unicodedata.category(c) in _REFUSED_CATEGORIES for c in name
    )


def safe_filename(name: str) -> str:
    """Return the name exactly as typed, fit to be stored as metadata.

    Path separators, reserved names and emoji are harmless in metadata and stay. Control
    characters, line and paragraph separators, lone surrogates, bidirectional overrides and
    percent-escaped NUL, CR or LF are refused, not repaired: a name that changes silently is no
    evidence. Raises ``EvidenceRefused``; at most ``MAX_FILENAME`` characters.
    """
    if not name.strip():
        raise EvidenceRefused(Refusal.FILENAME_MISSING)
    if len(name) > MAX_FILENAME:
        raise EvidenceRefused(Refusal.FILENAME_TOO_LONG)
    if has_unsafe_characters(name):
        raise EvidenceRefused(Refusal.FILENAME_CHARACTERS)
    return name


def display_name(name: str) -> str:
    """Return the last part of a name that may look like a path: what a page or a download shows."""
    last = _SEPARATORS.split(name)[-1]
    return last if last.strip(" .") else "佐证材料"


def extension(name: str) -> str:
    """Return the last extension in lower case without the dot, or an empty string."""
    stem, dot, last = display_name(name).rpartition(".")
    return last.lower() if stem and dot else ""


def content_disposition(filename: str) -> str:
    """Build the header of a download by RFC 6266: never inline, with an ASCII name beside UTF-8.

    The ASCII name is for clients that ignore ``filename*``; each other character becomes ``_``.
    """
    shown = display_name(filename)
    plain = _NOT_PLAIN.sub("_", shown)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe=_ATTR_CHARS)}"
