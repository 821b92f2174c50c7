"""Who makes a chunk's candidates: the sampler thread, a sampler process, or a model."""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import anyio.to_thread
import numpy as np

from synthaix.orchestration.dedup.embedding import Embedder, Sentences
from synthaix.orchestration.errors import InternalFault, SynthAIxError
from synthaix.orchestration.generation.fill.calls import cut
from synthaix.orchestration.generation.fill.filling import MOST_ASKS, Answered, Ask, Candidates, Filled, fill
from synthaix.orchestration.generation.fill.prompting import Brief
from synthaix.orchestration.generation.plan import TablePlan, written_columns
from synthaix.orchestration.jobs.paying.spending import Spending
from synthaix.orchestration.jobs.running.earlier import Earlier
from synthaix.orchestration.jobs.running.preparing import Cells, Prepared, Preparer
from synthaix.orchestration.jobs.running.shared_sampler import Loan, SharedSampler
from synthaix.orchestration.store.chunks import Chunk

SAMPLED_WINDOW = 3  # chunks ahead of the committer


class SampledSource:
    """Chunks that no model writes in, prepared in the sampler thread or in the sampler process.

    Args:
        loan: of the process; None for a job too small to be worth it.
    """

    window = SAMPLED_WINDOW

    def __init__(
        self, preparer: Preparer, shared: SharedSampler, loan: Loan | None, *, limiter: anyio.CapacityLimiter
    ) -> None:
        self._preparer = preparer
        self._shared = shared
        self._loan = loan
        self._limiter = limiter

    async def prepared(self, chunk: Chunk) -> Prepared:
        """The chunk's candidates."""
        slots = chunk_slots(chunk)
        if self._loan is not None and self._loan.ready:
            with suppress(InternalFault):  # the process has died: its chunk is made here
                return await self._loan.prepare(chunk.start, chunk.count, slots)
        work = self._preparer.prepare
        return await anyio.to_thread.run_sync(work, chunk.start, chunk.count, slots, limiter=self._limiter)

    def halt(self, why: SynthAIxError) -> None:
        """Nothing is paid here."""

    def go_on(self) -> None:
        """Nothing was halted."""

    async def awaited(self, made: anyio.Event) -> None:
        """Nothing waits here for others."""

    async def aclose(self) -> None:
        """Give the process back."""
        if self._loan is not None:
            await self._shared.take_back(self._loan)


@dataclass(frozen=True, slots=True)
class Begun:
    """A chunk of which everything is there but the text.

    Attributes:
        columns: the sampled cells.
        unlike: accepted texts that the new ones are told to differ from.
        shift: of the angles.
    """

    chunk: Chunk
    columns: dict[str, Cells]
    unlike: list[str]
    shift: int


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan, and who lent it."""

    of: SharedSampler
    loan: Loan


class WrittenSource:
    """Chunks whose text a model writes, conditioned on the sampled cells.

    Args:
        earlier: what the table's committed chunks tell the next ones.
        embedder: None where no rows are compared by meaning.
        encoders: of processes that encode for it; without one that is ready, the sampler thread does.
        max_workers: calls in flight over all open chunks; the spending's slots hold it.
        on_call: told of each planned call that has come to its end.
    """

    def __init__(
        self, preparer: Preparer, plan: TablePlan, brief: Brief, spending: Spending, embedder: Embedder | None,
        earlier: Earlier, *, max_workers: int, limiter: anyio.CapacityLimiter, encoders: Sequence[Lent] = (),
        on_call: Callable[[Answered], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        self._preparer = preparer
        self._plan = plan
        self._brief = brief
        self._spending = spending
        self._embedder = embedder
        self._encoders = encoders
        self._limiter = limiter
        self._on_call = on_call
        self._earlier = earlier
        calls_a_chunk = math.ceil(plan.chunk_size / plan.rows_per_call)
        self.window = 2 * math.ceil(max_workers / calls_a_chunk) + 1  # twice what fills the slots: one may be slow
        if plan.lag:  # when a chunk begins, the one whose texts it is shown is committed
            self.window = min(self.window, plan.lag_chunks)

    async def prepared(self, chunk: Chunk) -> Prepared:
        """The chunk's candidates. Raises what asking the model raises; what was answered is saved."""
        return await self.written(chunk, self._spending.ask)

    async def written(self, chunk: Chunk, ask: Ask, *, most_asks: int = MOST_ASKS) -> Prepared:
        """The same, asking by another way, each row at most so often."""
        begun, known = await self.begun(chunk), dict[str, Sentences]()

        async def on_cells(cells: Mapping[str, Cells]) -> None:
            """Encode texts while the chunk's other calls are in flight: a job's last ones are waited for."""
            if self._embedder is not None:
                await self._learn(cells, self._embedder, known)

        filled = await self.filled(begun, ask, most_asks=most_asks, on_cells=on_cells)
        whole = {**begun.columns, **filled.cells}
        return await anyio.to_thread.run_sync(
            self._preparer.finish, whole, chunk.count, filled.rejected, self._embedder, known, limiter=self._limiter
        )

    async def _learn(self, cells: Mapping[str, Cells], embedder: Embedder, known: dict[str, Sentences]) -> None:
        ready = [lent.loan for lent in self._encoders if lent.loan.ready]
        if ready:
            with suppress(InternalFault):  # the process has died: its texts are encoded here
                idlest = min(ready, key=lambda loan: loan.waiting)
                known.update(await idlest.encode(self._preparer.texts(cells)))
                return
        await anyio.to_thread.run_sync(self._preparer.learn, cells, embedder, known, limiter=self._limiter)

    async def begun(self, chunk: Chunk) -> Begun:
        """What the chunk's prompts follow from."""
        columns = await anyio.to_thread.run_sync(
            self._preparer.sample, chunk.start, chunk.count, chunk_slots(chunk), limiter=self._limiter
        )
        unlike, shift = await self._earlier.told(chunk)
        return Begun(chunk, columns, unlike, shift)

    async def filled(
        self, begun: Begun, ask: Ask, *, most_asks: int = MOST_ASKS, only: int | None = None,
        on_cells: Callable[[Mapping[str, Cells]], Awaitable[None]] | None = None,
    ) -> Filled:  # fmt: skip
        """What a begun chunk's calls give, or the one planned call of this number."""
        preparer, written, chunk = self._preparer, written_columns(self._preparer.table), begun.chunk
        return await fill(
            self._brief, Candidates(begun.columns, chunk.count, chunk.start),
            rows_per_call=self._plan.rows_per_call, total=self._plan.rows,
            check=lambda row: preparer.rules.faults(row, only=written),
            ask=ask,
            unlike=begun.unlike,
            shift=begun.shift,
            on_call=self._on_call,
            on_cells=on_cells,
            most_asks=most_asks,
            only=only,
        )  # fmt: skip

    def calls(self, chunk: Chunk) -> int:
        """How many calls the plan cuts this chunk into."""
        return len(cut(chunk.count, self._plan.rows_per_call, first=chunk.start, total=self._plan.rows))

    def halt(self, why: SynthAIxError) -> None:
        """Ask nothing more."""
        self._spending.halt(why)

    def go_on(self) -> None:
        """Ask again."""
        self._spending.go_on()

    async def awaited(self, made: anyio.Event) -> None:
        """Each call goes out at once."""

    async def aclose(self) -> None:
        """Give the processes back."""
        for lent in self._encoders:
            await lent.of.take_back(lent.loan)


def chunk_slots(chunk: Chunk) -> Sequence[int] | None:
    """The places that a refill's candidates are for."""
    return None if chunk.slots is None else np.frombuffer(chunk.slots, dtype=np.int64).tolist()
