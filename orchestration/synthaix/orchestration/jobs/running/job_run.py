"""A job's tables in order, parents first: each with its sampler, its deduplicator and its committer."""

import time
from functools import cached_property
from typing import Any

import anyio.to_thread
import orjson

from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.embedding import Embedder, UseEmbedder
from synthaix.orchestration.dedup.roles import Roles
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vector_place import VectorsUnreachable
from synthaix.orchestration.errors import ProviderRefused, TableNotFound
from synthaix.orchestration.generation.fill.filling import Answered
from synthaix.orchestration.generation.plan import Plan, TablePlan
from synthaix.orchestration.jobs.paying.estimating import measured
from synthaix.orchestration.jobs.paying.outlook import Outlook, Timing
from synthaix.orchestration.jobs.paying.spending import Account, Spending
from synthaix.orchestration.jobs.paying.writer import Writer
from synthaix.orchestration.jobs.running.committer import Committer, Progress
from synthaix.orchestration.jobs.running.compared import ComparedRows
from synthaix.orchestration.jobs.running.earlier import Earlier
from synthaix.orchestration.jobs.running.economy import MOST_GATHERED, BatchedSource
from synthaix.orchestration.jobs.running.feeding import Feed, FleetSource, fed
from synthaix.orchestration.jobs.running.late_rules import LateRules
from synthaix.orchestration.jobs.running.lease import Lease
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.preparing import Preparer, Recipe
from synthaix.orchestration.jobs.running.recipes import Recipes
from synthaix.orchestration.jobs.running.sources import Lent, SampledSource, WrittenSource
from synthaix.orchestration.jobs.running.table_run import TableRun
from synthaix.orchestration.jobs.running.tallies import Tallies
from synthaix.orchestration.jobs.running.turns import Turn
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.store.jobs import JobEntry, TableEntry

MANY_CALLS = 50  # in flight, whose texts keep half a core busy
MANY_TEXTS = 1_000  # worth the second and the 160 MB that an encoder takes to be loaded


class JobRun:
    """Makes and commits every row that a job still lacks."""

    def __init__(self, means: Means, job: JobEntry, lease: Lease, turn: Turn | None = None) -> None:
        self._means = means
        self._job = job
        self._lease = lease
        self._turn = turn
        self._begun = time.monotonic()
        self._spending: Spending | None = None
        self._feed: Feed | None = None
        self._unindexed: Committer | None = None  # of the table that was made last
        self._vectors = means.vectors_of(job.job_id)

    async def run(self) -> None:
        """Every table to its number of rows. Raises what ended it: TableRun.run says what."""
        job = await self._means.store.jobs.find(self._job.job_id, owner=None)
        if job is None:  # deleted meanwhile
            raise TableNotFound
        self._begun, before = time.monotonic(), job.active_seconds
        self._spending = None  # the last one may have been halted
        self._unindexed = None
        progress = Progress(
            Tallies(job.tallies), lambda: before + time.monotonic() - self._begun, watch=self._means.config.watch
        )
        progress.outlook = self._outlook(job, progress)
        if progress.outlook is not None and (off := progress.outlook.begun()) is not None:
            raise off
        alone = progress.outlook is None  # nothing is written, or all of it in batches
        async with fed(None if alone else self._means.fleet, job.job_id, job.owner, self._plan.max_workers) as feed:
            self._feed = feed
            await self._run_tables(job, progress)

    async def _run_tables(self, job: JobEntry, progress: Progress) -> None:
        for entry, plan in zip(job.tables, self._plan.tables, strict=True):
            if entry.committed < entry.target:
                await self._run_table(entry, plan, progress)
            else:  # its process may have died between the last row and this
                await self._means.store.chunks.skip_open(
                    self._lease.job, entry.table_index, token=self._lease.token
                )

    def drain(self) -> float:
        """Ask for nothing more. Returns the seconds that calls in flight may take; 0 when there are none."""
        paying = [each for each in (self._spending, self._feed) if each is not None and each.in_flight]
        for each in paying:
            each.halt(Stopped("user", "The job was paused. resume_job goes on."))
        return self._means.config.drain_seconds if paying else 0.0

    @cached_property
    def _recipes(self) -> Recipes:
        return Recipes(self._means.store, self._job)

    @property
    def _plan(self) -> Plan:
        return self._recipes.plan

    @property
    def _schema(self) -> Schema:
        return self._recipes.schema

    @cached_property
    def _order(self) -> dict[str, Any]:
        order: dict[str, Any] = orjson.loads(self._job.order)
        return order

    async def _run_table(self, entry: TableEntry, plan: TablePlan, progress: Progress) -> None:
        await self.finish()
        table = self._schema.table(entry.name)
        compared = await ComparedRows.of_job(self._means.store, self._job, self._plan, table)
        recipe = await self._recipes.of(table, before=compared.before)
        preparer = await anyio.to_thread.run_sync(Preparer, recipe, limiter=self._means.samplers)
        deduplicator = await self._deduplicator(entry, table, recipe.roles, compared)
        committer = Committer(
            self._means.store, self._lease, table, entry, deduplicator, compared, preparer.sampler,
            await self._late_rules(table, preparer, compared), progress,
            limiter=self._means.committers,
        )  # fmt: skip
        self._unindexed = committer
        source = await self._source(entry, plan, preparer, recipe, progress.outlook)
        try:
            await TableRun(
                self._means.store, self._lease, plan, entry.table_index, committer, source,
                round_=entry.round, by_slot=table.rows_per_parent is not None,
                drain_seconds=self._means.config.drain_seconds, watch=self._means.config.watch, turn=self._turn,
            ).run()  # fmt: skip
        finally:
            await source.aclose()

    async def _late_rules(self, table: Table, preparer: Preparer, compared: ComparedRows) -> LateRules:
        late = LateRules(table, preparer.rules, preparer.sampler.late)
        names = sorted({name for group in late.groups for name in group})
        if names:
            late.restore(await compared.earlier_cells(names))
            late.restore(await self._recipes.committed_cells(table.name, names))
        return late

    async def _source(
        self, entry: TableEntry, plan: TablePlan, preparer: Preparer, recipe: Recipe, outlook: Outlook | None
    ) -> SampledSource | WrittenSource | FleetSource | BatchedSource:
        samplers, writer = self._means.samplers, self._means.writer
        if plan.rows_per_call:
            if writer is not None and self._plan.mode == "economy":
                return await self._batched(plan, preparer, writer, self._embedder_for(recipe.roles))
            if writer is None or outlook is None:
                raise ProviderRefused("The job needs a model, and no key is set. Set one, then call resume_job.")
            await writer.warm()
            brief = writer.brief(preparer.table, seed=self._plan.seed, diverse=plan.lag > 0)
            spending = self._paying(writer)

            async def on_call(call: Answered) -> None:
                new, off = outlook.answered(entry.table_index, measured(call, brief, plan), call.first)
                await self._heard(outlook, spending, new=new, off=off)

            written = WrittenSource(
                preparer, plan, brief, spending, self._embedder_for(recipe.roles),
                Earlier(self._means.store, self._lease.job, preparer.table, plan),
                max_workers=self._plan.max_workers, limiter=samplers, on_call=on_call,
                encoders=await self._encoders(entry, self._embedder_for(recipe.roles)),
            )  # fmt: skip
            return written if self._feed is None else FleetSource(written, self._feed)
        shared, loan = self._means.sampler, None
        big = entry.target - entry.committed >= self._means.config.sampler_process_rows
        if big or self._means.turns.crowded:  # a crowd of small jobs is as much as a big one
            loan = await shared.lend(recipe)
        return SampledSource(preparer, shared, loan, limiter=samplers)

    async def _encoders(self, entry: TableEntry, embedder: Embedder | None) -> list[Lent]:
        """Processes for texts that come faster than one thread beside everything else encodes them."""
        many = self._plan.max_workers >= MANY_CALLS and entry.target - entry.committed >= MANY_TEXTS
        if not many or not isinstance(embedder, UseEmbedder):
            return []
        return [Lent(shared, await shared.lend(None)) for shared in self._means.encoders]

    def _paying(self, writer: Writer) -> Spending:
        """The job's account, the same for all its tables."""
        if self._spending is None:
            account = Account(self._job.owner, self._job.id)
            self._spending = writer.spending(
                account, slots=self._plan.max_workers, alone=self._means.fleet is None
            )
        return self._spending

    async def _batched(
        self, plan: TablePlan, preparer: Preparer, writer: Writer, embedder: Embedder | None
    ) -> BatchedSource:
        lane = writer.lane(self._job.id)
        await lane.open()
        spending = writer.batched(Account(self._job.owner, self._job.id), lane, slots=2 * MOST_GATHERED)
        written = WrittenSource(
            preparer, plan, writer.brief(preparer.table, seed=self._plan.seed, diverse=plan.lag > 0), spending,
            embedder, Earlier(self._means.store, self._lease.job, preparer.table, plan),
            max_workers=MOST_GATHERED // 2, limiter=self._means.samplers,
        )  # fmt: skip
        return BatchedSource(written, spending, lane, model=writer.model)

    def _outlook(self, job: JobEntry, progress: Progress) -> Outlook | None:
        """None where there are no first calls to learn from: nothing is written, or all calls go out at once."""
        writer = self._means.writer
        if writer is None or self._plan.model is None or self._plan.mode == "economy":
            return None
        tables = {
            entry.table_index: writer.outlook_of(entry, plan, self._schema, seed=self._plan.seed)
            for entry, plan in zip(job.tables, self._plan.tables, strict=True)
            if plan.rows_per_call
        }
        pulse = self._paying(writer)
        timing = Timing(progress.active_seconds, lambda: pulse.pulse, self._means.clock)
        return Outlook(self._plan.quote, tables, writer.price, timing, stored=job.outlook)

    async def _heard(self, outlook: Outlook, spending: Spending, *, new: bool, off: Stopped | None) -> None:
        """When the pilot is over, show the new estimate, and stop where it is far off."""
        if off is not None:
            spending.halt(off)
        if new:
            shown = outlook.to_json()
            await self._means.store.jobs.change(self._lease.job, token=self._lease.token, outlook=shown)

    async def _deduplicator(
        self, entry: TableEntry, table: Table, roles: Roles, compared: ComparedRows
    ) -> Deduplicator:
        """The table's deduplicator with all committed rows in it; an index that does not answer is made again."""
        embedder, committed = self._embedder_for(roles), await compared.committed()

        def restored() -> Deduplicator:
            index = None if embedder is None else TextIndex(self._vectors, table=table.name, space=embedder.name)
            made = Deduplicator(
                table, roles, policy=self._order["dedup_policy"],
                threshold=self._order["deduplication_threshold"], rows_expected=compared.before + entry.target,
                embedder=embedder, index=index,
                grey_policy=self._order["grey_policy"],
            )  # fmt: skip
            compared.restore(made, embedder, committed)
            made.reconcile()
            return made

        try:
            return await anyio.to_thread.run_sync(restored, limiter=self._means.committers)
        except VectorsUnreachable:
            await anyio.to_thread.run_sync(self._vectors.drop, limiter=self._means.committers)
            return await anyio.to_thread.run_sync(restored, limiter=self._means.committers)

    def _embedder_for(self, roles: Roles) -> Embedder | None:
        """The job's embedder, whatever the settings say by now; None where texts are not compared by meaning."""
        if not roles.by_vectors(self._order["dedup_policy"]):
            return None
        found = self._means.embedders.of(self._plan.embedder, Account(self._job.owner, self._job.id))
        if found is None:  # no two spaces are compared
            raise Stopped(
                "interrupted",
                f"The job's texts are compared by the embedder {self._plan.embedder}, which this process cannot ask. "
                "Set SYNTHAIX_EMBEDDER and the key that it needs, then call resume_job.",
            )
        return found

    async def finish(self) -> None:
        """Write to the index what it lacks of the table that was made last, and let go of that table."""
        committer, self._unindexed = self._unindexed, None
        if committer is not None:
            await committer.index()

    async def aclose(self) -> None:
        """Let go of the index: it belongs to the lease."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._vectors.close, limiter=self._means.committers)
