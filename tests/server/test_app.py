"""The server put together: one engine for its life, warmed after the first answers."""

import anyio
import pytest
from fastmcp import Client

from synthaix.orchestration.engine import Engine
from synthaix.server.app import build_server
from synthaix.server.settings import Settings


async def test_a_lifespan_has_an_engine_of_its_own(settings: Settings) -> None:
    """A server that is entered again opens anew."""
    opened: list[Engine] = []
    server = build_server(settings, on_open=opened.append)
    for _ in range(2):
        async with Client(server) as client:
            await client.call_tool("list_jobs", {})
    assert len({id(engine) for engine in opened}) == 2


async def test_the_engine_is_warmed_after_the_list_and_not_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host waits for the handshake and the list, not for our imports."""
    warmed = anyio.Event()

    async def warm(engine: Engine) -> None:
        warmed.set()

    monkeypatch.setattr(Engine, "warm", warm)
    async with Client(build_server(settings)) as client:
        assert not warmed.is_set()
        await client.list_tools()
        assert not warmed.is_set()
        with anyio.fail_after(5):
            await warmed.wait()


async def test_closing_is_told_before_it_begins(settings: Settings) -> None:
    """Whoever must end in time hears of it."""
    told: list[str] = []
    async with Client(build_server(settings, on_close=lambda: told.append("closing"))):
        assert told == []
    assert told == ["closing"]
