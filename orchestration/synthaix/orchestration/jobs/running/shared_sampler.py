"""A process beside this engine: started when a big job wants it, shared by all, ended when it has been idle."""

import logging
from collections.abc import Callable, Sequence

import anyio

from synthaix.orchestration.dedup.embedding import Sentences
from synthaix.orchestration.errors import InternalFault
from synthaix.orchestration.jobs.running.preparing import Prepared, Recipe
from synthaix.orchestration.jobs.running.sampler_process import SamplerProcess

log = logging.getLogger(__name__)

IDLE_SECONDS = 30.0

Spawn = Callable[..., None]  # starts a coroutine function beside the jobs


class Loan:
    """The process for one table. Until it is `ready`, and once it has died, its work is done elsewhere.

    Attributes:
        ready: whether it can be asked.
    """

    def __init__(self, process: SamplerProcess) -> None:
        self._process = process
        self._number: int | None = None
        self.ready = False

    @property
    def waiting(self) -> int:
        """What the process has been asked and has not answered."""
        return self._process.waiting

    async def begin(self, recipe: Recipe | None) -> None:
        """Hand the recipe over, or let the encoder be loaded, and be ready when the process is."""
        try:
            if recipe is None:
                await self._process.encode(["ready"])
            else:
                self._number = await self._process.learn(recipe)
            self.ready = True
        except InternalFault:
            log.warning("the sampler process could not be started; this process does its work")

    async def prepare(self, start: int, count: int, slots: Sequence[int] | None) -> Prepared:
        """A chunk. Raises InternalFault when the process has ended; then nothing more is ready."""
        if self._number is None:
            raise InternalFault
        try:
            return await self._process.prepare(self._number, start, count, slots)
        except InternalFault:
            self._number, self.ready = None, False
            raise

    async def encode(self, texts: Sequence[str]) -> dict[str, Sentences]:
        """Texts by `UseEmbedder`. Raises InternalFault when the process has ended; then nothing more is ready."""
        try:
            return await self._process.encode(texts)
        except InternalFault:
            self.ready = False
            raise

    async def end(self) -> None:
        """The table is done."""
        number, self._number, self.ready = self._number, None, False
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
        self._awake = False  # whether the process has answered
        self._lent = 0  # in all, so that an idle timer knows whether it is the latest

    async def lend(self, recipe: Recipe | None) -> Loan:
        """A loan that becomes ready in a second, or that is ready when the process is there already.

        Args:
            recipe: of the chunks that it is to make; None: it is to encode texts.
        """
        async with self._starting:
            if self._process is None or self._process.ended:
                self._process, self._awake = await SamplerProcess.start(), False
        self._loans += 1
        self._lent += 1
        loan = Loan(self._process)
        if self._awake:  # a job of two chunks would be made elsewhere before it is ready
            await loan.begin(recipe)
        else:
            self._spawn(self._begin, loan, recipe)
        return loan

    async def _begin(self, loan: Loan, recipe: Recipe | None) -> None:
        await loan.begin(recipe)
        self._awake = self._awake or loan.ready

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
