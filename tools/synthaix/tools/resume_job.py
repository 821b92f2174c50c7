"""resume_job: let a stopped job go on."""

from typing import TYPE_CHECKING, Annotated, Any

from fastmcp import Context
from fastmcp.tools import ToolResult
from pydantic import Field

from synthaix.tools.answers import answer
from synthaix.tools.arguments import Cap, ConfirmToken, JobId, Whole
from synthaix.tools.calls import engine_of, gate_of, owner_of
from synthaix.tools.confirmation import Question
from synthaix.tools.definition import defined
from synthaix.tools.replies import Next, StartedJob, iso
from synthaix.tools.start_generation import started
from synthaix.tools.views import money

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.states import JobView


@defined("Resume a job", reply=StartedJob, world=True)
async def resume_job(
    ctx: Context,
    job_id: JobId,
    max_cost_usd: Cap = None,
    total_rows: Annotated[
        Whole | None, Field(description="New number of rows.", examples=[2000], json_schema_extra={"minimum": 1})
    ] = None,
    confirm_token: ConfirmToken = None,
) -> ToolResult:
    """Resume a stopped, paused or failed job where it stands, keeping every committed row.

    Use when job_status says stopped or failed and its cause is cured. A higher cap or more rows than agreed answers
    confirmation_required first: show it to the user, and call again with the token after an explicit yes. Spends
    within the cap. Next: job_status.
    """
    outcome = await gate_of(ctx).resume(
        engine_of(ctx), job_id, owner=owner_of(ctx), max_cost_usd=max_cost_usd, total_rows=total_rows,
        confirm_token=confirm_token,
    )  # fmt: skip
    if isinstance(outcome, Question):
        return _asked(outcome, max_cost_usd, total_rows)
    return started(outcome, f"It goes on from {outcome.rows_generated:,} rows.")


def _asked(question: Question, max_cost_usd: float | None, total_rows: int | None) -> ToolResult:
    job = question.job
    message = "Not resumed. Ask the user; call again with confirm_token only after an explicit yes."
    summary = _summary(job, max_cost_usd, total_rows)
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
        summary=summary,
        next=Next(tool="resume_job", arguments=given | {"confirm_token": question.confirm_token}),
    )
    return answer(reply, f"{message}\n\n{summary}")


def _summary(job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> str:
    lines = [f"Job {job.job_id} is {job.status} with {job.rows_generated:,} of {job.total_rows:,} rows."]
    if max_cost_usd is not None:
        lines.append(f"It has cost {money(job.cost.spent_usd)}; its cap would go from {money(job.cost.cap_usd)} "
                     f"to {money(max_cost_usd)}.")  # fmt: skip
    if total_rows is not None:
        lines.append(f"Its number of rows would go from {job.total_rows:,} to {total_rows:,}.")
    return " ".join(lines)
