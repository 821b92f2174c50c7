"""Bytes that no client sends: the server answers or ignores them, and goes on."""

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

CANARY = b"c4n4ry-51e2"
ANSWER_SECONDS = 30.0  # a hang is a failure of its own, not a slow machine
ENVELOPE = {"jsonrpc": "2.0", "method": "tools/call", "id": 7}
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"}}  # fmt: skip
CALLS: list[dict[str, Any]] = [
    {"name": "list_jobs", "arguments": {}}, {"name": "job_status", "arguments": {"job_id": "c4n4ry-51e2"}},
    {"name": "translate_schema", "arguments": {"prompt": "5 names", "schema": {"columns": ["c4n4ry-51e2"]}}},
    {"name": "list_jobs", "arguments": {}, "_meta": META}, {"name": "c4n4ry-51e2", "arguments": "c4n4ry-51e2"},
]  # fmt: skip
# without the canary: what a method is called comes back in the protocol's own error
METHODS = ["tools/list", "resources/read", "prompts/get", "completion/complete", "nothing/here", "", 5]
ODDITIES: list[bytes] = [
    b"", b" ", b"\x00", b"\xff\xfe\xfd", b"{", b"}", b"[]", b"null", b"1", b'"text"', b"{}", b"[{}]", b"{" * 5_000,
    b"[" * 100_000, b'{"jsonrpc":"2.0"}', b'{"jsonrpc":"1.0","id":1,"method":"ping"}', b'{"id":1,"id":1}',
    b'{"jsonrpc":"2.0","id":null,"method":"ping"}', b'{"jsonrpc":"2.0","id":{},"method":"ping"}',
    b'{"jsonrpc":"2.0","id":1e999,"method":"ping"}', b'{"jsonrpc":"2.0","id":"' + b"x" * 70_000 + b'","method":"ping"}',
    b'{"jsonrpc":"2.0","id":5,"result":{}}', b'{"jsonrpc":"2.0","id":5,"error":{"code":1,"message":"c4n4ry-51e2"}}',
    b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"c4n4ry-51e2"}}',
    b'{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":"c4n4ry-51e2"}}',
    b'{"jsonrpc":"2.0","method":"initialize","id":3,"params":{"protocolVersion":"c4n4ry-51e2"}}',
    "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"\ud800\"}".encode("utf-8", "surrogatepass"),
]  # fmt: skip


class Host:
    """A server's two pipes; what it says is read by a thread, since it may say more than a pipe holds."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[bytes] = []
        self._said: Queue[bytes] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, *lines: bytes) -> None:
        """Write lines."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(line + b"\n" for line in lines))
        self.process.stdin.flush()

    def answer(self, id: str) -> dict[str, Any]:
        """The answer to the request of this id, whatever else is said before."""
        while True:
            try:
                line = self._said.get(timeout=ANSWER_SECONDS)
            except Empty:
                raise AssertionError("no answer") from None
            self.lines.append(line)
            read: dict[str, Any] = json.loads(line)
            if read.get("id") == id:
                return read

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line)


@contextmanager
def hosted(home: Path) -> Iterator[Host]:
    """A server that has shaken hands."""
    foreign = ("SYNTHAIX_", "OPENAI_", "GEMINI_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    more = {"SYNTHAIX_HOME": str(home / "home"), "SYNTHAIX_EMBEDDER": "hash"}
    with subprocess.Popen(
        [sys.executable, "-m", "synthaix.server"], cwd=home, env=ours | more,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            host = Host(process)
            client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
            host.send(json.dumps({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": client}).encode())
            host.answer("hello")
            host.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
            yield host
        finally:
            process.kill()


def spoilt(dice: random.Random) -> bytes:
    """A message, with what makes it one taken away here and there."""
    message: dict[str, Any] = ENVELOPE | {"params": dice.choice(CALLS), "id": dice.choice([1, "a", -5, 2**70, 1.5])}
    match dice.randrange(6):
        case 0:
            message["method"] = dice.choice(METHODS)
        case 1:
            del message[dice.choice(["jsonrpc", "method", "params"])]
        case 2:
            message[dice.choice(["jsonrpc", "params", "id", "method"])] = dice.choice([None, [], 5, {"c4n4ry-51e2": 1}])
        case 3:
            line = bytearray(json.dumps(message).encode())
            for _ in range(dice.randrange(1, 6)):
                line[dice.randrange(len(line))] = dice.choice(b'{}[]",:\\\x00\x7f\xc3 0')
            return bytes(line).replace(b"\n", b" ")
        case 4:
            line = bytearray(json.dumps(message).encode())
            return bytes(line[: dice.randrange(len(line))])
        case _:
            return b"[" + json.dumps(message).encode() + b"]"
    return json.dumps(message).encode()


def hold_against(home: Path, messages: list[bytes], at_once: int = 20) -> None:
    """Send them; after every few the server answers a real request, and at the end it goes in peace."""
    with hosted(home) as host:
        for place in range(0, len(messages), at_once):
            ask = {"jsonrpc": "2.0", "id": f"are you there {place}", "method": "tools/list", "params": {}}
            host.send(*messages[place : place + at_once], json.dumps(ask).encode())
            assert len(host.answer(ask["id"])["result"]["tools"]) == 9  # type: ignore[arg-type]  # it is a text
        assert host.process.stdin is not None
        host.process.stdin.close()
        assert host.process.wait(timeout=ANSWER_SECONDS) == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in host.lines)
    assert [line for line in host.lines if CANARY in line] == []


@pytest.mark.subprocess
def test_what_no_client_sends_is_survived(tmp_path: Path) -> None:
    """Every oddity, and two hundred messages that are nearly right."""
    dice = random.Random(5)
    hold_against(tmp_path, [*ODDITIES, *(spoilt(dice) for _ in range(200))])


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_very_much_of_it_is_survived(tmp_path: Path) -> None:
    """Twenty thousand messages; the seed is in the name of the folder that a failure leaves."""
    dice = random.Random(str(tmp_path))
    hold_against(tmp_path, [spoilt(dice) for _ in range(20_000)], at_once=200)
