"""How a job leaves its worker: each cause has its status, and only its holder may write it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.errors import (
    Infeasible,
    LeaseLost,
    ProviderBusy,
    ProviderRefused,
    StorageFull,
    SynthAIxError,
)
from synthaix.orchestration.jobs.running.embedders import Embedders
from synthaix.orchestration.jobs.running.lease import Lease, has_died, holder_name
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.shared_sampler import SharedSampler
from synthaix.orchestration.jobs.running.table_run import Exhausted
from synthaix.orchestration.jobs.running.worker import Worker
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.store.jobs import JobEntry, NewJob
from synthaix.orchestration.store.store import Store


class Work:
    """A job's work, for whose tables a function stands."""

    def __init__(self, run_tables: Callable[[], Awaitable[None]]) -> None:
        self._run_tables = run_tables

    async def run(self) -> None:
        """As the function does."""
        await self._run_tables()

    def drain(self) -> float:
        """Nothing is in flight."""
        return 0.0

    async def finish(self) -> None:
        """Nothing is left."""

    async def aclose(self) -> None:
        """Nothing is held."""


class Held:
    """A job under lease, and a way to let a worker run it."""

    def __init__(self, means: Means, job: JobEntry, lease: Lease) -> None:
        self.means = means
        self.job = job
        self.lease = lease
        self.pauses: list[str | None] = []

    def worker(self, run_tables: Callable[[], Awaitable[None]]) -> Worker:
        """A worker for whose tables this function stands."""
        return Worker(self.means, self.job, self.lease, Work(run_tables), self.pauses.append)

    async def entry(self) -> JobEntry:
        """The job as it is stored now."""
        found = await self.means.store.jobs.find(self.job.job_id, owner=None)
        assert found is not None
        return found


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[Held]:
    """A stored job whose lease of a fifth of a second is ours."""
    store = Store(tmp_path / "store.db", clock=lambda: 1_000.0)
    config = Config(home=tmp_path, lease_seconds=0.2)

    def spawn(*work: object) -> None:
        raise AssertionError

    means = Means(config, store, lambda: 1_000.0, Embedders("hash", lambda *_: None), SharedSampler(spawn))

    async def nothing(connection: Any, job: int) -> None:
        return None

    new = NewJob("job_a", "ana", "sch_a", b"{}", b"{}", b"{}", None, {"rows": 10})
    number = await store.jobs.add(new, nothing)
    assert number is not None
    token = await store.jobs.take(number, holder="me", seconds=60)
    assert token is not None
    job = await store.jobs.find("job_a", owner="ana")
    assert job is not None
    yield Held(means, job, Lease(number, "job_a", token))
    await store.close()


async def test_an_index_that_cannot_be_written_costs_nothing(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is completed, the lease is given back, and nothing goes on to the other jobs of the process."""

    async def broken(work: Work) -> None:
        raise KeyError("a fault of the index's library")

    async def run() -> None:
        return None

    monkeypatch.setattr(Work, "finish", broken)
    await held.worker(run).run()
    entry = await held.entry()
    assert (entry.status, entry.lease_expires) == ("completed", 0.0)


@pytest.mark.parametrize(
    ("cause", "status", "reason"),
    [
        (None, "completed", None),
        (Exhausted(), "stopped", "exhausted"),
        (Stopped("budget", "why"), "stopped", "budget"),
        (ProviderRefused(), "stopped", "provider_refused"),
        (Infeasible(), "stopped", "infeasible"),
        (ZeroDivisionError("secret cell"), "failed", None),
    ],
)
async def test_each_cause_has_its_status(held: Held, cause: Exception | None, status: str, reason: str | None) -> None:
    """The status is stored, and a fault of ours shows a trace id instead of its text."""

    async def run() -> None:
        if cause is not None:
            raise cause

    await held.worker(run).run()
    entry = await held.entry()
    assert (entry.status, entry.stop_reason) == (status, reason)
    assert "secret" not in (entry.last_error or "")
    assert entry.lease_expires == 0.0
    assert entry.started_at == 1_000.0


@pytest.mark.parametrize("cause", [StorageFull(), ProviderBusy(retry_after_seconds=0.0)])
async def test_what_passes_is_waited_for(held: Held, cause: SynthAIxError, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is paused with the reason, then goes on by itself."""
    monkeypatch.setattr("synthaix.orchestration.jobs.running.worker.PAUSE_SECONDS", 0.01)
    left = [cause, cause]

    async def run() -> None:
        if left:
            raise ExceptionGroup("tasks", [left.pop()])

    await held.worker(run).run()
    assert (await held.entry()).status == "completed"
    assert held.pauses == [None, cause.code, None, cause.code, None]


@pytest.mark.parametrize(("wanted", "status"), [("cancel", "cancelled"), ("pause", "stopped")])
async def test_the_owners_wish_ends_the_run(held: Held, wanted: str, status: str) -> None:
    """A heartbeat reads the wish and ends whatever runs."""
    worker = held.worker(anyio.sleep_forever)
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(worker.run)
            await held.means.store.jobs.change_idle(held.lease.job, ("pending", "processing"), wanted=wanted)
            worker.look()
    entry = await held.entry()
    assert (entry.status, entry.wanted) == (status, None)


async def test_a_lost_lease_ends_the_run_and_writes_nothing(held: Held) -> None:
    """Who was taken over leaves the job to its new holder, in the middle of work and at its end."""
    ended: list[str] = []

    async def run() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("run")

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(held.worker(run).run)
            while (await held.entry()).status != "processing":  # noqa: ASYNC110 - the store is what tells
                await anyio.sleep(0.01)
            await held.means.store.jobs.take(held.lease.job, holder="other", seconds=60, from_dead="me")
    entry = await held.entry()
    assert ended == ["run"]
    assert (entry.status, entry.lease_holder) == ("processing", "other")

    async def lost() -> None:
        raise LeaseLost

    await held.worker(lost).run()
    assert (await held.entry()).status == "processing"


def test_only_a_process_that_is_surely_gone_has_died() -> None:
    """This process lives; an impossible id on this machine is dead; another's of the same name is unknown."""
    host, _, rest = holder_name().partition(":")
    assert not has_died(f"{host}:{rest}")
    assert has_died(f"{host}:4194305:abcd")
    assert not has_died("elsewhere:4194305:abcd")
    assert not has_died(f"{host}0:4194305:abcd")
    assert not has_died(None)
