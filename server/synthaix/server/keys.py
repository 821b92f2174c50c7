"""API keys of callers over HTTP: made here, shown once, kept as hashes in a file that the operator owns.

A key is 256 random bits, so one SHA-256 is enough: there is nothing to guess. The name is the owner of all that is made
with it; two keys of one name are one owner, which is how a key is replaced.
"""

import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PREFIX = "sxk_"  # a key is known by it, in a header and in the log's filter
MARK_DIGITS = 12  # of the hash: what a key is called once nobody knows it any more
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class KeysUnreadable(Exception):
    """The file of keys is not what `synthaix keys new` writes. The message names the file."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key: whose it is and what it may do."""

    name: str
    sha256: str
    scopes: tuple[str, ...]
    created_at: float

    @property
    def mark(self) -> str:
        """What the key is called in lists."""
        return self.sha256[:MARK_DIGITS]


class KeyFile:
    """The keys that are good now: a changed file counts at the next call, without a restart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, ApiKey] = {}

    def find(self, key: str) -> ApiKey | None:
        """The key, if it is good.

        The look-up is by hash: how long it takes says nothing about the key, whose hash nobody can steer.
        """
        return self._read().get(_digest(key))

    def all(self) -> Sequence[ApiKey]:
        """Every key, oldest first. Raises KeysUnreadable."""
        return sorted(self._read().values(), key=lambda each: each.created_at)

    def add(self, name: str, scopes: Sequence[str]) -> str:
        """Make a key and keep its hash; the key itself is returned and never again."""
        key = PREFIX + secrets.token_urlsafe(32)
        self._write([*self.all(), ApiKey(name, _digest(key), tuple(scopes), time.time())])
        return key

    def remove(self, which: str) -> Sequence[ApiKey]:
        """Drop the keys of this name or mark; those that were dropped."""
        every = self.all()
        gone = [each for each in every if which in (each.name, each.mark)]
        if gone:
            self._write([each for each in every if each not in gone])
        return gone

    def _read(self) -> dict[str, ApiKey]:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._seen, self._keys = None, {}
            return self._keys
        except OSError:
            raise KeysUnreadable(f"{self.path} cannot be read.") from None
        seen = (found.st_mtime_ns, found.st_ino)
        if seen != self._seen:
            self._keys = {each.sha256: each for each in _parsed(self.path)}
            self._seen = seen
        return self._keys

    def _write(self, keys: Sequence[ApiKey]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        text = json.dumps({"keys": [asdict(each) for each in keys]}, indent=2)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        beside.replace(self.path)


def _parsed(path: Path) -> list[ApiKey]:
    try:
        loose = json.loads(path.read_text("utf-8"))["keys"]
        return [
            ApiKey(str(each["name"]), str(each["sha256"]), tuple(map(str, each["scopes"])), float(each["created_at"]))
            for each in loose
        ]
    except (OSError, ValueError, KeyError, TypeError):
        raise KeysUnreadable(f"{path} is not a file of keys as `synthaix keys new` writes it.") from None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
