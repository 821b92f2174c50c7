"""The store: one object that holds a part for each thing that is kept."""

import secrets
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from synthaix.orchestration.store.backend import Backend
from synthaix.orchestration.store.batches import BatchLog
from synthaix.orchestration.store.chunks import Chunks
from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.drafts import Drafts
from synthaix.orchestration.store.exports import Exports
from synthaix.orchestration.store.extensions import Extensions
from synthaix.orchestration.store.jobs import Jobs
from synthaix.orchestration.store.ledger import Ledger
from synthaix.orchestration.store.measures import Measures
from synthaix.orchestration.store.replies import Replies
from synthaix.orchestration.store.rows import Rows
from synthaix.orchestration.store.sealing import Seal
from synthaix.orchestration.store.sqlite import Sqlite
from synthaix.orchestration.store.tables import facts
from synthaix.orchestration.store.tokens import Tokens


class Store:
    """Drafts, jobs and what they extend, chunks, rows, replies, ledger, batches, tokens, and more, in one database.

    Args:
        where: the path of a SQLite file, or the address of a PostgreSQL database.
        clock: seconds since the epoch.
        encryption_key: seals what users and models wrote, see `Seal`.
    """

    def __init__(
        self, where: Path | str, *, clock: Callable[[], float], encryption_key: SecretStr | None = None
    ) -> None:
        self.database = Database(_backend(where, clock), Seal(encryption_key))
        self.drafts = Drafts(self.database, clock)
        self.jobs = Jobs(self.database, clock)
        self.extensions = Extensions(self.database)
        self.chunks = Chunks(self.database)
        self.rows = Rows(self.database)
        self.replies = Replies(self.database, clock)
        self.ledger = Ledger(self.database, clock)
        self.batches = BatchLog(self.database, clock)
        self.tokens = Tokens(self.database, clock)
        self.measures = Measures(self.database, clock)
        self.exports = Exports(self.database, clock)
        self._secrets: dict[str, bytes] = {}

    async def close(self) -> None:
        """Close every connection."""
        await self.database.close()

    async def secret(self, name: str) -> bytes:
        """32 random bytes, the same for every process on this store: for signing cursors and addresses."""
        if name not in self._secrets:
            self._secrets[name] = await self._kept_secret(name)
        return self._secrets[name]

    async def _kept_secret(self, name: str) -> bytes:
        query = select(facts.c.value).where(facts.c.name == name)
        async with self.database.read() as connection:
            found: bytes | None = await connection.scalar(query)
        if found is not None:
            return found
        made = self.database.backend.insert(facts).values(name=name, value=secrets.token_bytes(32))
        async with self.database.write() as connection:
            await connection.execute(made.on_conflict_do_nothing())  # another process may be quicker
            kept: bytes = (await connection.execute(query)).scalar_one()
        return kept


def _backend(where: Path | str, clock: Callable[[], float]) -> Backend:
    if isinstance(where, Path):
        return Sqlite(where, clock)
    from synthaix.orchestration.store.postgresql import Postgresql

    return Postgresql(where)
