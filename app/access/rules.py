"""Roles, the permissions of each, and the form of tokens. Pure."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from app.core.labels import LabelledEnum
from app.core.uow import Permission

TOKEN_PREFIX = "zd_"  # noqa: S105 - a prefix for scanners, no secret
TOKEN_PATTERN = re.compile(r"zd_[A-Za-z0-9_-]{43}")


class Role(LabelledEnum):
    """Roles, each granted on an organisation and valid in its subtree."""

    ADMIN = "admin", "管理员"
    SECRETARY = "secretary", "书记"
    CLERK = "clerk", "党务干部"
    INSPECTOR = "inspector", "检查人员"
    VIEWER = "viewer", "查阅人员"
    SUPERVISION = "supervision", "监督执纪"


# ``supervision`` opens supervision talks and sanctions to whoever may read or write there anyway;
# alone it opens nothing.
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission) - {Permission.SUPERVISION},
    Role.SECRETARY: frozenset({Permission.READ, Permission.WRITE, Permission.REVIEW}),
    Role.CLERK: frozenset({Permission.READ, Permission.WRITE}),
    Role.INSPECTOR: frozenset({Permission.READ, Permission.REVIEW, Permission.READ_AUDIT}),
    Role.VIEWER: frozenset({Permission.READ}),
    Role.SUPERVISION: frozenset({Permission.SUPERVISION}),
}
READ_ONLY = frozenset({Permission.READ, Permission.READ_AUDIT, Permission.SUPERVISION})


def reach_of(
    grants: Iterable[tuple[Role, UUID]], *, read_only: bool
) -> dict[Permission, frozenset[UUID]]:
    """Return the roots that each permission covers; read-only keeps only reading permissions."""
    reach: dict[Permission, set[UUID]] = {}
    for role, organization_id in grants:
        for permission in ROLE_PERMISSIONS[role]:
            if not read_only or permission in READ_ONLY:
                reach.setdefault(permission, set()).add(organization_id)
    return {permission: frozenset(roots) for permission, roots in reach.items()}


def new_token() -> str:
    """Return a new access token: 256 random bits behind a prefix that scanners recognise."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token: its SHA-256 (32 bytes)."""
    return hashlib.sha256(token.encode()).digest()
