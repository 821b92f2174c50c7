"""A file that appears under its name only when it is whole."""

import errno
import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from synthaix.orchestration.errors import StorageError, StorageFull, StorageReadOnly

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_BUFFER_BYTES = 1 << 20
_UNFINISHED = ".part"


class NewFile(io.RawIOBase):
    """A write-only stream to a temporary name beside `path`; it counts and hashes what passes.

    `keep` gives it its name; `close` without `keep` leaves nothing behind. Mode 0600 where the system has modes.
    It cannot seek: what is written is final, and so is the hash.

    Raises, from each of its methods:
        StorageFull, StorageReadOnly, StorageError: what the disk said, in the engine's words.
    """

    _file: BinaryIO | None = None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.bytes = 0
        self._path = path
        self._hash = hashlib.sha256()
        self._kept = False
        self._temporary = path.with_name(f".{secrets.token_hex(8)}{_UNFINISHED}")
        with _Disk():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = open(os.open(self._temporary, _FLAGS, 0o600), "wb", _BUFFER_BYTES)  # noqa: SIM115 - by close()

    @property
    def sha256(self) -> str:
        """Of everything written so far, in hex."""
        return self._hash.hexdigest()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.bytes

    def write(self, some: Any, /) -> int:
        view = memoryview(some)
        self._hash.update(view)
        with _Disk():
            self._open().write(view)
        self.bytes += view.nbytes
        return view.nbytes

    def flush(self) -> None:
        """Nothing: writers flush often, and only `keep` has to reach the disk."""

    def keep(self) -> None:
        """Bring everything to the disk, then give the file its name."""
        file = self._open()
        with _Disk():
            file.flush()
            os.fsync(file.fileno())
            file.close()
            os.replace(self._temporary, self._path)
            self._kept = True
            _sync_folder(self._path.parent)

    def close(self) -> None:
        super().close()
        if self._file is None or self._kept:
            return
        with suppress(OSError):  # a full disk, once more: closing writes what is left, and here it is thrown away
            self._file.close()
        self._temporary.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        if self._file is None or self.closed:
            raise ValueError("the file is closed")
        return self._file


@contextmanager
def new_file(path: Path) -> Iterator[NewFile]:
    """A `NewFile` that is kept when the block ends well, and leaves nothing behind when it does not."""
    with NewFile(path) as file:
        yield file
        file.keep()


def sweep_unfinished(folder: Path, *, before: float) -> int:
    """Remove what writers left that were killed; returns how many files.

    Args:
        before: seconds since the epoch; a file changed since may still have a writer.
    """
    old = [path for path in folder.glob(f".*{_UNFINISHED}") if path.lstat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


class _Disk:
    """What the disk says, in the engine's words."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if not isinstance(failure, OSError):
            return
        if failure.errno in _FULL:
            raise StorageFull("The disk is full. Free some room, then ask for the export again.") from failure
        if failure.errno in _READ_ONLY:
            raise StorageReadOnly from failure
        raise StorageError("The file could not be written.") from failure


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power loss; Windows opens no folders and needs none of it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
