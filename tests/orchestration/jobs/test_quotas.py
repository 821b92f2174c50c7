"""Quotas: what one owner may have at once, however many calls come together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import QuotaExceeded
from synthaix.orchestration.jobs.order import Order

SCHEMA: dict[str, Any] = {"columns": [{"name": "id", "type": "uuid"}]}
LONG = Order(400_000, schema=SCHEMA)  # which no test waits for


@asynccontextmanager
async def opened(home: Path, **limits: int) -> AsyncIterator[Engine]:
    """An engine with these limits."""
    engine = Engine(Config(home=home, embedder="hash", sampler_process_rows=10**9, **limits))  # type: ignore[arg-type]  # only whole numbers are given
    await engine.open()
    try:
        yield engine
    finally:
        await engine.aclose()


async def test_unfinished_jobs_are_bounded(tmp_path: Path) -> None:
    """Of many starts at once exactly so many begin; another owner has room; one that ends makes some."""
    async with opened(tmp_path, max_jobs=2) as engine:
        starts = [engine.start(LONG, owner="ana", confirmed=True) for _ in range(6)]
        done = await asyncio.gather(*starts, return_exceptions=True)
        begun = [each for each in done if not isinstance(each, BaseException)]
        refused = [each for each in done if isinstance(each, QuotaExceeded)]
        other = await engine.start(LONG, owner="ben", confirmed=True)
        await engine.cancel(begun[0].job_id, owner="ana")
        third = await engine.start(LONG, owner="ana", confirmed=True)
        for job_id, owner in ((begun[1].job_id, "ana"), (other.job_id, "ben"), (third.job_id, "ana")):
            await engine.cancel(job_id, owner=owner)
    assert (len(begun), len(refused)) == (2, 4)
    assert all(each.retry_after_seconds for each in refused)


async def test_a_pause_is_no_way_around(tmp_path: Path) -> None:
    """A job that goes on counts again; refused, it stays as it was."""
    async with opened(tmp_path, max_jobs=1) as engine:
        first = await engine.start(LONG, owner="ana", confirmed=True)
        await engine.cancel(first.job_id, owner="ana", resumable=True)
        second = await engine.start(LONG, owner="ana", confirmed=True)
        with pytest.raises(QuotaExceeded):
            await engine.resume(first.job_id, owner="ana")
        assert (await engine.status(first.job_id, owner="ana")).stop_reason == "user"
        await engine.cancel(second.job_id, owner="ana")
        assert (await engine.resume(first.job_id, owner="ana")).status in ("pending", "processing")
        await engine.cancel(first.job_id, owner="ana")


async def test_rows_of_all_jobs_are_bounded(tmp_path: Path) -> None:
    """Those that are there and those that were ordered; the refused job leaves nothing behind."""
    async with opened(tmp_path, max_stored_rows=100) as engine:
        job = await engine.start(Order(60, schema=SCHEMA), owner="ana", confirmed=True)
        with pytest.raises(QuotaExceeded, match="100 rows"):
            await engine.start(Order(41, schema=SCHEMA), owner="ana", confirmed=True)
        await engine.start(Order(40, schema=SCHEMA), owner="ana", confirmed=True)
        await engine.start(Order(100, schema=SCHEMA), owner="ben", confirmed=True)
        while job.status != "completed":
            job = await engine.status(job.job_id, owner="ana", wait_seconds=5)
        with pytest.raises(QuotaExceeded):
            await engine.resume(job.job_id, owner="ana", total_rows=61)
        assert (await engine.status(job.job_id, owner="ana")).total_rows == 60
        assert len((await engine.jobs(owner="ana"))[0]) == 2


async def test_a_refused_start_does_not_use_the_yes_up(tmp_path: Path) -> None:
    """The same token starts the job once there is room."""
    async with opened(tmp_path, max_jobs=1) as engine:
        first = await engine.start(LONG, owner="ana", confirmed=True)
        order = Order(5, schema=SCHEMA)
        token = (await engine.offer(order, owner="ana")).confirm_token
        with pytest.raises(QuotaExceeded):
            await engine.start(order, owner="ana", confirm_token=token)
        await engine.cancel(first.job_id, owner="ana")
        assert (await engine.start(order, owner="ana", confirm_token=token)).total_rows == 5
