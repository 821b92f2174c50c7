"""The same replies give the same rows, whatever the workers' number and timing, and whatever dies when."""

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "doubles" / "written_table.py"


@pytest.fixture(scope="module")
def written_table() -> Any:
    """The double as a module."""
    spec = importlib.util.spec_from_file_location("written_table", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("schedules", [9, pytest.param(50, marks=pytest.mark.chaos)])
@pytest.mark.timeout(300)
async def test_schedules_give_the_same_rows(tmp_path: Path, written_table: Any, schedules: int) -> None:
    """One, four and sixteen chunks at once, each taking turns drawn at random: one digest."""
    digests = {
        await written_table.run_table(tmp_path / str(timing), workers=(1, 4, 16)[timing % 3], timing=timing)
        for timing in range(schedules)
    }
    assert len(digests) == 1


@pytest.mark.timeout(300)
async def test_schedules_of_an_extension_give_the_same_rows(tmp_path: Path, written_table: Any) -> None:
    """The second of two jobs, which are offered the same texts in part: one digest of both."""
    digests = {
        await written_table.run_table(tmp_path / str(timing), workers=(1, 4, 16)[timing % 3], timing=timing, again=True)
        for timing in range(3)
    }
    assert len(digests) == 1


def _through(home: Path, kills: list[int]) -> str:
    """Let the table's process die at these batches, one after another, then end; what it printed."""
    for kill_at in kills:
        ran = subprocess.run([sys.executable, SCRIPT, home, str(kill_at)], capture_output=True, text=True, timeout=120)
        assert ran.returncode == -signal.SIGKILL, ran.stderr
    ran = subprocess.run([sys.executable, SCRIPT, home, "0"], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(300)
def test_a_kill_between_commit_and_index_loses_nothing(tmp_path: Path) -> None:
    """Twice; afterwards the store and the index hold the same rows."""
    assert _through(tmp_path, [1, 1]) == "120 120 True\n"


@pytest.mark.chaos
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(1, 5))
def test_twenty_kills_between_commit_and_index_lose_nothing(tmp_path: Path, first: int) -> None:
    """Five for each of four tables, at the first to fourth batch of a run."""
    assert _through(tmp_path, [first, 1, 2, 1, 1]) == "120 120 True\n"
