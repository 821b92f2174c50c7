"""The local pool: which jobs this process runs, and which of other processes' it takes over."""

import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
import anyio.abc

from synthaix.orchestration.errors import InternalFault, LeaseLost, StorageError
from synthaix.orchestration.generation.plan import Plan
from synthaix.orchestration.jobs.running.economy import drop_batches
from synthaix.orchestration.jobs.running.job_run import JobRun
from synthaix.orchestration.jobs.running.lease import Lease, has_died, take
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.turns import Turn
from synthaix.orchestration.jobs.running.worker import Worker
from synthaix.orchestration.jobs.states import RUNNING, PauseReason
from synthaix.orchestration.store.jobs import JobEntry

log = logging.getLogger(__name__)

ADOPT_SECONDS = 1.0  # between looks for jobs that nobody runs
DIED = "The process that ran the job ended. resume_job goes on from the last committed row."


@dataclass(slots=True)
class _Running:
    """A job that this process holds."""

    worker: Worker
    run: JobRun
    lease: Lease
    turn: Turn | None
    pause: PauseReason | None = None
    gone: anyio.Event = field(default_factory=anyio.Event)


class LocalPool:
    """Runs jobs in this process, in tasks of one group.

    Args:
        means: what all jobs share.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._running: dict[str, _Running] = {}
        self._waiting: set[str] = set()  # for their turn, without a lease: whoever has a turn for them may take them
        self._unreadable: set[str] = set()
        self._group: anyio.abc.TaskGroup | None = None
        self.serving = anyio.Event()  # set once jobs can begin

    async def serve(self, group: anyio.abc.TaskGroup, adopts: bool) -> None:
        """Run jobs in this group and, if asked, look for ever for those without a holder: of a dead process, say."""
        self._group = group
        self.serving.set()
        while adopts:
            try:
                await self._adopt()
            except StorageError as exc:
                log.warning("the store cannot be read: %s", exc.code)
            await anyio.sleep(ADOPT_SECONDS)

    def spawn(self, work: Callable[..., Coroutine[Any, Any, None]], *args: object) -> None:
        """Run something beside the jobs, until the pool ends."""
        if self._group is None:
            raise InternalFault("The engine is not open.")
        self._group.start_soon(work, *args)

    def pause_of(self, job_id: str) -> PauseReason | None:
        """Why a job of this process waits; known here even when the store is what is away."""
        running = self._running.get(job_id)
        return running.pause if running else None

    def run_of(self, job_id: str) -> JobRun | None:
        """The run of a job that this process holds."""
        running = self._running.get(job_id)
        return running.run if running else None

    def look(self, job_id: str) -> None:
        """Let a job of this process see at once what its owner wants."""
        running = self._running.get(job_id)
        if running:
            running.worker.look()

    async def leave(self, job_id: str) -> None:
        """Wait until nothing of a completed job is under way here: its index is written behind its end."""
        running = self._running.get(job_id)
        if running is not None and running.worker.has_ended:
            await running.gone.wait()

    async def begin(self, job: JobEntry) -> None:
        """Take a job's lease, if it is free, and run the job; one that asks no model when it is its turn."""
        await self.leave(job.job_id)
        if self._group is None or job.job_id in self._running or job.job_id in self._waiting:
            return
        turn = self._means.turns.ask(job.owner) if Plan.from_json(job.plan).model is None else None
        if turn is None or turn.begins.is_set():
            await self._begin(job, turn, self._group)
            return
        self._waiting.add(job.job_id)
        self._group.start_soon(self._begin_later, job, turn, self._group)

    async def _begin_later(self, job: JobEntry, turn: Turn, group: anyio.abc.TaskGroup) -> None:
        try:
            await turn.begins.wait()
            await self._begin(job, turn, group)
        except StorageError as exc:
            log.warning("job %s could not begin and is tried again: %s", job.job_id, exc.code)
        finally:
            self._waiting.discard(job.job_id)
            if job.job_id not in self._running:
                turn.end()

    async def _begin(self, job: JobEntry, turn: Turn | None, group: anyio.abc.TaskGroup) -> None:
        held = None
        try:
            held = await self._taken(job)
        finally:
            if held is None and turn is not None:
                turn.end()
        if held is None:
            return
        job, lease = held
        run = JobRun(self._means, job, lease, turn)

        def on_pause(reason: PauseReason | None) -> None:
            running.pause = reason

        running = _Running(Worker(self._means, job, lease, run, on_pause), run, lease, turn)
        self._running[job.job_id] = running
        group.start_soon(self._run, job.job_id, running)

    async def _run(self, job_id: str, running: _Running) -> None:
        try:
            await running.worker.run()
        finally:
            if running.turn is not None:
                running.turn.end()
            with anyio.CancelScope(shield=True):  # the host is leaving: the next process need not wait for the lease
                with suppress(StorageError):
                    await self._means.store.jobs.release(running.lease.job, token=running.lease.token)
            del self._running[job_id]
            running.gone.set()

    async def _adopt(self) -> None:
        for each in await self._means.store.jobs.unfinished():
            job_id = each.job_id
            if each.wanted is not None:  # by another process's caller
                self.look(job_id)
            if job_id in self._running or not (each.lapsed or has_died(each.holder)):
                continue
            if job_id in self._unreadable or (job_id in self._waiting and each.wanted is None):
                continue
            job = await self._means.store.jobs.find(job_id, owner=None)
            if job is None:
                continue
            if job_id in self._waiting:  # it may have come there a moment ago
                if job.wanted is not None:
                    await self._interrupt(job)
                continue
            try:
                spends = Plan.from_json(job.plan).spends
            except (ValueError, TypeError, KeyError):  # of another version, or damaged: the other jobs must go on
                self._unreadable.add(job_id)
                log.exception("the stored plan of %s cannot be read; it is left alone", job_id)
                continue
            if job.status != "pending" and spends and self._means.config.resume == "ask":
                await self._interrupt(job)
            else:
                await self.begin(job)

    async def end_idle(self, job: JobEntry) -> None:
        """End a job as its owner wants where nobody runs it: it waits for its turn, or its process is gone."""
        if job.job_id not in self._running and (job.job_id in self._waiting or has_died(job.lease_holder)):
            await self._interrupt(job)

    async def _interrupt(self, job: JobEntry) -> None:
        """End a job that nobody runs: one that was to be cancelled, is; any other waits for its owner."""
        held = await self._taken(job)
        if held is None:
            return
        now, lease = held
        ended: dict[str, object] = {"status": "stopped", "stop_reason": "interrupted", "last_error": DIED}
        if now.wanted == "cancel":
            ended = {"status": "cancelled", "stop_reason": None, "finished_at": self._means.clock()}
            await drop_batches(self._means, await self._means.store.batches.open(job.id))
        elif now.wanted == "pause" and not has_died(job.lease_holder):
            ended |= {"stop_reason": "user", "last_error": None}
        try:
            await self._means.store.jobs.change(job.id, token=lease.token, wanted=None, lease_expires=0.0, **ended)
        except LeaseLost:
            log.info("job %s went to another process", job.job_id)

    async def _taken(self, job: JobEntry) -> tuple[JobEntry, Lease] | None:
        """The job's lease, if it is free, and the job as it stands now; None where there is nothing to run any more."""
        lease = await take(
            self._means.store.jobs, job.id, job.job_id,
            holder=self._means.holder, seconds=self._means.config.lease_seconds, last_holder=job.lease_holder,
        )  # fmt: skip
        if lease is None:
            return None
        now = await self._means.store.jobs.find(job.job_id, owner=None)
        if now is None or now.status not in RUNNING:  # ended, or cancelled, before the lease was ours
            await self._means.store.jobs.release(job.id, token=lease.token)
            return None
        return now, lease
