"""job_status: how far a job is and what it has cost."""

import math
from typing import TYPE_CHECKING, Annotated

import anyio
from fastmcp import Context
from fastmcp.tools import ToolResult
from pydantic import Field

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, SynthAIxError
from synthaix.tools.answers import answer
from synthaix.tools.arguments import JobId, ReplyFormat
from synthaix.tools.calls import engine_of, owner_of, way_of
from synthaix.tools.definition import defined
from synthaix.tools.progress import RUNNING, headline, next_of, poll_after, quality_text
from synthaix.tools.replies import JobStatus, Results
from synthaix.tools.views import few_rows, rows_text

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.states import JobView

MOST_WAIT_SECONDS = 25.0
NEWS_SECONDS = 1.0  # between progress notifications
PREVIEW_BYTES = 600


@defined("Look at a job", reply=JobStatus, reads=True, repeats=True)
async def job_status(
    ctx: Context,
    job_id: JobId,
    wait_seconds: Annotated[
        float,
        Field(
            description="Wait so long for a change of status.",
            examples=[20],
            json_schema_extra={"minimum": 0, "maximum": 25},
        ),
    ] = 0,
    response_format: ReplyFormat = "concise",
) -> ToolResult:
    """Report how far a job is, what it has cost, and where its rows are.

    Use after start_generation, every poll_after_seconds; wait_seconds waits here instead and returns early when the
    status changes. Makes and changes nothing. Not for reading rows: once completed or stopped, that is fetch_results.
    """
    engine, owner = engine_of(ctx), owner_of(ctx)
    if not 0 <= wait_seconds <= MOST_WAIT_SECONDS:
        raise ArgumentInvalid("wait_seconds is a number from 0 to 25.", field="wait_seconds")
    job = await _watched(ctx, engine, job_id, owner, wait_seconds)
    reply = JobStatus.of(job, detailed=response_format == "detailed")
    reply.poll_after_seconds = poll_after(job)
    reply.next = next_of(job)
    text = headline(job)
    if response_format == "detailed":
        picture = await engine.picture(job_id, owner=owner)
        reply.detail = (reply.detail or {}) | picture
        text += quality_text(picture)
    if job.status not in RUNNING and job.rows_generated:
        reply.results, shown = await _results(engine, job, owner)
        downloads = way_of(ctx).downloads
        if downloads is not None:
            reply.results.download_url = f"{downloads()}/{(await engine.address(job_id, owner=owner))[0]}"
            shown += f"\n\nAs CSV: {reply.results.download_url}"
        text += shown
    return answer(reply, text)


async def _watched(ctx: Context, engine: Engine, job_id: str, owner: str, wait_seconds: float) -> "JobView":
    """The job after its status changed or the time is over; meanwhile the host hears how far it is."""
    job = await engine.status(job_id, owner=owner)
    before, deadline = job.status, anyio.current_time() + wait_seconds
    while job.status == before and job.status in RUNNING:
        left = deadline - anyio.current_time()
        if left <= 0:
            break
        await ctx.report_progress(job.rows_generated, job.total_rows, f"{job.rows_generated:,} rows")
        job = await engine.status(job_id, owner=owner, wait_seconds=min(left, NEWS_SECONDS))
    if wait_seconds:
        await ctx.report_progress(job.rows_generated, job.total_rows, f"{job.rows_generated:,} rows, {job.status}")
    return job


async def _results(engine: Engine, job: "JobView", owner: str) -> tuple[Results, str]:
    """Where the rows are, and the first three."""
    uri, report_uri = (f"synthaix://jobs/{job.job_id}/{part}" for part in ("rows", "report"))
    try:
        page = await engine.page(job.job_id, owner=owner, limit=3)
    except SynthAIxError:  # the status is what was asked for; fetch_results will say what is wrong with the rows
        return Results(uri=uri, report_uri=report_uri, rows=job.rows_generated), ""
    results = Results(uri=uri, report_uri=report_uri, rows=page.rows_total, preview=few_rows(page.rows, PREVIEW_BYTES))
    return results, f"\n\n{rows_text(page.rows, math.floor(1.5 * PREVIEW_BYTES), 3)}"
