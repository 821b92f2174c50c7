"""Seconds, bytes and memory of a quality report, and of verifying it against the store and against a CSV file.

    python benchmarks/report.py [--rows 100000]

The ten-column table of the other offline benchmarks, made by a real job on a real disk. The peak is the process's,
above what it held once the job was done: rows are read by seq ranges, so it hardly grows with their number. CPU seconds
stand beside the others, since machines are shared.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import anyio
from customers import SEED, customers

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.reporting import ReportFile
from synthaix.orchestration.results.report.verifying import Finding


def peak() -> float:
    """Megabytes, of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10 if sys.platform != "darwin" else 1 << 20)


async def made(engine: Engine, job_id: str) -> tuple[ReportFile, ReportFile]:
    """The page and the figures."""
    while True:
        page = await engine.report(job_id, owner="local", format="html", wait_seconds=25)
        if page.state != "preparing":
            return page, await engine.report(job_id, owner="local", format="json", wait_seconds=25)


async def job_of(engine: Engine, rows: int) -> str:
    """A finished job."""
    job = await engine.start(Order(rows, schema=customers(), seed=SEED), owner="local", confirmed=True)
    while job.status in ("pending", "processing"):
        job = await engine.status(job.job_id, owner="local", wait_seconds=25)
    return job.job_id


class Clock:
    """Wall and CPU seconds since it was made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter(), time.process_time()

    def say(self, what: str, more: str) -> None:
        wall, cpu = time.perf_counter() - self._begun[0], time.process_time() - self._begun[1]
        print(f"{what:24} {wall:6.2f} s, {cpu:6.2f} s of CPU  {more}")


async def measure(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Config(home=Path(folder), sampler_process_rows=10**9))
        await engine.open()
        await made(engine, await job_of(engine, 1_000))  # imports, caches
        job_id = await job_of(engine, rows)
        before, clock = peak(), Clock()
        page, figures = await made(engine, job_id)
        size = f"page {page.bytes / 1e3:.0f} kB, figures {figures.bytes / 1e3:.0f} kB, +{peak() - before:.0f} MB peak"
        clock.say(f"report of {rows:,} rows", size)
        export = await engine.export(job_id, owner="local", format="csv", wait_seconds=25)
        while export.state == "preparing":
            export = await engine.export(job_id, owner="local", format="csv", wait_seconds=25)
        assert figures.path is not None
        stored = await anyio.Path(figures.path).read_bytes()
        for what, file in (("verify against the store", None), ("verify against the csv", export.path)):
            clock = Clock()
            findings: list[Finding] = await engine.verify(stored, owner="local", rows=file)
            clock.say(what, "as reported" if all(each.good for each in findings) else "NOT as reported")
        await engine.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    anyio.run(measure, parser.parse_args().rows)


if __name__ == "__main__":
    main()
