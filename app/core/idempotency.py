"""Idempotency keys: the first answer is stored with the work and sent again to a repetition."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, LargeBinary, String, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.database import Base, fault_of
from app.core.errors import Busy, IdempotencyConflict, RequestInProgress, ValidationFailed
from app.core.uow import Actor

KEPT_FOR = timedelta(hours=24)
MAX_LENGTH = 255


class IdempotencyKey(Base):
    """A key that a principal used on a route, with the request's fingerprint and the answer."""

    __tablename__ = "idempotency_keys"

    scope_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    media_type: Mapped[str | None] = mapped_column(String(100))
    reach: Mapped[dict[str, list[str]] | None] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored response, with the permissions and subtrees of its first reader."""

    status: int
    headers: dict[str, str]
    body: bytes
    media_type: str | None
    reach: dict[str, list[str]] | None


def reach_of(actor: Actor) -> dict[str, list[str]]:
    """Return an actor's permissions and the roots of their subtrees, as stored."""
    return {permission: sorted(map(str, roots)) for permission, roots in actor.reach.items()}


def still_permitted(answer: Answer, actor: Actor) -> bool:
    """Tell whether the actor still has all permissions of the answer's first reader."""
    if answer.reach is None:  # stored before reaches were
        return False
    now = reach_of(actor)
    return all(set(roots) <= set(now.get(name, ())) for name, roots in answer.reach.items())


def scope_of(principal: str, route: str, key: str) -> bytes:
    """Return the key's identity: keys of other users or on other routes are other keys.

    Raises:
        ValidationFailed: the key is empty or longer than 255 characters.
    """
    if not 0 < len(key) <= MAX_LENGTH:
        raise ValidationFailed.parameter(
            "Idempotency-Key", "idempotency_key_length", "幂等键应为 1 至 255 个字符"
        )
    return hashlib.sha256(f"{principal}\n{route}\n{key}".encode()).digest()


def claim(session: Session, scope: bytes, fingerprint: bytes, now: datetime) -> Answer | None:
    """Claim the key within this transaction; return the answer that it already has, if any.

    Raises:
        IdempotencyConflict: the key was used with another request.
        RequestInProgress: the first request has not finished.
    """
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT_FOR))
    try:
        with session.begin_nested():
            row = {"scope_hash": scope, "fingerprint": fingerprint, "created_at": now}
            session.execute(insert(IdempotencyKey).values(row))
    except IntegrityError:
        answer = find(session, scope, fingerprint, now)
        if answer is None:
            raise _in_progress() from None
        return answer
    except OperationalError as error:
        if fault_of(error) is not Busy:
            raise
        raise _in_progress() from error  # PostgreSQL waited lock_timeout for the first request
    return None


def _in_progress() -> RequestInProgress:
    return RequestInProgress("同一请求正在处理，请稍后重试。", headers={"Retry-After": "1"})


def find(session: Session, scope: bytes, fingerprint: bytes, now: datetime) -> Answer | None:
    """Return the key's answer; None while it is free or its first request has not finished.

    Raises:
        IdempotencyConflict: the key was used with another request.
    """
    row = session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.scope_hash == scope, IdempotencyKey.created_at >= now - KEPT_FOR
        )
    ).one_or_none()
    if row is None or row.status is None:
        return None
    if row.fingerprint != fingerprint:
        raise IdempotencyConflict("这个幂等键已用于内容不同的请求，请换一个键。")
    return Answer(row.status, row.headers or {}, row.body or b"", row.media_type, row.reach)


def remember(session: Session, scope: bytes, answer: Answer) -> None:
    """Store the answer in the transaction that did the work."""
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.scope_hash == scope)
        .values(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            media_type=answer.media_type,
            reach=answer.reach,
        )
    )
