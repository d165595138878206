"""What proofreading reads and what it hands back."""

from dataclasses import dataclass
from typing import Literal

LineKind = Literal["heading", "sentence", "text"]
Severity = Literal["error", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A block of the report as it is read.

    Lines with the same `paragraph` run together; `is_sourced` tells that records or entered
    notes stand behind the line; `titles` are names that are quoted as they are (records, works)
    and therefore not proofread.
    """

    id: str
    kind: LineKind
    paragraph: str
    text: str
    level: int | None = None
    is_sourced: bool = False
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something to look at: where it stands (characters from 0), why, and what to do."""

    code: str
    severity: Severity
    line_id: str
    start: int
    end: int
    found: str
    message: str
    suggestion: str | None = None
