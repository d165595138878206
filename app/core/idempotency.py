"""Idempotency keys: the first answer is stored with the work and given again to a repetition."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, LargeBinary, String, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.database import Base, fault_of
from app.core.errors import Busy, IdempotencyConflict, RequestInProgress, ValidationFailed
from app.core.uow import Actor

KEPT = timedelta(hours=24)
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
    """A stored response, with what its reader was permitted, and where, when it was given."""

    status: int
    headers: dict[str, str]
    body: bytes
    media_type: str | None
    reach: dict[str, list[str]] | None


def reach_of(actor: Actor) -> dict[str, list[str]]:
    """What an actor is permitted, and below which organisations, as it is stored."""
    return {permission: sorted(map(str, roots)) for permission, roots in actor.reach.items()}


def still_permitted(answer: Answer, actor: Actor) -> bool:
    """Whether the actor may do all that he might when the answer was given, or more."""
    if answer.reach is None:  # stored before this was
        return False
    now = reach_of(actor)
    return all(set(roots) <= set(now.get(name, ())) for name, roots in answer.reach.items())


def scope_of(principal: str, route: str, key: str) -> bytes:
    """The key's identity: another user's key, or one on another route, is another key.

    Raises:
        ValidationFailed: the key is empty or longer than 255 characters.
    """
    if not 0 < len(key) <= MAX_LENGTH:
        raise ValidationFailed.parameter(
            "Idempotency-Key", "idempotency_key_length", "幂等键应为 1 至 255 个字符"
        )
    return hashlib.sha256(f"{principal}\n{route}\n{key}".encode()).digest()


def begin(session: Session, scope: bytes, fingerprint: bytes, now: datetime) -> Answer | None:
    """Claim the key within this transaction, or return the answer that it already has.

    Raises:
        IdempotencyConflict: the key was used with another request.
        RequestInProgress: the first request has not finished.
    """
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
    try:
        with session.begin_nested():
            session.execute(
                insert(IdempotencyKey).values(
                    scope_hash=scope, fingerprint=fingerprint, created_at=now
                )
            )
    except IntegrityError:
        return _earlier(session, scope, fingerprint, now)
    except OperationalError as error:
        if fault_of(error) is not Busy:
            raise
        raise _in_progress() from error  # PostgreSQL waited lock_timeout for the first request
    return None


def _in_progress() -> RequestInProgress:
    return RequestInProgress("同一请求正在处理，请稍后重试。", headers={"Retry-After": "1"})


def _earlier(session: Session, scope: bytes, fingerprint: bytes, now: datetime) -> Answer:
    answer = find(session, scope, fingerprint, now)
    if answer is None:
        raise _in_progress()
    return answer


def find(session: Session, scope: bytes, fingerprint: bytes, now: datetime) -> Answer | None:
    """The answer that the key has; None while it is free or its first request has not finished.

    Raises:
        IdempotencyConflict: the key was used with another request.
    """
    row = session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.scope_hash == scope, IdempotencyKey.created_at >= now - KEPT
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
