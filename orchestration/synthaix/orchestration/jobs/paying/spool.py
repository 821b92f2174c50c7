"""Paid replies that came while the store was away: kept on this machine's disk, then saved."""

import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import orjson

from synthaix.orchestration.store.sealing import Place
from synthaix.orchestration.store.store import Store

_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Paid:
    """A reply and what it cost, which are saved in one commit.

    Attributes:
        entry: of the ledger, where its money is set aside.
        nanos: nanodollars; None: its price is not known.
    """

    job: int
    key: str
    attempt: int
    reply: bytes
    entry: int
    nanos: int | None
    input_tokens: int
    output_tokens: int
    cached_tokens: int

    async def save(self, store: Store) -> None:
        """Save it; safe to repeat."""
        async with store.database.write() as connection:
            await store.replies.save(connection, self.job, self.key, self.attempt, self.reply)
            await store.ledger.settle(
                connection, self.entry, nanos=self.nanos, input_tokens=self.input_tokens,
                output_tokens=self.output_tokens, cached_tokens=self.cached_tokens,
            )  # fmt: skip


class Spool:
    """A folder of paid replies that wait to be saved; a process that dies leaves them to the next."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._holds = folder.exists()
        self._saving = anyio.Lock()

    async def keep(self, paid: Paid) -> bool:
        """Put a reply on the disk. False: the disk does not take it."""
        try:
            await anyio.to_thread.run_sync(self._write, paid)
        except OSError:
            return False
        self._holds = True
        return True

    async def save_all(self) -> bool:
        """Save what is kept, before anybody looks for a reply; whether anything was.

        Raises:
            StorageError: the store is still away.
        """
        if not self._holds:
            return False
        async with self._saving:
            kept = await anyio.to_thread.run_sync(self._read)
            for path, paid in kept:
                await paid.save(self._store)
                await anyio.to_thread.run_sync(path.unlink, True)
            self._holds = any(self._folder.glob(f"*{_SUFFIX}"))  # one may have come meanwhile
        return bool(kept)

    def _write(self, paid: Paid) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{secrets.token_hex(8)}{_SUFFIX}"
        unfinished = path.with_suffix(".part")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealed = self._place(paid.job, paid.key).seal_one(paid.reply)
            file.write(orjson.dumps({**asdict(paid), "reply": b64encode(sealed).decode()}))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def _read(self) -> list[tuple[Path, Paid]]:
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            loose = orjson.loads(path.read_bytes())
            reply = self._place(loose["job"], loose["key"]).open_one(b64decode(loose["reply"]))
            found.append((path, Paid(**{**loose, "reply": reply})))
        return found

    def _place(self, job: int, key: str) -> Place:
        return self._store.database.seal.place("spool", job, key)
