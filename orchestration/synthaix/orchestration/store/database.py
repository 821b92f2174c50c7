"""Connections and transactions: one writer at a time in this process, readers beside it.

Every write transaction starts with a write lock (`BEGIN IMMEDIATE`), since the sqlite3 driver would open one only at
the first write and leave earlier reads outside it.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from synthaix.orchestration.errors import StorageFull, StorageReadOnly, StoreUnreachable, SynthAIxError
from synthaix.orchestration.store.tables import metadata

BUSY_SECONDS = 20.0  # how long one process waits for another's write
READERS = 4


class Database:
    """The store's file, opened at the first use.

    Args:
        path: of the SQLite file; its folder is made when missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: AsyncEngine | None = None
        self._readers: AsyncEngine | None = None
        self._one_writer = anyio.Lock()
        self._opening = anyio.Lock()

    async def open(self) -> None:
        """Make the file and its tables; safe to call again.

        Raises:
            StorageReadOnly: the folder or file cannot be written.
            StorageFull: there is no room for an empty store.
        """
        async with self._opening:
            if self._readers is None:
                with _translated(), anyio.CancelScope(shield=True):
                    await self._open()

    async def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StorageReadOnly from exc
        url = URL.create("sqlite+aiosqlite", database=str(self.path))
        writer = _engine(url, begin="BEGIN IMMEDIATE", connections=1)
        try:
            async with writer.begin() as connection:
                await connection.run_sync(metadata.create_all)
        except BaseException:
            await writer.dispose()
            raise
        self._writer, self._readers = writer, _engine(url, begin=None, connections=READERS)

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

        It is shielded from cancellation: what was acknowledged is stored, nothing is half-done, and no connection is
        abandoned in the middle of a call, which SQLAlchemy would wait for when the loop closes.
        """
        await self.open()
        async with self._one_writer:
            with _translated(), anyio.CancelScope(shield=True):
                async with self._opened(self._writer) as connection, connection.begin():
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for single statements, each of which sees one state of the store; shielded as a write is."""
        await self.open()
        with _translated(), anyio.CancelScope(shield=True):
            async with self._opened(self._readers) as connection:
                yield connection

    @staticmethod
    def _opened(engine: AsyncEngine | None) -> AsyncConnection:
        if engine is None:  # closed meanwhile
            raise StoreUnreachable
        return engine.connect()


def _engine(url: URL, *, begin: str | None, connections: int) -> AsyncEngine:
    """An engine whose transactions begin with `begin`; None: it has none, which saves two calls for each read."""
    reading: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        pool_reset_on_return=None if begin is None else "rollback",
        hide_parameters=True,  # cells do not belong in a traceback
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},  # the driver begins nothing by itself
        **(reading if begin is None else {}),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if begin is not None:

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql(begin)

    return engine


class _translated:  # noqa: N801 - a context manager that reads as a word
    """Turns the driver's errors into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        driver = error.orig if isinstance(error, DBAPIError) else error
        ours = storage_error(driver) if isinstance(driver, sqlite3.Error) else None
        if isinstance(error, PoolTimeout):
            ours = StoreUnreachable()
        if ours is not None:
            raise ours from error


def storage_error(error: BaseException) -> SynthAIxError | None:
    """What a driver's error means for the caller; None when it is a mistake of our own."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):  # a quota or a vanished disk shows as an I/O error
        return StorageFull()
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StorageReadOnly()
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StoreUnreachable()
    return None
