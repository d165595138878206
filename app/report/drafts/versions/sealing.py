"""A report's text as it is kept and sealed: independent of how the API shows it.

What is listed here is part of every seal: a change would make finalised reports look tampered with.
"""

from collections.abc import Iterable
from typing import Any

from app.core.canonical import sha256_of
from app.report.drafts.models import Report, ReportBlock

_HEAD = ("title", "salutation", "byline", "signatory", "signed_on")
_ABOUT = (
    *("organization_id", "year", "form", "voice", "numerals", "as_of", "include_descendants"),
    *("restricted", "predecessor_id", "fact_set_number", "submitted_at", "submitted_by_name"),
    *("decided_at", "decided_by_name", "finalised_at", "finalised_by_name"),
    "template_revision_id",
)
_BLOCK = (
    *("id", "position", "kind", "level", "paragraph", "text", "cells", "key", "origin"),
    *("generated", "source", "hash", "fact_set_number", "edited", "removed", "added", "outdated"),
    "unsupported_numbers",
)


def kept_text(report: Report, blocks: Iterable[ReportBlock]) -> dict[str, Any]:
    """Head and blocks as a version keeps them."""
    return {
        "head": {name: getattr(report, name) for name in _HEAD},
        "blocks": [{name: getattr(block, name) for name in _BLOCK} for block in blocks],
    }


def seal_of(report: Report, blocks: Iterable[ReportBlock], facts: Iterable[tuple[int, str]]) -> str:
    """SHA-256 over the text, the report's circumstances and the hashes of its fact sets."""
    about = {name: getattr(report, name) for name in _ABOUT}
    return sha256_of(
        {**kept_text(report, blocks), "about": about, "facts": [list(pair) for pair in facts]}
    )
