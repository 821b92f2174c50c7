"""What is SQLite's own: a file, and this machine's clock."""

import asyncio
import stat
import sys
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from synthaix.orchestration.errors import StorageReadOnly, StoreUnreachable
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.store import Store

BODIES = [b'["%064d"]' % number for number in range(20_000)]


async def test_leases_end_by_this_machines_clock(tmp_path: Path, clock: Any, new_job: NewJob) -> None:
    """A lease of five seconds is free after six."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    store = Store(tmp_path / "store.db", clock=clock)
    job = await store.jobs.add(new_job, nothing)
    assert job is not None
    assert await store.jobs.take(job, holder="me", seconds=5) == 1
    clock.now += 6
    assert await store.jobs.take(job, holder="you", seconds=5) == 2
    await store.close()


async def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """A data folder under a file is an error that names the setting."""
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "store.db", clock=lambda: 0.0)
    with pytest.raises(StorageReadOnly, match="SYNTHAIX_HOME"):
        await store.secret("x")


async def test_a_file_that_is_no_store_is_unreachable(tmp_path: Path) -> None:
    """Another kind of file in the store's place is reported, and kept as it is."""
    path = tmp_path / "store.db"
    path.write_bytes(b"not a database at all" * 100)
    store = Store(path, clock=lambda: 0.0)
    with pytest.raises(StoreUnreachable):
        await store.secret("x")
    assert path.read_bytes().startswith(b"not a database")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits; the profile's folder is the user's")
async def test_nobody_else_reads_the_store(tmp_path: Path) -> None:
    """Neither the folder, nor the file, nor what SQLite keeps beside it."""
    home = tmp_path / "home"
    store = Store(home / "synthaix.db", clock=lambda: 1.0)
    await store.secret("any")
    paths = [home, *home.iterdir()]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}
    await store.close()
    assert len(modes) > 1
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


async def test_a_deleted_job_gives_its_room_back(tmp_path: Path, new_job: NewJob) -> None:
    """The file is written anew without the free pages."""
    path = tmp_path / "synthaix.db"
    store = Store(path, clock=lambda: 1.0)

    async def nothing(connection: object, job: int) -> None:
        """No chunks."""

    job = await store.jobs.add(new_job, nothing)
    assert job is not None
    async with store.database.write() as connection:
        await connection.run_sync(store.rows.add, job, 0, 0, BODIES)
    await store.database.shrink()
    full = path.stat().st_size
    async with store.database.write() as connection:
        await connection.exec_driver_sql("UPDATE job_tables SET committed = ?", (len(BODIES),))
        await connection.exec_driver_sql("UPDATE jobs SET status = 'completed'")
    assert await store.jobs.remove(job, ["completed"])
    await store.database.shrink()
    await store.close()
    assert path.stat().st_size < full / 5


async def test_a_statement_is_one_turn_of_its_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Insert, with its begin, select and commit are three turns, and what they give is SQLAlchemy's."""
    store = Store(tmp_path / "store.db", clock=lambda: 1.0)
    await store.secret("x")
    turns: list[object] = []
    hand_over: Any = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, work: Any, *arguments: Any, **named: Any) -> Any:
        turns.append(work)
        return await hand_over(self, work, *arguments, **named)

    async with store.database.write() as connection:
        await connection.execute(text("SELECT 1"))  # the connection is there
    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    async with store.database.write() as connection:
        added = await connection.execute(text("INSERT INTO ledger (owner, key, attempt, reserved_nanos, known, "
                                              "input_tokens, output_tokens, cached_tokens, created_at) "
                                              "VALUES ('ana', 'k', 0, 1, 1, 0, 0, 0, 1)"))  # fmt: skip
        found = (await connection.execute(text("SELECT owner, key FROM ledger"))).mappings().all()
    assert added.rowcount == 1
    assert [dict(row) for row in found] == [{"owner": "ana", "key": "k"}]
    assert len(turns) == 3
    async with store.database.write():
        pass
    assert len(turns) == 3  # what does nothing begins nothing
    with pytest.raises(OperationalError):
        async with store.database.read() as connection:
            await connection.execute(text("SELECT nothing FROM nowhere"))
    await store.close()


async def test_a_transaction_in_one_piece_is_one_turn(
    tmp_path: Path, new_job: NewJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reservation under a cap is five statements with its begin and commit, and so is a reply that is settled."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    store = Store(tmp_path / "store.db", clock=lambda: 1.0)
    job = await store.jobs.add(new_job, nothing)
    assert job is not None
    turns: list[object] = []
    hand_over: Any = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, work: Any, *arguments: Any, **named: Any) -> Any:
        turns.append(work)
        return await hand_over(self, work, *arguments, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    entry = await store.ledger.reserve(owner="ana", job=job, key="k", attempt=0, nanos=5)
    assert isinstance(entry, int)
    assert len(turns) == 1

    def saved(connection: Connection) -> None:
        store.replies.save_all(connection, job, {"k": b"{}", "l": b"{}"})
        store.ledger.settle(connection, entry, nanos=3)

    await store.database.transact(saved)
    assert len(turns) == 2
    assert (await store.ledger.spend(job)).settled_nanos == 3
    assert await store.replies.keys(job) == {("k", 0), ("l", 0)}
    with pytest.raises(OperationalError):
        await store.database.transact(lambda connection: connection.execute(text("SELECT nothing FROM nowhere")))
    await store.close()


async def test_a_crowd_of_reads_waits_its_turn(tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a connection is no store out of reach, however long the pool would let it wait."""
    monkeypatch.setattr("synthaix.orchestration.store.sqlite.BUSY_SECONDS", 0.001)
    store = Store(tmp_path / "store.db", clock=clock)
    async with asyncio.TaskGroup() as crowd:
        asked = [crowd.create_task(store.jobs.list(owner="ana")) for _ in range(200)]
    assert all(each.result() == [] for each in asked)
    await store.close()
