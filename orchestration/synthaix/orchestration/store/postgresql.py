"""The store on PostgreSQL: many writers, READ COMMITTED, the job's row as the lock, the server's clock for leases."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Float, Table, cast, event, extract, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from synthaix.orchestration.errors import (
    ArgumentInvalid,
    StorageFull,
    StorageReadOnly,
    StoreUnreachable,
    SynthAIxError,
)
from synthaix.orchestration.store.backend import BUSY_SECONDS

T = TypeVar("T")
CONNECTIONS = 8  # of this process, for reads and writes
CONNECT_SECONDS = 10.0
STATEMENT_SECONDS = 60.0
IDLE_SECONDS = 15.0  # in an open transaction: a stopped process must not keep a job's row locked for longer
TRANSACTION_SECONDS = 60.0  # in all; a process stopped between the messages of one statement is not idle to the server
TABLES_LOCK = 0x53594E5448  # "SYNTH", in the database's list of advisory locks
RENEWED_SECONDS = 1_800  # age at which a connection is replaced

_INSERT_ROWS = text(
    "INSERT INTO rows (job, table_index, seq, body) SELECT CAST(:job AS integer), CAST(:table AS integer),"
    " CAST(:first AS bigint) + place - 1, body FROM unnest(CAST(:bodies AS bytea[])) WITH ORDINALITY AS t (body, place)"
)
_LIMITS_TRANSACTIONS = (17,)  # the server's version from which on it does
_NO_TRANSACTION_LIMIT = text("SELECT set_config(name, '0', true) FROM pg_settings WHERE name = 'transaction_timeout'")
_SESSION = {
    "application_name": "synthaix",
    "statement_timeout": str(int(STATEMENT_SECONDS * 1_000)),
    "lock_timeout": str(int(BUSY_SECONDS * 1_000)),
    "idle_in_transaction_session_timeout": str(int(IDLE_SECONDS * 1_000)),
    "tcp_keepalives_idle": "60",  # a quiet connection through a firewall stays open
}
_NO_RIGHT = partial(StorageReadOnly, "The user in SYNTHAIX_DATABASE_URL may not write, or not make tables.")
_MEANINGS: dict[str, Callable[[], SynthAIxError]] = {  # by the beginning of SQLSTATE, the more telling first
    "22": partial(ArgumentInvalid, "A text or number is not one that the store can keep."),
    "address": partial(StoreUnreachable, "SYNTHAIX_DATABASE_URL cannot be read as the address of a database."),
    "25006": partial(StorageReadOnly, "The database takes no writes: it may be a standby."),
    "42501": _NO_RIGHT,
    "3F": _NO_RIGHT,
    "53100": partial(StorageFull, "The database's disk is full. Free some room; the job goes on by itself."),
    "28": partial(StoreUnreachable, "The database refuses the user or password in SYNTHAIX_DATABASE_URL."),
    "3D": partial(StoreUnreachable, "The server has no database of the name in SYNTHAIX_DATABASE_URL."),
    **dict.fromkeys(("08", "25P0", "40", "53", "55", "57", "58"), StoreUnreachable),
}


class Postgresql:
    """A database that processes of many machines share.

    Args:
        url: `postgresql://...` as libpq takes it, with `sslmode` and the like; the driver may be named as SQLAlchemy
            does it (`postgresql+asyncpg://`).
    """

    writers = readers = CONNECTIONS // 2  # so that neither waits for the other

    def __init__(self, url: str) -> None:
        self._url = "postgresql" + url[url.find("://") :]

    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """One pool, with transactions and without."""
        try:
            import asyncpg
        except ImportError as exc:
            raise StoreUnreachable(
                "SYNTHAIX_DATABASE_URL names a PostgreSQL database, and its driver is not installed. "
                "Install `synthaix[postgres]`."
            ) from exc

        async def connect() -> Any:  # the driver reads the address itself, as every PostgreSQL client does
            connection = await asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS,
                command_timeout=STATEMENT_SECONDS + CONNECT_SECONDS,
                server_settings=_SESSION,
            )
            if connection.get_server_version() >= _LIMITS_TRANSACTIONS:
                await connection.execute(f"SET transaction_timeout = {int(TRANSACTION_SECONDS * 1_000)}")
            return connection

        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connect,
            isolation_level="READ COMMITTED",
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=BUSY_SECONDS,
            pool_recycle=RENEWED_SECONDS,
            hide_parameters=True,  # cells do not belong in a traceback
        )

        @event.listens_for(engine.sync_engine, "checkout")
        def _still_open(connection: Any, *_: object) -> None:
            """Replace what the server has closed. SQLAlchemy's own ping asks the server three times for this."""
            if connection.driver_connection.is_closed():
                raise DisconnectionError

        return engine, engine.execution_options(isolation_level="AUTOCOMMIT")

    def now(self) -> ColumnElement[float]:
        """The server's time: the machines' clocks may differ by more than a lease."""
        return cast(extract("epoch", func.clock_timestamp()), Float)

    def insert(self, table: Table) -> postgresql.Insert:
        """PostgreSQL's INSERT."""
        return postgresql.insert(table)

    async def lock_tables(self, connection: AsyncConnection) -> None:
        """An advisory lock until the transaction ends, without this session's limits: a migration may take long."""
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(_NO_TRANSACTION_LIMIT)
        await connection.execute(select(func.pg_advisory_xact_lock(TABLES_LOCK)))

    async def transact(self, connection: AsyncConnection, work: Callable[[Connection], T]) -> T:
        """Statement by statement, as the server answers."""
        async with connection.begin():
            return await connection.run_sync(work)

    def add_rows(self, connection: Connection, job: int, table: int, first: int, bodies: Sequence[bytes]) -> None:
        """All rows in one statement with one array."""
        connection.execute(_INSERT_ROWS, {"job": job, "table": table, "first": first, "bodies": list(bodies)})

    async def shrink(self) -> None:
        """Nothing: the server's autovacuum gives the room to other rows."""

    def meaning(self, error: BaseException) -> SynthAIxError | None:
        """By SQLSTATE; what has none came from the network or the driver."""
        if not isinstance(error, DBAPIError):
            return StoreUnreachable() if isinstance(error, OSError) else None
        driver = error.orig.__cause__ if error.orig else None
        state: str | None = getattr(driver, "sqlstate", None)
        if state is None and isinstance(driver, ValueError):  # the driver itself refused the address, or a value
            state = "address" if "Configuration" in type(driver).__name__ else "22000"
        if state is None:
            return StoreUnreachable()
        return next((meaning() for begins, meaning in _MEANINGS.items() if state.startswith(begins)), None)
