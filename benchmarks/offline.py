"""Rows per second of a sampled job of ten columns, end to end: validated, deduplicated, stored.

    uv run python benchmarks/offline.py                 # 100,000 rows: floor, thread, process, misata
    uv run python benchmarks/offline.py --rows 1000000  # and memory and flatness over a million

Each figure is the median of several runs, each in a fresh process; "floor" samples and inserts the same cells and does
nothing else. The peer runs on an equal schema in an environment of its own; it stores and deduplicates nothing.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main() -> None:
    """Run each way several times, in turn, and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ways", default="floor,thread,process,misata")
    parser.add_argument("--one", help="run one way in this process and print its figures as JSON")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one(asked.one, asked.rows)))
        return
    ways = asked.ways.split(",")
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(asked.runs):
        for way in ways:
            found[way].append(run_apart(way, asked.rows))
    rate = {way: statistics.median(figures["rate"] for figures in runs) for way, runs in found.items()}
    peer = rate.get("misata")
    for way, runs in found.items():
        line = f"offline {way:8} {rate[way]:>9,.0f} rows/s over {asked.rows:,} rows (median of {asked.runs})"
        if peer and way != "misata":
            line += f", {rate[way] / peer:.2f}x misata"
        if "rss_mb" in runs[0]:
            line += f", RSS +{statistics.median(f['rss_mb'] for f in runs):.0f} MB"
        if "flat" in runs[0]:
            line += f", last tenth / second tenth {statistics.median(f['flat'] for f in runs):.2f} CPU a row"
        print(line, flush=True)


def run_apart(way: str, rows: int) -> dict[str, float]:
    """One run in a process of its own."""
    if way == "misata":
        command = [
            "uv",
            "run",
            "-q",
            "--no-project",
            "--with",
            "misata==0.9.8",
            "python",
            str(HERE / "peer_misata.py"),
            str(rows),
        ]
        return {"rate": float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])}
    command = [sys.executable, __file__, "--one", way, "--rows", str(rows)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def one(way: str, rows: int) -> dict[str, float]:
    """Measure one way here."""
    import anyio

    with tempfile.TemporaryDirectory() as home:
        if way == "floor":
            return anyio.run(floor, Path(home), rows)
        return anyio.run(job, Path(home), rows, way == "process")


async def floor(home: Path, rows: int) -> dict[str, float]:
    """Sample the cells and insert them: what no pipeline on this store can beat."""
    from customers import SEED, customers

    from synthaix.orchestration.generation.sampling import TableSampler
    from synthaix.orchestration.jobs.running.preparing import encode
    from synthaix.orchestration.store.store import Store
    from synthaix.orchestration.translation.ready import ready_made

    schema = ready_made(customers(), has_model=False).schema
    table = schema.root
    sampler = TableSampler(schema, table, seed=SEED)
    sampler.cells(0, 1_024)
    store = Store(home / "floor.db", clock=time.time)
    await store.secret("warm")
    begun = time.perf_counter()
    for first in range(0, rows, 2_048):
        end = min(first + 2_048, rows)
        bodies = encode(sampler.cells(first, end), table.names)
        async with store.database.write() as connection:
            await store.rows.add(connection, 1, 0, first, bodies)
    seconds = time.perf_counter() - begun
    await store.close()
    return {"rate": rows / seconds}


async def job(home: Path, rows: int, process: bool) -> dict[str, float]:
    """A real job through the engine, after a small one that loads what is loaded lazily."""
    import anyio
    import psutil
    from customers import SEED, customers

    from synthaix.orchestration.config import Config
    from synthaix.orchestration.engine import Engine

    engine = Engine(Config(home=home, sampler_process_rows=1 if process else 10**9, max_rows=10**8))
    await engine.open()
    await finished(engine, customers(), 5_000, SEED + 1)
    await anyio.sleep(3)  # until the sampler process, where there is one, has imported what it needs
    me = psutil.Process()
    before, peak, done = memory(me), [0.0], threading.Event()
    watcher = threading.Thread(target=watch, args=(me, peak, done), daemon=True)
    watcher.start()
    marks: list[tuple[int, float]] = []
    begun = time.perf_counter()
    await finished(engine, customers(), rows, SEED, marks)
    seconds = time.perf_counter() - begun
    done.set()
    watcher.join()
    await engine.aclose()
    return {"rate": rows / seconds, "rss_mb": (peak[0] - before) / 1e6} | flatness(marks, rows)


async def finished(
    engine: Any, schema: Any, rows: int, seed: int, marks: list[tuple[int, float]] | None = None
) -> None:
    """Run a job to its end, noting CPU seconds as rows are committed."""
    import anyio

    from synthaix.orchestration.jobs.order import Order

    view = await engine.start(Order(rows, schema=schema, seed=seed), owner="local", confirmed=True)
    while view.status not in ("completed", "failed", "stopped"):
        await anyio.sleep(0.15)
        view = await engine.status(view.job_id, owner="local")
        if marks is not None:
            marks.append((view.rows_generated, cpu()))
    assert view.status == "completed", view.last_error
    assert view.rows_generated == rows


def cpu() -> float:
    """CPU seconds of this process and its children so far."""
    import psutil

    me = psutil.Process()
    times = [me.cpu_times(), *(child.cpu_times() for child in me.children())]
    return sum(t.user + t.system for t in times)


def flatness(marks: list[tuple[int, float]], rows: int) -> dict[str, float]:
    """CPU per row in the last tenth against the second tenth."""

    def spent(first: int, last: int) -> float:
        inside = [mark for mark in marks if first <= mark[0] <= last]
        return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0]) if len(inside) > 3 else 0.0

    second, last = spent(rows // 10, rows // 5), spent(rows * 9 // 10, rows)
    return {"flat": last / second} if second and last else {}


def memory(process: Any) -> float:
    """Resident bytes, children included."""
    import psutil

    total = process.memory_info().rss
    for child in process.children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return float(total)


def watch(process: Any, peak: list[float], done: threading.Event) -> None:
    """Note the highest memory until told to stop."""
    while not done.wait(0.05):
        peak[0] = max(peak[0], memory(process))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
