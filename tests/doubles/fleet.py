"""A fleet for tests: processes on one store and one queue, and an engine that only asks, in the test itself."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
from tests.doubles.fleet_process import config_of
from tests.doubles.writing import prices

from synthaix.orchestration.engine import Engine

PROCESS = Path(__file__).parent / "fleet_process.py"


@dataclass
class Member:
    """A running process of the fleet."""

    process: subprocess.Popen[str]

    def ready(self) -> None:
        """Wait until it serves."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        """As by the kernel."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Stand still."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Move again."""
        os.kill(self.process.pid, signal.SIGCONT)


class Fleet:
    """Starts processes on one store and one queue.

    Args:
        url: of the queue.
        database: address of the store; None: a file.
    """

    def __init__(self, folder: Path, base_url: str, url: str, database: str | None, **changes: Any) -> None:
        self._folder = folder
        self._members: list[Member] = []
        self._settings: dict[str, Any] = {
            "redis_url": url, "database_url": database, "provider": "openai", "model": "fake-model",
            "base_url": base_url, "api_key": "secret", "embedder": "hash", "prices": str(prices(folder)),
            "resume": "auto", "lease_seconds": 3.0, "call_seconds": 10.0, **changes,
        }  # fmt: skip

    def member(self, calls: int = 4) -> Member:
        """One more process, on a machine of its own as far as the store allows it; `calls` 0: it only hands out."""
        config = json.dumps({**self._of(len(self._members) + 1), "fleet_calls": calls})
        process = subprocess.Popen(
            [sys.executable, str(PROCESS), config], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._members.append(Member(process))
        return self._members[-1]

    async def members(self, *calls: int) -> list[Member]:
        """Some more processes, ready."""
        new = [self.member(each) for each in calls]
        for member in new:
            await anyio.to_thread.run_sync(member.ready)
        return new

    @asynccontextmanager
    async def asking(self, *, holds: bool = False, **changes: Any) -> AsyncIterator[Engine]:
        """An engine in this process: unless changed it makes no calls, and without `holds` it takes no job over."""
        engine = Engine(config_of(json.dumps({**self._of(0), "fleet_calls": 0, **changes})))
        await engine.open(adopts=holds)
        await engine.warm()
        try:
            yield engine
        finally:
            await engine.aclose()

    def _of(self, number: int) -> dict[str, Any]:
        own = f"machine-{number}" if self._settings["database_url"] else "machine"
        return {**self._settings, "home": str(self._folder / own)}

    def end(self) -> None:
        """End every process."""
        for member in self._members:
            member.process.kill()
            member.process.wait()
            for pipe in (member.process.stdin, member.process.stdout):
                assert pipe is not None
                pipe.close()


@contextmanager
def fleet_of(folder: Path, base_url: str, url: str, database: str | None = None, **changes: Any) -> Iterator[Fleet]:
    """A fleet that is ended at the end."""
    fleet = Fleet(folder, base_url, url, database, **changes)
    try:
        yield fleet
    finally:
        fleet.end()
