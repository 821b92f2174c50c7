"""A command that is ended in mid-job leaves a job that another command goes on with, or ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

DONE, INTERRUPTED = 0, 130
SCHEMA = {"columns": [{"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
                      {"name": "name", "type": "string", "kind": "person.full_name"}]}  # fmt: skip
ROWS = 2_000_000  # more than any machine makes before the signal


def newest(run: Callable[..., Result]) -> dict[str, Any]:
    """The newest job, as a program reads it; empty as long as there is none."""
    jobs = json.loads(run("jobs", "list", "--json").stdout)["jobs"]
    return jobs[0] if jobs else {}


@pytest.mark.subprocess
@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    "sent", [signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.chaos)], ids=["TERM", "KILL"]
)
def test_a_job_whose_command_was_ended_goes_on_or_ends(
    run: Callable[..., Result], tmp_path: Path, sent: signal.Signals
) -> None:
    """By `jobs resume`, to a smaller number here, or by `jobs cancel`; then it can be deleted."""
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    command = [sys.executable, "-m", "synthaix.server", "generate", "--schema", "schema.json", "--yes", "--quiet"]
    with subprocess.Popen([*command, "--rows", str(ROWS)], cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        while not newest(run).get("rows_generated"):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(sent)
        assert process.wait(30) == (INTERRUPTED if sent == signal.SIGTERM else -sent)
    job = newest(run)
    if sent == signal.SIGTERM:
        assert (job["status"], job["stop_reason"]) == ("stopped", "user")
        enough = str(job["rows_generated"] + 10)
        assert run("jobs", "resume", job["job_id"], "--rows", enough).exit_code == DONE
        assert newest(run)["status"] == "completed"
    else:
        assert run("jobs", "cancel", job["job_id"]).exit_code == DONE
        assert newest(run)["status"] == "cancelled"
    assert run("jobs", "rm", job["job_id"], "--yes").exit_code == DONE
