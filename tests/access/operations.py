"""What an operation takes of whoever calls it, and one call that tries it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.access.sites import Site


class Needs(StrEnum):
    """What an operation takes of whoever is inside the tree's part."""

    PUBLIC = "nobody must be signed in"
    SELF = "one's own account"
    READ = "read; otherwise the thing does not exist"
    WRITE = "read and write"
    REVIEW = "read and review"
    SCORE = "read and review, and no writing unless one reviews at the superior organisation"
    REVIEW_DRAFT = "read and review; otherwise the draft does not exist"
    SCORE_DRAFT = "the same, and no writing unless one reviews at the superior organisation"
    SUPERIOR = "read, and review at the superior organisation"
    SUPERIOR_DRAFT = "the same; without reviewing here the draft does not exist"
    OBJECTIONS = "read, and write or review; otherwise others' objections do not exist"
    HAND = "read, and write or review"
    ORGANIZE = "read and manage organisations"
    ORGANIZE_BOTH = "the same, here and at the new parent"
    ORGANIZE_ROOT = "the same, at the root of the tree"
    TREE = "read any part of the tree"
    HEIR = "read here or anywhere below"
    HEIR_ORGANIZE = "the same to see it, and manage organisations here"
    ACCOUNTS = "manage access; otherwise the user does not exist"
    ENROL = "read and manage access"
    SECRET_READ = "read and supervise; otherwise the thing does not exist"
    SECRET_CREATE = "read, write and supervise"
    SECRET_WRITE = "read and supervise to see it, write to change it"
    SECRET_REVIEW = "read and supervise to see it, write and review to remove it"


Call = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """What an operation takes, and one call of it in a place."""

    needs: Needs
    call: Callable[[Site], Call]


def get(path: Callable[[Site], str], needs: Needs = Needs.READ) -> Operation:
    return Operation(needs, lambda s: ("GET", path(s), {}))


def versioned(
    method: str,
    needs: Needs,
    path: Callable[[Site], str],
    version: Callable[[Site], int],
    body: Mapping[str, object] | None = None,
) -> Operation:
    options = {} if body is None else {"json": dict(body)}
    return Operation(needs, lambda s: (method, path(s), {"version": version(s), **options}))
