"""`synthaix generate`: a sentence or a schema, the user's yes, a live bar, files."""

import json
import secrets
import time
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.jobs.order import MOST_WORKERS, Order, whole_number
from synthaix.server.delivering import deliver, show_plan
from synthaix.server.files import File, check_target, file_lines, files_of, format_of, write_files
from synthaix.server.running import DONE, INTERRUPTED, NOT_DONE, OWNER, Declined
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings
from synthaix.server.wish import Wish
from synthaix.tools.progress import RUNNING, headline
from synthaix.tools.views import money, rows_said

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.proposals import Proposal
    from synthaix.orchestration.jobs.states import JobView

LOOK_SECONDS = 0.15  # between two looks at the job
BATCH_LOOK_SECONDS = 5.0  # the same, while it waits for a batch


async def generate_rows(engine: Engine, screen: Screen, settings: Settings, wish: Wish) -> int:
    """The whole command."""
    began = time.monotonic()
    check_wish(wish, settings)
    if wish.files:
        format_of(wish)
        await anyio.to_thread.run_sync(check_target, wish)
    proposal = await propose(engine, wish)
    screen.proposal(proposal)
    order = order_of(proposal, wish)
    quote = await engine.quote(order, owner=OWNER)
    screen.estimate(proposal, quote)
    where = ""
    if wish.to is not None:
        where = f", into {await show_plan(screen, proposal.draft.schema, wish.to, append=wish.append)}"
    if not wish.yes and not screen.ask(f"Make {rows_said(quote.tables)}{where}?"):
        raise Declined("Nothing was started.")
    job = await follow(engine, screen, order)
    files = await write_files(engine, job, wish)
    delivered = await deliver_rows(engine, screen, job, wish)
    seconds = time.monotonic() - began
    screen.answer(answer_of(job, files, seconds) | delivered)
    _close(screen, job, files, seconds)
    return _status(job)


async def propose(engine: Engine, wish: Wish) -> "Proposal":
    """The schema that the wish leads to."""
    if wish.schema is None:
        return await engine.translate(owner=OWNER, prompt=wish.request, context=wish.context)
    text = await anyio.Path(wish.schema).read_text("utf-8")
    try:
        return await engine.translate(owner=OWNER, schema=json.loads(text))
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise ArgumentInvalid(f"The file is not JSON: {where}.", field="--schema") from None


def order_of(proposal: "Proposal", wish: Wish) -> Order:
    """The order; the number of rows as given, else as the request says. Raises ArgumentInvalid."""
    rows = wish.rows or proposal.draft.inferred_count
    if rows is None:
        raise ArgumentInvalid("The request names no number of rows; add --rows.", field="--rows")
    seed = secrets.randbits(63) if wish.seed is None else wish.seed  # the quote and the job draw the same children
    return Order(
        rows, schema_id=proposal.schema_id, extend=wish.extend, seed=seed, max_cost_usd=wish.max_cost_usd,
        max_workers=wish.workers, mode=wish.mode,
    )  # fmt: skip


async def follow(engine: Engine, screen: Screen, order: Order) -> "JobView":
    """Start the job and run it to its end under a live bar."""
    return await followed(engine, screen, await engine.start(order, owner=OWNER, confirmed=True))


async def followed(engine: Engine, screen: Screen, job: "JobView") -> "JobView":
    """The job at its end, under a live bar; an interrupted one is paused, not lost."""
    try:
        with screen.progress(job.total_rows) as bar:
            while job.status in RUNNING:
                bar.show(job)
                await anyio.sleep(LOOK_SECONDS if job.batch is None else BATCH_LOOK_SECONDS)
                job = await engine.status(job.job_id, owner=OWNER)
            bar.show(job)
    except anyio.get_cancelled_exc_class():
        with anyio.move_on_after(3, shield=True):
            job = await engine.cancel(job.job_id, owner=OWNER, resumable=True)
        screen.say(f"{job.rows_generated:,} rows are kept. Go on with: synthaix jobs resume {job.job_id}")
        raise
    return job


async def deliver_rows(engine: Engine, screen: Screen, job: "JobView", wish: Wish) -> dict[str, Any]:
    """The rows of a completed job into the database that the user named."""
    if wish.to is None:
        return {}
    if job.status != "completed":
        screen.say(f"The job is {job.status}; its rows are not in the database. Later: synthaix jobs export --to")
        return {"rows_delivered": 0}
    try:
        return await deliver(engine, screen, job.job_id, wish.to, append=wish.append)
    except ArgumentInvalid:
        screen.say(f"The rows are kept in job {job.job_id}; later: synthaix jobs export {job.job_id} --to ...")
        raise


def check_wish(wish: Wish, settings: Settings) -> None:
    """Refuse at once what would be refused later. Raises ArgumentInvalid."""
    whole_number("--rows", wish.rows, 1, settings.max_rows)
    whole_number("--workers", wish.workers, 1, MOST_WORKERS)
    most = settings.max_cost_usd
    if wish.max_cost_usd is not None and most is not None and wish.max_cost_usd > most:
        raise ArgumentInvalid(f"SYNTHAIX_MAX_COST_USD allows at most {most:g} USD a job.", field="--max-cost")


def answer_of(job: "JobView", files: list[File], seconds: float) -> dict[str, Any]:
    """The end of a run, for a program."""
    return {
        "job_id": job.job_id,
        "schema_id": job.schema_id,
        "status": job.status,
        **({"stop_reason": job.stop_reason} if job.stop_reason else {}),
        "total_rows": job.total_rows,
        "rows_generated": job.rows_generated,
        "rows_deduplicated": job.rows_deduplicated,
        "rows_rejected": job.rows_rejected,
        "seed": job.seed,
        "seconds": round(seconds, 2),
        "spent_usd": job.cost.spent_usd,
        "files": files_of(files),
    }


def rows_made(job: "JobView") -> str:
    """How many rows of each table are there."""
    return rows_said({table.name: table.rows_generated for table in job.tables})


def _close(screen: Screen, job: "JobView", files: list[File], seconds: float) -> None:
    if screen.quiet and not screen.json:
        for each in files:
            screen.path(each.path)
    spent = money(job.cost.spent_usd) if job.cost.calls else "0 USD"
    title = f"{rows_made(job)} in {seconds:.1f} s for {spent}"
    good = job.status == "completed"
    lines = file_lines(files) if good else [headline(job), *file_lines(files)]
    if job.rows_generated:
        if not job.detail.get("extends"):  # what extends other jobs repeats none, itself included
            lines.append(f"the same rows again: --seed {job.seed}")  # a title is cut at the frame, a line is not
        lines.append(f"their quality: synthaix jobs report {job.job_id}")
    screen.panel(title, lines, "green" if good else "yellow")


def _status(job: "JobView") -> int:
    if job.status == "completed":
        return DONE
    return INTERRUPTED if job.stop_reason == "user" else NOT_DONE
