"""list_jobs: which jobs there are."""

from typing import TYPE_CHECKING, Annotated, Any

from fastmcp import Context
from fastmcp.tools import ToolResult
from pydantic import Field

from synthaix.orchestration.engine import Engine
from synthaix.tools.answers import answer
from synthaix.tools.arguments import Cursor, JobState, Limit
from synthaix.tools.calls import engine_of, owner_of
from synthaix.tools.definition import defined
from synthaix.tools.replies import JobList, ListedJob, Next, iso
from synthaix.tools.views import table

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.states import JobView

MOST_BYTES = 1_700  # of the jobs on a page: a list is glanced at


@defined("List jobs", reply=JobList, reads=True, repeats=True)
async def list_jobs(
    ctx: Context,
    status: Annotated[JobState | None, Field(description="Only these.")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> ToolResult:
    """List the caller's jobs, newest first: id, status, rows.

    Use to find a job_id that was lost with its conversation, or what still runs. Shows no rows and changes nothing.
    Next: job_status or fetch_results with one of the ids.
    """
    jobs, following = await _page(engine_of(ctx), owner_of(ctx), status, cursor, limit)
    arguments: dict[str, Any] = {"cursor": following, "limit": limit}
    if status is not None:
        arguments["status"] = status
    then = Next(tool="list_jobs", arguments=arguments) if following else _first(jobs)
    reply = JobList(jobs=jobs, next_cursor=following, next=then)
    if not jobs:
        return answer(reply, "There are no such jobs.")
    lines = [(job.job_id, job.status + (f" ({job.stop_reason})" if job.stop_reason else ""),
              f"{job.rows_generated:,} of {job.total_rows:,}", job.created_at) for job in jobs]  # fmt: skip
    return answer(reply, table(("job_id", "status", "rows", "created"), lines))


async def _page(
    engine: Engine, owner: str, status: str | None, cursor: str | None, limit: int
) -> tuple[list[ListedJob], str | None]:
    """At most `limit` jobs, fewer when they do not fit, and the cursor of what follows them."""
    views, following = await engine.jobs(owner=owner, status=status, cursor=cursor, limit=limit)
    jobs, size = [_listed(view) for view in views], 0
    for fitting, job in enumerate(jobs):
        size += len(job.model_dump_json(exclude_none=True)) + 1
        if size > MOST_BYTES and fitting:
            views, following = await engine.jobs(owner=owner, status=status, cursor=cursor, limit=fitting)
            return [_listed(view) for view in views], following
    return jobs, following


def _first(jobs: list[ListedJob]) -> Next | None:
    return Next(tool="job_status", arguments={"job_id": jobs[0].job_id}) if jobs else None


def _listed(job: "JobView") -> ListedJob:
    return ListedJob(
        job_id=job.job_id,
        status=job.status,  # type: ignore[arg-type]  # the engine's states are the contract's
        stop_reason=job.stop_reason,
        total_rows=job.total_rows,
        rows_generated=job.rows_generated,
        created_at=iso(job.created_at),
    )
