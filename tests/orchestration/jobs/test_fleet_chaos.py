"""A fleet whose processes are killed and stalled, and whose servers go away, while a job runs."""

import random
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from tests.doubles.fleet import Fleet, Member, fleet_of
from tests.doubles.writing import PRICED, REVIEWS, prices, rested, reviews, writing

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView

pytestmark = [pytest.mark.chaos, pytest.mark.subprocess, pytest.mark.timeout(900)]

CALLS = 4  # of a worker


def order(rows: int) -> Order:
    """A job of small chunks and so of many calls."""
    return Order(rows, schema=REVIEWS, seed=3, chunk_size=20, max_workers=16, dedup_policy="exact")


async def alone(folder: Path, base_url: str, rows: int) -> list[str]:
    """The rows of the same order on a single machine."""
    (folder / "alone").mkdir()
    async with writing(folder / "alone", base_url, prices=prices(folder)) as engine:
        view = await rested(engine, await engine.start(order(rows), owner="local", confirmed=True))
        assert view.status == "completed"
        return await reviews(engine, view)


async def left_to(fleet: Fleet, rows: int) -> JobView:
    """Start a job in a process that leaves at once."""
    async with fleet.asking() as engine:
        return await engine.start(order(rows), owner="local", confirmed=True)


async def reached(engine: Engine, view: JobView, rows: int) -> JobView:
    """Wait until so many rows are committed."""
    while view.rows_generated < rows and view.status in ("pending", "processing", "paused"):
        await anyio.sleep(0.02)
        view = await engine.status(view.job_id, owner="local")
    return view


async def test_twenty_kills_lose_and_double_nothing(
    tmp_path: Path, fake_provider: Any, valkey: Any, postgres: Any
) -> None:
    """Two that only hand out and four that make calls; each time one of them dies and another comes."""
    rows, kills, draw = 400, 20, random.Random(1)
    single = await alone(tmp_path, fake_provider.base_url, rows)
    fake_provider.reset(base=0.3, spread=0.5, seed=5, **PRICED)
    with fleet_of(tmp_path, fake_provider.base_url, valkey.url, postgres.new_url()) as fleet:
        kinds = [0, 0, CALLS, CALLS, CALLS, CALLS]
        members = await fleet.members(*kinds)
        view = await left_to(fleet, rows)
        in_flight = 0
        async with fleet.asking() as engine:
            for number in range(kills):
                view = await reached(engine, view, rows * number // (kills + 1))
                await anyio.sleep(draw.random() * 0.3)  # at any moment of a call
                place = draw.randrange(len(members))
                members[place].kill()
                in_flight += kinds[place]
                members[place] = fleet.member(kinds[place])
            view = await rested(engine, view)
            assert (view.status, view.rows_generated) == ("completed", rows), view.last_error
            assert await reviews(engine, view) == single
        assert fake_provider.stats()["repeated"] <= in_flight


@pytest.mark.parametrize("calls", [0, CALLS])
async def test_a_process_that_stalls_past_its_lease_doubles_nothing(
    tmp_path: Path, fake_provider: Any, valkey: Any, postgres: Any, calls: int
) -> None:
    """The holder is overtaken and wakes; what it commits then is refused."""
    rows = 300
    single = await alone(tmp_path, fake_provider.base_url, rows)
    fake_provider.reset(base=0.3, **PRICED)
    with fleet_of(tmp_path, fake_provider.base_url, valkey.url, postgres.new_url()) as fleet:
        members = await fleet.members(calls, calls, CALLS, CALLS)
        view = await left_to(fleet, rows)
        async with fleet.asking() as engine:
            view = await reached(engine, view, 60)
            held = holder(members, view)
            held.stop()
            view = await reached(engine, view, view.rows_generated + 100)
            held.go_on()
            view = await rested(engine, view)
            assert (view.status, view.rows_generated) == ("completed", rows), view.last_error
            assert holder(members, view) is not held
            assert await reviews(engine, view) == single


def holder(members: list[Member], view: JobView) -> Member:
    """Whose lease the job is under."""
    return next(each for each in members if f":{each.process.pid}:" in str(view.detail["lease_holder"]))


@pytest.mark.parametrize("what", ["flushed", "restarted", "away", "database away"])
async def test_a_job_outlives_its_servers(
    tmp_path: Path, fake_provider: Any, valkey: Any, own_postgres: Any, what: str
) -> None:
    """The queue loses everything, or it or the database does not answer for ten seconds."""
    rows = 200
    single = await alone(tmp_path, fake_provider.base_url, rows)
    fake_provider.reset(base=0.3, **PRICED)
    with fleet_of(tmp_path, fake_provider.base_url, valkey.url, own_postgres.new_url()) as fleet:
        async with fleet.asking(holds=True) as engine, fleet.asking(fleet_calls=CALLS), fleet.asking(fleet_calls=CALLS):
            view = await engine.start(order(rows), owner="local", confirmed=True)
            view = await reached(engine, view, 60)
            if what == "flushed":
                valkey.flush()
            else:
                server = own_postgres if what == "database away" else valkey
                await anyio.to_thread.run_sync(server.stop)
                await anyio.sleep(0 if what == "restarted" else 10)  # what is shown is an absence of so long
                await anyio.to_thread.run_sync(server.start)
            view = await rested(engine, await engine.status(view.job_id, owner="local"))
            assert (view.status, view.rows_generated) == ("completed", rows), view.last_error
            assert await reviews(engine, view) == single
        if what == "database away":
            assert fake_provider.stats()["repeated"] == 0
