"""What an agent waits for, over stdio: the handshake, a start, a status while a big job runs, a page deep in it.

    uv run python benchmarks/serving.py

`initialize` is timed from spawn to answer, in turn with a bare nine-tool fastmcp server. Everything else goes through
one server process: a million-row job runs while `job_status` is asked for every 30 ms.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from customers import customers

HERE = Path(__file__).parent
RUNS = 10
STARTS = (100, 5_000, 50_000)
ROWS = int(os.environ.get("ROWS", "1000000"))


class Host:
    """A raw JSON-RPC client of a server over stdio."""

    def __init__(self, command: list[str], home: str) -> None:
        env = {
            **os.environ,
            "SYNTHAIX_HOME": home,
            "SYNTHAIX_CONFIRM": "off",
            "OPENAI_API_KEY": "",
            "GEMINI_API_KEY": "",
        }
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
        )
        self.number = 0

    def ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """One request and its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.number += 1
        sent = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(sent).encode() + b"\n")
        self.process.stdin.flush()
        while True:
            answer = json.loads(self.process.stdout.readline())
            if answer.get("id") == self.number:
                return answer

    def initialize(self) -> None:
        """The handshake of the older protocol."""
        self.ask(
            "initialize",
            {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}},
        )
        assert self.process.stdin is not None
        self.process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        self.process.stdin.flush()

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A tool's structured answer."""
        result = self.ask("tools/call", {"name": tool, "arguments": arguments})["result"]
        assert not result.get("isError"), result
        return result["structuredContent"]

    def close(self) -> None:
        """Close its input and wait."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


def handshake(command: list[str]) -> float:
    """Seconds from spawn to the answer to initialize."""
    with tempfile.TemporaryDirectory() as home:
        begun = time.perf_counter()
        host = Host(command, home)
        host.initialize()
        seconds = time.perf_counter() - begun
        host.close()
    return seconds


def timed(work: Any) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000


def main() -> None:
    """Print one line a figure."""
    ours, bare = [sys.executable, "-m", "synthaix.server"], [sys.executable, str(HERE / "bare_server.py")]
    pairs = [(handshake(ours), handshake(bare)) for _ in range(RUNS)]
    median, floor = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    print(
        f"initialize {median:.2f} s, bare fastmcp {floor:.2f} s, difference {median - floor:+.2f} s (median of {RUNS})"
    )
    with tempfile.TemporaryDirectory() as home:
        host = Host(ours, home)
        host.initialize()
        schema_id = host.call("translate_schema", schema=customers())["schema_id"]
        host.call("start_generation", schema_id=schema_id, total_rows=2_000)
        starts = [timed(partial(host.call, "start_generation", schema_id=schema_id, total_rows=n)) for n in STARTS]
        begun = time.perf_counter()
        job = host.call("start_generation", schema_id=schema_id, total_rows=ROWS)["job_id"]
        starts.append((time.perf_counter() - begun) * 1_000)
        print(f"start_generation {statistics.median(starts):.0f} ms median, max {max(starts):.0f} ms of {len(starts)}")
        waits: list[float] = []
        status: dict[str, Any] = {}
        while status.get("status") not in ("completed", "failed", "stopped"):
            waits.append(timed(lambda: status.update(host.call("job_status", job_id=job))))
            time.sleep(0.03)
        assert status["status"] == "completed", status
        waits.sort()
        p50, p95 = (waits[int(len(waits) * share)] for share in (0.5, 0.95))
        told = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, max {waits[-1]:.0f} ms of {len(waits)}"
        print(f"job_status while {ROWS:,} rows run: {told}")
        offset = ROWS * 9 // 10
        uri = f"synthaix://jobs/{job}/rows?offset={offset}&limit=1"
        host.ask("resources/read", {"uri": uri})
        cursor = cursor_at(host, job, offset)
        pages = sorted(
            timed(lambda: host.call("fetch_results", job_id=job, cursor=cursor, limit=20)) for _ in range(50)
        )
        print(
            f"page of 20 rows at row {offset:,}: p50 {pages[25]:.1f} ms, p95 {pages[47]:.1f} ms, through the tool, warm"
        )
        host.close()


def cursor_at(host: Host, job: str, offset: int) -> str:
    """A cursor that stands at a row, as the page before it gave it."""
    text = json.dumps(host.ask("resources/read", {"uri": f"synthaix://jobs/{job}/rows?offset={offset - 1}&limit=1"}))
    place = text.index("next_cursor") + len("next_cursor")
    return text[place:].strip('\\": ').partition('\\"')[0].partition('"')[0]


if __name__ == "__main__":
    main()
