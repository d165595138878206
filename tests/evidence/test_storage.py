"""Storage keeps what it was given, whole, under its own names, and leaves nothing else behind."""

import errno
import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import StorageExhausted
from app.evidence.errors import EvidenceTooLarge
from app.evidence.storage import (
    AlreadyKeptError,
    InvalidKeyError,
    LocalStorage,
    NotStoredError,
    Storage,
    new_key,
)
from tests.support.properties import examples
from tests.support.waiting import PATIENCE

LIMIT = 1_000_000


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


def files_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def receive_in_vain(storage: Storage, limit: int, *chunks: bytes | BaseException) -> None:
    with storage.receive(limit) as receipt:
        for chunk in chunks:
            if isinstance(chunk, BaseException):
                raise chunk
            receipt.write(chunk)


def keep(storage: Storage, content: bytes) -> str:
    key = new_key()
    with storage.receive(LIMIT) as receipt:
        receipt.write(content)
        receipt.keep(key)
    return key


@examples(40, shared=True)
@given(chunks=st.lists(st.binary(max_size=5_000), max_size=12))
def test_any_chunking_gives_the_same_hash_size_and_bytes(
    storage: LocalStorage, chunks: list[bytes]
) -> None:
    whole = b"".join(chunks)
    key = new_key()
    with storage.receive(LIMIT) as receipt:
        for chunk in chunks:
            receipt.write(chunk)
        assert receipt.path.read_bytes() == whole
        receipt.keep(key)
    assert receipt.size == len(whole) == storage.size(key)
    assert receipt.sha256 == hashlib.sha256(whole).hexdigest()
    assert b"".join(storage.open(key)) == whole


@examples(60, shared=True)
@given(start=st.integers(0, 700_000), length=st.integers(0, 700_000) | st.none())
def test_a_range_is_the_slice_of_the_same_bounds(
    storage: LocalStorage, start: int, length: int | None
) -> None:
    content = bytes(range(256)) * 2_400
    key = keep(storage, content)
    end = None if length is None else start + length
    assert b"".join(storage.open(key, start, end)) == content[start:end]
    storage.remove(key)


@pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 4)])
def test_a_backward_range_is_refused(storage: LocalStorage, start: int, end: int | None) -> None:
    key = keep(storage, b"0123456789")
    with pytest.raises(ValueError, match="range"):
        storage.open(key, start, end)


def test_what_was_not_kept_is_gone(storage: LocalStorage, tmp_path: Path) -> None:
    with storage.receive(LIMIT) as receipt:
        receipt.write(b"draft")
        assert len(files_in(tmp_path)) == 1
    assert files_in(tmp_path) == []


def test_an_exception_leaves_no_temporary_file(storage: LocalStorage, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        receive_in_vain(storage, LIMIT, b"draft", KeyboardInterrupt())
    assert files_in(tmp_path) == []


def test_the_limit_holds_while_streaming(storage: LocalStorage, tmp_path: Path) -> None:
    with pytest.raises(EvidenceTooLarge) as refused:
        receive_in_vain(storage, 2_000_000, bytes(2_000_000), b"x")
    assert refused.value.status == 413
    assert "2 MB" in refused.value.detail
    assert files_in(tmp_path) == []


def test_a_chunk_beyond_the_limit_is_not_written(storage: LocalStorage) -> None:
    with storage.receive(10) as receipt:
        with pytest.raises(EvidenceTooLarge):
            receipt.write(bytes(11))
        assert receipt.path.stat().st_size == receipt.size == 0


def test_a_full_disk_is_named_and_leaves_nothing(
    storage: LocalStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_write = os.write

    def disk_of_ten_bytes(descriptor: int, data: memoryview) -> int:
        if len(data) > 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really_write(descriptor, data)

    monkeypatch.setattr(os, "write", disk_of_ten_bytes)
    with pytest.raises(StorageExhausted):
        receive_in_vain(storage, LIMIT, b"0123456789", b"0123456789+")
    assert files_in(tmp_path) == []
    monkeypatch.undo()
    assert storage.size(keep(storage, b"space has come back"))


def test_another_fault_of_the_disk_is_not_called_full(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with storage.receive(LIMIT) as receipt:
        receipt.write(b"x")
        monkeypatch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="Input/output"):
            receipt.keep(new_key())
        monkeypatch.undo()


def test_a_short_write_is_continued(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    really_write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: really_write(fd, data[:3]))
    key = keep(storage, b"0123456789")
    assert b"".join(storage.open(key)) == b"0123456789"


KILLED = """
import os, signal, sys
from pathlib import Path
from app.evidence.storage import LocalStorage
with LocalStorage(Path(sys.argv[1])).receive(100) as receipt:
    receipt.write(b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_swept_and_a_living_ones_is_not(
    storage: LocalStorage, tmp_path: Path
) -> None:
    root = tmp_path / "files"
    ended = subprocess.run([sys.executable, "-c", KILLED, str(root)], check=False, timeout=PATIENCE)
    assert ended.returncode == -9
    assert len(files_in(root)) == 1
    with storage.receive(LIMIT) as receipt:
        receipt.write(b"in work")
        LocalStorage(root)
        assert files_in(root) == [receipt.path]
        receipt.keep(key := new_key())
    assert storage.size(key)


@pytest.mark.race
def test_parallel_receives_do_not_meet(storage: LocalStorage, tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def one(number: int) -> tuple[str, bytes]:
        content = bytes([number]) * 300_000
        key = new_key()
        together.wait()
        with storage.receive(LIMIT) as receipt:
            for at in range(0, len(content), 50_000):
                receipt.write(content[at : at + 50_000])
            receipt.keep(key)
        return key, content

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(one, range(8)))
    assert all(b"".join(storage.open(key)) == content for key, content in kept)
    assert len(files_in(tmp_path)) == 8


def test_only_the_owner_may_read(storage: LocalStorage, tmp_path: Path) -> None:
    keep(storage, b"secret")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "files").rglob("*")}
    assert modes == {0o700, 0o600}
    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n", "/" + "a" * 31, "a" * 33]
)
def test_a_key_that_is_not_ours_never_becomes_a_path(storage: LocalStorage, key: str) -> None:
    for use in (storage.open, storage.size, storage.remove):
        with pytest.raises(InvalidKeyError):
            use(key)
    with storage.receive(LIMIT) as receipt, pytest.raises(InvalidKeyError):
        receipt.keep(key)


def test_kept_bytes_are_never_replaced(storage: LocalStorage) -> None:
    key = keep(storage, b"first")
    with storage.receive(LIMIT) as receipt:
        receipt.write(b"second")
        with pytest.raises(AlreadyKeptError):
            receipt.keep(key)
    assert b"".join(storage.open(key)) == b"first"


def test_a_kept_file_takes_no_more(storage: LocalStorage) -> None:
    with storage.receive(LIMIT) as receipt:
        receipt.keep(new_key())
        with pytest.raises(ValueError, match="kept"):
            receipt.write(b"more")
        with pytest.raises(ValueError, match="kept"):
            receipt.keep(new_key())


def test_a_missing_file_is_said_at_once(storage: LocalStorage) -> None:
    key = new_key()
    storage.remove(key)
    for use in (storage.open, storage.size):
        with pytest.raises(NotStoredError):
            use(key)


def test_a_removed_file_is_gone(storage: LocalStorage, tmp_path: Path) -> None:
    key = keep(storage, b"x")
    storage.remove(key)
    assert files_in(tmp_path) == []
