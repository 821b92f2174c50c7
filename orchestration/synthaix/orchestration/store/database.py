"""Connections and transactions, whatever the database: writers, readers beside them, and errors of ours."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import anyio
from sqlalchemy import ColumnElement, Table
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from synthaix.orchestration.errors import StoreUnreachable, SynthAIxError
from synthaix.orchestration.store.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

BUSY_SECONDS = 20.0  # how long one process waits for another's write


class Backend(Protocol):
    """What each database does its own way.

    Attributes:
        writers: write transactions at a time in this process.
    """

    writers: int

    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """One whose transactions may write, one for single statements that read. Raises StorageError."""

    def now(self) -> ColumnElement[float]:
        """Seconds since the epoch by the clock that every process on this database goes by: leases end by it."""

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """An INSERT that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""

    async def add_rows(
        self, connection: AsyncConnection, job: int, table: int, first: int, bodies: Sequence[bytes]
    ) -> None:
        """Insert rows in bulk, from seq `first` on."""

    def meaning(self, error: BaseException) -> SynthAIxError | None:
        """What a driver's error means for the caller; None when it is a mistake of our own."""


class Database:
    """The store's database, opened at the first use."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._writer: AsyncEngine | None = None
        self._readers: AsyncEngine | None = None
        self._writing = anyio.Semaphore(backend.writers)
        self._opening = anyio.Lock()

    async def open(self) -> None:
        """Connect, and make the tables where there are none; safe to call again.

        Raises:
            StorageReadOnly: the folder, file or database cannot be written.
            StorageFull: there is no room for an empty store.
            StoreUnreachable: it does not answer.
        """
        async with self._opening:
            if self._readers is None:
                with _Translated(self.backend), anyio.CancelScope(shield=True):
                    await self._open()

    async def _open(self) -> None:
        writer, readers = self.backend.engines()
        try:
            async with writer.begin() as connection:
                await connection.run_sync(metadata.create_all)
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
        await self.open()
        async with self._writing:
            with _Translated(self.backend), anyio.CancelScope(shield=True):
                async with self._opened(self._writer) as connection, connection.begin():
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for single statements, each of which sees one state of the store; shielded as a write is."""
        await self.open()
        with _Translated(self.backend), anyio.CancelScope(shield=True):
            async with self._opened(self._readers) as connection:
                yield connection

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
