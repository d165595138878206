"""Who acts, and over which parts of the tree each permission reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Permission(StrEnum):
    """What may be done; roles are sets of these."""

    READ = "read"
    WRITE = "write"
    REVIEW = "review"
    MANAGE_ORGANIZATIONS = "manage_organizations"
    MANAGE_ACCESS = "manage_access"
    READ_AUDIT = "read_audit"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True)
class Actor:
    """A user at work: the organisations on which each permission was granted.

    A grant holds for the whole subtree of its organisation. ``reach`` maps a permission to the
    roots of those subtrees.
    """

    user_id: UUID | None
    name: str
    reach: Mapping[Permission, frozenset[UUID]] = field(default_factory=dict)

    def roots(self, permission: Permission) -> frozenset[UUID]:
        """The organisations whose subtrees the permission covers."""
        return self.reach.get(permission, frozenset())
