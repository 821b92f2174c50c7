"""Limits: one caller's calls, requests and sessions, and what a slow socket is given."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from synthaix.server import limits
from synthaix.server.limits import Rates
from synthaix.server.settings import Settings


def bearer(key: str) -> dict[str, str]:
    """The header that brings a key."""
    return {"authorization": f"Bearer {key}"}


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def test_a_burst_then_a_pace() -> None:
    """60 a minute: ten seconds' worth and one at once, then one a second; rest fills the bucket, never beyond."""
    clock = Clock()
    rates = Rates(60, clock=clock)
    assert [rates.wait("ana") for _ in range(12)] == [0.0] * 11 + [1.0]
    assert rates.wait("ben") == 0.0
    clock.now = 0.5
    assert rates.wait("ana") == 0.5
    clock.now = 1.0
    assert [rates.wait("ana") for _ in range(2)] == [0.0, 1.0]
    clock.now = 1e6
    assert [rates.wait("ana") for _ in range(12)] == [0.0] * 11 + [1.0]


def test_callers_that_rest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded; who is being slowed down stays so."""
    monkeypatch.setattr(limits, "MOST_CALLERS", 10)
    clock = Clock()
    rates = Rates(60, clock=clock)
    while not rates.wait("busy"):
        pass
    for number in range(1_000):
        clock.now += 0.001
        rates.wait(f"caller {number}")
        clock.now += 1.0
        while not rates.wait("busy"):
            pass
    assert len(rates._full_at) < 20
    assert rates.wait("busy") > 0


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_caller_who_calls_too_fast_is_told_when(
    settings: Settings, serve: Any, new_key: Any, mode: str
) -> None:
    """With the contract's error, for tools and resources; the others notice nothing."""
    slow = settings.model_copy(update={"calls_per_minute": 60})
    ana, ben = new_key("ana"), new_key("ben")
    async with serve(slow) as server, server.client(headers=bearer(ana), mode=mode) as client:
        answer = await client.call_tool("job_status", {"job_id": "job_1"}, raise_on_error=False)
        while answer.structured_content["code"] != "rate_limited":
            answer = await client.call_tool("job_status", {"job_id": "job_1"}, raise_on_error=False)
        with pytest.raises(Exception, match="too fast"):
            await client.read_resource("synthaix://jobs/job_1")
        async with server.client(headers=bearer(ben), mode=mode) as other:
            fine = await other.call_tool("list_jobs", {}, raise_on_error=False)
    assert answer.structured_content["code"] == "rate_limited"
    assert answer.structured_content["retry_after_seconds"] >= 1
    assert "retry_after_seconds" in answer.content[0].text
    assert not fine.is_error


async def test_a_flood_is_refused_before_it_is_read(settings: Settings, serve: Any, new_key: Any) -> None:
    """429 with Retry-After, for a caller and for a stranger's address; other callers are served."""
    slow = settings.model_copy(update={"calls_per_minute": 6})
    ana, ben = new_key("ana"), new_key("ben")
    async with serve(slow) as server, server.http_client() as http:

        async def status(headers: dict[str, str]) -> Any:
            return await http.get("/mcp", headers=headers)

        strangers = [await status({}) for _ in range(12)]
        mine = [await status(bearer(ana)) for _ in range(12)]
        theirs = await status(bearer(ben))
    assert {answer.status_code for answer in strangers} == {401, 429}
    assert {answer.status_code for answer in mine} == {400, 429}
    assert theirs.status_code == 400
    assert int(mine[-1].headers["retry-after"]) >= 1
    assert mine[-1].json()["code"] == "rate_limited"


async def test_sessions_of_a_caller_are_bounded(
    settings: Settings, serve: Any, new_key: Any, hello: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All callers share the framework's ten thousand, and one stays half an hour."""
    monkeypatch.setattr(limits, "SESSIONS_PER_MINUTE", 0.01)
    ana, ben = new_key("ana"), new_key("ben")
    async with serve(settings) as server, server.http_client() as http:
        codes = []
        for key in (ana, ana, ben):
            answer = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | bearer(key))
            codes.append(answer.status_code)
        async with server.client(headers=bearer(ana), mode="auto") as client:  # which needs no session
            assert not (await client.call_tool("list_jobs", {})).is_error
    assert codes == [200, 429, 200]


async def test_what_a_caller_keeps_open_is_bounded(
    settings: Settings, serve: Any, new_key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more than allowed is refused; when one ends, there is room again."""
    monkeypatch.setattr(limits, "MOST_OPEN", 2)
    held, release, begun = [], asyncio.Event(), asyncio.Semaphore(0)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        begun.release()
        await release.wait()

    async def send(message: Any) -> None:
        held.append(message)

    bounds = limits.Bounds(app, 6_000)
    scope = {"type": "http", "method": "GET", "path": "/mcp", "headers": [], "client": ("10.0.0.1", 1)}
    waiting = [asyncio.ensure_future(bounds(scope, None, send)) for _ in range(2)]  # type: ignore[arg-type]  # nothing is received
    for _ in waiting:
        await begun.acquire()
    await bounds(scope, None, send)  # type: ignore[arg-type]  # as above
    assert held[0]["status"] == 429
    release.set()
    await asyncio.gather(*waiting)
    await bounds(scope, None, send)  # type: ignore[arg-type]  # as above
    assert len(held) == 2


async def test_a_message_too_large_is_refused(settings: Settings, serve: Any, new_key: Any) -> None:
    """413, before it is parsed."""
    headers = bearer(new_key("ana")) | {"content-type": "application/json", "accept": "application/json"}
    async with serve(settings) as server, server.http_client() as http:
        answer = await http.post("/mcp", content=b" " * (4 * 1024 * 1024 + 1), headers=headers)
    assert answer.status_code == 413


@pytest.fixture
async def hurried(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """The port of a server on a real socket that gives a request a fifth of a second."""
    monkeypatch.setattr(limits, "REQUEST_SECONDS", 0.2)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    config, state = Config(app, ws="none", log_config=None, lifespan="off"), ServerState()
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: limits.Impatient(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1",
    ],
    ids=["nothing", "half a head", "half a body", "half of a second request"],
)
async def test_what_comes_too_slowly_is_cut_off(hurried: int, begun: bytes) -> None:
    """uvicorn alone would wait for ever."""
    reader, writer = await asyncio.open_connection("127.0.0.1", hurried)
    writer.write(begun)
    with contextlib.suppress(ConnectionError):
        await reader.read(-1)
    writer.close()


async def test_what_comes_in_time_is_answered(hurried: int) -> None:
    """And the connection is good for another."""
    reader, writer = await asyncio.open_connection("127.0.0.1", hurried)
    for _ in range(3):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n1234")
        assert (await reader.readuntil(b"\r\n\r\nok")).startswith(b"HTTP/1.1 200")
    writer.close()
