"""Replies that come while the store is away."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from synthaix.orchestration.errors import StoreUnreachable
from synthaix.orchestration.jobs.paying.spending import Account, Spending
from synthaix.orchestration.jobs.paying.spool import Paid, Spool
from synthaix.orchestration.llm.prices import Price
from synthaix.orchestration.llm.provider import Prompt, Reply, Usage
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.store import Store


class StopsStore:
    """Answers every prompt, at a moment when the database has just gone."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.sent = 0

    async def complete(self, prompt: Prompt) -> Reply:
        """After the database is stopped."""
        self.sent += 1
        self._database.stop()
        return Reply("fine", "stop", Usage(10, 5))


async def added(store: Store) -> int:
    """A job that has just been accepted."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    job = await store.jobs.add(NewJob("job_a", "ana", "sch_a", b"{}", b"{}", b"{}", None, {"rows": 10}), nothing)
    assert job is not None
    return job


async def paid_by(store: Store, job: int) -> Paid:
    """Two replies of one call of a job's."""
    entry = await store.ledger.reserve(owner="ana", job=job, key="k", attempt=0, nanos=50)
    assert isinstance(entry, int)
    return Paid(job, 0, {"k": b"one", "l": b"two"}, entry, 20, 10)


@pytest.mark.timeout(120)
async def test_a_reply_that_comes_while_the_store_is_away_is_kept(own_postgres: Any, tmp_path: Path) -> None:
    """On the disk, by whoever was answered; saved once the store is back, by whoever comes; paid once."""

    store = Store(own_postgres.new_url(), clock=lambda: 1_000.0)
    job = await added(store)
    provider = StopsStore(own_postgres)
    prompt = Prompt("s", "u", max_tokens=10)

    def spending() -> Spending:
        spool = Spool(tmp_path / "spool", store)
        return Spending(store, Account("ana", job), provider, Price(1.0, 2.0), model="m", slots=4, spool=spool)

    first = spending()
    with pytest.raises(StoreUnreachable):
        await first.ask(prompt, 0)
    with pytest.raises(StoreUnreachable):  # still away: nothing is asked again
        await first.ask(prompt, 0)
    own_postgres.start()
    reply = await spending().ask(prompt, 0)  # as another process on this disk would
    assert (reply.text, provider.sent) == ("fine", 1)
    assert list((tmp_path / "spool").rglob("*.*")) == []
    spend = await store.ledger.spend(job)
    assert (spend.calls, spend.settled_nanos, spend.held_nanos) == (1, 20_000, 0)
    await store.close()


async def test_what_a_process_keeps_is_saved_by_one_beside_it(tmp_path: Path) -> None:
    """Which had begun before there was anything; two that save at once are not in each other's way."""
    store = Store(tmp_path / "s.db", clock=lambda: 1_000.0)
    job = await added(store)
    spools = [Spool(tmp_path / "spool", store) for _ in range(4)]
    assert [await spool.save_all() for spool in spools] == [False] * 4
    for _ in range(10):
        assert await spools[0].keep(await paid_by(store, job))
    async with anyio.create_task_group() as group:
        for spool in spools[1:]:
            group.start_soon(spool.save_all)
    assert await store.replies.of_keys(job, ["k", "l"]) == {"k": b"one", "l": b"two"}
    assert list((tmp_path / "spool").rglob("*.*")) == []
    spend = await store.ledger.spend(job)
    assert (spend.calls, spend.settled_nanos, spend.held_nanos) == (10, 200, 0)
    await store.close()


async def test_what_is_kept_is_its_stores_and_goes_with_its_job(tmp_path: Path) -> None:
    """Another store's job of the same number gets none of it, and nothing is written about a job that was deleted."""
    store, another = (Store(tmp_path / name, clock=lambda: 1_000.0) for name in ("s.db", "t.db"))
    job = await added(store)
    assert await added(another) == job
    spool = Spool(tmp_path / "spool", store)
    await spool.save_all()
    assert await spool.keep(await paid_by(store, job))
    assert not await Spool(tmp_path / "spool", another).save_all()
    assert await another.replies.keys(job) == set()
    assert await store.jobs.remove(job, ["pending"])
    assert await spool.save_all()
    assert await store.replies.keys(job) == set()
    assert not await spool.save_all()
    await store.close()
    await another.close()
