"""A Redis whose machine dies: its connections stay open, and nothing comes through them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from synthaix.orchestration.jobs import fleet
from synthaix.orchestration.jobs.fleet import TOLD, Fleet, Outcome, Place

pytestmark = pytest.mark.timeout(60)


class Wire:
    """Passes bytes on between a fleet and its Redis."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._dead: set[asyncio.StreamWriter] = set()
        self._listening: list[asyncio.StreamWriter] = []
        self.listened = asyncio.Event()

    def die(self) -> None:
        """Let nothing through any more to those who listen by now."""
        self._dead |= {*self._listening}
        self.listened.clear()

    async def passed_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        from_redis, to_redis = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._to(reader, to_redis, writer))
                group.create_task(self._from(from_redis, writer))
        finally:
            to_redis.close()
            writer.close()

    async def _to(self, reader: asyncio.StreamReader, redis: asyncio.StreamWriter, asker: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if asker not in self._dead:
                redis.write(data)
            if b"SUBSCRIBE" in data and TOLD.encode() in data:
                self._listening.append(asker)
        redis.close()

    async def _from(self, redis: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
        while data := await redis.read(65_536):
            if asker not in self._dead:
                asker.write(data)
            if asker in self._listening:
                self.listened.set()


@asynccontextmanager
async def wired(port: int) -> AsyncIterator[tuple[Wire, int]]:
    """A wire to the Redis at a port, and the port of its near end."""
    wire = Wire(port)
    server = await asyncio.start_server(wire.passed_on, "127.0.0.1", 0)
    try:
        yield wire, server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_a_redis_that_falls_silent_is_connected_to_again(valkey: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a call hears how it ended, though what he listened at is dead."""
    for name in ("SILENT_SECONDS", "RECONNECT_SECONDS", "AGAIN_SECONDS"):
        monkeypatch.setattr(fleet, name, 0.2)

    async def work(place: Place) -> Outcome:
        return Outcome()

    port = int(valkey.url.rpartition(":")[2].partition("/")[0])
    async with wired(port) as (wire, near), asyncio.TaskGroup() as group:
        made = Fleet(f"redis://127.0.0.1:{near}", name="alone", calls=1, most_calls=None, dead_seconds=15)
        serving = group.create_task(made.serve(work, lambda: None))
        with anyio.fail_after(30):
            await wire.listened.wait()
            assert await made.call(Place("job_1", 0, 0, 0)) == Outcome()
            wire.die()
            assert await made.call(Place("job_1", 0, 0, 1)) == Outcome()
            assert wire.listened.is_set()
        serving.cancel()
