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
        """Take a job's lease, if it is free, and run the job."""
        await self.leave(job.job_id)
        if self._group is None or job.job_id in self._running:
            return
        held = await self._taken(job)
        if held is None:
            return
        job, lease = held
        run = JobRun(self._means, job, lease)

        def on_pause(reason: PauseReason | None) -> None:
            running.pause = reason

        running = _Running(Worker(self._means, job, lease, run, on_pause), run, lease)
        self._running[job.job_id] = running
        self._group.start_soon(self._run, job.job_id, running)

    async def _run(self, job_id: str, running: _Running) -> None:
        try:
            await running.worker.run()
        finally:
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
            job = await self._means.store.jobs.find(job_id, owner=None)
            if job is None or job_id in self._unreadable:
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

    async def end_for_the_dead(self, job: JobEntry) -> None:
        """End a running job as its owner wants where the process that held it is gone and cannot."""
        if job.job_id not in self._running and has_died(job.lease_holder):
            await self._interrupt(job)

    async def _interrupt(self, job: JobEntry) -> None:
        """A job that spends money waits for its owner after its process died; one that was to be cancelled, is."""
        held = await self._taken(job)
        if held is None:
            return
        now, lease = held
        ended: dict[str, object] = {"status": "stopped", "stop_reason": "interrupted", "last_error": DIED}
        if now.wanted == "cancel":
            ended = {"status": "cancelled", "stop_reason": None, "finished_at": self._means.clock()}
            await drop_batches(self._means, await self._means.store.batches.open(job.id))
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
