"""stdio: the protocol alone on stdout, and a clean end within two seconds of whatever ends it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

pytestmark = pytest.mark.subprocess
SECONDS_TO_END = 2.0
ORDER = {"schema": {"columns": [{"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 1e9}}]}}


def environment(home: Path) -> dict[str, str]:
    """A child's: ours without settings and keys, its data in a folder of its own."""
    foreign = ("SYNTHAIX_", "OPENAI_", "GEMINI_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return ours | {"SYNTHAIX_HOME": str(home), "SYNTHAIX_EMBEDDER": "hash", "SYNTHAIX_CONFIRM": "off"}


class Server:
    """A server process and its two pipes; every line of stdout is kept."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[bytes] = []
        self._last = 0

    def send(self, message: dict[str, Any]) -> None:
        """Write a message."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The result of a request."""
        self._last += 1
        self.send({"id": self._last, "method": method, "params": params})
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == self._last:
                return answer
        raise AssertionError("the server closed its stdout")

    def shake_hands(self) -> None:
        """An older client's handshake."""
        client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        self.ask("initialize", client)
        self.send({"method": "notifications/initialized"})

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The fields of a tool's answer."""
        answer = self.ask("tools/call", {"name": tool, "arguments": arguments})
        fields: dict[str, Any] = answer["result"]["structuredContent"]
        return fields


@contextmanager
def served(home: Path) -> Iterator[Server]:
    """A server that has shaken hands."""
    command = [sys.executable, "-m", "synthaix.server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(home), cwd=home
    ) as process:
        try:
            server = Server(process)
            server.shake_hands()
            yield server
        finally:
            process.kill()


def end(server: Server, how: str) -> None:
    """End it; fails when that takes longer than a host waits."""
    if how == "EOF":
        assert server.process.stdin is not None
        server.process.stdin.close()
    else:
        server.process.send_signal(getattr(signal, how))
    server.process.wait(timeout=SECONDS_TO_END)


@pytest.mark.parametrize("how", ["EOF", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("busy", ["idle", "warming", "running", "waiting"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals; the end of stdin ends the server")
def test_it_ends_cleanly_in_time(tmp_path: Path, how: str, busy: str) -> None:
    """Idle, while it imports, with a job at work, with a call that waits: status 0, nothing but protocol on stdout."""
    with served(tmp_path) as server:
        if busy == "warming":
            server.ask("tools/list", {})
        if busy in ("running", "waiting"):
            job_id = server.call("start_generation", **ORDER, total_rows=300_000)["job_id"]
            if busy == "waiting":
                params = {"name": "job_status", "arguments": {"job_id": job_id, "wait_seconds": 25}}
                server.send({"id": 99, "method": "tools/call", "params": params})
        end(server, how)
        assert server.process.stdout is not None
        server.lines += server.process.stdout.readlines()
    assert server.process.returncode == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in server.lines)


def test_a_job_is_found_again_by_the_next_server(tmp_path: Path) -> None:
    """A host that closes ends the server, not the job: it goes on by itself, to exactly its rows."""
    with served(tmp_path) as server:
        job_id = server.call("start_generation", **ORDER, total_rows=60_000, chunk_size=1_000)["job_id"]
        counted = server.call("job_status", job_id=job_id)["rows_generated"]
        end(server, "EOF")
    with served(tmp_path) as server:
        status = server.call("job_status", job_id=job_id)
        assert status["rows_generated"] >= counted
        while status["status"] in ("pending", "processing"):
            status = server.call("job_status", job_id=job_id, wait_seconds=25)
    assert (status["status"], status["rows_generated"]) == ("completed", 60_000)


async def test_the_official_client_goes_the_whole_way(tmp_path: Path) -> None:
    """mcp's own client over stdio: nine tools, a job, its rows, an error with its code."""
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "synthaix.server"], env=environment(tmp_path), cwd=tmp_path
    )
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        tools = await session.list_tools()
        started = await session.call_tool("start_generation", {**ORDER, "total_rows": 50})
        assert started.structured_content is not None
        job_id = started.structured_content["job_id"]
        while True:
            status = await session.call_tool("job_status", {"job_id": job_id, "wait_seconds": 25})
            assert status.structured_content is not None
            if status.structured_content["status"] not in ("pending", "processing"):
                break
        page = await session.call_tool("fetch_results", {"job_id": job_id})
        wrong = await session.call_tool("job_status", {"job_id": "job_nothing"})
    assert len(tools.tools) == 9
    assert status.structured_content is not None
    assert status.structured_content["status"] == "completed"
    assert page.structured_content is not None
    assert len(page.structured_content["rows"]) == 20
    assert wrong.is_error
    assert wrong.structured_content is not None
    assert wrong.structured_content["code"] == "job_not_found"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_both_eras_are_served(tmp_path: Path, mode: Literal["auto", "legacy"]) -> None:
    """fastmcp's client over stdio, in the protocol of 2026-07-28 and in the older one: the same answers."""
    transport = StdioTransport(
        sys.executable, ["-m", "synthaix.server"], env=environment(tmp_path), cwd=str(tmp_path), keep_alive=False
    )
    async with Client(transport, mode=mode) as client:
        tools = await client.list_tools()
        started = await client.call_tool("start_generation", {**ORDER, "total_rows": 50})
        assert started.structured_content is not None
        waited = {"job_id": started.structured_content["job_id"], "wait_seconds": 25}
        while True:
            status = await client.call_tool("job_status", waited)
            assert status.structured_content is not None
            if status.structured_content["status"] not in ("pending", "processing"):
                break
    assert len(tools) == 9
    assert status.structured_content is not None
    assert (status.structured_content["status"], status.structured_content["rows_generated"]) == ("completed", 50)


def test_a_wrong_setting_is_told_on_stderr(tmp_path: Path) -> None:
    """Status 2, the variable's name, not its value, and nothing on stdout."""
    ended = subprocess.run(
        [sys.executable, "-m", "synthaix.server"], stdin=subprocess.DEVNULL, capture_output=True, cwd=tmp_path,
        env=environment(tmp_path) | {"SYNTHAIX_PORT": "c4n4ry"}, timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert b"SYNTHAIX_PORT" in ended.stderr
    assert b"c4n4ry" not in ended.stderr
    assert ended.stdout == b""
