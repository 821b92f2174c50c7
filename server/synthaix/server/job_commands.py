"""`synthaix jobs`: what there is, one of them, and rid of them."""

from synthaix.orchestration.engine import Engine
from synthaix.server.running import DONE, OWNER, Declined
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings
from synthaix.tools.progress import headline
from synthaix.tools.replies import JobStatus, iso


async def show_list(engine: Engine, screen: Screen, settings: Settings, status: str | None, limit: int) -> int:
    """The newest jobs."""
    jobs, _ = await engine.jobs(owner=OWNER, status=status, limit=limit)
    screen.answer({"jobs": [JobStatus.of(job).plain() for job in jobs]})
    if not jobs:
        screen.say("There are no jobs.")
    lines = [
        {
            "job": job.job_id,
            "status": job.status + (f" ({job.stop_reason})" if job.stop_reason else ""),
            "rows": f"{job.rows_generated:,} of {job.total_rows:,}",
            "created": iso(job.created_at),
        }
        for job in jobs
    ]
    screen.rows(lines, f"{len(jobs)} jobs")
    return DONE


async def show_one(engine: Engine, screen: Screen, settings: Settings, job_id: str) -> int:
    """A job with its first rows and its quality."""
    job = await engine.status(job_id, owner=OWNER)
    shown = JobStatus.of(job, detailed=True).plain()
    screen.say(headline(job))
    if job.rows_generated:
        screen.rows((await engine.page(job_id, owner=OWNER, limit=5)).rows, "the first rows")
        report = await engine.report(job_id, owner=OWNER)
        screen.report(report)
        shown["report"] = report.plain()
    screen.answer(shown)
    return DONE


async def remove(engine: Engine, screen: Screen, settings: Settings, job_ids: list[str], yes: bool) -> int:
    """Delete jobs, with their rows and files."""
    jobs = [await engine.status(job_id, owner=OWNER) for job_id in job_ids]
    rows = sum(job.rows_generated for job in jobs)
    if not yes and not screen.ask(f"Delete {len(jobs)} jobs with {rows:,} rows and their files?"):
        raise Declined
    for job in jobs:
        await engine.remove(job.job_id, owner=OWNER)
    screen.answer({"removed": [job.job_id for job in jobs]})
    screen.say(f"Deleted {len(jobs)} jobs with {rows:,} rows.")
    return DONE
