"""A fleet: model calls spread over processes, through Redis, with the store as the only truth."""

from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.doubles.fleet import fleet_of
from tests.doubles.writing import PRICED, REVIEWS, prices, rested, reviews, writing

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView

pytestmark = [pytest.mark.subprocess, pytest.mark.timeout(180)]  # several processes import at once


def order(rows: int, **changes: Any) -> Order:
    """A job whose calls are small, so that there are many."""
    return Order(rows, schema=REVIEWS, **{"seed": 3, "chunk_size": 20, "max_workers": 16, **changes})


async def alone(folder: Path, base_url: str, rows: int) -> list[str]:
    """The rows of the same order on a single machine."""
    (folder / "alone").mkdir()
    async with writing(folder / "alone", base_url, prices=prices(folder)) as engine:
        view = await rested(engine, await engine.start(order(rows), owner="local", confirmed=True))
        assert view.status == "completed"
        return await reviews(engine, view)


async def paid_once(engine: Engine, view: JobView, provider: Any, rows: int) -> list[str]:
    """The texts of a job that came to its end, each call of which was paid once."""
    assert view.status == "completed", view
    stats = provider.stats()
    assert stats["repeated"] == 0
    assert view.cost.spent_usd == pytest.approx(stats["dollars"])
    texts = await reviews(engine, view)
    assert len(texts) == rows
    return texts


async def calls_in_flight(provider: Any, *, some: bool) -> None:
    """Wait until there are some, or none."""
    while bool(provider.stats()["in_flight"]) != some:  # noqa: ASYNC110 - another process's count
        await anyio.sleep(0.02)


@pytest.mark.parametrize("database", [pytest.param("sqlite", marks=pytest.mark.chaos), "postgresql"])
async def test_two_workers_make_the_rows_of_one_machine(
    tmp_path: Path, fake_provider: Any, valkey: Any, request: pytest.FixtureRequest, database: str
) -> None:
    """A process that only hands out gets the same rows from two others, each call paid once."""
    single = await alone(tmp_path, fake_provider.base_url, 60)
    fake_provider.reset(base=0.1, **PRICED)
    url = None if database == "sqlite" else request.getfixturevalue("postgres").new_url()
    with fleet_of(tmp_path, fake_provider.base_url, valkey.url, url) as fleet:
        await fleet.members(4, 4)
        async with fleet.asking() as engine:
            view = await rested(engine, await engine.start(order(60), owner="local", confirmed=True))
            assert await paid_once(engine, view, fake_provider, 60) == single
            assert view.detail["fleet"] == {"workers": 2, "calls": 8}


@pytest.mark.chaos
@pytest.mark.parametrize("most", [2, None])
async def test_the_whole_fleet_asks_at_most_so_much_at_once(
    tmp_path: Path, fake_provider: Any, valkey: Any, postgres: Any, most: int | None
) -> None:
    """MAX_CALLS bounds what the provider sees, whatever room the processes have; without it they use theirs."""
    fake_provider.reset(base=0.3, **PRICED)
    with fleet_of(tmp_path, fake_provider.base_url, valkey.url, postgres.new_url(), max_calls=most) as fleet:
        await fleet.members(4, 4)
        async with fleet.asking() as engine:
            view = await rested(engine, await engine.start(order(160), owner="local", confirmed=True))
            await paid_once(engine, view, fake_provider, 160)
            seen = fake_provider.stats()["max_in_flight"]
    assert seen == most if most else 2 < seen <= 8


@pytest.mark.chaos
async def test_cancelling_reaches_the_calls_of_other_processes(
    tmp_path: Path, fake_provider: Any, valkey: Any
) -> None:
    """A caller of one process cancels what another holds and a third one calls."""
    fake_provider.reset(per_token=0.5, **PRICED)  # minutes a call, word by word, so that it notices who has left
    with fleet_of(tmp_path, fake_provider.base_url, valkey.url) as fleet:
        await fleet.members(4)
        async with fleet.asking(holds=True) as holder, fleet.asking() as caller:
            view = await holder.start(order(120), owner="local", confirmed=True)
            await calls_in_flight(fake_provider, some=True)
            await caller.cancel(view.job_id, owner="local")
            with anyio.fail_after(10):  # what is promised is two seconds; the machine may be busy
                await calls_in_flight(fake_provider, some=False)
                view = await rested(caller, view)
            assert view.status == "cancelled"
