"""resume_job: let a stopped job go on."""

from typing import Annotated, Any

from fastmcp import Context
from fastmcp.tools import ToolResult
from mcp.types import InputRequiredResult
from pydantic import Field

from synthaix.tools.answers import answer
from synthaix.tools.arguments import Cap, ConfirmToken, JobId, Whole
from synthaix.tools.calls import engine_of, gate_of, owner_of
from synthaix.tools.confirmation import Declined, Question
from synthaix.tools.definition import defined
from synthaix.tools.replies import Next, StartedJob, iso
from synthaix.tools.start_generation import declined, started


@defined("Resume a job", reply=StartedJob, world=True)
async def resume_job(
    ctx: Context,
    job_id: JobId,
    max_cost_usd: Cap = None,
    total_rows: Annotated[
        Whole | None, Field(description="New number of rows.", examples=[2000], json_schema_extra={"minimum": 1})
    ] = None,
    confirm_token: ConfirmToken = None,
) -> ToolResult | InputRequiredResult:
    """Resume a stopped, paused or failed job where it stands, keeping every committed row.

    Use when job_status says stopped or failed and its cause is cured. A higher cap or more rows than agreed answers
    confirmation_required first: show it to the user, and call again with the token after an explicit yes. Spends
    within the cap. Next: job_status.
    """
    outcome = await gate_of(ctx).resume(
        ctx, engine_of(ctx), job_id, owner=owner_of(ctx), max_cost_usd=max_cost_usd, total_rows=total_rows,
        confirm_token=confirm_token,
    )  # fmt: skip
    if isinstance(outcome, InputRequiredResult):
        return outcome
    if isinstance(outcome, Declined):
        return declined(outcome, job_id)
    if isinstance(outcome, Question):
        return _asked(outcome, max_cost_usd, total_rows)
    return started(outcome, f"It goes on from {outcome.rows_generated:,} rows.")


def _asked(question: Question, max_cost_usd: float | None, total_rows: int | None) -> ToolResult:
    job = question.job
    message = "Not resumed. Ask the user; call again with confirm_token only after an explicit yes."
    arguments: dict[str, Any] = {"job_id": job.job_id, "max_cost_usd": max_cost_usd, "total_rows": total_rows}
    given = {name: value for name, value in arguments.items() if value is not None}
    reply = StartedJob(
        status="confirmation_required",
        job_id=job.job_id,
        schema_id=job.schema_id,
        total_rows=total_rows or job.total_rows,
        message=message,
        confirm_token=question.confirm_token,
        expires_at=iso(question.expires_at),
        summary=question.summary,
        next=Next(tool="resume_job", arguments=given | {"confirm_token": question.confirm_token}),
    )
    return answer(reply, f"{message}\n\n{question.summary}")

