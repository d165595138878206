"""Passwords: hashing (argon2id), strength, checks, and the count of failures."""

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
ATTEMPTS = 10  # failures that an account and an address may have within the window
ATTEMPT_WINDOW = timedelta(minutes=15)
CONTEXT_WORDS = ("zhaodan", "zhaodanlvze", "照单", "照单履责", "dangjian", "dangwu")
# The hash of accounts that nobody signs in to with a password: no password fits it.
NO_PASSWORD = "!"  # noqa: S105 - the opposite of one
_hasher = PasswordHash.recommended()
_COMMON = frozenset(FREQUENCY_LISTS["passwords"])


def check_strength(password: str, *context: str) -> None:
    """Refuse short and well-known passwords (ASVS 5.0, 6.2); no composition rules, no truncation.

    ``context`` are names that the password must not be: the user's and those of his organisations.

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
    """Return whether the letters of the password are those of one of the words."""
    letters = _letters(password)
    return any(letters == _letters(word.casefold()) for word in words if word)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; about 50 ms of work."""
    return _hasher.hash(password)


def hash_new_password(password: str, *context: str) -> str:
    """Check the strength of a new password and return its hash.

    Call it before the unit of work that writes begins: others would wait for the hashing.

    Raises:
        WeakPassword: with the reason.
    """
    check_strength(password, *context)
    return hash_password(password)


def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Return whether the password is right, and a new hash when the stored one is outdated.

    ``stored`` is None for an unknown user: the same time is spent, the answer is no.
    """
    if stored is None or stored == NO_PASSWORD:
        _hasher.verify(password, _hash_of_nobody())
        return False, None
    return _hasher.verify_and_update(password, stored)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("no user has this password")


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """A password that was right: the hash it was checked against, and a newer hash if due."""

    user_id: UUID
    checked_hash: str
    new_hash: str | None = None


def check_password(uow: UnitOfWork, username: str, password: str) -> PasswordProof:
    """Check a name and a password in a unit of work that only reads: hashing is slow.

    Raises:
        TooManyAttempts: too many failures for this account from this address; other addresses
            may still sign in, so that nobody can lock a colleague out.
        WrongCredentials: unknown user, wrong password or disabled account.
    """
    username = username.lower()
    _check_attempts(uow, username)
    user = uow.session.scalars(select(User).where(User.username == username)).one_or_none()
    right, new_hash = verify_password(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise WrongCredentials
    return PasswordProof(user.id, user.password_hash, new_hash)


def sign_in(uow: UnitOfWork, proof: PasswordProof) -> User:
    """Return the user whose password was right, if it still is.

    Raises:
        WrongCredentials: the account was disabled or its password changed meanwhile.
    """
    user = uow.session.get_one(User, proof.user_id)
    if user.password_hash != proof.checked_hash or user.disabled_at is not None:
        raise WrongCredentials
    if proof.new_hash:
        user.password_hash = proof.new_hash
    return user


def check_current_password(uow: UnitOfWork, user: User, password: str) -> PasswordProof:
    """Check the present password of a signed-in user who wants to change it.

    A stolen token could try passwords here, so failures count as those of signing in do.

    Raises:
        TooManyAttempts: too many failures for this account from this address.
        WrongCurrentPassword: it is not the password.
    """
    _check_attempts(uow, user.username)
    if not verify_password(password, user.password_hash)[0]:
        raise WrongCurrentPassword(user.username)
    return PasswordProof(user.id, user.password_hash)


def recheck_current_password(uow: UnitOfWork, proof: PasswordProof) -> User:
    """Return the user whose password was right, in the unit of work that changes it.

    Raises:
        WrongCurrentPassword: the password was changed meanwhile.
    """
    user = uow.session.get_one(User, proof.user_id)
    if user.password_hash != proof.checked_hash:
        raise WrongCurrentPassword(user.username)
    return user


def _check_attempts(uow: UnitOfWork, username: str) -> None:
    recent = select(func.count()).where(
        FailedLogin.username == username,
        FailedLogin.address == (uow.address or "-"),
        FailedLogin.failed_at > uow.now() - ATTEMPT_WINDOW,
    )
    if (uow.session.scalar(recent) or 0) >= ATTEMPTS:
        headers = {"Retry-After": str(int(ATTEMPT_WINDOW.total_seconds()))}
        raise TooManyAttempts("密码错误次数过多，请 15 分钟后再试。", headers=headers)


def record_failed_login(session: Session, clock: Clock, username: str, address: str) -> None:
    """Count a failure in a transaction of its own: the request's is rolled back."""
    now = clock.now()
    session.execute(delete(FailedLogin).where(FailedLogin.failed_at < now - ATTEMPT_WINDOW))
    session.add(
        FailedLogin(id=new_id(), username=username[:100].lower(), address=address, failed_at=now)
    )
