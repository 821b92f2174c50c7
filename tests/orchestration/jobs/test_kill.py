"""`kill -9` at random moments: what was counted is there, nothing is there twice, and the rows are the same."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import psutil
import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order

RUN_JOB = Path(__file__).parents[2] / "doubles" / "run_job.py"
ROWS, CHUNK = 12_000, 300


def start(home: Path, *, process_rows: int) -> subprocess.Popen[str]:
    """A process that runs the job of this folder."""
    command = [sys.executable, str(RUN_JOB), str(home), str(ROWS), "11", str(CHUNK), str(process_rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def counted_until(process: subprocess.Popen[str], least: int) -> tuple[int, bool]:
    """Read its lines until it has counted so many rows; the last count, and whether it ended."""
    counted, ended = 0, False
    assert process.stdout is not None
    for line in process.stdout:
        number, status, _ = line.split()
        counted, ended = int(number), status == "completed"
        if ended or counted >= least:
            break
    return counted, ended


def killed(process: subprocess.Popen[str]) -> None:
    """End it as a power cut would, and see its children go within two seconds."""
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    deadline = time.monotonic() + 2
    while any(map(runs, children)):
        assert time.monotonic() < deadline, "a child outlived its parent"
        time.sleep(0.01)


def runs(child: psutil.Process) -> bool:
    """Whether a process does anything; one that ended and that nobody collected does not."""
    try:
        return bool(child.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def digest(home: Path) -> tuple[int, str]:
    """How many rows the job has, and a hash over all of them in order, after checking that none is there twice."""
    engine = Engine(Config(home=home))
    await engine.open()
    (job,) = await engine.ids("job", owner="local")
    export = await engine.export(job, owner="local", format="jsonl", wait_seconds=20)
    await engine.aclose()
    assert export.path is not None
    lines = export.path.read_text("utf-8").splitlines()
    without_id = {line.partition(",")[2] for line in lines}
    assert len(without_id) == len(lines)
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def run_through_kills(home: Path, moments: int, seed: int) -> None:
    """Kill the job's process at random counts, then let it end; counts never go back."""
    draw = random.Random(seed)
    before = 0
    for _ in range(moments):
        process = start(home, process_rows=draw.choice([1, 10**9]))
        target = min(before + draw.randint(1, 2 * (ROWS - before) // moments + 1), ROWS - 1)
        counted, ended = counted_until(process, target)
        time.sleep(draw.random() * 0.02)  # anywhere in a commit; not a wait for something
        killed(process)
        assert counted >= before
        before = counted
        if ended:
            break
    process = start(home, process_rows=10**9)
    counted, ended = counted_until(process, ROWS + 1)
    assert ended
    assert counted == ROWS
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """The rows of the same job without a kill."""
    home = tmp_path_factory.mktemp("undisturbed")
    process = start(home, process_rows=10**9)
    assert counted_until(process, ROWS + 1) == (ROWS, True)
    process.communicate(timeout=20)
    return anyio.run(digest, home)


@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(180)
def test_three_kills_lose_and_double_nothing(tmp_path: Path, undisturbed: tuple[int, str]) -> None:
    """Three kills, then exactly N rows, the same as without."""
    run_through_kills(tmp_path, 3, seed=1)
    assert anyio.run(digest, tmp_path) == undisturbed


@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(120)
async def test_a_running_server_takes_over_a_dead_ones_job(tmp_path: Path, undisturbed: tuple[int, str]) -> None:
    """The other server on the folder goes on with the job by itself, and ends with the same rows."""
    process = start(tmp_path, process_rows=10**9)
    await anyio.to_thread.run_sync(counted_until, process, 1_000)
    other = Engine(Config(home=tmp_path))
    await other.open()
    await other.warm()
    killed(process)
    (job,) = await other.ids("job", owner="local")
    view = await other.status(job, owner="local", wait_seconds=25)
    while view.status in ("pending", "processing"):
        view = await other.status(job, owner="local", wait_seconds=25)
    await other.aclose()
    assert (view.status, view.rows_generated) == ("completed", ROWS)
    assert await digest(tmp_path) == undisturbed


@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE")
@pytest.mark.timeout(180)
def test_a_full_disk_pauses_the_job_and_loses_nothing(tmp_path: Path) -> None:
    """`paused/storage_full` while there is no room; the job goes on by itself when there is."""
    script = RUN_JOB.with_name("full_disk.py")
    ran = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, timeout=160)
    assert ran.returncode == 0, ran.stderr
    full, ended = (line.split() for line in ran.stdout.splitlines())
    assert full[:2] == ["paused", "storage_full"]
    assert 0 <= int(full[2]) < 60_000
    assert ended == ["completed", "None", "60000"]


CROWDED = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "mark", "type": "integer", "constraints": {"min": 1, "max": 30_000}},
        {"name": "colour", "type": "category", "constraints": {"enum": ["red", "green", "blue", "black", "white"]}},
    ]
}


async def extended(home: Path, *, ends: bool) -> None:
    """A job at its end, and one that extends it, at its end too or just begun."""
    engine = Engine(Config(home=home))
    await engine.open()
    first = await engine.start(Order(3_000, schema=CROWDED, seed=1), owner="local", confirmed=True)
    while first.status != "completed":
        first = await engine.status(first.job_id, owner="local", wait_seconds=20)
    order = Order(4_000, schema=CROWDED, seed=2, chunk_size=100, extend=first.job_id)
    second = await engine.start(order, owner="local", confirmed=True)
    while ends and second.status != "completed":
        second = await engine.status(second.job_id, owner="local", wait_seconds=20)
    await engine.aclose()


async def rows_of_both(home: Path) -> tuple[list[str], list[str]]:
    """The rows of both jobs without their ids, after checking that these go on."""
    engine = Engine(Config(home=home))
    await engine.open()
    second, first = await engine.ids("job", owner="local")
    exports = [await engine.export(job, owner="local", format="csv", wait_seconds=20) for job in (first, second)]
    await engine.aclose()
    lines = [line for each in exports if each.path for line in each.path.read_text("utf-8").splitlines()[1:]]
    assert [int(line.partition(",")[0]) for line in lines] == list(range(1, 7_001))
    bare = [line.partition(",")[2] for line in lines]
    return bare[:3_000], bare[3_000:]


@pytest.mark.chaos
@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(180)
def test_a_killed_extension_still_repeats_no_row_of_the_other_job(tmp_path: Path) -> None:
    """The same rows as without the kill, and none that the first job has."""
    anyio.run(partial(extended, tmp_path / "undisturbed", ends=True))
    anyio.run(partial(extended, tmp_path / "killed", ends=False))
    process = start(tmp_path / "killed", process_rows=10**9)
    _, ended = counted_until(process, 1_500)
    assert not ended
    killed(process)
    process = start(tmp_path / "killed", process_rows=10**9)
    assert counted_until(process, 4_001) == (4_000, True)
    process.communicate(timeout=20)
    first, second = anyio.run(rows_of_both, tmp_path / "killed")
    assert (first, second) == anyio.run(rows_of_both, tmp_path / "undisturbed")
    assert len({*first, *second}) == 7_000


@pytest.mark.chaos
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("seed", range(4))
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path, undisturbed: tuple[int, str], seed: int) -> None:
    """Five kills of each of four jobs: twenty moments."""
    run_through_kills(tmp_path, 5, seed=100 + seed)
    assert anyio.run(digest, tmp_path) == undisturbed
