"""One table of one job: chunks are made side by side and committed one after another, until the table is full."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import anyio

from synthaix.orchestration.errors import StorageError, SynthAIxError
from synthaix.orchestration.generation.plan import TablePlan
from synthaix.orchestration.jobs.rounds import refill, standing
from synthaix.orchestration.jobs.running.committer import Committer
from synthaix.orchestration.jobs.running.lease import Lease
from synthaix.orchestration.jobs.running.preparing import Prepared
from synthaix.orchestration.jobs.running.turns import Turn
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.store.chunks import Chunk
from synthaix.orchestration.store.store import Store
from synthaix.orchestration.watching import Fact, Watch


class Exhausted(Exception):
    """No further distinct valid row was found in several rounds."""


class Source(Protocol):
    """Who makes a chunk's candidates: a thread, a process, or a model."""

    window: int  # chunks made at once, and so the most that wait to be committed

    async def prepared(self, chunk: Chunk) -> Prepared:
        """The chunk's candidates."""

    def halt(self, why: SynthAIxError) -> None:
        """Begin nothing more that costs; what is in flight may end."""

    def go_on(self) -> None:
        """Begin again what costs."""

    async def awaited(self, made: anyio.Event) -> None:
        """Nothing more begins before this chunk is made."""


@dataclass(slots=True)
class _Open:
    """A chunk that is being made."""

    chunk: Chunk
    made: anyio.Event = field(default_factory=anyio.Event)
    prepared: Prepared | None = None
    error: SynthAIxError | None = None


class TableRun:
    """Runs one table to its number of rows.

    Args:
        by_slot: whether each candidate is for a certain place: children of certain parents.
        drain_seconds: what calls in flight may take once one has failed.
        turn: of the job, which gives way to others between chunks.
    """

    def __init__(
        self, store: Store, lease: Lease, plan: TablePlan, table_index: int, committer: Committer, source: Source,
        *, round_: int, by_slot: bool, drain_seconds: float, watch: Watch | None = None, turn: Turn | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._lease = lease
        self._plan = plan
        self._table_index = table_index
        self._committer = committer
        self._source = source
        self._round = round_
        self._by_slot = by_slot
        self._drain_seconds = drain_seconds
        self._watch = watch or Watch()
        self._turn = turn

    async def run(self) -> None:
        """Go on from where the table stands. Raises Exhausted, and whatever making or committing a chunk raises."""
        while self._committer.missing > 0:
            chunks = await self._store.chunks.open(self._lease.job, self._table_index)
            if chunks:
                await self._commit_all(chunks)
            else:
                await self._next_round()
        await self._store.chunks.skip_open(self._lease.job, self._table_index, token=self._lease.token)

    async def _next_round(self) -> None:
        done = await self._store.chunks.done(self._lease.job, self._table_index)
        extent = await self._store.chunks.extent(self._lease.job, self._table_index)
        chunks = refill(
            self._plan,
            self._table_index,
            standing(self._plan, done, self._round, extent, by_slot=self._by_slot),
            missing=self._committer.missing,
            committed=self._committer.committed,
            candidates=self._committer.candidates,
        )
        if not chunks:
            raise Exhausted
        await self._store.chunks.open_round(
            self._lease.job, self._table_index, self._round + 1, chunks, token=self._lease.token
        )
        self._round += 1

    async def _commit_all(self, chunks: Iterable[Chunk]) -> None:
        """Make up to `window` chunks at once; commit them in their order."""
        begun: deque[_Open] = deque()
        async with anyio.create_task_group() as group:
            for chunk in chunks:
                if len(begun) >= self._source.window:
                    await self._commit_next(begun)
                if self._committer.missing <= 0:
                    break
                begun.append(_Open(chunk))
                group.start_soon(self._make, begun[-1])
            while begun and self._committer.missing > 0:
                await self._commit_next(begun)
            if begun:  # a refill is more than is missing, since some of it may be refused
                await self._drain(begun, Stopped("user", "The table has all its rows."))
                self._source.go_on()
            group.cancel_scope.cancel()

    async def _commit_next(self, begun: deque[_Open]) -> None:
        first = begun.popleft()
        await self._source.awaited(first.made)
        await first.made.wait()
        if first.error is not None:
            await self._drain(begun, first.error)
            raise first.error
        if first.prepared is not None and self._committer.missing > 0:
            try:
                await self._committer.commit(first.chunk, first.prepared)
            except StorageError as exc:
                await self._drain(begun, exc)
                raise
            if self._turn is not None and self._committer.missing > 0:
                await self._turn.give_way()

    async def _drain(self, begun: Iterable[_Open], why: SynthAIxError) -> None:
        """Let the calls of later chunks end, whose replies are then saved: they are paid either way."""
        self._source.halt(why)
        with anyio.move_on_after(self._drain_seconds):
            for later in begun:
                await later.made.wait()

    async def _make(self, opened: _Open) -> None:
        """A failed chunk posts its error in its turn, so that the chunks before it are committed first."""
        chunk = opened.chunk
        facts: dict[str, Fact] = {
            "job_id": self._lease.job_id, "table": self._table_index, "chunk": chunk.idx, "candidates": chunk.count
        }  # fmt: skip
        try:
            with self._watch.during("chunk", facts):
                opened.prepared = await self._source.prepared(chunk)
        except SynthAIxError as exc:
            opened.error = exc
        finally:
            opened.made.set()
