"""`synthaix jobs`: what there is, one of them, and rid of them."""

from typing import TYPE_CHECKING, Any

import anyio.to_thread

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.server.delivering import deliver, show_plan
from synthaix.server.files import check_target, file_lines, files_of, format_of, write_files
from synthaix.server.generating import followed, rows_made
from synthaix.server.running import DONE, NOT_DONE, OWNER, Declined
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings
from synthaix.server.wish import Wish
from synthaix.tools.progress import headline
from synthaix.tools.replies import JobStatus

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.states import JobView


async def show_list(engine: Engine, screen: Screen, settings: Settings, status: str | None, limit: int) -> int:
    """The newest jobs."""
    jobs, more = await engine.jobs(owner=OWNER, status=status, limit=limit)
    screen.answer({"jobs": [JobStatus.of(job).plain() for job in jobs], "more": more is not None})
    if jobs:
        screen.jobs(jobs)
        if more is not None:
            screen.say(f"These are the newest {len(jobs)}; there are more (--limit, at most 100).")
    else:
        screen.say("There are no jobs.")
    return DONE


async def show_one(engine: Engine, screen: Screen, settings: Settings, job_id: str) -> int:
    """A job with its first rows and its quality."""
    job = await named(engine, job_id)
    shown = JobStatus.of(job, detailed=True).plain()
    screen.say(headline(job))
    if job.rows_generated:
        screen.rows((await engine.page(job.job_id, owner=OWNER, limit=5)).rows, "the first rows")
        made = [table.name for table in job.tables if table.rows_generated]
        summaries = [await engine.summary(job.job_id, owner=OWNER, table=name) for name in made]
        for summary in summaries:
            screen.summary(summary)
        shown["summaries"] = [summary.plain() for summary in summaries]
    screen.answer(shown)
    return DONE


async def export(engine: Engine, screen: Screen, settings: Settings, job_id: str, wish: Wish) -> int:
    """Write a job's committed rows to files, as `generate` would, or into a database."""
    if wish.files:
        format_of(wish)
        await anyio.to_thread.run_sync(check_target, wish)
    job = await named(engine, job_id)
    delivered = {} if wish.to is None else await _into_database(engine, screen, job, wish.to, wish)
    files = await write_files(engine, job, wish)
    screen.answer({"job_id": job.job_id, "files": files_of(files)} | delivered)
    if not wish.files:
        return DONE
    if screen.quiet and not screen.json:
        for each in files:
            screen.path(each.path)
    for line in file_lines(files) or ["The job has no rows yet."]:
        screen.say(line)
    return DONE if files else NOT_DONE


async def _into_database(
    engine: Engine, screen: Screen, job: "JobView", address: str, wish: Wish
) -> dict[str, Any]:  # fmt: skip
    proposal = await engine.proposal(job.schema_id, owner=OWNER)
    where = await show_plan(screen, proposal.draft.schema, address, append=wish.append)
    if not wish.yes and not screen.ask(f"Write {rows_made(job)} into {where}?"):
        raise Declined("Nothing was written.")
    return await deliver(engine, screen, job.job_id, address, append=wish.append)


async def resume(
    engine: Engine, screen: Screen, settings: Settings, job_id: str, rows: int | None, max_cost_usd: float | None
) -> int:  # fmt: skip
    """Go on with a job that was stopped, or whose process died, to its end."""
    job = await named(engine, job_id)
    job = await engine.resume(job.job_id, owner=OWNER, total_rows=rows, max_cost_usd=max_cost_usd)
    job = await followed(engine, screen, job)
    screen.answer(JobStatus.of(job).plain())
    screen.say(headline(job))
    return DONE if job.status == "completed" else NOT_DONE


async def cancel(engine: Engine, screen: Screen, settings: Settings, job_id: str) -> int:
    """End a job for good; its rows stay."""
    job = await named(engine, job_id)
    job = await engine.cancel(job.job_id, owner=OWNER)
    screen.answer(JobStatus.of(job).plain())
    screen.say(headline(job))
    return DONE


async def remove(engine: Engine, screen: Screen, settings: Settings, job_ids: list[str], yes: bool) -> int:
    """Delete jobs, with their rows and files."""
    jobs = [await named(engine, job_id) for job_id in dict.fromkeys(job_ids)]
    rows = sum(job.rows_generated for job in jobs)
    if not yes and not screen.ask(f"Delete {_jobs(len(jobs))} with {rows:,} rows and their files?"):
        raise Declined("Nothing was deleted.")
    for job in jobs:
        await engine.remove(job.job_id, owner=OWNER)
    screen.answer({"removed": [job.job_id for job in jobs]})
    screen.say(f"Deleted {_jobs(len(jobs))} with {rows:,} rows.")
    return DONE


async def remove_old(engine: Engine, screen: Screen, settings: Settings, days: float, yes: bool) -> int:
    """Delete what nothing has touched for so many days, proposals too."""
    if not yes and not screen.ask(f"Delete every job and proposal untouched for {days:g} days?"):
        raise Declined("Nothing was deleted.")
    removed = await engine.sweep(days, owner=OWNER)
    screen.answer({"removed": removed})
    screen.say(f"Deleted {_jobs(len(removed))}.")
    return DONE


async def named(engine: Engine, beginning: str) -> "JobView":
    """The one job whose id is this, or begins with it. Raises JobNotFound, ArgumentInvalid."""
    found = await engine.ids("job", owner=OWNER, prefix=beginning)
    if len(found) > 1 and beginning not in found:
        raise ArgumentInvalid("Several jobs' ids begin so.", field="JOB_ID", allowed=found[:10])
    return await engine.status(found[0] if len(found) == 1 else beginning, owner=OWNER)


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
