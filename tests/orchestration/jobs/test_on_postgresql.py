"""Jobs on PostgreSQL: the same bytes as on SQLite, shared by processes, through kills, stops and restarts."""

import hashlib
import json
import logging
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import JobNotFound, StoreUnreachable
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView

RUN_JOB = Path(__file__).parents[2] / "doubles" / "run_job.py"
PEOPLE: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "name", "type": "string", "kind": "person.full_name"},
        {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 900, "decimals": 2}},
        {"name": "born", "type": "date", "constraints": {"min": "1950-01-01", "max": "2005-12-31"}},
    ]
}
REVIEWS: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 5}},
        {"name": "review", "type": "text", "description": "a review of about 20 words", "strategy": "llm"},
    ]
}


@asynccontextmanager
async def engine_on(home: Path, url: str | None, *, adopts: bool = True, **changes: Any) -> AsyncIterator[Engine]:
    """An engine on this database; None: on a file in its folder."""
    engine = Engine(Config(home=home, database_url=SecretStr(url) if url else None, embedder="hash", **changes))
    await engine.open(adopts=adopts)
    try:
        yield engine
    finally:
        await engine.aclose()


async def ended(engine: Engine, view: JobView) -> JobView:
    """Wait until a job does not go on by itself."""
    while view.status in ("pending", "processing", "paused"):
        view = await engine.status(view.job_id, owner="local", wait_seconds=20)
    return view


async def reached(engine: Engine, view: JobView, least: int) -> JobView:
    """Wait until a job counts so many rows."""
    while view.rows_generated < least:
        await anyio.sleep(0.01)
        view = await engine.status(view.job_id, owner="local")
    return view


async def digest(engine: Engine, job_id: str) -> tuple[int, str]:
    """How many rows the job has, and a hash over all of them in order, after checking that none is there twice."""
    export = await engine.export(job_id, owner="local", format="jsonl", wait_seconds=20)
    assert export.path is not None
    lines = await anyio.Path(export.path).read_text("utf-8")
    rows = lines.splitlines()
    assert len({row.partition(",")[2] for row in rows}) == len(rows)
    return len(rows), hashlib.sha256(lines.encode()).hexdigest()


def model(provider: Any) -> dict[str, Any]:
    """The settings of an engine whose model is the fake provider's."""
    key = SecretStr("secret")
    return {"provider": "openai", "model": "fake-model", "base_url": provider.base_url, "api_key": key}


async def undisturbed(home: Path, order: Order, **changes: Any) -> tuple[int, str]:
    """The rows of an order as SQLite has them."""
    async with engine_on(home / "undisturbed", None, **changes) as engine:
        view = await ended(engine, await engine.start(order, owner="local", confirmed=True))
        return await digest(engine, view.job_id)


def started(home: Path, url: str, rows: int, *, lease: float = 15.0, quiet: bool = False) -> subprocess.Popen[str]:
    """A process that runs the store's job, or starts it; one that nobody reads must be quiet."""
    command = [sys.executable, str(RUN_JOB), str(home), str(rows), "11", "300", "1000000000", json.dumps(PEOPLE)]
    settings = {**os.environ, "SYNTHAIX_DATABASE_URL": url, "LEASE_SECONDS": str(lease)}
    out = subprocess.DEVNULL if quiet else subprocess.PIPE
    return subprocess.Popen(command, stdout=out, text=True, env=settings)


def counted(process: subprocess.Popen[str], least: int) -> bool:
    """Read its lines until it has counted so many rows; whether the job goes on."""
    assert process.stdout is not None
    for line in process.stdout:
        number, status, _ = line.split()
        if status == "completed" or int(number) >= least:
            return status != "completed"
    return False


def killed(process: subprocess.Popen[str]) -> None:
    """End it as a power cut would."""
    process.kill()
    process.communicate()


async def test_the_same_bytes_on_every_database(postgres: Any, tmp_path: Path) -> None:
    """Ten thousand sampled rows; then a job that is paused, given more rows, and ends; then it is deleted."""
    order = Order(10_000, schema=PEOPLE, seed=11)
    async with engine_on(tmp_path / "home", postgres.new_url()) as engine:
        view = await ended(engine, await engine.start(order, owner="local", confirmed=True))
        assert (view.status, view.rows_generated) == ("completed", 10_000), view.last_error
        assert await digest(engine, view.job_id) == await undisturbed(tmp_path, order)
        again = Order(100_000, schema=PEOPLE, seed=11, chunk_size=200)
        view = await engine.start(again, owner="local", confirmed=True)
        view = await reached(engine, view, 1)
        view = await engine.cancel(view.job_id, owner="local", resumable=True)
        assert (view.status, view.stop_reason) == ("stopped", "user")
        view = await engine.resume(view.job_id, owner="local", total_rows=view.rows_generated + 2_500)
        view = await ended(engine, view)
        assert (view.status, view.rows_generated) == ("completed", view.total_rows)
        assert (await digest(engine, view.job_id))[0] == view.total_rows
        await engine.remove(view.job_id, owner="local")
        with pytest.raises(JobNotFound):
            await engine.status(view.job_id, owner="local")


async def test_written_rows_and_their_cost_are_the_same(postgres: Any, tmp_path: Path, fake_provider: Any) -> None:
    """Twenty calls in flight reserve, save and settle: the same file and the same account as on SQLite."""
    found = []
    for url in (None, postgres.new_url()):
        fake_provider.reset(seed=3, spread=0.5, base=0.01)
        async with engine_on(tmp_path / str(bool(url)), url, **model(fake_provider)) as engine:
            order = Order(80, schema=REVIEWS, chunk_size=20, seed=2)
            view = await ended(engine, await engine.start(order, owner="local", confirmed=True))
            assert (view.status, view.rows_generated) == ("completed", 80), view.last_error
            assert view.cost.calls == fake_provider.stats()["billed"]
            found.append((*await digest(engine, view.job_id), view.cost))
    assert found[0] == found[1]


@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(120)
async def test_two_hosts_share_a_database(postgres: Any, tmp_path: Path) -> None:
    """Each runs its own job, with a folder of its own; when one dies the other ends its job, with the same rows."""
    url = postgres.new_url()
    process = await anyio.to_thread.run_sync(started, tmp_path / "dies", url, 12_000)
    assert await anyio.to_thread.run_sync(counted, process, 300)
    async with engine_on(tmp_path / "lives", url) as engine:
        theirs = (await engine.jobs(owner="local"))[0][0]
        assert theirs.status == "processing"
        mine = await engine.start(Order(2_000, schema=PEOPLE, seed=5), owner="local", confirmed=True)
        mine = await ended(engine, mine)
        assert (mine.status, mine.rows_generated) == ("completed", 2_000)
        await anyio.to_thread.run_sync(killed, process)
        theirs = await ended(engine, await engine.status(theirs.job_id, owner="local"))
        assert theirs.status == "completed", theirs.last_error
        found = await digest(engine, theirs.job_id)
    assert found == await undisturbed(tmp_path, Order(12_000, schema=PEOPLE, seed=11, chunk_size=300))


@pytest.mark.chaos
@pytest.mark.timeout(120)
async def test_a_database_that_is_away_pauses_the_job(
    own_postgres: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in mid-job: calls say so, the job waits and goes on by itself, with the same rows."""
    monkeypatch.setattr("synthaix.orchestration.jobs.running.worker.PAUSE_SECONDS", 2.5)  # so that it is seen to wait
    caplog.set_level(logging.WARNING, "synthaix.orchestration.jobs.running.worker")
    order = Order(30_000, schema=PEOPLE, seed=11, chunk_size=300)
    async with engine_on(tmp_path / "home", own_postgres.new_url()) as engine:
        view = await engine.start(order, owner="local", confirmed=True)
        view = await reached(engine, view, 3_000)
        await anyio.to_thread.run_sync(own_postgres.stop)
        with pytest.raises(StoreUnreachable):
            await engine.status(view.job_id, owner="local")
        with anyio.fail_after(20):
            while f"job {view.job_id} waits: store_unreachable" not in caplog.messages:  # noqa: ASYNC110 - the log tells
                await anyio.sleep(0.05)
        await anyio.to_thread.run_sync(own_postgres.start)
        seen = await engine.status(view.job_id, owner="local")
        assert (seen.status, seen.stop_reason) == ("paused", "store_unreachable")
        view = await ended(engine, seen)
        assert view.status == "completed", view.last_error
        found = await digest(engine, view.job_id)
    assert found == await undisturbed(tmp_path, order)


@pytest.mark.chaos
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
async def test_kills_of_any_of_two_hosts_lose_and_double_nothing(postgres: Any, tmp_path: Path, seed: int) -> None:
    """Ten times one of two processes is killed at a random moment and another started; the rows are the same."""
    url, rows, draw = postgres.new_url(), 40_000, random.Random(seed)
    processes: list[subprocess.Popen[str]] = []

    def start() -> None:
        processes.append(started(tmp_path / str(draw.random()), url, rows, quiet=True))

    async with engine_on(tmp_path / "watches", url, adopts=False) as engine:
        start()
        while not (jobs := (await engine.jobs(owner="local"))[0]):  # noqa: ASYNC110 - the store is what tells
            await anyio.sleep(0.05)
        start()
        view, before = jobs[0], 0
        for moment in range(10):
            target = min(before + draw.randint(1, rows // 8), rows * (moment + 1) // 11)
            view = await reached(engine, view, target)
            assert view.rows_generated >= before
            before = view.rows_generated
            await anyio.to_thread.run_sync(killed, processes.pop(draw.randrange(2)))
            start()
        view = await ended(engine, view)
        assert (view.status, view.rows_generated) == ("completed", rows), view.last_error
        for process in processes:
            await anyio.to_thread.run_sync(killed, process)
        found = await digest(engine, view.job_id)
    assert found == await undisturbed(tmp_path, Order(rows, schema=PEOPLE, seed=11, chunk_size=300))


@pytest.mark.chaos
@pytest.mark.skipif(os.name != "posix", reason="SIGSTOP")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(3))
async def test_a_host_that_stalls_past_its_lease_commits_nothing(postgres: Any, tmp_path: Path, seed: int) -> None:
    """Stopped at a random moment, overtaken, and woken while the other runs: no chunk is there twice."""
    url, draw = postgres.new_url(), random.Random(seed)
    process = await anyio.to_thread.run_sync(lambda: started(tmp_path / "stalls", url, 30_000, lease=2.0))
    assert await anyio.to_thread.run_sync(counted, process, draw.randint(300, 6_000))
    await anyio.sleep(draw.random() * 0.02)  # anywhere in a commit; not a wait for something
    process.send_signal(signal.SIGSTOP)
    async with engine_on(tmp_path / "overtakes", url, lease_seconds=2.0) as engine:
        view = (await engine.jobs(owner="local"))[0][0]
        stopped_at = view.rows_generated
        view = await reached(engine, view, stopped_at + 900)
        process.send_signal(signal.SIGCONT)
        view = await ended(engine, view)
        assert (view.status, view.rows_generated) == ("completed", 30_000), view.last_error
        await anyio.to_thread.run_sync(killed, process)
        found = await digest(engine, view.job_id)
    assert found == await undisturbed(tmp_path, Order(30_000, schema=PEOPLE, seed=11, chunk_size=300))


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_a_database_that_is_away_for_ten_seconds_costs_no_row(
    own_postgres: Any, tmp_path: Path, fake_provider: Any
) -> None:
    """While twenty paid calls are in flight: the rows are the same, and no call is paid again: replies are kept."""
    fake_provider.reset(base=0.5, spread=0.8, seed=3)
    order = Order(600, schema=REVIEWS, chunk_size=50, seed=2, max_workers=20)
    async with engine_on(tmp_path / "home", own_postgres.new_url(), **model(fake_provider)) as engine:
        view = await engine.start(order, owner="local", confirmed=True)
        view = await reached(engine, view, 100)
        await anyio.to_thread.run_sync(own_postgres.stop)
        await anyio.sleep(10)  # what is shown is an absence of so long
        await anyio.to_thread.run_sync(own_postgres.start)
        view = await ended(engine, await engine.status(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", 600), view.last_error
        assert fake_provider.stats()["repeated"] == 0
        found = await digest(engine, view.job_id)
    fake_provider.reset()
    assert found == await undisturbed(tmp_path, order, **model(fake_provider))
