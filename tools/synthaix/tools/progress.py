"""Where a job stands, in a sentence, and what to do about it."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from synthaix.tools.replies import Next
from synthaix.tools.views import inline, money, span

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.states import JobView

RUNNING = frozenset({"pending", "processing", "paused"})
WAIT_SECONDS = 20  # of the long poll that a reply suggests
PAUSED_POLL_SECONDS = 20.0
BATCH_POLL_SECONDS = 300.0  # a batch takes from minutes to a day

_WHY = {
    "provider_busy": "the model's provider is busy; it goes on by itself",
    "storage_full": "the disk is full; it goes on by itself once there is room",
    "store_unreachable": "the store cannot be reached; it goes on by itself",
    "budget": "the cap is spent; ask the user, then resume with a higher max_cost_usd",
    "estimate_off": "it would cost far more than estimated; ask the user, then resume",
    "infeasible": "so many distinct valid rows cannot exist under the schema",
    "exhausted": "no new distinct rows turn up; keep these rows or widen the schema",
    "provider_refused": "the model's provider refused; the operator checks key, quota and model, then resume",
    "interrupted": "its process ended; resume it to go on where it stands",
    "user": "it was paused; resume it to go on",
}


def headline(job: "JobView") -> str:
    """The job in a few sentences."""
    parts = [
        f"Job {job.job_id} is {job.status}: {job.rows_generated:,} of {job.total_rows:,} rows "
        f"({job.progress_percentage:g} %), {job.completed_chunks:,} of {job.total_chunks:,} chunks."
    ]
    why = _WHY.get(job.stop_reason or "")
    if why:
        parts.append(f"{job.stop_reason}: {why}.")
    if job.batch is not None and job.status in RUNNING:
        since = span(max(0.0, time.time() - job.batch.since)).removeprefix("about ")
        parts.append(f"It waits for a batch of {job.batch.calls:,} calls, sent {since} ago; that may take up to 24 h.")
    if len(job.tables) > 1:
        each = ", ".join(f"{inline(t.name, 40)} {t.rows_generated:,}/{t.total_rows:,}" for t in job.tables[:20])
        parts.append(f"Tables: {each}.")
    if job.status in RUNNING and job.rows_per_second:
        end = job.estimated_completion
        left = "" if end is None else f", done in {span(max(0.0, end - time.time()))}"
        parts.append(f"{job.rows_per_second:,.0f} rows/s{left}.")
    parts.append(f"{job.rows_deduplicated:,} duplicates and {job.rows_rejected:,} invalid candidates were replaced.")
    parts.append(_cost(job))
    if job.last_error:
        parts.append(f"Last error: {inline(job.last_error, 300)}")
    return " ".join(parts)


def quality_text(picture: Mapping[str, Any]) -> str:
    """What the report of a resting job found, in a sentence; nothing until it is made."""
    verdict = picture.get("quality", {}).get("verdict")
    if not verdict:
        return ""
    said = f" Quality: {verdict['invalid_rows']:,} invalid rows, {verdict['equal_rows']:,} equal ones"
    if verdict["tests"]:
        said += f", {verdict['tests_agree']} of {verdict['tests']} distributions as asked"
    return f"{said}."


def next_of(job: "JobView", *, wait: bool = True) -> Next:
    """The call that helps the job's owner on."""
    on = {"job_id": job.job_id}
    if job.status in RUNNING:
        return Next(tool="job_status", arguments={**on, "wait_seconds": WAIT_SECONDS} if wait else on)
    if job.status == "failed" or job.stop_reason in ("estimate_off", "provider_refused", "interrupted", "user"):
        return Next(tool="resume_job", arguments=on)
    if job.stop_reason == "budget" and job.cost.cap_usd is not None:
        return Next(tool="resume_job", arguments={**on, "max_cost_usd": round(max(job.cost.cap_usd * 2, 0.1), 2)})
    if job.stop_reason == "infeasible" and job.rows_generated == 0:
        return Next(tool="translate_schema", arguments={"base_schema_id": job.schema_id})
    return Next(tool="fetch_results", arguments={**on, "format": "csv"})


def poll_after(job: "JobView") -> float | None:
    """Seconds until looking again pays; None for a job that has ended."""
    if job.status not in RUNNING:
        return None
    if job.batch is not None:
        return BATCH_POLL_SECONDS
    if job.status == "paused":
        return PAUSED_POLL_SECONDS
    left = job.estimate.seconds_high if job.estimated_completion is None else job.estimated_completion - time.time()
    return round(min(20.0, max(1.0, left / 2)), 1)


def _cost(job: "JobView") -> str:
    if job.cost.calls == 0:
        return "It has cost nothing."
    cap = "no cap" if job.cost.cap_usd is None else f"cap {money(job.cost.cap_usd)}"
    return f"Spent: {money(job.cost.spent_usd)} ({cap}; {job.cost.calls:,} calls)."
