"""The store in a SQLite file: one writer at a time, readers beside it.

Every write transaction starts with a write lock (`BEGIN IMMEDIATE`), since the sqlite3 driver would open one only at
the first write and leave earlier reads outside it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import anyio.to_thread
from sqlalchemy import ColumnElement, Connection, Table, event, literal
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from synthaix.orchestration.errors import StorageFull, StorageReadOnly, StoreUnreachable, SynthAIxError
from synthaix.orchestration.store.backend import BUSY_SECONDS
from synthaix.orchestration.store.one_turn import OneTurnConnection, in_one_turn

T = TypeVar("T")

FREE_SHARE = 0.1  # of the pages, from which on writing all others anew is worth it
INSERTED_AT_ONCE = 256  # rows of one statement: half the CPU of the driver's executemany, a quarter of SQLAlchemy's


class Sqlite:
    """A file that processes of one machine share; their clock is one clock.

    Args:
        path: its folder is made when missing.
        clock: seconds since the epoch.
    """

    writers, readers = 1, 4

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock

    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """One writer and a few readers. Raises StorageReadOnly."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)  # SQLite's own files beside it take the same
        except OSError as exc:
            raise StorageReadOnly from exc
        url = URL.create("sqlite+aiosqlite", database=str(self._path))
        return _engine(url, begin="BEGIN IMMEDIATE", connections=1), _engine(url, begin=None, connections=self.readers)

    def now(self) -> ColumnElement[float]:
        """This machine's time."""
        return literal(self._clock())

    def insert(self, table: Table) -> sqlite.Insert:
        """SQLite's INSERT."""
        return sqlite.insert(table)

    async def lock_tables(self, connection: AsyncConnection) -> None:
        """Nothing more: the transaction began with the lock of the whole file."""

    async def transact(self, connection: AsyncConnection, work: Callable[[Connection], T]) -> T:
        """In one turn of the connection's thread."""
        return await in_one_turn(connection, work)

    def add_rows(self, connection: Connection, job: int, table: int, first: int, bodies: Sequence[bytes]) -> None:
        """Many rows a statement."""
        for begin in range(0, len(bodies), INSERTED_AT_ONCE):
            some = bodies[begin : begin + INSERTED_AT_ONCE]
            values = ",".join([f"({job:d},{table:d},?,?)"] * len(some))
            numbered = tuple(chain.from_iterable(enumerate(some, first + begin)))
            insert = f"INSERT INTO rows (job, table_index, seq, body) VALUES {values}"  # noqa: S608 - whole numbers
            connection.exec_driver_sql(insert, numbered)

    async def shrink(self) -> None:
        """Write the file anew without its free pages, once they are a tenth of it; others may read meanwhile."""
        await anyio.to_thread.run_sync(self._shrink)

    def _shrink(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (free,) = connection.execute("PRAGMA freelist_count").fetchone()
            if free >= FREE_SHARE * pages:
                connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def meaning(self, error: BaseException) -> SynthAIxError | None:
        """By SQLite's own names of errors."""
        driver = error.orig if isinstance(error, DBAPIError) else error
        name = getattr(driver, "sqlite_errorname", "") if isinstance(driver, sqlite3.Error) else ""
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):  # a quota or a vanished disk shows as an I/O error
            return StorageFull()
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            return StorageReadOnly()
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_NOTADB", "SQLITE_CORRUPT")):
            return StoreUnreachable()
        return None


def _engine(url: URL, *, begin: str | None, connections: int) -> AsyncEngine:
    """An engine whose transactions begin with `begin`; None: it has none, which saves two calls for each read."""
    reading: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        pool_reset_on_return=None,  # every transaction has ended when its connection comes back
        hide_parameters=True,  # cells do not belong in a traceback
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},  # the driver begins nothing by itself
        **(reading if begin is None else {}),
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def _connect(dialect: Any, _: object, arguments: Sequence[Any], named: dict[str, Any]) -> OneTurnConnection:
        return OneTurnConnection(dialect.loaded_dbapi, dialect.connect(*arguments, **named).driver_connection)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if begin is not None:

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(connection: Any) -> None:
            connection.connection.dbapi_connection.begin_with(begin)

    return engine
