"""A team at once over HTTP: a hundred callers of five jobs, a thousand questions at once, five hundred slow sockets.

    uv run python benchmarks/load.py
    ROWS=2000 CALLERS=20 uv run python benchmarks/load.py slow_sockets    # fewer callers, only these beside jobs

One server process with a key for each caller; the callers are this process, over raw sockets of the 2026-07-28 era, so
that they take little of the machine. Jobs are sampled: no model is asked. Prints JSON: seconds, counts, shares.

What is fair: equal jobs work equally long once it is their turn (`job_seconds`: begun to finished), and every caller
has all of theirs after about the same time (`caller_seconds`: first created to last finished). How long a job waits
before it begins (`waiting_seconds`) is told beside it, and both together (`created_to_finished_seconds`): of five
hundred that come at once the last waits for the others, whatever the order, so there no order is within a small ratio.
"""

import asyncio
import json
import math
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from synthaix.server.keys import KeyFile

CALLERS = int(os.environ.get("CALLERS", "100"))
JOBS = 5  # of each caller
ROWS = int(os.environ.get("ROWS", "5000"))  # of each job
POLL_SECONDS = 5.0
AT_ONCE = 1_000
SLOW = 500
HEALTHY_CALLS = 200
SCOPES = ("data:read", "data:generate")
SCHEMA = {
    "columns": [
        {"name": "id", "type": "uuid"},
        {"name": "name", "type": "string", "kind": "person.full_name"},
        {"name": "city", "type": "string", "kind": "address.city"},
        {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 900}},
        {"name": "currency", "type": "category", "constraints": {"enum": ["EUR", "USD", "GBP"]}},
        {"name": "booked_at", "type": "datetime", "constraints": {"min": "2026-01-01", "max": "2026-06-30"}},
    ]
}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "load", "version": "1"},
}


class Caller:
    """One connection of one caller; opened again when the server has closed it."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.key = key
        self.jobs: list[str] = []
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, tool: str, arguments: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The HTTP status and the tool's fields."""
        params = {"name": tool, "arguments": arguments, "_meta": META}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
        head = (
            f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.key}\r\n"
            "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
            f"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        for _ in range(2):
            try:
                return await self._exchange(head.encode() + body)
            except (asyncio.IncompleteReadError, ConnectionError):  # closed while it rested
                self.close()
        return 0, {}

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, Any]]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split(" ", 2)[1])
        length = re.search(r"content-length: (\d+)", head)
        body = await reader.readexactly(int(length[1])) if length else await self._chunks(reader)
        if status != 200:
            return status, {}
        text = body.decode()
        read = json.loads(text[text.index("{") :] if text.startswith("{") else text.partition("data: ")[2])
        return status, read["result"]["structuredContent"]

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        whole = b""
        while size := int(await reader.readline(), 16):
            whole += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return whole

    def close(self) -> None:
        """Let go of the connection."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


class Team:
    """The callers, and what became of their calls."""

    def __init__(self, callers: list[Caller]) -> None:
        self.callers = callers
        self.errors: Counter[str] = Counter()
        self.starting: list[float] = []
        self.polling: list[float] = []
        self.spans: list[float] = []
        self.waits: list[float] = []
        self.lives: list[float] = []
        self.wholes: list[float] = []

    async def timed(self, caller: Caller, tool: str, arguments: dict[str, Any], into: list[float]) -> dict[str, Any]:
        """The fields of a call, whose seconds are kept."""
        began = time.perf_counter()
        status, fields = await caller.call(tool, arguments)
        into.append(time.perf_counter() - began)
        if status != 200 or "code" in fields:
            self.errors[f"{tool} {status} {fields.get('code', '')}"] += 1
        return fields

    async def work(self, caller: Caller, offset: float) -> None:
        """Start five jobs and poll, one after the other, until all have ended."""
        await asyncio.sleep(offset)
        for _ in range(JOBS):
            order = {"schema": SCHEMA, "total_rows": ROWS}
            started = await self.timed(caller, "start_generation", order, self.starting)
            if "job_id" in started:
                caller.jobs.append(started["job_id"])
        left, first, last = list(caller.jobs), math.inf, 0.0
        while left:
            await asyncio.sleep(POLL_SECONDS)
            job_id = left.pop(0)
            asked = {"job_id": job_id, "response_format": "detailed"}
            fields = await self.timed(caller, "job_status", asked, self.polling)
            if fields.get("status") != "completed":
                left.append(job_id)
                continue
            moments = [datetime.fromisoformat(fields[f"{what}_at"]) for what in ("created", "started", "finished")]
            created, began, ended = (moment.timestamp() for moment in moments)
            self.waits.append(began - created)
            self.lives.append(max(1.0, ended - created))
            self.spans.append(max(1.0, ended - began))  # whole seconds are all that is told
            first, last = min(first, created), max(last, ended)
        self.wholes.append(max(1.0, last - first))


def shares(seconds: list[float]) -> dict[str, float]:
    """Milliseconds: median, 95th share, most."""
    ordered = sorted(each * 1_000 for each in seconds)
    return {
        "calls": len(ordered), "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1), "max_ms": round(ordered[-1], 1),
    }  # fmt: skip


async def jobs_and_polls(team: Team) -> dict[str, Any]:
    """A hundred callers, five jobs each."""
    began = time.perf_counter()
    await asyncio.gather(*(team.work(caller, POLL_SECONDS * at / CALLERS) for at, caller in enumerate(team.callers)))
    return {
        "seconds": round(time.perf_counter() - began, 1), "jobs": len(team.spans), "rows": len(team.spans) * ROWS,
        "errors": dict(team.errors), "start_generation": shares(team.starting), "job_status": shares(team.polling),
        "job_seconds": spread(team.spans), "caller_seconds": spread(team.wholes),
        "created_to_finished_seconds": spread(team.lives),
        "waiting_seconds": {"p50": statistics.median(team.waits), "max": max(team.waits)},
    }  # fmt: skip


def spread(seconds: list[float]) -> dict[str, float]:
    """Least, middle, most, and how many times the least the most is."""
    least, most = min(seconds), max(seconds)
    return {"min": least, "p50": statistics.median(seconds), "max": most, "ratio": round(most / least, 2)}


async def at_once(team: Team) -> dict[str, Any]:
    """A thousand questions, each on a connection of its own."""
    took: list[float] = []
    team.errors.clear()
    many = [Caller(each.port, each.key) for each in team.callers for _ in range(AT_ONCE // CALLERS)]
    jobs = [each.jobs[0] if each.jobs else "" for each in team.callers for _ in range(AT_ONCE // CALLERS)]
    began = time.perf_counter()
    asked = zip(many, jobs, strict=True)
    await asyncio.gather(*(team.timed(each, "job_status", {"job_id": job}, took) for each, job in asked))
    seconds = time.perf_counter() - began
    for each in many:
        each.close()
    return {"seconds": round(seconds, 1), "errors": dict(team.errors), "job_status": shares(took)}


async def slow_sockets(team: Team) -> dict[str, Any]:
    """What a healthy caller notices of sockets that send a byte a second."""
    healthy, port = team.callers[0], team.callers[0].port
    team.errors.clear()
    alone: list[float] = []
    beside: list[float] = []
    asked = {"job_id": healthy.jobs[0]}
    for _ in range(HEALTHY_CALLS):
        await team.timed(healthy, "job_status", asked, alone)
    cut = 0

    async def drip() -> None:
        nonlocal cut
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError):
            for byte in b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"x" * 1_000:
                writer.write(bytes([byte]))
                await asyncio.sleep(1.0)
                if reader.at_eof():
                    break
        cut += 1
        writer.close()

    dripping = [asyncio.create_task(drip()) for _ in range(SLOW)]
    await asyncio.sleep(2.0)
    for _ in range(HEALTHY_CALLS):
        await team.timed(healthy, "job_status", asked, beside)
        await asyncio.sleep(0.05)
    await asyncio.wait(dripping, timeout=30)
    for task in dripping:
        task.cancel()
    healthy_ms = {"alone": shares(alone), "beside_slow": shares(beside)}
    return {"errors": dict(team.errors), **healthy_ms, "slow": SLOW, "cut": cut}


async def measure(port: int, keys: list[str]) -> dict[str, Any]:
    """The jobs, then what else was named on the command line, or all of it."""
    team = Team([Caller(port, key) for key in keys])
    found = {"jobs": await jobs_and_polls(team)}
    for name, phase in (("at_once", at_once), ("slow_sockets", slow_sockets)):
        if name in sys.argv[1:] or not sys.argv[1:]:
            found[name] = await phase(team)
    return found


def main() -> None:
    """Serve, measure, print."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory() as home:
        file = KeyFile(Path(home) / "keys.json")
        keys = [file.add(f"caller-{number}", SCOPES) for number in range(CALLERS)]
        env = os.environ | {"SYNTHAIX_HOME": home, "SYNTHAIX_CONFIRM": "off", "SYNTHAIX_PROVIDER": "offline",
                            "SYNTHAIX_CALLS_PER_MINUTE": "60000"}  # fmt: skip
        port = free_port()
        command = [sys.executable, "-c", "from synthaix.server.cli import main; main()"]
        with subprocess.Popen(
            [*command, "serve", "--http", "--port", str(port)], env=env, stderr=subprocess.DEVNULL
        ) as process:
            try:
                wait_for(port)
                print(json.dumps(asyncio.run(measure(port, keys)), indent=2))
            finally:
                process.terminate()


def free_port() -> int:
    """One that nobody has now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Until somebody listens."""
    while True:
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
