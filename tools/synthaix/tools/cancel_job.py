"""cancel_job: end a job, or pause it."""

from typing import Annotated

from fastmcp import Context
from fastmcp.tools import ToolResult
from pydantic import Field

from synthaix.tools.answers import answer
from synthaix.tools.arguments import JobId
from synthaix.tools.calls import engine_of, owner_of
from synthaix.tools.definition import defined
from synthaix.tools.progress import RUNNING, next_of
from synthaix.tools.replies import EndedJob


@defined("Cancel or pause a job", reply=EndedJob, destroys=True, repeats=True)
async def cancel_job(
    ctx: Context,
    job_id: JobId,
    resumable: Annotated[bool, Field(description="Only pause; resume_job goes on.")] = False,
) -> ToolResult:
    """Cancel a job for good, or pause it with resumable=true; its committed rows stay either way.

    Use when the user wants it to stop. Calls in flight are paid, nothing more is spent. Does not delete rows. Next:
    fetch_results for the rows it made, or resume_job for a paused one.
    """
    job = await engine_of(ctx).cancel(job_id, owner=owner_of(ctx), resumable=resumable)
    wished = "paused" if resumable else "cancelled"
    message = f"Job {job.job_id} is {job.status}; its {job.rows_generated:,} of {job.total_rows:,} rows stay."
    if job.status in RUNNING:
        message = f"Job {job.job_id} will be {wished} within seconds; job_status tells when."
    reply = EndedJob(
        job_id=job.job_id,
        status=job.status,  # type: ignore[arg-type]  # the engine's states are the contract's
        stop_reason=job.stop_reason,
        total_rows=job.total_rows,
        rows_generated=job.rows_generated,
        message=message,
        next=next_of(job),
    )
    return answer(reply, message)
