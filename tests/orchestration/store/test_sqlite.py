"""What is SQLite's own: a file, and this machine's clock."""

from pathlib import Path
from typing import Any

import pytest

from synthaix.orchestration.errors import StorageReadOnly, StoreUnreachable
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.store import Store


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
