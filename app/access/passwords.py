"""Passwords: argon2id through pwdlib, which ones are refused, and how failures are counted."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

from pwdlib import PasswordHash
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.access.errors import WeakPassword, WrongCredentials, WrongCurrentPassword
from app.access.models import FailedLogin, User
from app.core.clock import Clock
from app.core.errors import FieldError, TooManyAttempts
from app.core.ids import new_id
from app.core.uow import UnitOfWork

MIN_LENGTH = 8
MAX_LENGTH = 256
CONTEXT_WORDS = ("zhaodan", "zhaodanlvze", "照单", "照单履责", "dangjian", "dangwu")
# The hash of accounts that nobody signs in to with a password: no password fits it.
NO_PASSWORD = "!"  # noqa: S105 - the opposite of one
_hasher = PasswordHash.recommended()
_COMMON = frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _nobody() -> str:
    """Verified against when there is no such user, so that the answer takes as long as for one."""
    return _hasher.hash("no user has this password")


def check_strength(password: str, *context: str) -> None:
    """Refuse short and well-known passwords (ASVS 5.0 6.2); no composition rules, no truncation.

    ``context`` are names that the password is not to be: the user's and those of his units.

    Raises:
        WeakPassword: with the reason.
    """
    lowered = password.casefold()
    if len(password) < MIN_LENGTH:
        reason = f"密码至少 {MIN_LENGTH} 个字符，建议 15 个以上"
    elif len(password) > MAX_LENGTH:
        reason = f"密码最多 {MAX_LENGTH} 个字符"
    elif len(set(lowered)) == 1:
        reason = "密码不能只是重复同一个字符"
    elif lowered in _COMMON or _is_padded(lowered, (*CONTEXT_WORDS, *context)):
        reason = "这个密码太常见或与系统、单位、用户名相近，请换一个"
    else:
        return
    raise WeakPassword(reason, flaws=[FieldError("weak_password", reason, pointer="#/password")])


def _is_padded(password: str, words: tuple[str, ...]) -> bool:
    """Whether the password is one of the words with little more than digits and signs around it."""
    core = _letters(password)
    return any(core == _letters(word.casefold()) for word in words if word)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def hash_password(password: str) -> str:
    """The password's argon2id hash."""
    return _hasher.hash(password)


def hash_of(password: str, *context: str) -> str:
    """The hash of a new password, once its strength was checked; some 50 ms of work.

    Call it before a unit of work that writes begins: others would wait for it.

    Raises:
        WeakPassword: with the reason.
    """
    check_strength(password, *context)
    return hash_password(password)


def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether the password is right, and a fresh hash when the stored one has old parameters.

    ``stored`` is None for an unknown user: the same time is spent, the answer is no.
    """
    if stored is None or stored == NO_PASSWORD:
        _hasher.verify(password, _nobody())
        return False, None
    return _hasher.verify_and_update(password, stored)


ATTEMPTS = 10
ATTEMPT_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """That a password is right, with the hash that it was checked against."""

    user_id: UUID
    checked: str
    fresh: str | None = None


def check_password(uow: UnitOfWork, username: str, password: str) -> PasswordProof:
    """Check a name and a password; slow by design, so it is done where nobody waits for a write.

    Raises:
        TooManyAttempts: too many failures for this account from this address; other addresses
            may still sign in, so that nobody can lock a colleague out.
        WrongCredentials: anything else that is wrong.
    """
    username = username.lower()
    _check_attempts(uow, username)
    user = uow.session.scalars(select(User).where(User.username == username)).one_or_none()
    right, fresh = verify_password(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise _wrong_credentials()
    return PasswordProof(user.id, user.password_hash, fresh)


def sign_in(uow: UnitOfWork, proof: PasswordProof) -> User:
    """The user whose password was right, and still is.

    Raises:
        WrongCredentials: the account was disabled or its password changed meanwhile.
    """
    user = uow.session.get_one(User, proof.user_id)
    if user.password_hash != proof.checked or user.disabled_at is not None:
        raise _wrong_credentials()
    if proof.fresh:
        user.password_hash = proof.fresh
    return user


def _wrong_credentials() -> WrongCredentials:
    return WrongCredentials("用户名或密码不正确，请核对后重试。")


def check_current(uow: UnitOfWork, user: User, password: str) -> PasswordProof:
    """Check the password of somebody who is signed in, and wants to change it.

    Whoever finds a token can try passwords here: failures count as those of signing in do.

    Raises:
        TooManyAttempts: too many failures for this account from this address.
        WrongCurrentPassword: it is not the password.
    """
    _check_attempts(uow, user.username)
    right, _ = verify_password(password, user.password_hash)
    if not right:
        raise WrongCurrentPassword(user.username)
    return PasswordProof(user.id, user.password_hash)


def still_current(uow: UnitOfWork, proof: PasswordProof) -> User:
    """The user whose password was right, in the unit that changes it.

    Raises:
        WrongCurrentPassword: the password was changed meanwhile.
    """
    user = uow.session.get_one(User, proof.user_id)
    if user.password_hash != proof.checked:
        raise WrongCurrentPassword(user.username)
    return user


def _check_attempts(uow: UnitOfWork, username: str) -> None:
    recent = select(func.count()).where(
        FailedLogin.username == username,
        FailedLogin.address == (uow.address or "-"),
        FailedLogin.failed_at > uow.now() - ATTEMPT_WINDOW,
    )
    if (uow.session.scalar(recent) or 0) >= ATTEMPTS:
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
