"""Paid replies: saved with what they cost, and kept on this machine's disk while the store is away."""

import hashlib
import logging
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import orjson

from synthaix.orchestration.errors import StorageError
from synthaix.orchestration.store.replies import NO_JOB
from synthaix.orchestration.store.sealing import Place
from synthaix.orchestration.store.store import Store

log = logging.getLogger(__name__)

SAVE_TRIES, SAVE_SECONDS = 6, 1.0  # of what was paid, while neither the store nor the disk takes it
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Paid:
    """What one call brought and what it cost, which are saved in one commit.

    Attributes:
        replies: by key; one call may answer several.
        entry: of the ledger, where its money is set aside.
        nanos: nanodollars; None: its price is not known.
    """

    job: int
    attempt: int
    replies: Mapping[str, bytes]
    entry: int
    nanos: int | None
    input_tokens: int
    output_tokens: int = 0
    cached_tokens: int = 0

    def write(self, store: Store, connection: Any) -> None:
        """Save it inside the caller's transaction; safe to repeat."""
        store.replies.save_all(connection, self.job, self.replies, attempt=self.attempt)
        store.ledger.settle(
            connection, self.entry, nanos=self.nanos, input_tokens=self.input_tokens,
            output_tokens=self.output_tokens, cached_tokens=self.cached_tokens,
        )  # fmt: skip


async def save(store: Store, paid: Paid, spool: "Spool | None") -> None:
    """Save what was paid, whoever cancels.

    Raises:
        StorageError: the store is away, for some time where there is no spool that has taken it.
    """
    with anyio.CancelScope(shield=True):
        for left in reversed(range(SAVE_TRIES)):
            try:
                await store.database.transact(partial(paid.write, store))
                break
            except StorageError:
                if not left or (spool is not None and await spool.keep(paid)):
                    raise
                await anyio.sleep(SAVE_SECONDS)


class Spool:
    """A folder of what waits to be saved; a process that dies leaves it to the next, or to one beside it.

    Each store has a folder of its own in it, since jobs of another have the same numbers.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._own: Path | None = None  # known once the store has answered
        self._saving = anyio.Lock()

    async def keep(self, paid: Paid) -> bool:
        """Put it on the disk. False: the disk does not take it."""
        if self._own is None:
            return False
        try:
            await anyio.to_thread.run_sync(self._write, paid, self._own)
        except OSError:
            return False
        return True

    async def save_all(self) -> bool:
        """Save what is kept, before anybody looks for a reply; whether anything was.

        Raises:
            StorageError: the store is away.
        """
        if self._own is None:
            name = hashlib.sha256(await self._store.secret("spool")).hexdigest()[:16]
            self._own = self._folder / name
        if not _holds(self._own):
            return False
        async with self._saving:
            kept = await anyio.to_thread.run_sync(self._read, self._own)
            for path, paid in kept:
                await self._save(paid)
                await anyio.to_thread.run_sync(path.unlink, True)
        return bool(kept)

    async def _save(self, paid: Paid) -> None:
        async with self._store.database.write() as connection:
            if paid.job == NO_JOB or await self._store.jobs.hold(connection, paid.job):
                await connection.run_sync(partial(paid.write, self._store))
                return
        log.warning("a paid reply that waited on the disk was dropped: its job was deleted")

    def _write(self, paid: Paid, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{secrets.token_hex(8)}{_SUFFIX}"
        unfinished = path.with_suffix(".part")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealed = {
                key: b64encode(self._place(paid.job, key).seal_one(reply)).decode()
                for key, reply in paid.replies.items()
            }
            file.write(orjson.dumps({**asdict(paid), "replies": sealed}))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def _read(self, folder: Path) -> list[tuple[Path, Paid]]:
        found = []
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            try:
                loose = orjson.loads(path.read_bytes())
            except FileNotFoundError:  # a process beside this one has saved it
                continue
            replies = {
                key: self._place(loose["job"], key).open_one(b64decode(sealed))
                for key, sealed in loose["replies"].items()
            }
            found.append((path, Paid(**{**loose, "replies": replies})))
        return found

    def _place(self, job: int, key: str) -> Place:
        return self._store.database.seal.place("spool", job, key)


def _holds(folder: Path) -> bool:
    """Whether anything waits there; looked at before each call, since a process beside this one may have put it."""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(_SUFFIX) for entry in entries)
    except FileNotFoundError:
        return False
