"""Where calls about jobs arrive: it puts the rooms together and keeps what they share."""

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any, Literal

import anyio
import orjson

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup.vector_place import ChromaServer
from synthaix.orchestration.errors import ArgumentInvalid, BudgetTooSmall, JobNotResumable
from synthaix.orchestration.generation.plan import Plan
from synthaix.orchestration.jobs.acceptance import Acceptance
from synthaix.orchestration.jobs.fleet import Fleet
from synthaix.orchestration.jobs.lost_ids import job_not_found
from synthaix.orchestration.jobs.order import Order, whole_number
from synthaix.orchestration.jobs.outcomes import Outcomes
from synthaix.orchestration.jobs.paying.paid_embedding import PaidEmbedders
from synthaix.orchestration.jobs.paying.probing import Probe
from synthaix.orchestration.jobs.paying.writer import writer_of
from synthaix.orchestration.jobs.proposals import Proposals
from synthaix.orchestration.jobs.reporting import Reporting
from synthaix.orchestration.jobs.retention import Retention
from synthaix.orchestration.jobs.running.calling import Calling
from synthaix.orchestration.jobs.running.economy import drop_batches, waiting
from synthaix.orchestration.jobs.running.embedders import Embedders
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.pool import LocalPool
from synthaix.orchestration.jobs.running.shared_sampler import SharedSampler
from synthaix.orchestration.jobs.standing import Probing
from synthaix.orchestration.jobs.states import ENDED, RESUMABLE, RUNNING, JobView, Stopped, newest_estimate, view
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.store.chunks import Yield
from synthaix.orchestration.store.jobs import JobEntry
from synthaix.orchestration.store.ledger import NANOS
from synthaix.orchestration.store.store import Store

POLL_SECONDS = 0.1  # between looks of a call that waits for a change
AT_WORK = ("pending", "processing")
MOST_WAIT_SECONDS = 25.0
MOST_JOBS_PAGE = 100
MOST_CURVE_POINTS = 20
MOST_SQUARES = 96  # of a drawn table; each stands for so many chunks as it takes
MOST_TABLES_DRAWN = 8

ENCODERS = 2  # processes; more than a machine's cores help nothing


class Desk:
    """The engine's rooms, opened."""

    def __init__(self, config: Config, *, clock: Callable[[], float]) -> None:
        self._config = config
        url = config.database_url
        where = config.home / "synthaix.db" if url is None else url.get_secret_value()
        self._store = Store(where, clock=clock, encryption_key=config.encryption_key)
        writer = writer_of(config, self._store)
        self._paid_embedders = PaidEmbedders(config, self._store)
        embedders = Embedders(config.embedder, self._paid_embedders.of)
        sampler, *encoders = (
            SharedSampler(lambda *work: self.pool.spawn(*work)) for _ in range(1 + min(ENCODERS, os.cpu_count() or 1))
        )
        self._means = Means(
            config=config, store=self._store, clock=clock, embedders=embedders, sampler=sampler, encoders=encoders,
            writer=writer,
            chroma=ChromaServer(config.chroma_url) if config.chroma_url else None,
        )  # fmt: skip
        if config.redis_url is not None:
            self._means.fleet = Fleet(
                config.redis_url.get_secret_value(), name=self._means.holder,
                calls=0 if writer is None else config.fleet_calls,
                most_calls=config.max_calls, dead_seconds=config.lease_seconds,
            )  # fmt: skip
        self._calling = Calling(self._means)
        self.pool = LocalPool(self._means)
        self.proposals = Proposals(self._means)
        self.acceptance = Acceptance(self._means, self.proposals)
        self.outcomes = Outcomes(self._means, self.pool)
        self.reporting = Reporting(self._means, self.pool)
        self.retention = Retention(self._means)
        self.probing = Probing(self._means, self.pool)

    async def serve_fleet(self) -> None:
        """Take part in the fleet, if there is one."""
        if self._means.fleet is not None:
            async with anyio.create_task_group() as group:
                group.start_soon(self._calling.watch)
                await self._means.fleet.serve(self._calling.make, self._calling.leave)

    def stop(self) -> None:
        """Let threads that write files end, before the group that waits for them is left."""
        self.outcomes.stop()
        self.reporting.stop()
        self.pool.serving.set()

    async def aclose(self) -> None:
        """End the processes beside this one, close the model's client and the store."""
        async with anyio.create_task_group() as group:  # a process that ends slowly must not cost the store its close
            for process in (self._means.sampler, *self._means.encoders):
                group.start_soon(process.aclose)
            group.start_soon(self._paid_embedders.aclose)
            if self._means.writer is not None:
                group.start_soon(self._means.writer.aclose)
            group.start_soon(self._store.close)
            if self._means.chroma is not None:
                group.start_soon(anyio.to_thread.run_sync, self._means.chroma.close)

    async def warm(self) -> None:
        """Load what the first job would wait for, and save what a process that died could not."""
        if self._means.writer is not None:
            await self._means.writer.warm()
            await self._means.writer.spool.save_all()

    async def start(self, order: Order, *, owner: str, confirm_token: str | None, confirmed: bool) -> JobView:
        """Accept and begin a job."""
        job = await self.acceptance.accept(order, owner=owner, confirm_token=confirm_token, confirmed=confirmed)
        if job.status == "pending":
            await self.pool.begin(job)
        return await self._view(job)

    async def earlier(self, order: Order, *, owner: str) -> JobView | None:
        """The job that this very order started before."""
        job = await self.acceptance.earlier(order, owner=owner)
        return None if job is None else await self._view(job)

    async def status(self, job_id: str, *, owner: str, wait_seconds: float) -> JobView:
        """A job's view, at once or after its status changed; that a pending one has begun is no news."""
        now = await self._view(await self._find(job_id, owner))
        same = {now.status, *(AT_WORK if now.status in AT_WORK else ())}
        with anyio.move_on_after(min(max(wait_seconds, 0.0), MOST_WAIT_SECONDS)):
            while now.status in same and now.status in RUNNING:
                await anyio.sleep(POLL_SECONDS)
                now = await self._view(await self._find(job_id, owner))
        return now

    async def cancel(self, job_id: str, *, owner: str, resumable: bool) -> JobView:
        """Ask whoever runs the job to end it; a job that nobody runs ends here."""
        job = await self._find(job_id, owner)
        if job.status in RUNNING:
            await self._store.jobs.change_idle(job.id, RUNNING, wanted="pause" if resumable else "cancel")
            self.pool.look(job_id)
            await self.pool.end_idle(job)
            if self.pool.run_of(job_id) is not None:
                await self.status(job_id, owner=owner, wait_seconds=5.0)
        elif job.status in RESUMABLE and not resumable:
            ended = {"status": "cancelled", "stop_reason": None, "finished_at": self._means.clock()}
            if await self._store.jobs.change_idle(job.id, RESUMABLE, **ended):
                await drop_batches(self._means, await self._store.batches.open(job.id))
        return await self._view(await self._find(job_id, owner))

    async def deliver(self, job_id: str, address: str, *, owner: str, append: bool) -> int:
        """A job's rows into a user's database."""
        from synthaix.orchestration.jobs.delivering import deliver

        return await deliver(self._means, job_id, address, owner=owner, append=append)

    async def check_resume(
        self, job_id: str, *, owner: str, max_cost_usd: float | None, total_rows: int | None
    ) -> JobView:
        """The job, which could go on so; nothing is changed. Raises what `resume` would."""
        job = await self._find(job_id, owner)
        self._changes(max_cost_usd)
        if job.status in RUNNING:
            if total_rows is not None:
                raise JobNotResumable("A running job takes no new total_rows. Pause it first.", field="total_rows")
        else:
            self._new_target(job, total_rows)
            if job.status not in _statuses(total_rows):
                raise _not_resumable(job)
            _check_last(await self._store.extensions.later(job.id))
        return await self._view(job)

    async def resume(
        self, job_id: str, *, owner: str, max_cost_usd: float | None, total_rows: int | None
    ) -> JobView:
        """Begin a stopped or failed job again. Raises JobNotResumable."""
        await self.check_resume(job_id, owner=owner, max_cost_usd=max_cost_usd, total_rows=total_rows)
        job = await self._find(job_id, owner)
        changes = self._changes(max_cost_usd)
        if job.status in RUNNING:
            if changes:
                await self._store.jobs.reopen(job.id, RUNNING, targets={}, **changes)
            await self.pool.begin(job)  # its process may have died
            return await self._view(await self._find(job_id, owner))
        if job.stop_reason == "estimate_off":  # who resumes it accepts the new estimate
            plan = Plan.from_json(job.plan)
            changes["plan"] = replace(plan, quote=newest_estimate(job, plan)[0]).to_json()
        statuses = _statuses(total_rows)
        targets = self._new_target(job, total_rows)

        async def still_allowed(connection: Any) -> None:
            _check_last(await self._store.extensions.later_in(connection, job.id))
            await self.acceptance.check_quotas(connection, owner)

        reopened = await self._store.jobs.reopen(
            job.id, statuses, targets=targets, then=still_allowed,
            status="pending", stop_reason=None, wanted=None, last_error=None, finished_at=None, **changes,
        )  # fmt: skip
        job = await self._find(job_id, owner)
        if not reopened:
            raise _not_resumable(job)
        await self.pool.begin(job)
        return await self._view(job)

    async def jobs(
        self, *, owner: str, status: str | None, cursor: str | None, limit: int
    ) -> tuple[list[JobView], str | None]:
        """A page of the owner's jobs, newest first."""
        statuses = (*RUNNING, *RESUMABLE, *ENDED)
        if status is not None and status not in statuses:
            raise ArgumentInvalid(field="status", allowed=statuses)
        if not 1 <= limit <= MOST_JOBS_PAGE:
            raise ArgumentInvalid(f"limit is a whole number from 1 to {MOST_JOBS_PAGE}.", field="limit")
        if cursor is not None and not cursor.isdecimal():
            raise ArgumentInvalid("Give the next_cursor of an earlier answer.", field="cursor")
        found = await self._store.jobs.list(
            owner=owner, status=status, below=int(cursor[:18]) if cursor else None, limit=limit + 1
        )
        views = [await self._view(job) for job in found[:limit]]
        return views, str(found[limit - 1].id) if len(found) > limit else None

    async def picture(self, job_id: str, *, owner: str) -> dict[str, object]:
        """What to draw of a job: its chunks by table, and once it rests, what its rows look like.

        `quality` says no more than `preparing` until the report that it is taken from has been made: ask again.
        """
        job = await self._find(job_id, owner)
        squares = {
            table.name: [
                [one.done, one.chunks, one.committed, one.duplicates]
                for one in await self._store.chunks.squares(job.id, table.table_index, most=MOST_SQUARES)
            ]
            for table in job.tables[:MOST_TABLES_DRAWN]
        }
        drawn: dict[str, object] = {"chunks": squares}
        if job.status not in RUNNING and any(table.committed for table in job.tables):
            drawn["quality"] = await self.reporting.digest(job_id, owner=owner, crowded=self._means.turns.crowded)
        return drawn

    async def remove(self, job_id: str, *, owner: str) -> None:
        """Delete a job that is not running, with its files. Raises JobBusy."""
        job = await self._find(job_id, owner)
        await self.pool.leave(job_id)
        await self.retention.remove(job)

    async def probe(self, *, owner: str) -> Probe | None:
        """One tiny call of the model; None where there is no model. Raises ProviderError, BudgetTooSmall."""
        if self._means.writer is None:
            return None
        try:
            return await self._means.writer.probe(owner=owner)
        except Stopped as exc:
            raise BudgetTooSmall("The call would cost more than SYNTHAIX_PREVIEW_COST_USD.") from exc

    async def secret(self, name: str) -> bytes:
        """32 random bytes, the same for every process on this store."""
        return await self._store.secret(name)

    async def ids(self, what: Literal["schema", "job"], *, owner: str, prefix: str) -> list[str]:
        """The newest ids that begin with `prefix`."""
        if what == "schema":
            return await self._store.drafts.ids(owner=owner, prefix=prefix)
        return [job.job_id for job in await self._store.jobs.list(owner=owner, prefix=prefix, limit=50)]

    async def _find(self, job_id: str, owner: str) -> JobEntry:
        job = await self._store.jobs.find(job_id, owner=owner)
        if job is None:
            raise await job_not_found(self._store, job_id, owner)
        return job

    async def _view(self, job: JobEntry) -> JobView:
        plan = Plan.from_json(job.plan)
        spend = await self._store.ledger.spend(job.id)
        schema = Schema.from_json(job.schema)
        detail: dict[str, object] = {
            **{name: counted for name, counted in orjson.loads(job.tallies).items() if name != "examples"},
            "rounds": {table.name: table.round for table in job.tables},
            "embedder": plan.embedder,
            "lease_holder": job.lease_holder,
            "extends": {each.job_id: each.rows for each in plan.extends},
            "collection": plan.collection,
        }
        if spend.held_nanos:  # of calls in flight, and of those whose process died: they may have been billed
            detail["reserved_usd"] = spend.held_nanos / NANOS
        if self._means.fleet is not None:
            detail["fleet"] = asdict(self._means.fleet.room)
        if plan.model is not None and self._means.writer is not None:
            detail["writer"] = self._means.writer.standing()
            detail["novelty"] = {
                table.name: [round(each.novelty, 3) for each in await self._curve(job, table.table_index)]
                for table, part in zip(job.tables, plan.tables, strict=True)
                if part.rows_per_call
            }
        shown = view(job, plan, spend, root=schema.root.name, now=self._means.clock(), detail=detail)
        if plan.mode == "economy" and job.status in RUNNING:
            shown = replace(shown, batch=await waiting(self._store, job.id))
        return shown.paused(self.pool.pause_of(job.job_id))

    async def _curve(self, job: JobEntry, table: int) -> list[Yield]:
        return await self._store.chunks.curve(job.id, table, most=MOST_CURVE_POINTS)

    def _changes(self, max_cost_usd: float | None) -> dict[str, Any]:
        """What a new cap changes in the store."""
        return {} if max_cost_usd is None else {"cap_nanos": round(self._allowed_cap(max_cost_usd) * NANOS)}

    def _allowed_cap(self, asked: float) -> float:
        most = self._config.max_cost_usd
        if not 0 <= asked <= (1_000_000.0 if most is None else most):
            raise ArgumentInvalid(f"max_cost_usd is a number from 0 to {most}.", field="max_cost_usd")
        return asked

    def _new_target(self, job: JobEntry, total_rows: int | None) -> dict[str, int]:
        if total_rows is None:
            return {}
        if len(job.tables) != 1:
            raise ArgumentInvalid("Only a job of one table takes a new total_rows.", field="total_rows")
        (table,) = job.tables
        whole_number("total_rows", total_rows, 1, self._config.max_rows)
        if not max(1, table.committed) <= total_rows <= self._config.max_rows:
            raise ArgumentInvalid(
                f"total_rows is a whole number from {max(1, table.committed):,} (the committed rows) "
                f"to {self._config.max_rows:,}.",
                field="total_rows",
            )
        return {table.name: total_rows}


def _statuses(total_rows: int | None) -> tuple[str, ...]:
    """In which a job may go on; a completed one only to more rows."""
    return (*RESUMABLE, "completed") if total_rows is not None else RESUMABLE


def _check_last(later: Sequence[str]) -> None:
    """Raise JobNotResumable where other jobs compare with the rows that this one has now."""
    if later:
        raise JobNotResumable(
            f"{later[-1]} extends this job as it stands, so it takes no more rows. "
            "Call start_generation with extend for more."
        )


def _not_resumable(job: JobEntry) -> JobNotResumable:
    more = "A larger total_rows makes it longer." if job.status == "completed" else None
    return JobNotResumable(f"A job that is {job.status} cannot go on.", allowed=list(RESUMABLE), suggestion=more)
