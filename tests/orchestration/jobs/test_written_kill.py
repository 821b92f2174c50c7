"""`kill -9` while a model writes: no counted row is lost, only calls in flight are paid again, no cap is passed."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.doubles.writing import PRICED, reviews, writing

from synthaix.orchestration.store.ledger import NANOS

RUN_JOB = Path(__file__).parents[2] / "doubles" / "run_written_job.py"
ROWS = 240


def start(home: Path, base_url: str, *, workers: int, cap: float) -> subprocess.Popen[str]:
    """A process that runs the job of this folder."""
    command = [sys.executable, str(RUN_JOB), str(home), base_url, str(ROWS), str(workers), str(cap)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def counted_until(process: subprocess.Popen[str], least: int) -> tuple[int, str]:
    """Read its lines until it has counted so many rows or has ended; the last count and status."""
    counted, status = 0, "pending"
    assert process.stdout is not None
    for line in process.stdout:
        number, status, _ = line.split()
        counted = int(number)
        if counted >= least or status in ("completed", "failed", "stopped"):
            break
    return counted, status


def ledger(home: Path) -> tuple[int, int]:
    """Nanodollars that are settled, and that are reserved and never settled."""
    store = sqlite3.connect(home / "synthaix.db")
    settled, held = store.execute(
        "SELECT coalesce(sum(settled_nanos), 0),"
        " coalesce(sum(CASE WHEN settled_nanos IS NULL THEN reserved_nanos END), 0) FROM ledger"
    ).fetchone()
    store.close()
    return int(settled), int(held)


def billed(fake_provider: Any) -> int:
    """Nanodollars by the provider's own count, once it has noticed who hung up."""
    while fake_provider.stats()["in_flight"]:
        time.sleep(0.02)
    dollars: float = fake_provider.stats()["dollars"]
    return round(dollars * NANOS)


async def rows_of(home: Path, base_url: str) -> list[str]:
    """The texts of the job's rows, all valid, in order."""
    async with writing(home, base_url) as engine:
        (job,) = await engine.ids("job", owner="local")
        return await reviews(engine, await engine.status(job, owner="local"))


def run_through_kills(home: Path, fake_provider: Any, moments: int, *, seed: int, workers: int, cap: float) -> str:
    """Kill the job's process at random moments, checking the ledger each time; the status in which it then ends."""
    draw = random.Random(seed)
    fake_provider.reset(base=0.05, spread=0.5, per_token=0.0002, seed=seed, **PRICED)
    before = killed = 0
    for _ in range(moments):
        process = start(home, fake_provider.base_url, workers=workers, cap=cap)
        counted, status = counted_until(process, min(ROWS, before + draw.randint(0, 2 * ROWS // moments)))
        time.sleep(draw.random() * 0.1)  # anywhere in a call or a commit; not a wait for something
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        assert counted >= before
        before, killed = counted, killed + 1
        bill, (settled, held) = billed(fake_provider), ledger(home)
        assert settled <= bill <= settled + held <= cap * NANOS
        if status in ("completed", "stopped"):
            break
    process = start(home, fake_provider.base_url, workers=workers, cap=cap)
    counted, status = counted_until(process, ROWS + 1)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert counted >= before
    bill, (settled, held) = billed(fake_provider), ledger(home)
    assert settled <= bill <= settled + held <= cap * NANOS
    assert fake_provider.stats()["repeated"] <= killed * workers
    return status


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, fake_provider_process: Any) -> list[str]:
    """The texts of the same job without a kill."""
    home = tmp_path_factory.mktemp("undisturbed")
    fake_provider_process.reset(seed=1, **PRICED)
    process = start(home, fake_provider_process.base_url, workers=8, cap=1.0)
    assert counted_until(process, ROWS + 1) == (ROWS, "completed")
    process.communicate(timeout=20)
    return anyio.run(rows_of, home, fake_provider_process.base_url)


@pytest.mark.chaos
@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(180)
def test_two_kills_lose_nothing_and_pay_only_calls_in_flight_again(
    tmp_path: Path, fake_provider: Any, undisturbed: list[str]
) -> None:
    """Two kills, then exactly N rows, the same as without."""
    assert run_through_kills(tmp_path, fake_provider, 2, seed=1, workers=8, cap=1.0) == "completed"
    assert anyio.run(rows_of, tmp_path, fake_provider.base_url) == undisturbed


@pytest.mark.chaos
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(5))
def test_ten_kills_lose_nothing(tmp_path: Path, fake_provider: Any, undisturbed: list[str], seed: int) -> None:
    """Two kills of each of five jobs, with 1, 8 or 20 workers."""
    workers = (1, 8, 20)[seed % 3]
    assert run_through_kills(tmp_path, fake_provider, 2, seed=50 + seed, workers=workers, cap=1.0) == "completed"
    assert anyio.run(rows_of, tmp_path, fake_provider.base_url) == undisturbed


@pytest.mark.chaos
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("workers", [1, 20, 100])
def test_kills_spend_nothing_past_the_cap(tmp_path: Path, fake_provider: Any, workers: int) -> None:
    """Four kills under a cap that does not reach to the end: the provider's sum stays below it."""
    assert run_through_kills(tmp_path, fake_provider, 4, seed=80 + workers, workers=workers, cap=0.015) == "stopped"
