"""JSON in one form only, and the hash of it. Pure."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


def canonical(value: object) -> bytes:
    """Names sorted, no spaces, sets in order, UTF-8."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return text.encode()


def sha256_of(value: object) -> str:
    """SHA-256 of a value's canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no canonical form: {value!r}")
