"""Chunks whose calls the fleet makes. Their replies are saved in the store; what follows from them is worked out here.

A call is paid, and its reply saved, by the process that makes it. Here, under the job's lease, the same chunk is then
made once more from the saved replies, so that rows and verdicts are those of a single machine.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from synthaix.orchestration.errors import (
    EncryptionKeyWrong,
    InternalFault,
    ProviderBusy,
    ProviderRefused,
    StorageError,
    StorageReadOnly,
    StoreTooNew,
    SynthAIxError,
)
from synthaix.orchestration.jobs.fleet import Fleet, Outcome, Place
from synthaix.orchestration.jobs.running.preparing import Prepared
from synthaix.orchestration.jobs.running.sources import WrittenSource
from synthaix.orchestration.jobs.sharing import Demand
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.store.chunks import Chunk

_AGAIN = Outcome("left")
_RAISED = (  # after any other failure the call is made here
    ProviderBusy, ProviderRefused, StorageError, StorageReadOnly, StoreTooNew, EncryptionKeyWrong, InternalFault,
)  # fmt: skip
LEFT_SECONDS = 0.5  # before a call that its process has left is handed out again


class Feed:
    """What one job has under way in the fleet.

    Args:
        slots: calls under way at once; the fleet changes their number.
    """

    def __init__(self, fleet: Fleet, job_id: str, slots: anyio.CapacityLimiter) -> None:
        self._fleet = fleet
        self._job_id = job_id
        self._slots = slots
        self._halted: SynthAIxError | None = None
        self._ended = anyio.Event()
        self._waiting: set[anyio.CancelScope] = set()
        self.in_flight = 0

    def halt(self, why: SynthAIxError) -> None:
        """Hand out nothing more; what is under way may end, and goes on elsewhere while the store is away."""
        self._halted = self._halted or why
        if isinstance(why, StorageError):
            for waiting in self._waiting:
                waiting.cancel()

    def go_on(self) -> None:
        """Hand out again."""
        self._halted = None

    async def call(self, chunk: Chunk, number: int) -> None:
        """Have a call made, so that its replies are saved. Raises what making it raised, and StoreUnreachable."""
        place = Place(self._job_id, chunk.table_index, chunk.idx, number)
        async with self._slots:
            while True:
                if self._halted is not None:
                    raise self._halted
                outcome = await self._made(place)
                if outcome.code == "left":
                    await anyio.sleep(LEFT_SECONDS)
                elif outcome.reason == "budget" and self.in_flight:  # those under way may cost less than is set aside
                    await self._ended.wait()
                else:
                    break
        _raise_for(outcome)

    async def _made(self, place: Place) -> Outcome:
        self.in_flight += 1
        waiting = anyio.CancelScope()
        self._waiting.add(waiting)
        try:
            with waiting:
                return await self._fleet.call(place)
            return _AGAIN
        finally:
            self._waiting.discard(waiting)
            self.in_flight -= 1
            self._ended.set()
            self._ended = anyio.Event()


class FleetSource:
    """Chunks that a model writes, by the fleet's calls."""

    def __init__(self, written: WrittenSource, feed: Feed) -> None:
        self._written = written
        self._feed = feed
        self.window = written.window

    async def prepared(self, chunk: Chunk) -> Prepared:
        """The chunk's candidates. Raises what the first of its calls raises that fails; the others may end."""
        failures: dict[int, SynthAIxError] = {}

        async def call(number: int) -> None:
            try:
                if not failures:
                    await self._feed.call(chunk, number)
            except SynthAIxError as failure:
                failures[number] = failure

        async with anyio.create_task_group() as group:
            for number in range(self._written.calls(chunk)):
                group.start_soon(call, number)
        if failures:
            raise failures[min(failures)]
        return await self._written.prepared(chunk)  # what was not saved, since it costs nothing, is asked for again

    def halt(self, why: SynthAIxError) -> None:
        """Hand out nothing more."""
        self._feed.halt(why)
        self._written.halt(why)

    def go_on(self) -> None:
        """Hand out again."""
        self._feed.go_on()
        self._written.go_on()

    async def awaited(self, made: anyio.Event) -> None:
        """Each call goes out as there is room."""

    async def aclose(self) -> None:
        """Let go of what the written source holds."""
        await self._written.aclose()


@asynccontextmanager
async def fed(fleet: Fleet | None, job_id: str, owner: str, calls: int) -> AsyncIterator[Feed | None]:
    """A job's feed while it runs; None where there is no fleet."""
    if fleet is None:
        yield None
        return
    with fleet.feeding(job_id, Demand(owner, calls)) as slots:
        yield Feed(fleet, job_id, slots)


def _raise_for(outcome: Outcome) -> None:
    if outcome.code == Stopped.code:
        raise Stopped.of(outcome.reason, outcome.message)
    raised = next((each for each in _RAISED if each.code == outcome.code), None)
    if raised is not None:
        raise raised(outcome.message, retry_after_seconds=outcome.retry_after_seconds)
