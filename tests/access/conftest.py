"""Fixtures of the tests of access."""

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.access import passwords


@pytest.fixture
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the least effort, where the effort is not the matter."""
    light = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "_hasher", light)
    monkeypatch.setattr(
        passwords, "_hash_of_nobody", lambda: light.hash("no user has this password")
    )
