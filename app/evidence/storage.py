"""Where the bytes of evidence live: files on the way in, and files that are kept."""

import errno
import fcntl
import hashlib
import os
import re
import uuid
from collections.abc import Callable, Iterator
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


class Receipt:
    """A file on its way in: a locked temporary file, written in chunks, then kept or forgotten.

    ``path`` is readable as far as it is written; ``size`` is the number of bytes so far.
    """

    def __init__(
        self, path: Path, descriptor: int, limit: int, make_path: Callable[[str], Path]
    ) -> None:
        self.path, self.size = path, 0
        self._descriptor, self._limit, self._make_path = descriptor, limit, make_path
        self._digest = hashlib.sha256()
        self._kept = False

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes so far, in lower-case hex."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append a chunk; raises ``EvidenceTooLarge`` or ``StorageExhausted``."""
        if self._kept:
            raise ValueError("the file is kept: nothing can be added")
        if self.size + len(chunk) > self._limit:
            raise EvidenceTooLarge(self._limit)
        rest = memoryview(chunk)
        with _refuse_when_full():
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self._digest.update(chunk)
        self.size += len(chunk)

    def keep(self, key: str) -> None:
        """Make the file durable under a fresh key.

        Raises:
            StorageExhausted: the disk is full.
            AlreadyKeptError, InvalidKeyError: the key is taken, or not one of ``new_key``.
        """
        if self._kept:
            raise ValueError("the file is kept already")
        with _refuse_when_full():
            path = self._make_path(key)
            # In this order no row that is committed afterwards points at bytes that a power cut
            # can lose.
            os.fsync(self._descriptor)
            self.path.rename(path)
            self.path, self._kept = path, True
            _sync_folder(path.parent)

    def close(self) -> None:
        """Forget the file unless it was kept, and give up its lock."""
        if not self._kept:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


class Storage(Protocol):
    """A place that keeps files under keys made by ``new_key``.

    An object store too would receive into a local file: the content is judged before it is kept.
    """

    def receive(self, max_bytes: int) -> AbstractContextManager[Receipt]:
        """Begin a file of at most ``max_bytes``; what is not kept is gone when the block ends."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to ``end``, which is left out."""

    def size(self, key: str) -> int:
        """Return the size in bytes; raises ``NotStoredError``."""

    def remove(self, key: str) -> None:
        """Remove the file for good; a key without a file is no error."""


class LocalStorage:
    """Files in a local folder, on one filesystem that is not shared by NFS.

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
            receipt = Receipt(*self._create(), max_bytes, self._make_path)
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
            return self._path(key).stat().st_size
        except FileNotFoundError as error:
            raise NotStoredError(key) from error

    def remove(self, key: str) -> None:
        """Remove the file for good; a key without a file is no error."""
        path = self._path(key)
        with suppress(FileNotFoundError):
            path.unlink()
            _sync_folder(path.parent)

    def _path(self, key: str) -> Path:
        """Return where the file of a key lies: ``ab/cd/<key>``; raises ``InvalidKeyError``."""
        if not _KEY.fullmatch(key):
            raise InvalidKeyError(key)
        return self._root / key[:2] / key[2:4] / key

    def _make_path(self, key: str) -> Path:
        """Make the folders of a key and return its path; raises ``AlreadyKeptError``."""
        path = self._path(key)
        if path.exists():
            raise AlreadyKeptError(key)
        _make_folder(path.parent.parent)
        _make_folder(path.parent)
        return path

    def _read(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        with self._path(key).open("rb") as file:
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
