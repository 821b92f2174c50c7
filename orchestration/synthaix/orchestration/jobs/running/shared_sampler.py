"""The sampler process of this engine: started when a big job wants it, shared by all, ended when it has been idle."""

import logging
from collections.abc import Callable, Sequence

import anyio

from synthaix.orchestration.errors import InternalFault
from synthaix.orchestration.jobs.running.preparing import Prepared, Recipe
from synthaix.orchestration.jobs.running.sampler_process import SamplerProcess

log = logging.getLogger(__name__)

IDLE_SECONDS = 30.0

Spawn = Callable[..., None]  # starts a coroutine function beside the jobs


class Loan:
    """The process for one table. Until it is `ready`, and once it has died, chunks are made elsewhere."""

    def __init__(self, process: SamplerProcess) -> None:
        self._process = process
        self._number: int | None = None

    @property
    def ready(self) -> bool:
        """Whether chunks can be asked for."""
        return self._number is not None

    async def begin(self, recipe: Recipe) -> None:
        """Hand the recipe over, and be ready when the process is."""
        try:
            self._number = await self._process.learn(recipe)
        except InternalFault:
            log.warning("the sampler process could not be started; this process samples")

    async def prepare(self, start: int, count: int, slots: Sequence[int] | None) -> Prepared:
        """A chunk. Raises InternalFault when the process has ended; then nothing more is ready."""
        if self._number is None:
            raise InternalFault
        try:
            return await self._process.prepare(self._number, start, count, slots)
        except InternalFault:
            self._number = None
            raise

    async def end(self) -> None:
        """The table is done."""
        number, self._number = self._number, None
        if number is not None:
            try:
                await self._process.forget(number)
            except InternalFault:
                log.warning("the sampler process ended")


class SharedSampler:
    """Lends the process out.

    Args:
        spawn: runs something beside the jobs, until the engine closes.
    """

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._process: SamplerProcess | None = None
        self._starting = anyio.Lock()
        self._loans = 0
        self._lent = 0  # in all, so that an idle timer knows whether it is the latest

    async def lend(self, recipe: Recipe) -> Loan:
        """A loan that becomes ready in a second, or at once when the process is there."""
        async with self._starting:
            if self._process is None or self._process.ended:
                self._process = await SamplerProcess.start()
        self._loans += 1
        self._lent += 1
        loan = Loan(self._process)
        self._spawn(loan.begin, recipe)
        return loan

    async def take_back(self, loan: Loan) -> None:
        """A loan is over; without another for a while the process ends."""
        with anyio.CancelScope(shield=True):
            await loan.end()
        self._loans -= 1
        if self._loans == 0:
            self._spawn(self._end_when_idle, self._lent)

    async def _end_when_idle(self, lent: int) -> None:
        await anyio.sleep(IDLE_SECONDS)
        if self._lent == lent:
            await self.aclose()

    async def aclose(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            await process.aclose()
