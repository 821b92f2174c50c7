"""Connections and transactions, whatever the database: writers, readers beside them, and errors of ours."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
from sqlalchemy import Connection
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from synthaix.orchestration.errors import StoreUnreachable, SynthAIxError
from synthaix.orchestration.store.backend import Backend
from synthaix.orchestration.store.revisions import bring_up_to_date
from synthaix.orchestration.store.sealing import Seal

T = TypeVar("T")


class Database:
    """The store's database, opened at the first use.

    Args:
        seal: what closes and opens what users and models wrote, for those who store it.
    """

    def __init__(self, backend: Backend, seal: Seal | None = None) -> None:
        self.backend = backend
        self.seal = seal or Seal()
        self._writer: AsyncEngine | None = None
        self._readers: AsyncEngine | None = None
        # Taken at once where they are free: a turn of the loop costs more than the statement that waits for it.
        self._writing = anyio.Semaphore(backend.writers, fast_acquire=True)
        # In turn: in a pool's own queue a thousand reads time out.
        self._reading = anyio.Semaphore(backend.readers, fast_acquire=True)
        self._opening = anyio.Lock()

    async def open(self) -> None:
        """Connect, and make the tables where there are none; safe to call again.

        Raises:
            StorageReadOnly: the folder, file or database cannot be written.
            StorageFull: there is no room for an empty store.
            StoreUnreachable: it does not answer.
            StoreTooNew: a later release has written it.
            EncryptionKeyWrong: it is sealed with another key.
        """
        if self._readers is None:
            async with self._opening:
                if self._readers is None:
                    with _Translated(self.backend), anyio.CancelScope(shield=True):
                        await self._open()

    async def _open(self) -> None:
        writer, readers = self.backend.engines()
        try:
            await bring_up_to_date(self.backend, writer, readers)
            await self.seal.check(self.backend, writer, readers)
        except BaseException:
            await writer.dispose()
            await readers.dispose()
            raise
        self._writer, self._readers = writer, readers

    async def close(self) -> None:
        """Close every connection; the next use opens them again."""
        async with self._opening:
            with anyio.CancelScope(shield=True):
                for engine in (self._readers, self._writer):
                    if engine is not None:
                        await engine.dispose()
            self._readers = self._writer = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction: committed at the end, rolled back on any error.

        Others may write beside it where the database lets them, so it begins with a guarded write or a row lock: of
        the job's row, where it is about a job. What it read before that may be out of date.

        It is shielded from cancellation: what was acknowledged is stored, nothing is half-done, and no connection is
        abandoned in the middle of a call, which SQLAlchemy would wait for when the loop closes.
        """
        async with self._alone() as connection, connection.begin():
            yield connection

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """One write transaction, as `write` makes it, of work that waits for nothing but the database.

        The work may run in another thread, so it changes nothing but the database. On SQLite the whole transaction is
        one turn of the connection's thread.
        """
        async with self._alone() as connection:
            return await self.backend.transact(connection, work)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncConnection]:
        """A connection that may write, in its turn."""
        await self.open()
        async with self._writing:
            with _Translated(self.backend), anyio.CancelScope(shield=True):
                async with self._opened(self._writer) as connection:
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for single statements, each of which sees one state of the store; shielded as a write is."""
        await self.open()
        async with self._reading:
            with _Translated(self.backend), anyio.CancelScope(shield=True):
                async with self._opened(self._readers) as connection:
                    yield connection

    async def shrink(self) -> None:
        """Give the disk back what deleted rows took."""
        await self.open()
        async with self._writing:
            with _Translated(self.backend), anyio.CancelScope(shield=True):
                await self.backend.shrink()

    @staticmethod
    def _opened(engine: AsyncEngine | None) -> AsyncConnection:
        if engine is None:  # closed meanwhile
            raise StoreUnreachable
        return engine.connect()


class _Translated:
    """Turns the driver's errors into ours."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, SynthAIxError):
            return
        ours = StoreUnreachable() if isinstance(error, PoolTimeout) else self._backend.meaning(error)
        if ours is not None:
            raise ours from error
