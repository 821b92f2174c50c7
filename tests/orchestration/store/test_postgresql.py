"""What is PostgreSQL's own: a server with a clock, that refuses, restarts, and closes connections."""

import sys
from collections.abc import AsyncIterator
from typing import Any

import anyio
import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from synthaix.orchestration.errors import ArgumentInvalid, StorageFull, StorageReadOnly, StoreUnreachable
from synthaix.orchestration.store import postgresql
from synthaix.orchestration.store.jobs import NewJob, Unfinished
from synthaix.orchestration.store.postgresql import Postgresql
from synthaix.orchestration.store.store import Store


@pytest.fixture
def url(postgres: Any) -> str:
    """An empty store's address."""
    new: str = postgres.new_url()
    return new


@pytest.fixture
async def stores(url: str, clock: Any) -> AsyncIterator[tuple[Store, Store]]:
    """The store as two processes see it."""
    mine, yours = Store(url, clock=clock), Store(url, clock=lambda: 9e9)
    yield mine, yours
    await mine.close()
    await yours.close()


async def added(store: Store, new_job: NewJob) -> int:
    """Store a job without chunks; its number."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    job = await store.jobs.add(new_job, nothing)
    assert job is not None
    return job


async def test_leases_end_by_the_servers_clock(stores: tuple[Store, Store], new_job: NewJob) -> None:
    """Machines whose clocks differ by centuries agree on who holds a job."""
    mine, yours = stores
    job = await added(mine, new_job)
    assert await mine.jobs.take(job, holder="me", seconds=60) == 1
    assert await yours.jobs.take(job, holder="you", seconds=60) is None
    assert await yours.jobs.unfinished() == [Unfinished("job_a", "me", lapsed=False, wanted=None)]
    await mine.jobs.renew(job, token=1, seconds=-1)
    assert await yours.jobs.take(job, holder="you", seconds=60) == 2


async def test_a_closed_connection_is_replaced_without_an_error(stores: tuple[Store, Store], postgres: Any) -> None:
    """The server ends every connection between two calls; neither call notices."""
    store = stores[0]
    secret = await store.secret("x")
    postgres.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'synthaix';")
    await anyio.sleep(0.05)  # the news travels; a call that is quicker waits a second and goes on
    async with stores[0].database.write() as connection:
        await connection.run_sync(store.replies.save_all, 1, {"key": b"reply"})
    assert await store.replies.find(1, "key", 0) == b"reply"
    assert await store._kept_secret("x") == secret


@pytest.mark.parametrize("within", ["a transaction", "a statement"])
async def test_a_stopped_process_does_not_keep_a_job_locked(
    stores: tuple[Store, Store], new_job: NewJob, monkeypatch: pytest.MonkeyPatch, within: str
) -> None:
    """A transaction that nobody goes on with is ended by the server, and stores nothing."""
    mine, yours = stores
    job = await added(yours, new_job)
    token = await yours.jobs.take(job, holder="you", seconds=60)
    assert token is not None
    if within == "a transaction":
        monkeypatch.setitem(postgresql._SESSION, "idle_in_transaction_session_timeout", "100")
    else:
        monkeypatch.setattr(postgresql, "TRANSACTION_SECONDS", 0.3)
    renewed = anyio.Event()

    async def stop_in_the_middle() -> None:
        async with mine.database.write() as connection:
            await connection.exec_driver_sql("UPDATE jobs SET status = 'failed'")
            if within == "a statement":  # the server waits for its next message, and does not call that idle
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.prepare("SELECT 1")
            await yours.jobs.renew(job, token=token, seconds=60)  # waits for the row until the other is cut off
            renewed.set()
            await connection.run_sync(mine.ledger.settle, 1, nanos=1)

    with pytest.raises(StoreUnreachable):
        await stop_in_the_middle()
    assert renewed.is_set()
    found = await yours.jobs.find("job_a", owner=None)
    assert found is not None
    assert found.status == "pending"


async def test_a_migration_may_take_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds the lock of the tables is not cut off."""
    monkeypatch.setattr(postgresql, "TRANSACTION_SECONDS", 0.1)
    store = Store(url, clock=lambda: 1.0)
    async with store.database.write() as connection:
        await postgresql.Postgresql(url).lock_tables(connection)
        await connection.execute(text("SELECT pg_sleep(0.3)"))
    await store.close()


@pytest.mark.parametrize("limit", ["server", "client"])
async def test_a_statement_that_hangs_is_given_up(url: str, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """By the server, or by us when the server does not answer at all; the next call works."""
    if limit == "server":
        monkeypatch.setitem(postgresql._SESSION, "statement_timeout", "100")
    else:
        monkeypatch.setattr(postgresql, "STATEMENT_SECONDS", 0.1 - postgresql.CONNECT_SECONDS)
    store = Store(url, clock=lambda: 1.0)
    secret = await store.secret("x")

    async def hang() -> None:
        async with store.database.write() as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))

    with pytest.raises(StoreUnreachable):
        await hang()
    assert await store._kept_secret("x") == secret
    await store.close()


@pytest.mark.timeout(60)
async def test_a_restarted_server_is_found_again(own_postgres: Any) -> None:
    """While it is away each call says so; afterwards the store is as it was."""
    store = Store(own_postgres.new_url(), clock=lambda: 1.0)
    secret = await store.secret("x")
    own_postgres.stop()
    for _ in range(2):
        with pytest.raises(StoreUnreachable):
            await store._kept_secret("x")
    own_postgres.start()
    assert await store._kept_secret("x") == secret
    await store.close()


async def test_the_missing_driver_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asyncpg the error says what to install."""
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreUnreachable, match=r"synthaix\[postgres\]"):
        await Store(url, clock=lambda: 1.0).secret("x")


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (("/postgres?", "/nothing_there?"), StoreUnreachable, "no database"),
        (("//postgres:", "//nobody:"), StoreUnreachable, "user or password"),
        (("//postgres:", "//reader:"), StorageReadOnly, "may not"),
        (("?host=/", "?host=/nowhere/"), StoreUnreachable, "cannot be reached"),
        (("?host=/", "?sslmode=perhaps&host=/"), StoreUnreachable, "cannot be read"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said(
    url: str, postgres: Any, change: tuple[str, str], error: type[Exception], says: str
) -> None:
    """A wrong database, user, right, host or option: the message names it and repeats nothing."""
    if change[1] == "//reader:":
        postgres.ask("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN;")
    wrong = url.replace(*change)
    assert wrong != url
    with pytest.raises(error, match=says) as refused:
        await Store(wrong, clock=lambda: 1.0).secret("x")
    assert "nobody" not in str(refused.value)
    assert "nothing_there" not in str(refused.value)


async def test_a_character_that_cannot_be_stored_is_the_callers_mistake(stores: tuple[Store, Store]) -> None:
    """PostgreSQL's texts have no NUL: an id with one is refused, and is no fault of ours."""
    with pytest.raises(ArgumentInvalid):
        await stores[0].jobs.find("job_\0", owner="ana")
    with pytest.raises(ArgumentInvalid):
        await stores[0].jobs.find("job_\ud800", owner="ana")


@pytest.mark.parametrize(
    ("cause", "meaning"),
    [
        (asyncpg.DiskFullError("x"), StorageFull),
        (asyncpg.ReadOnlySQLTransactionError("x"), StorageReadOnly),
        (asyncpg.InsufficientPrivilegeError("x"), StorageReadOnly),
        (asyncpg.DeadlockDetectedError("x"), StoreUnreachable),
        (asyncpg.LockNotAvailableError("x"), StoreUnreachable),
        (asyncpg.QueryCanceledError("x"), StoreUnreachable),
        (asyncpg.TooManyConnectionsError("x"), StoreUnreachable),
        (asyncpg.AdminShutdownError("x"), StoreUnreachable),
        (asyncpg.InterfaceError("x"), StoreUnreachable),
        (asyncpg.StringDataRightTruncationError("x"), ArgumentInvalid),
        (asyncpg.UndefinedColumnError("x"), None),
    ],
)
def test_each_sqlstate_has_its_meaning(cause: Exception, meaning: type[Exception] | None) -> None:
    """What passes, what needs someone, and what is a mistake of our own."""
    driver = RuntimeError()
    driver.__cause__ = cause
    found = Postgresql("postgresql://").meaning(DBAPIError("SELECT", None, driver))
    assert (None if found is None else type(found)) == meaning
