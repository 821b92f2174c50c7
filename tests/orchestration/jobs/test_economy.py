"""Jobs in the mode `economy`, against a real socket: batches at half the price, the same promise."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView
from synthaix.orchestration.store.store import Store

RUN_JOB = Path(__file__).parents[2] / "doubles" / "run_ordered_job.py"
REVIEWS: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "category", "type": "category", "constraints": {"enum": ["shoes", "tents", "bikes"]}},
        {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 5}},
        {"name": "review", "type": "text", "description": "a review of about 20 words",
         "constraints": {"max_length": 400}, "strategy": "llm"},
    ]
}  # fmt: skip


def settings(base_url: str, home: Path) -> dict[str, Any]:
    """Of an engine that looks at its batches all the time. A dollar for a million tokens in, two for a million out."""
    prices = home / "prices.json"
    home.mkdir(exist_ok=True)
    prices.write_text(json.dumps({"fake-model": {"input_per_million": 1.0, "output_per_million": 2.0}}))
    return {
        "provider": "openai", "model": "fake-model", "base_url": base_url, "embedder": "hash", "prices": str(prices),
        "batch_poll_seconds": 0.02, "call_seconds": 5.0,
    }  # fmt: skip


@asynccontextmanager
async def writing(home: Path, base_url: str, **changes: Any) -> AsyncIterator[Engine]:
    """An engine whose model is the fake provider's."""
    given = {**settings(base_url, home), "api_key": SecretStr("secret"), **changes}
    engine = Engine(Config(home=home, **{**given, "prices": Path(given["prices"])}))
    await engine.open()
    try:
        yield engine
    finally:
        await engine.aclose()


def ordered(rows: int = 60, **changes: Any) -> Order:
    """So many reviews."""
    return Order(rows, schema=REVIEWS, mode="economy", **{"seed": 1, "chunk_size": 20, **changes})


async def rested(engine: Engine, view: JobView) -> JobView:
    """Wait until a job ends or waits for someone."""
    return await until(engine, view, lambda seen: seen.status not in ("pending", "processing", "paused"))


async def until(engine: Engine, view: JobView, there: Callable[[JobView], bool]) -> JobView:
    """Wait for a job to be as wanted."""
    while not there(view):
        view = await engine.status(view.job_id, owner="local", wait_seconds=0.1)
    return view


async def begun(engine: Engine, order: Order) -> JobView:
    """A job that waits for its batch."""
    view = await engine.start(order, owner="local", confirmed=True)
    return await until(engine, view, lambda seen: seen.batch is not None)


async def ended(engine: Engine, order: Order) -> JobView:
    """Start a job and wait for its end."""
    return await rested(engine, await engine.start(order, owner="local", confirmed=True))


async def check(engine: Engine, view: JobView, rows: int) -> str:
    """Exactly so many valid rows with different texts. Returns the file's hash."""
    assert (view.status, view.rows_generated) == ("completed", rows), view.last_error
    assert view.batch is None
    export = await engine.export(view.job_id, owner="local", format="jsonl", wait_seconds=20)
    assert export.path is not None
    read = [json.loads(line) for line in export.path.read_text("utf-8").splitlines()]
    assert [row["id"] for row in read] == list(range(1, rows + 1))
    assert all(0 < len(row["review"]) <= 400 and 1 <= row["rating"] <= 5 for row in read)
    assert len({row["review"] for row in read}) == rows
    return str(export.sha256)


def check_ledger(view: JobView, stats: dict[str, Any]) -> None:
    """Every answer is paid once, at half the price, and nothing was asked outside a batch."""
    assert stats["requests"] == 0
    assert view.cost.input_tokens == stats["input_tokens"]
    assert view.cost.output_tokens == stats["output_tokens"]
    assert view.cost.spent_usd == pytest.approx((stats["input_tokens"] + 2 * stats["output_tokens"]) / 2e6, rel=1e-6)


async def test_one_batch_makes_every_row_at_half_the_price(tmp_path: Path, fake_provider: Any) -> None:
    """Exactly N rows, one batch with a tenth more than is needed, and a quote that says so."""
    async with writing(tmp_path, fake_provider.base_url) as engine:
        live = await engine.quote(Order(120, schema=REVIEWS, chunk_size=20, seed=1), owner="local")
        quote = await engine.quote(ordered(120), owner="local")
        assert quote.usd_low is not None
        assert live.usd_low is not None
        assert quote.usd_low == pytest.approx(0.55 * live.usd_low)
        assert quote.seconds_high == 86_400
        assert "24 h" in " ".join(quote.warnings)
        view = await ended(engine, ordered(120))
        await check(engine, view, 120)
    stats = fake_provider.stats()
    assert stats["batches"] == 1
    assert quote.usd_high is not None
    assert view.cost.spent_usd is not None
    assert quote.usd_low <= view.cost.spent_usd <= quote.usd_high
    check_ledger(view, stats)


@pytest.mark.parametrize(
    "shares",
    [{"500": 0.3}, {"missing_rows": 0.3, "invalid_rows": 0.1}, {"length": 0.2, "garbage": 0.1, "refusal": 0.1},
     {"too long": 0.2}, {"429": 0.5}],
    ids=lambda shares: "+".join(shares),
)  # fmt: skip
async def test_faults_cost_no_row(tmp_path: Path, fake_provider: Any, shares: dict[str, float]) -> None:
    """What a batch does not give, the next one does."""
    fake_provider.reset(shares=shares, seed=4)
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, ordered(80))
        await check(engine, view, 80)
    stats = fake_provider.stats()
    assert 1 <= stats["batches"] <= 12
    check_ledger(view, stats)


async def test_worker_count_changes_no_written_byte(tmp_path: Path, fake_provider: Any) -> None:
    """The same replies give the same file, faults included, whatever the number of workers."""
    hashes = set()
    for workers in (1, 20):
        fake_provider.reset(shares={"length": 0.2, "missing_rows": 0.2}, seed=9)
        async with writing(tmp_path / str(workers), fake_provider.base_url) as engine:
            hashes.add(await check(engine, await ended(engine, ordered(80, seed=2, max_workers=workers)), 80))
    assert len(hashes) == 1


async def test_a_restart_goes_on_waiting(tmp_path: Path, fake_provider: Any) -> None:
    """The batch of a closed process is the next one's: none is sent again, and the rows are the same."""
    async with writing(tmp_path / "undisturbed", fake_provider.base_url) as engine:
        undisturbed = await check(engine, await ended(engine, ordered()), 60)
    fake_provider.reset(batch={"hold": True})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await begun(engine, ordered())
        assert view.batch is not None
        assert view.batch.calls > 1
        while fake_provider.stats()["batch_looks"] == 0:
            view = await engine.status(view.job_id, owner="local", wait_seconds=0.1)
    fake_provider.scenario(batch={})
    async with writing(tmp_path, fake_provider.base_url, resume="auto") as engine:
        view = await rested(engine, await engine.status(view.job_id, owner="local"))
        assert await check(engine, view, 60) == undisturbed
    stats = fake_provider.stats()
    assert stats["batches"] == 1
    check_ledger(view, stats)


def run_until_batch(home: Path, provider: Any) -> None:
    """Run the job in a process of its own, and kill that once its batch is looked at."""
    order = {"total_rows": 60, "schema": REVIEWS, "mode": "economy", "seed": 1, "chunk_size": 20}
    config = settings(provider.base_url, home)
    del config["prices"]  # a path, which JSON does not know; on this machine a model is free
    command = [sys.executable, str(RUN_JOB), str(home), json.dumps(config), json.dumps(order)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while provider.stats()["batch_looks"] == 0:
            assert process.poll() is None
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)


@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
async def test_a_killed_process_pays_nothing_twice(tmp_path: Path, fake_provider: Any) -> None:
    """After `kill -9` the job waits for its owner, then for the same batch."""
    fake_provider.reset(batch={"hold": True})
    await anyio.to_thread.run_sync(run_until_batch, tmp_path, fake_provider)
    fake_provider.scenario(batch={})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        (job_id,) = await engine.ids("job", owner="local")
        view = await rested(engine, await engine.status(job_id, owner="local"))
        if view.stop_reason == "interrupted":
            view = await rested(engine, await engine.resume(job_id, owner="local"))
        await check(engine, view, 60)
    stats = fake_provider.stats()
    assert (stats["batches"], stats["requests"]) == (1, 0)
    assert view.cost.calls == stats["billed"]


async def test_a_batch_whose_id_never_came_is_found_again(tmp_path: Path, fake_provider: Any) -> None:
    """The provider made it and its answer broke off: our own name of it finds it."""
    fake_provider.reset(batch={"lost": True, "looks": 0})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await engine.start(ordered(), owner="local", confirmed=True)
        view = await until(engine, view, lambda seen: seen.status == "paused")
        fake_provider.scenario(batch={})
        view = await rested(engine, view)
        await check(engine, view, 60)
    assert fake_provider.stats()["batches"] == 1


@pytest.mark.parametrize("paused", [False, True])
async def test_cancelling_a_job_cancels_its_batch(tmp_path: Path, fake_provider: Any, paused: bool) -> None:
    """At once, or after a pause, through which the batch goes on."""
    fake_provider.reset(batch={"hold": True})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await begun(engine, ordered())
        while fake_provider.stats()["batch_looks"] == 0:
            view = await engine.status(view.job_id, owner="local", wait_seconds=0.1)
        if paused:
            view = await engine.cancel(view.job_id, owner="local", resumable=True)
            assert (view.status, view.stop_reason) == ("stopped", "user")
            assert fake_provider.stats()["batches_cancelled"] == 0
        view = await engine.cancel(view.job_id, owner="local")
        assert view.status == "cancelled"
        assert fake_provider.stats()["batches_cancelled"] == 1
        assert fake_provider.stats()["billed"] == 0


async def test_an_endpoint_without_batches_is_refused_before_anything_is_spent(
    tmp_path: Path, fake_provider: Any
) -> None:
    """The error names the way out, and no job is left."""
    fake_provider.reset(batch={"absent": True})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        for ask in (engine.quote, engine.offer):
            with pytest.raises(ArgumentInvalid) as caught:
                await ask(ordered(), owner="local")
            assert (caught.value.field, caught.value.allowed) == ("mode", ["live"])
        with pytest.raises(ArgumentInvalid):
            await engine.start(ordered(), owner="local", confirmed=True)
        assert (await engine.jobs(owner="local"))[0] == []
    assert fake_provider.stats()["billed"] == 0


async def test_a_job_that_asks_no_model_needs_no_batches(tmp_path: Path, fake_provider: Any) -> None:
    """The mode has no say where nothing is written."""
    fake_provider.reset(batch={"absent": True})
    schema = {"columns": REVIEWS["columns"][:3]}
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, Order(15, schema=schema, mode="economy", seed=1))
        assert (view.status, view.rows_generated) == ("completed", 15)


async def test_what_an_expired_batch_completed_is_kept(tmp_path: Path, fake_provider: Any) -> None:
    """Half came, and is paid; a further batch brings the rest."""
    fake_provider.reset(batch={"end": "expired", "looks": 0})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await engine.start(ordered(), owner="local", confirmed=True)
        view = await until(engine, view, lambda seen: fake_provider.stats()["billed"] > 0)  # half of one call is none
        fake_provider.scenario(batch={})
        view = await rested(engine, view)
        await check(engine, view, 60)
    stats = fake_provider.stats()
    assert stats["batches"] >= 2
    check_ledger(view, stats)


async def test_a_batch_that_is_not_accepted_stops_the_job(tmp_path: Path, fake_provider: Any) -> None:
    """`stopped/provider_refused` with the way out; the job goes on when the provider takes it."""
    fake_provider.reset(batch={"end": "failed"})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, ordered())
        assert (view.status, view.stop_reason) == ("stopped", "provider_refused")
        assert "`live`" in (view.last_error or "")
        assert (view.cost.calls, fake_provider.stats()["batches"]) == (0, 1)
        fake_provider.scenario(batch={})
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        await check(engine, view, 60)


async def test_a_batch_that_is_too_large_goes_in_parts(tmp_path: Path, fake_provider: Any) -> None:
    """The provider's limit on what is enqueued: halves, one after the other."""
    fake_provider.reset(batch={"most": 3})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, ordered())
        await check(engine, view, 60)
    stats = fake_provider.stats()
    assert stats["batches"] > 2
    check_ledger(view, stats)


@pytest.mark.parametrize("name", ["seed", "json_schema"])
async def test_what_the_endpoint_does_not_take_is_given_up(tmp_path: Path, fake_provider: Any, name: str) -> None:
    """A batch is refused, line by line; the next one asks in another form."""
    fake_provider.reset(reject=[name])
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, ordered())
        await check(engine, view, 60)
    stats = fake_provider.stats()
    assert 2 <= stats["batches"] <= 4  # json_schema is asked for in three ways
    check_ledger(view, stats)


@pytest.mark.parametrize(("cap", "status"), [(0.004, "stopped"), (0.012, "completed")])
async def test_the_cap_holds(tmp_path: Path, fake_provider: Any, cap: float, status: str) -> None:
    """Calls whose money is not there wait for the batch before; the spend never passes the cap."""
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, ordered(100, max_cost_usd=cap))
        assert view.cost.spent_usd is not None
        assert 0 < view.cost.spent_usd <= cap
        assert (view.status, view.stop_reason) == (status, "budget" if status == "stopped" else None)
        assert "reserved_usd" not in view.detail  # what was gathered and not sent is not paid
        if status == "stopped":
            view = await rested(engine, await engine.resume(view.job_id, owner="local", max_cost_usd=1.0))
        await check(engine, view, 100)
    stats = fake_provider.stats()
    assert stats["batches"] > 1
    check_ledger(view, stats)


async def test_nothing_of_a_batch_is_left(tmp_path: Path, fake_provider: Any) -> None:
    """A job that ended waits for no batch; one that is deleted ends its own."""
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, ordered())
        fake_provider.scenario(batch={"hold": True})
        other = await begun(engine, ordered(seed=2))
        other = await engine.cancel(other.job_id, owner="local", resumable=True)
        await engine.remove(other.job_id, owner="local")
        assert fake_provider.stats()["batches_cancelled"] == 1
    store = Store(tmp_path / "synthaix.db", clock=lambda: 0.0)
    assert [await store.batches.open(job) for job in (1, 2)] == [[], []]
    await store.close()
    assert view.status == "completed"
