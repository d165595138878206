"""The arithmetic of the chain: pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def chained_hash(previous: str, entry: Mapping[str, Any]) -> str:
    """The SHA-256 (64 hex digits) of an entry and of the hash before it.

    The entry is written as canonical JSON: sorted keys, no spaces, UTF-8. Whoever changes, removes
    or reorders an entry changes every hash after it.
    """
    body = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()
