"""Calls that this process makes for jobs, whoever holds them."""

import logging
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio
import anyio.to_thread

from synthaix.orchestration.errors import (
    InternalFault,
    ProviderRefused,
    StorageError,
    StorageFull,
    StoreUnreachable,
    SynthAIxError,
)
from synthaix.orchestration.generation.plan import TablePlan
from synthaix.orchestration.jobs.fleet import Outcome, Place
from synthaix.orchestration.jobs.paying.spending import Account, Spending
from synthaix.orchestration.jobs.running.compared import ComparedRows
from synthaix.orchestration.jobs.running.earlier import Earlier
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.preparing import Preparer
from synthaix.orchestration.jobs.running.recipes import Recipes
from synthaix.orchestration.jobs.running.sources import Begun, WrittenSource
from synthaix.orchestration.jobs.states import RUNNING, Stopped

log = logging.getLogger(__name__)

MOST_TABLES = 16  # kept ready, with their parents' keys
MOST_BEGUN = 64  # chunks of a table
LOOK_SECONDS = 0.5  # between looks whether a job is to be cancelled
AGAIN_SECONDS = 1.0  # between tries while the store is away
LEFT = Outcome("left")


@dataclass(slots=True)
class _Table:
    """A table of a job, ready for calls."""

    job: int
    source: WrittenSource
    spending: Spending
    begun: OrderedDict[int, Begun] = field(default_factory=OrderedDict)
    beginning: anyio.Lock = field(default_factory=anyio.Lock)


class Calling:
    """Makes single calls: samples what the prompt needs, asks, saves the replies, pays."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._tables: OrderedDict[tuple[str, int], _Table] = OrderedDict()
        self._readying = anyio.Lock()
        self._under_way: dict[str, set[anyio.CancelScope]] = {}

    async def make(self, place: Place) -> Outcome:
        """Make a call if its job still wants it. While the store is away or full it tries again: replies are kept."""
        with self._cancellable(place.job_id) as scope:
            while True:
                try:
                    return await self._made(place)
                except (StoreUnreachable, StorageFull):  # other errors of the store stay until somebody acts
                    await anyio.sleep(AGAIN_SECONDS)
                except Exception as exc:  # noqa: BLE001 - what nobody is told about is handed out again, for ever
                    return _outcome(exc, place)
        assert scope.cancelled_caught  # noqa: S101 - for the type checker: nothing else comes here
        return LEFT

    async def watch(self) -> None:
        """End the calls of jobs that their owners cancel, for ever."""
        while True:
            await anyio.sleep(LOOK_SECONDS)
            try:
                states = await self._means.store.jobs.wishes(list(self._under_way)) if self._under_way else {}
            except StorageError:
                continue
            for job_id in list(self._under_way):
                status, wanted = states.get(job_id, ("cancelled", None))
                if status == "cancelled" or wanted == "cancel":
                    self._end(job_id)

    def leave(self) -> None:
        """End every call, so that the process can end; others make them."""
        for job_id in list(self._under_way):
            self._end(job_id)

    def _end(self, job_id: str) -> None:
        for scope in self._under_way.get(job_id, ()):
            scope.cancel()

    @contextmanager
    def _cancellable(self, job_id: str) -> Iterator[anyio.CancelScope]:
        scopes = self._under_way.setdefault(job_id, set())
        with anyio.CancelScope() as scope:
            scopes.add(scope)
            try:
                yield scope
            finally:
                scopes.discard(scope)
                if not scopes:
                    self._under_way.pop(job_id, None)

    async def _made(self, place: Place) -> Outcome:
        status, wanted = (await self._means.store.jobs.wishes([place.job_id])).get(place.job_id, ("cancelled", None))
        if status not in RUNNING or wanted is not None:
            return LEFT
        table = await self._ready(place)
        begun = await self._begun(table, place)
        if begun is not None:  # else its chunk is committed
            await table.source.filled(begun, table.spending.ask, only=place.number)
        return Outcome()

    async def _ready(self, place: Place) -> _Table:
        key = (place.job_id, place.table_index)
        async with self._readying:
            if key not in self._tables:
                self._tables[key] = await self._table(place)
                while len(self._tables) > MOST_TABLES:
                    self._tables.popitem(last=False)
            self._tables.move_to_end(key)
            return self._tables[key]

    async def _table(self, place: Place) -> _Table:
        job = await self._means.store.jobs.find(place.job_id, owner=None)
        writer = self._means.writer
        if job is None or writer is None:
            raise ProviderRefused("A process of the fleet has no model. Give every one the same settings.")
        recipes = Recipes(self._means.store, job)
        plan: TablePlan = recipes.plan.tables[place.table_index]
        table = recipes.schema.table(plan.name)
        compared = await ComparedRows.of_job(self._means.store, job, recipes.plan, table)
        recipe = await recipes.of(table, before=compared.before)
        preparer = await anyio.to_thread.run_sync(Preparer, recipe, limiter=self._means.samplers)
        await writer.warm()
        spending = writer.spending(Account(job.owner, job.id), slots=recipes.plan.max_workers, alone=False)
        source = WrittenSource(
            preparer, plan, writer.brief(preparer.table, seed=recipes.plan.seed, diverse=plan.lag > 0), spending, None,
            Earlier(self._means.store, job.id, preparer.table, plan),
            max_workers=recipes.plan.max_workers, limiter=self._means.samplers,
        )  # fmt: skip
        return _Table(job.id, source, spending)

    async def _begun(self, table: _Table, place: Place) -> Begun | None:
        async with table.beginning:
            if place.idx not in table.begun:
                chunk = await self._means.store.chunks.find_open(table.job, place.table_index, place.idx)
                if chunk is None:
                    return None
                table.begun[place.idx] = await table.source.begun(chunk)
                while len(table.begun) > MOST_BEGUN:
                    table.begun.popitem(last=False)
            return table.begun[place.idx]


def _outcome(error: Exception, place: Place) -> Outcome:
    """What whoever waits for a call is told of its failure; what is our fault, only where the log has it."""
    if isinstance(error, SynthAIxError) and not isinstance(error, InternalFault):
        reason = error.reason if isinstance(error, Stopped) else None
        return Outcome(error.code, error.message, reason, error.retry_after_seconds)
    trace_id = secrets.token_hex(8)
    log.error("a call of job %s failed, trace %s", place.job_id, trace_id, exc_info=error)
    return Outcome(InternalFault.code, f"A call failed in a process of the fleet (trace {trace_id} in its log).")
