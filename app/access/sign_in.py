"""Passwords that are given again: checked where nobody waits for a write, failures counted."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.access.errors import WrongCredentials, WrongCurrentPassword
from app.access.models import FailedLogin, User
from app.access.passwords import verify_password
from app.core.clock import Clock
from app.core.errors import TooManyAttempts
from app.core.ids import new_id
from app.core.unit import Unit

ATTEMPTS = 10
ATTEMPT_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Proof:
    """That a password is right, with the hash that it was checked against."""

    user_id: UUID
    checked: str
    fresh: str | None = None


def check_password(unit: Unit, username: str, password: str) -> Proof:
    """Check a name and a password; slow by design, so it is done where nobody waits for a write.

    Raises:
        TooManyAttempts: too many failures for this account from this address; other addresses
            may still sign in, so that nobody can lock a colleague out.
        WrongCredentials: anything else that is wrong.
    """
    username = username.lower()
    _check_attempts(unit, username)
    user = unit.session.scalars(select(User).where(User.username == username)).one_or_none()
    right, fresh = verify_password(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise _wrong_credentials()
    return Proof(user.id, user.password_hash, fresh)


def sign_in(unit: Unit, proof: Proof) -> User:
    """The user whose password was right, and still is.

    Raises:
        WrongCredentials: the account was disabled or its password changed meanwhile.
    """
    user = unit.session.get_one(User, proof.user_id)
    if user.password_hash != proof.checked or user.disabled_at is not None:
        raise _wrong_credentials()
    if proof.fresh:
        user.password_hash = proof.fresh
    return user


def _wrong_credentials() -> WrongCredentials:
    return WrongCredentials("用户名或密码不正确，请核对后重试。")


def check_current(unit: Unit, user: User, password: str) -> Proof:
    """Check the password of somebody who is signed in, and wants to change it.

    Whoever finds a token can try passwords here: failures count as those of signing in do.

    Raises:
        TooManyAttempts: too many failures for this account from this address.
        WrongCurrentPassword: it is not the password.
    """
    _check_attempts(unit, user.username)
    right, _ = verify_password(password, user.password_hash)
    if not right:
        raise WrongCurrentPassword(user.username)
    return Proof(user.id, user.password_hash)


def still_current(unit: Unit, proof: Proof) -> User:
    """The user whose password was right, in the unit that changes it.

    Raises:
        WrongCurrentPassword: the password was changed meanwhile.
    """
    user = unit.session.get_one(User, proof.user_id)
    if user.password_hash != proof.checked:
        raise WrongCurrentPassword(user.username)
    return user


def _check_attempts(unit: Unit, username: str) -> None:
    recent = select(func.count()).where(
        FailedLogin.username == username,
        FailedLogin.address == (unit.address or "-"),
        FailedLogin.failed_at > unit.now() - ATTEMPT_WINDOW,
    )
    if (unit.session.scalar(recent) or 0) >= ATTEMPTS:
        seconds = int(ATTEMPT_WINDOW.total_seconds())
        raise TooManyAttempts(
            "密码错误次数过多，请 15 分钟后再试。", headers={"Retry-After": str(seconds)}
        )


def record_failed_login(session: Session, clock: Clock, username: str, address: str) -> None:
    """Count a failure, in a transaction of its own because the request's own is rolled back."""
    now = clock.now()
    session.execute(delete(FailedLogin).where(FailedLogin.failed_at < now - ATTEMPT_WINDOW))
    session.add(
        FailedLogin(id=new_id(), username=username[:100].lower(), address=address, failed_at=now)
    )
