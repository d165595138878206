"""JSON in one form only, and the hash of it. Pure."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def canonical(value: Any) -> bytes:  # noqa: ANN401 - JSON, with days, decimals, ids and sets in it
    """Names sorted, no spaces, sets in order, UTF-8."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return text.encode()


def sha256_of(value: Any) -> str:  # noqa: ANN401 - as above
    """SHA-256 of a value's canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no canonical form: {value!r}")
