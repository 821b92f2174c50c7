"""One job from its lease to its end: a heartbeat beside the run, and a status for every way to end."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import anyio

from synthaix.orchestration.errors import (
    Infeasible,
    LeaseLost,
    ProviderBusy,
    ProviderRefused,
    StorageError,
    StorageFull,
    SynthAIxError,
)
from synthaix.orchestration.jobs.running.economy import drop_batches
from synthaix.orchestration.jobs.running.lease import Lease
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.table_run import Exhausted
from synthaix.orchestration.jobs.states import PauseReason, Status, Stopped, StopReason
from synthaix.orchestration.store.jobs import JobEntry
from synthaix.orchestration.watching import Fact

log = logging.getLogger(__name__)

HEARTBEATS = 4  # in the time of a lease
PAUSE_SECONDS = 1.0  # first wait while a disk is full, a store away, or a provider down
LONGEST_PAUSE_SECONDS = 15.0


class Run(Protocol):
    """A job's work."""

    async def run(self) -> None:
        """Returns when every table is full."""

    def drain(self) -> float:
        """Begin nothing more that costs. Returns the seconds that what is in flight may take; 0: nothing is."""

    async def finish(self) -> None:
        """Do what nobody waits for, once the job is completed."""

    async def aclose(self) -> None:
        """Let go of what it holds."""


@dataclass(frozen=True, slots=True)
class _End:
    """How a job leaves its worker."""

    status: Status
    reason: StopReason | None = None
    sentence: str | None = None


_WANTED = {"cancel": _End("cancelled"), "pause": _End("stopped", "user")}


class Worker:
    """Runs one job that this process holds.

    Args:
        run: makes and commits the rows.
        on_pause: told why the job waits, None when it goes on; the store itself may be what is away.
    """

    def __init__(
        self,
        means: Means,
        job: JobEntry,
        lease: Lease,
        run: Run,
        on_pause: Callable[[PauseReason | None], None],
    ) -> None:
        self._means = means
        self._started_at = job.started_at or means.clock()
        self._lease = lease
        self._run = run
        self._on_pause = on_pause
        self._wake = anyio.Event()
        self._scope = anyio.CancelScope()
        self._end: _End | None = None

    def look(self) -> None:
        """Ask the store now what the owner wants, instead of at the next heartbeat."""
        self._wake.set()

    async def run(self) -> None:
        """Run until the job ends, waits for someone, or another process takes it over."""
        facts: dict[str, Fact] = {"job_id": self._lease.job_id, "status": "cut_off"}
        with self._means.config.watch.during("job", facts):
            try:
                async with anyio.create_task_group() as group:
                    group.start_soon(self._heartbeat)
                    with self._scope:
                        self._end = await self._to_the_end()
                    group.cancel_scope.cancel()
            finally:
                with anyio.CancelScope(shield=True):
                    await self._close()
            facts["status"] = "taken_over" if self._end is None else self._end.status
            if self._end is None:
                log.warning("job taken over by another process: %s", self._lease.job_id)
            else:
                facts["stop_reason"] = self._end.reason or ""

    @property
    def has_ended(self) -> bool:
        """Whether the job has, though its index may still be written."""
        return self._end is not None and self._end.status == "completed"

    async def _close(self) -> None:
        """Write how the job ended. Nobody waits for the index of a completed one; the lease covers it to its end."""
        if self._end is not None and self._end.status == "completed":
            await self._leave(self._end)
            await self._finish()
            await self._run.aclose()
            with suppress(StorageError):
                await self._means.store.jobs.release(self._lease.job, token=self._lease.token)
            return
        await self._run.aclose()
        if self._end is not None:
            await self._leave(self._end)

    async def _finish(self) -> None:
        try:
            await self._run.finish()
        except Exception as exc:
            log.warning("the index of %s lacks its last rows", self._lease.job_id, exc_info=exc)

    async def _heartbeat(self) -> None:
        """Renew the lease, and end the run when the owner asks for it or the lease is lost."""
        seconds = self._means.config.lease_seconds
        while True:
            with anyio.move_on_after(seconds / HEARTBEATS):
                await self._wake.wait()
            self._wake = anyio.Event()
            try:
                wanted = await self._means.store.jobs.renew(self._lease.job, token=self._lease.token, seconds=seconds)
            except LeaseLost:
                self._scope.cancel()
                return
            except StorageError:
                continue
            if wanted not in _WANTED or (wanted == "pause" and self._end is not None):
                continue
            self._end = _WANTED[wanted]
            seconds = self._run.drain() if wanted == "pause" else 0.0
            if not seconds:
                self._scope.cancel()
                return
            self._scope.deadline = anyio.current_time() + seconds

    async def _to_the_end(self) -> _End | None:
        wait = PAUSE_SECONDS
        while True:
            try:
                await self._change(status="processing", stop_reason=None, started_at=self._started_at)
                self._on_pause(None)
                await self._run.run()
            except Exception as exc:  # noqa: BLE001 - the outer loop: one job's fault must not end the others
                cause = _cause(exc)
                if isinstance(cause, LeaseLost):
                    return None
                if not isinstance(cause, ProviderBusy | StorageError):
                    return _end_after(cause, self._lease.job_id)
                await self._pause(cause, max(wait, cause.retry_after_seconds or 0.0))
                wait = min(wait * 1.5, LONGEST_PAUSE_SECONDS)
            else:
                return _End("completed")

    async def _pause(self, cause: SynthAIxError, seconds: float) -> None:
        reason: PauseReason = "store_unreachable"
        if isinstance(cause, ProviderBusy):
            reason = "provider_busy"
        elif isinstance(cause, StorageFull):
            reason = "storage_full"
        self._on_pause(reason)
        try:
            await self._change(status="paused", stop_reason=reason, last_error=cause.message)
        except StorageError:
            log.warning("job %s waits: %s", self._lease.job_id, reason)
        await anyio.sleep(seconds)

    async def _leave(self, end: _End) -> None:
        """Write how the job ended and, unless its index is still to be written, give the lease back."""
        ended: dict[str, object] = {
            "status": end.status, "stop_reason": end.reason, "wanted": None, "last_error": end.sentence,
        }  # fmt: skip
        if end.status != "completed":
            ended["lease_expires"] = 0.0
        if end.status in ("completed", "cancelled"):
            ended["finished_at"] = self._means.clock()
        with anyio.CancelScope(shield=True):
            try:
                if end.status in ("completed", "cancelled"):
                    await drop_batches(self._means, await self._means.store.batches.open(self._lease.job))
                await self._means.store.jobs.change(self._lease.job, token=self._lease.token, **ended)
            except (LeaseLost, StorageError) as exc:
                log.warning("job %s could not be closed: %s", self._lease.job_id, exc.code)

    async def _change(self, **values: object) -> None:
        await self._means.store.jobs.change(self._lease.job, token=self._lease.token, **values)


def _cause(error: BaseException) -> BaseException:
    """The most telling one of the errors that ended a run."""
    leaves = list(_leaves(error))
    return min(leaves, key=_rank)


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def _rank(error: BaseException) -> int:
    if isinstance(error, LeaseLost):
        return 0
    if isinstance(error, ProviderBusy | StorageError):
        return 3
    return 2 if isinstance(error, SynthAIxError | Exhausted) else 1


def _end_after(cause: BaseException, job_id: str) -> _End:
    match cause:
        case Stopped():
            return _End("stopped", cause.reason, cause.message)
        case Exhausted():
            return _End("stopped", "exhausted", "Several rounds found no further distinct valid row, or hardly any.")
        case ProviderRefused():
            return _End("stopped", "provider_refused", cause.message)
        case Infeasible():
            return _End("stopped", "infeasible", cause.message)
    trace_id = secrets.token_hex(8)
    log.error("job %s failed, trace %s", job_id, trace_id, exc_info=cause)
    return _End("failed", None, f"An internal fault (trace {trace_id}). resume_job tries again.")
