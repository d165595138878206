"""Where the bytes of evidence live.

A file is streamed into a temporary file of the same filesystem, hashed and counted on the way, and
gets its final place only by ``keep``. The order of ``keep`` (fsync the file, rename, fsync the
folder) makes a database row that is committed afterwards never point at bytes that a power cut can
lose.

Another backend (an object store) needs the four methods of ``Storage``; it too receives into a
local file, since the content must be judged before it is kept.
"""

import errno
import fcntl
import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from app.core.errors import StorageExhausted
from app.evidence.errors import EvidenceTooLarge

CHUNK_BYTES = 256 * 1024

_KEY = re.compile(r"[0-9a-f]{32}")
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL = "存放佐证材料的空间已满，本次没有保存任何内容，请联系管理员清理后再上传。"
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


class StorageError(Exception):
    """A fault of the program or of the disk, nothing that a user could mend."""


class NotStoredError(StorageError):
    """No file is kept under this key."""


class AlreadyKeptError(StorageError):
    """The key is taken: kept bytes are never replaced."""


class InvalidKeyError(StorageError):
    """The key was not made by ``new_key``."""


class Receipt(Protocol):
    """A file on its way in: written in chunks, then kept or forgotten."""

    @property
    def path(self) -> Path:
        """The bytes so far as a local file, readable until the file is kept."""

    @property
    def size(self) -> int:
        """Bytes written so far."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes so far, in lower-case hex."""

    def write(self, chunk: bytes) -> None:
        """Append a chunk; raises ``EvidenceTooLarge`` or ``StorageExhausted``."""

    def keep(self, key: str) -> None:
        """Make the file durable under a fresh key; raises ``StorageExhausted``."""


class Storage(Protocol):
    """A place that keeps files under keys made by ``new_key``."""

    def receive(self, max_bytes: int) -> AbstractContextManager[Receipt]:
        """Begin a file of at most ``max_bytes``; what is not kept is gone when the block ends."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to ``end``, which is left out."""

    def size(self, key: str) -> int:
        """Return the size in bytes; raises ``NotStoredError``."""

    def remove(self, key: str) -> None:
        """Remove the file for good; a key without a file is no error."""


def new_key() -> str:
    """Make the key of a new file: random, so that folders fill evenly and no key can be guessed."""
    return uuid.uuid4().hex


@contextmanager
def _refuse_when_full() -> Iterator[None]:
    """Turn the system's errors of a full disk or quota into ``StorageExhausted``."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise StorageExhausted(_FULL) from error
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    # also when it was there: whoever made it may not have come as far as this line
    _sync_folder(folder.parent)


class LocalStorage:
    """Files in a local folder: ``root/ab/cd/<key>``, on one filesystem that is not shared by NFS.

    A temporary file is locked by the process that writes it. What a killed process left behind is
    therefore known for certain, and swept when the service starts.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        _make_folder(self._incoming)
        self._sweep()

    @contextmanager
    def receive(self, max_bytes: int) -> Iterator[Receipt]:
        """Begin a file of at most ``max_bytes``; what is not kept is gone when the block ends."""
        with _refuse_when_full():
            receipt = _LocalReceipt(self, *self._create(), max_bytes)
        try:
            yield receipt
        finally:
            receipt.close()

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to ``end``, which is left out."""
        size = self.size(key)
        stop = size if end is None else min(end, size)
        if start < 0 or (end is not None and end < start):
            raise ValueError("a range begins at 0 or later and does not end before it begins")
        return self._read(key, start, stop)

    def size(self, key: str) -> int:
        """Return the size in bytes; raises ``NotStoredError``."""
        try:
            return self.path_of(key).stat().st_size
        except FileNotFoundError as error:
            raise NotStoredError(key) from error

    def remove(self, key: str) -> None:
        """Remove the file for good; a key without a file is no error."""
        path = self.path_of(key)
        with suppress(FileNotFoundError):
            path.unlink()
            _sync_folder(path.parent)

    def path_of(self, key: str) -> Path:
        """Return where the file of a key lies; raises ``InvalidKeyError``."""
        if not _KEY.fullmatch(key):
            raise InvalidKeyError(key)
        return self._root / key[:2] / key[2:4] / key

    def make_path(self, key: str) -> Path:
        """Make the folders of a key and return its path; raises ``AlreadyKeptError``."""
        path = self.path_of(key)
        if path.exists():
            raise AlreadyKeptError(key)
        _make_folder(path.parent.parent)
        _make_folder(path.parent)
        return path

    def _read(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        with self.path_of(key).open("rb") as file:
            file.seek(start)
            remaining = stop - start
            while remaining > 0 and (chunk := file.read(min(CHUNK_BYTES, remaining))):
                remaining -= len(chunk)
                yield chunk

    def _create(self) -> tuple[Path, int]:
        while True:
            path = self._incoming / new_key()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _FILE_MODE)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                return path, descriptor
            os.close(descriptor)  # a sweep was quicker than our lock

    def _sweep(self) -> None:
        for path in self._incoming.iterdir():
            with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


class _LocalReceipt:
    """A locked temporary file that ``LocalStorage`` hands out."""

    def __init__(self, storage: LocalStorage, path: Path, descriptor: int, limit: int) -> None:
        self._storage = storage
        self._path = path
        self._descriptor = descriptor
        self._limit = limit
        self._digest = hashlib.sha256()
        self._size = 0
        self._kept = False

    @property
    def path(self) -> Path:
        return self._path

    @property
    def size(self) -> int:
        return self._size

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        if self._kept:
            raise ValueError("the file is kept: nothing can be added")
        if self._size + len(chunk) > self._limit:
            raise EvidenceTooLarge(self._limit)
        rest = memoryview(chunk)
        with _refuse_when_full():
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self._digest.update(chunk)
        self._size += len(chunk)

    def keep(self, key: str) -> None:
        if self._kept:
            raise ValueError("the file is kept already")
        with _refuse_when_full():
            path = self._storage.make_path(key)
            os.fsync(self._descriptor)
            self._path.rename(path)
            self._path, self._kept = path, True
            _sync_folder(path.parent)

    def close(self) -> None:
        """Forget the file unless it was kept, and give up its lock."""
        if not self._kept:
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
