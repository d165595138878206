"""Tables of access: users, grants, tokens, failed log-ins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.rules import Role
from app.core.database import Base, one_of


class User(Base):
    """A person who signs in."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(100), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(255))
    home_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RoleGrant(Base):
    """A role of a user on an organisation and its subtree."""

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("user_id", "organization_id", "role"),
        one_of("role", list(Role)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None]


class AccessToken(Base):
    """A personal access token; only its SHA-256 is kept."""

    __tablename__ = "access_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    read_only: Mapped[bool]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class FailedLogin(Base):
    """A failed log-in of an account from an address; each new one removes the outdated rows."""

    __tablename__ = "failed_logins"
    __table_args__ = (Index("ix_failed_logins_place", "username", "address", "failed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime]
