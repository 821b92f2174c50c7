"""Where files are put: in a folder of this machine, or at an address that fsspec has a driver for."""

import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

from synthaix.orchestration.errors import ArgumentInvalid, StorageError

_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<path>.*)", re.IGNORECASE | re.DOTALL)
_OBJECTS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss", "oci"})
_KNOWN = ("s3://", "gs://", "abfs://", "sftp://", "file://")
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class RemotePath:
    """A file or folder at an address, with the few ways of a `Path` that are used here.

    All but the names is blocking, for a worker thread, and raises StorageError where the place does not answer or
    refuses, ArgumentInvalid where the address has a password in it, or no driver.
    """

    scheme: str
    path: PurePosixPath

    def __str__(self) -> str:
        return f"{self.scheme}://{self.path}"

    def __truediv__(self, name: str) -> Self:
        return type(self)(self.scheme, self.path / name)

    def as_uri(self) -> str:
        return str(self)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def stem(self) -> str:
        return self.path.stem

    @property
    def suffix(self) -> str:
        return self.path.suffix

    @property
    def parent(self) -> Self:
        return type(self)(self.scheme, self.path.parent)

    def with_name(self, name: str) -> Self:
        return type(self)(self.scheme, self.path.with_name(name))

    def is_dir(self) -> bool:
        """Never known: object storage has no folders. A last slash says what is meant."""
        return False

    def check_folder(self) -> None:
        """Write an empty file into this folder and remove it: better now than at a job's end."""
        with self._driven() as (driver, path):
            if not self._holds_objects:
                driver.makedirs(path, exist_ok=True)
            probe = f"{path}/.{secrets.token_hex(8)}.part"
            driver.pipe_file(probe, b"")
            driver.rm_file(probe)

    def put(self, source: Path) -> None:
        """The whole file, or nothing under this name.

        An object appears once it is whole. Elsewhere a file gets its name by a move, which is as good as the driver's.
        """
        with self._driven() as (driver, path):
            if self._holds_objects:  # to make its folder may mean to make a bucket
                driver.put_file(str(source), path)
                return
            folder = path.rpartition("/")[0]
            driver.makedirs(folder, exist_ok=True)
            unfinished = f"{folder}/.{secrets.token_hex(8)}.part"
            try:
                driver.put_file(str(source), unfinished)
                driver.mv(unfinished, path)
            except BaseException:
                with suppress(Exception):  # what went wrong first is told
                    driver.rm_file(unfinished)
                raise

    def get(self, target: Path) -> None:
        """Copy the file to this machine."""
        with self._driven() as (driver, path):
            driver.get_file(path, str(target))

    def size(self) -> int | None:
        """Bytes; None: there is no such file."""
        with self._driven() as (driver, path):
            driver.invalidate_cache()  # another process may have put it there
            try:
                found: int | None = driver.info(path)["size"]
            except FileNotFoundError:
                return None
        return found

    def parts(self, first: int, end: int) -> Iterator[bytes]:
        """The file's bytes from `first` to before `end`."""
        with self._driven() as (driver, path), driver.open(path, "rb") as file:
            file.seek(first)
            while first < end and (some := file.read(min(_READ_BYTES, end - first))):
                first += len(some)
                yield some

    def remove(self) -> None:
        """Remove the file, or the folder and what is in it, if it is there."""
        with self._driven() as (driver, path), suppress(FileNotFoundError):
            driver.invalidate_cache()
            driver.rm(path, recursive=True)

    @property
    def _holds_objects(self) -> bool:
        return self.scheme in _OBJECTS

    @contextmanager
    def _driven(self) -> Iterator[tuple[Any, str]]:
        """The driver, and what it calls this; what it raises, in the engine's words and without the address."""
        from fsspec.core import url_to_fs

        self._check()
        try:
            yield url_to_fs(str(self))
        except Exception as exc:  # each driver has errors of its own, some with keys in their text
            raise StorageError(f"The place does not answer, or takes no files ({type(exc).__name__}).") from exc

    def _check(self) -> None:
        from fsspec import get_filesystem_class

        if ":" in str(self.path).partition("/")[0].rpartition("@")[0]:
            raise ArgumentInvalid(
                "The address has a password in it, which would be seen. Give it to the driver, in its own settings."
            )
        try:
            get_filesystem_class(self.scheme)
        except ImportError as exc:
            missing = exc.__cause__.name if isinstance(exc.__cause__, ImportError) else None
            raise ArgumentInvalid(
                f"Addresses that begin with {self.scheme}:// need the package {missing or self.scheme}, which is not "
                "installed.", suggestion=f"pip install {missing}" if missing else None,
            ) from exc  # fmt: skip
        except ValueError as exc:
            raise ArgumentInvalid("No driver knows such addresses.", allowed=_KNOWN) from exc


Place = Path | RemotePath


def place_of(text: str) -> Place:
    """The place that a path or address names; nothing is tried."""
    address = _ADDRESS.fullmatch(text)
    if address is None:
        return Path(text)
    scheme = address["scheme"].lower()
    if scheme == "file":
        return Path(url2pathname(urlsplit(text).path))
    return RemotePath(scheme, PurePosixPath(address["path"]))


def absolute(place: Place) -> Place:
    """The same, wherever the process goes."""
    return place if isinstance(place, RemotePath) else place.absolute()


def size_of(place: Place) -> int | None:
    """Bytes of a file; None: it is not there. Blocking. Raises StorageError, ArgumentInvalid: see `RemotePath`."""
    if isinstance(place, RemotePath):
        return place.size()
    return place.stat().st_size if place.is_file() else None


def copy_file(source: Place, target: Place) -> None:
    """Copy a file, whole or not at all. Blocking. Raises OSError of this machine, and what `RemotePath` raises."""
    if isinstance(source, RemotePath):
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder) / "file"
            source.get(here)
            copy_file(here, target)
    elif isinstance(target, RemotePath):
        target.put(source)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)
