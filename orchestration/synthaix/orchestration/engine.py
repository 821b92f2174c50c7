"""The engine: translate, preview, quote, start, watch, cancel, resume, read.

Every call names an owner; what belongs to another owner is not there. Nothing heavy is imported before the first call:
a host waits for the handshake.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import anyio
import anyio.to_thread

from synthaix.orchestration.config import Config
from synthaix.orchestration.errors import ArgumentInvalid, StoreUnreachable
from synthaix.orchestration.schema.column import Cell

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.orchestration.dedup.check import Check
    from synthaix.orchestration.generation.plan import Quote
    from synthaix.orchestration.jobs.acceptance import Offer
    from synthaix.orchestration.jobs.desk import Desk
    from synthaix.orchestration.jobs.order import Order
    from synthaix.orchestration.jobs.paying.probing import Probe
    from synthaix.orchestration.jobs.previews import Preview
    from synthaix.orchestration.jobs.proposals import Proposal
    from synthaix.orchestration.jobs.reporting import ReportFile
    from synthaix.orchestration.jobs.standing import Standing
    from synthaix.orchestration.jobs.states import JobView
    from synthaix.orchestration.results.exports import Export
    from synthaix.orchestration.results.pages import Page
    from synthaix.orchestration.results.report.verifying import Finding
    from synthaix.orchestration.results.summary import Summary

MOST_PREVIEW_ROWS = 50


class Engine:
    """One engine a process. `open` it, `aclose` it; between the two, every method may be called at any time."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._desk: Desk | None = None
        self._adopts = True
        self._opening = anyio.Lock()
        self._wanted = asyncio.Event()
        self._stop = asyncio.Event()
        self._owner_task: asyncio.Task[None] | None = None

    async def open(self, *, adopts: bool = True) -> None:
        """Start the engine's own task. It alone enters and leaves the group in which jobs run.

        Args:
            adopts: whether unfinished jobs that nobody runs go on here; a command that only looks leaves them alone.
        """
        self._adopts = adopts
        if self._owner_task is None:
            self._owner_task = asyncio.create_task(self._own(), name="synthaix engine")

    async def aclose(self, grace: float = 1.0) -> None:
        """Stop every job where it stands and let go of everything; safe to call twice.

        Args:
            grace: seconds for commits in flight.
        """
        if self._desk is not None:
            self._desk.stop()
        self._stop.set()
        self._wanted.set()
        if self._owner_task is not None:
            await asyncio.wait({self._owner_task}, timeout=grace)
        if self._desk is not None:
            with anyio.move_on_after(grace, shield=True):
                await self._desk.aclose()

    async def warm(self) -> None:
        """Import what work needs, open the store, and go on with unfinished jobs."""
        await (await self._ready()).warm()

    async def _own(self) -> None:
        await self._wanted.wait()
        if self._stop.is_set() or self._desk is None:
            return
        async with anyio.create_task_group() as group:
            group.start_soon(self._desk.pool.serve, group, self._adopts)
            group.start_soon(self._desk.serve_fleet)
            if self._adopts:  # a command that only looks deletes nothing unasked
                group.start_soon(self._desk.retention.serve)
            await self._stop.wait()
            group.cancel_scope.cancel()

    async def _ready(self) -> "Desk":
        """The desk, made at the first call: its imports take a second, so they run in a thread."""
        if self._owner_task is None or self._stop.is_set():
            raise StoreUnreachable("The engine is not open.")
        if self._desk is None:
            async with self._opening:
                if self._desk is None:
                    self._desk = await anyio.to_thread.run_sync(_make_desk, self.config)
                    self._wanted.set()
        if not self._stop.is_set():  # closing wakes those that wait
            await self._desk.pool.serving.wait()
        return self._desk

    async def translate(
        self,
        *,
        owner: str,
        prompt: str | None = None,
        context: str | None = None,
        schema: object = None,
        base_schema_id: str | None = None,
        changes: object = None,
    ) -> "Proposal":
        """Propose a schema from a sentence, a ready-made schema, or an edit to an earlier proposal.

        An earlier proposal without an edit is read again: a card that a host shows anew has nothing but its id.
        """
        given = [name for name, value in (("prompt", prompt), ("schema", schema), ("base_schema_id", base_schema_id))
                 if value is not None]  # fmt: skip
        if len(given) != 1:
            raise ArgumentInvalid(
                "Give exactly one of prompt, schema and base_schema_id.",
                field=given[1] if given else "prompt",
                allowed=["prompt", "schema", "base_schema_id"],
            )
        proposals = (await self._ready()).proposals
        if prompt is not None:
            return await proposals.from_request(prompt, context, owner=owner)
        if schema is not None:
            return await proposals.from_schema(schema, owner=owner)
        assert base_schema_id is not None  # noqa: S101 - for the type checker
        if changes is None:
            return await self.proposal(base_schema_id, owner=owner)
        return await proposals.from_changes(base_schema_id, changes, owner=owner)

    async def proposal(self, schema_id: str, *, owner: str) -> "Proposal":
        """The proposal of this id. Raises SchemaNotFound."""
        return await (await self._ready()).proposals.find(schema_id, owner=owner)

    async def preview(
        self, *, owner: str, schema_id: str | None = None, schema: object = None, rows: int = 5, seed: int | None = None
    ) -> "Preview":
        """Some rows as they would come out, without a job."""
        if (schema_id is None) == (schema is None):
            raise ArgumentInvalid("Give exactly one of schema_id and schema.", field="schema_id")
        if not 1 <= rows <= MOST_PREVIEW_ROWS:
            raise ArgumentInvalid(f"rows is a whole number from 1 to {MOST_PREVIEW_ROWS}.", field="rows")
        proposals = (await self._ready()).proposals
        if schema_id is not None:
            proposal = await proposals.find(schema_id, owner=owner)
        else:
            proposal = await proposals.from_schema(schema, owner=owner)
        return await proposals.preview(proposal, rows=rows, seed=seed, owner=owner)

    async def quote(self, order: "Order", *, owner: str) -> "Quote":
        """What the order will take. Raises Infeasible, ArgumentInvalid, PriceUnknown."""
        acceptance = (await self._ready()).acceptance
        proposal = await acceptance.proposal_of(order, owner=owner)
        return (await acceptance.plan(order, proposal, owner=owner)).quote

    async def offer(self, order: "Order", *, owner: str) -> "Offer":
        """The quote with a confirmation token that `start` takes once."""
        return await (await self._ready()).acceptance.offer(order, owner=owner)

    async def earlier(self, order: "Order", *, owner: str) -> "JobView | None":
        """The job that this very order started before, by its idempotency key. Raises IdempotencyConflict."""
        return await (await self._ready()).earlier(order, owner=owner)

    async def withdraw(self, confirm_token: str, *, owner: str) -> str | None:
        """Make a token of `offer` worthless: the human said no. Returns the schema_id that was shown."""
        return await (await self._ready()).acceptance.withdraw(confirm_token, owner=owner)

    async def start(
        self, order: "Order", *, owner: str, confirm_token: str | None = None, confirmed: bool = False
    ) -> "JobView":
        """Accept a job and begin it; the rows come later.

        Args:
            confirmed: the human's yes is known by other means, or not asked for.
        """
        return await (await self._ready()).start(order, owner=owner, confirm_token=confirm_token, confirmed=confirmed)

    async def status(self, job_id: str, *, owner: str, wait_seconds: float = 0) -> "JobView":
        """How far a job is; with `wait_seconds`, after its status changed or that time."""
        return await (await self._ready()).status(job_id, owner=owner, wait_seconds=wait_seconds)

    async def cancel(self, job_id: str, *, owner: str, resumable: bool = False) -> "JobView":
        """End a job for good, or pause it. Its rows stay."""
        return await (await self._ready()).cancel(job_id, owner=owner, resumable=resumable)

    async def resume(
        self, job_id: str, *, owner: str, max_cost_usd: float | None = None, total_rows: int | None = None
    ) -> "JobView":
        """Let a stopped or failed job go on, with a new cap or number of rows where that is the cure."""
        desk = await self._ready()
        return await desk.resume(job_id, owner=owner, max_cost_usd=max_cost_usd, total_rows=total_rows)

    async def check_resume(
        self, job_id: str, *, owner: str, max_cost_usd: float | None = None, total_rows: int | None = None
    ) -> "JobView":
        """The job, which could go on so; nothing is changed. Raises what `resume` would."""
        desk = await self._ready()
        return await desk.check_resume(job_id, owner=owner, max_cost_usd=max_cost_usd, total_rows=total_rows)

    async def jobs(
        self, *, owner: str, status: str | None = None, cursor: str | None = None, limit: int = 20
    ) -> "tuple[list[JobView], str | None]":
        """The owner's jobs, newest first, and the cursor of the next page."""
        return await (await self._ready()).jobs(owner=owner, status=status, cursor=cursor, limit=limit)

    async def page(
        self,
        job_id: str,
        *,
        owner: str,
        table: str | None = None,
        cursor: str | None = None,
        offset: int | None = None,
        limit: int = 20,
        columns: Sequence[str] | None = None,
    ) -> "Page":
        """Some committed rows, bounded by number and bytes."""
        outcomes = (await self._ready()).outcomes
        return await outcomes.page(
            job_id, owner=owner, table=table, cursor=cursor, offset=offset, limit=limit, columns=columns
        )

    async def export(
        self,
        job_id: str,
        *,
        owner: str,
        table: str | None = None,
        format: str,
        columns: Sequence[str] | None = None,
        wait_seconds: float = 10,
    ) -> "Export":
        """A file of a job's rows: made in the background, found again when it is there."""
        outcomes = (await self._ready()).outcomes
        return await outcomes.export(
            job_id, owner=owner, table=table, format=format, columns=columns, wait_seconds=wait_seconds
        )

    async def address(
        self, job_id: str, *, owner: str, table: str | None = None, format: str = "csv",
        columns: Sequence[str] | None = None,
    ) -> tuple[str, float]:  # fmt: skip
        """Where the owner fetches a file over HTTP, as one part of a URL's path, and until when."""
        outcomes = (await self._ready()).outcomes
        return await outcomes.address(job_id, owner=owner, table=table, format=format, columns=columns)

    async def at_address(self, address: str, *, caller: str | None = None, wait_seconds: float = 10) -> "Export":
        """The file at an address, for whoever holds it; for its owner alone, where a caller says who they are."""
        outcomes = (await self._ready()).outcomes
        return await outcomes.at_address(address, caller=caller, wait_seconds=wait_seconds)

    async def deliver(self, job_id: str, address: str, *, owner: str, append: bool = False) -> int:
        """Insert a job's committed rows into a user's database, all or none; returns how many.

        What would be made there: `results.user_database.UserDatabase(address).plan(schema)`.
        """
        return await (await self._ready()).deliver(job_id, address, owner=owner, append=append)

    async def check(
        self,
        rows: list[dict[str, Cell]],
        *,
        owner: str,
        job_id: str | None = None,
        schema_id: str | None = None,
        against: list[dict[str, Cell]] | None = None,
        columns: Sequence[str] | None = None,
        threshold: float | None = None,
    ) -> "Check":
        """Which of these rows repeat a job's rows, the given ones, or each other. Changes nothing."""
        outcomes = (await self._ready()).outcomes
        return await outcomes.check(
            rows, owner=owner, job_id=job_id, schema_id=schema_id, against=against, columns=columns,
            threshold=threshold,
        )  # fmt: skip

    async def summary(self, job_id: str, *, owner: str, table: str | None = None) -> "Summary":
        """What the columns of a job's table look like, in a line each."""
        return await (await self._ready()).outcomes.summary(job_id, owner=owner, table=table)

    async def report(
        self, job_id: str, *, owner: str, format: Literal["html", "json"] = "html", wait_seconds: float = 10
    ) -> "ReportFile":
        """The quality report of a job as a file, with a page for people and JSON for programs, made together."""
        reporting = (await self._ready()).reporting
        return await reporting.report(job_id, owner=owner, format=format, wait_seconds=wait_seconds)

    async def picture(self, job_id: str, *, owner: str) -> dict[str, object]:
        """What to draw of a job: its chunks, and what its rows look like once it rests."""
        return await (await self._ready()).picture(job_id, owner=owner)

    async def verify(
        self, report: bytes, *, owner: str, rows: "Path | None" = None, table: str | None = None
    ) -> "list[Finding]":
        """Hold a report against the store, or against an exported file of one table."""
        reporting = (await self._ready()).reporting
        return await reporting.verify(report, owner=owner, rows=rows, table=table)

    async def remove(self, job_id: str, *, owner: str) -> None:
        """Delete a job that is not running, with all that was made for it; the disk is freed."""
        await (await self._ready()).remove(job_id, owner=owner)

    async def sweep(self, days: float, *, owner: str) -> list[str]:
        """Delete the owner's jobs and proposals that nothing has touched for so many days; the ids of the jobs."""
        if not days >= 0:
            raise ArgumentInvalid("days is a number from 0 on.", field="days")
        return await (await self._ready()).retention.sweep(days, owner=owner)

    async def standing(self) -> "Standing":
        """Whether what jobs need is there; asks no model. Raises StoreUnreachable when the engine is not open."""
        return await (await self._ready()).probing.standing()

    async def probe(self, *, owner: str) -> "Probe | None":
        """What one tiny call of the model shows; it is paid. None where there is no model. Raises ProviderError."""
        return await (await self._ready()).probe(owner=owner)

    async def secret(self, name: str) -> bytes:
        """32 random bytes, the same for every process on this store."""
        return await (await self._ready()).secret(name)

    async def ids(self, what: Literal["schema", "job"], *, owner: str, prefix: str = "") -> list[str]:
        """The owner's newest ids that begin with `prefix`, for completions."""
        return await (await self._ready()).ids(what, owner=owner, prefix=prefix)


def _make_desk(config: Config) -> "Desk":
    from synthaix.orchestration.jobs.desk import Desk  # a second of imports

    return Desk(config, clock=time.time)
