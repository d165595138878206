"""Identifiers: UUIDv7, made only here, and the SHA-256 of canonical JSON."""

import hashlib
import json
import os
import threading
import time
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Make a UUIDv7 (RFC 9562 §5.7), strictly increasing within this process.

    The 12 bits after the millisecond count up inside one millisecond, so ids sort in the order in
    which they were made; 62 bits are random.
    """
    global _last  # noqa: PLW0603 - the counter is the process's, by definition
    random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    with _lock:
        stamp = max((time.time_ns() // 1_000_000) << 12, _last + 1)
        _last = stamp
    milliseconds, counter = stamp >> 12, stamp & 0xFFF
    return UUID(int=milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | random_bits)


def canonical(value: object) -> bytes:
    """Write a value as canonical JSON: keys sorted, no spaces, sets in order, UTF-8."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return text.encode()


def sha256_of(value: object) -> str:
    """Return the SHA-256 (hex) of a value's canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no canonical form: {value!r}")
