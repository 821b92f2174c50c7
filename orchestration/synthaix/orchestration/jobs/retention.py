"""What is kept and for how long: deleting frees the disk, not only the list.

A job goes with its rows, replies, ledger, vectors and files. Jobs that run are never deleted; those that wait to go on
are, once they are older than the limit.
"""

import logging
import shutil
from collections.abc import Sequence

import anyio
import anyio.to_thread

from synthaix.orchestration.errors import JobBusy, StorageError, SynthAIxError
from synthaix.orchestration.jobs.running.economy import drop_batches
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.states import ENDED, RESUMABLE
from synthaix.orchestration.results.places import RemotePath
from synthaix.orchestration.store.jobs import JobEntry

log = logging.getLogger(__name__)

DAY_SECONDS = 86_400.0
LOOK_SECONDS = 3_600.0  # between looks for what is older than the limit


class Retention:
    """Deletes jobs that are not running, and what nobody needs any more."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def remove(self, job: JobEntry) -> None:
        """Delete a job with everything that was made for it. Raises JobBusy: it runs, or another one extends it."""
        if not await self._removed(job.id, job.job_id):
            later = await self._means.store.extensions.later(job.id)
            raise JobBusy(
                f"{_named(later)} must not repeat the rows of this job, so they are kept as long as that is. "
                "Delete that first."
                if later
                else "The job is running. Cancel it first."
            )
        await self._means.store.database.shrink()

    async def sweep(self, days: float, *, owner: str | None) -> list[str]:
        """Delete what has not been touched for so many days; returns the ids of the jobs.

        A job that another one extends stays as long as that one; the newest go first. Everybody's includes what a model
        answered without a job, to translations, previews and checks: that names no owner.

        Args:
            owner: whose; everybody's when None.
        """
        before = self._means.clock() - days * DAY_SECONDS
        old = await self._means.store.jobs.idle_since(before, (*RESUMABLE, *ENDED), owner=owner)
        gone = [job_id for job, job_id in old if await self._removed(job, job_id)]
        drafts = await self._means.store.drafts.remove_before(before, owner=owner)
        answers = await self._means.store.replies.remove_before(before) if owner is None else 0
        if gone or drafts or answers:
            await self._means.store.database.shrink()
            said = "deleted %d jobs, %d proposals and %d replies without a job that were older than %g days"
            log.info(said, len(gone), drafts, answers, days)
        return gone

    async def serve(self) -> None:
        """Look again and again, where the settings name a limit."""
        days = self._means.config.keep_days
        while days is not None:
            try:
                await self.sweep(days, owner=None)
            except StorageError as exc:
                log.warning("old jobs could not be deleted: %s", exc.code)
            await anyio.sleep(LOOK_SECONDS)

    async def _removed(self, job: int, job_id: str) -> bool:
        begun = await self._means.store.batches.open(job)
        if await self._means.store.extensions.later(job):
            return False
        if self._means.chroma is not None:  # first, since what is left on a server would be nobody's
            entry = await self._means.store.jobs.find(job_id, owner=None)
            if entry is not None and entry.status in (*RESUMABLE, *ENDED):  # one that goes on makes them again
                await anyio.to_thread.run_sync(self._means.vectors_of(job_id).drop)
        if not await self._means.store.jobs.remove(job, (*RESUMABLE, *ENDED)):
            return False
        await drop_batches(self._means, begun)
        await anyio.to_thread.run_sync(self._remove_files, job_id)
        return True

    def _remove_files(self, job_id: str) -> None:
        kept = self._means.files_of(job_id)
        if isinstance(kept, RemotePath):
            try:
                kept.remove()
            except SynthAIxError as exc:
                log.warning("the files of a deleted job are still where files are kept: %s", exc.message)
        for folder in (self._means.workshop_of(job_id), self._means.config.home / "vectors" / job_id):
            shutil.rmtree(folder, ignore_errors=True)  # it may never have been there


def _named(job_ids: Sequence[str]) -> str:
    return job_ids[0] if len(job_ids) == 1 else f"{job_ids[0]} and {len(job_ids) - 1} more"
