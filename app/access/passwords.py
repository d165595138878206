"""Passwords: argon2id through pwdlib, and which ones are refused."""

from functools import cache

from pwdlib import PasswordHash
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.access.errors import WeakPassword
from app.core.errors import Flaw

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
    raise WeakPassword(reason, flaws=[Flaw("weak_password", reason, pointer="#/password")])


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
