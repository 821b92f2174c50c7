"""`synthaix generate`: a sentence or a schema, the user's yes, a live bar, files."""

import json
import secrets
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, StorageError
from synthaix.orchestration.jobs.order import MOST_WORKERS, Mode, Order, whole_number
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.server.delivering import deliver, show_plan
from synthaix.server.running import DONE, INTERRUPTED, NOT_DONE, OWNER, Declined
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings
from synthaix.tools.progress import RUNNING, headline
from synthaix.tools.views import money, rows_said

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.proposals import Proposal
    from synthaix.orchestration.jobs.states import JobView

SUFFIXES = {
    ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".avro": "avro",
    ".xlsx": "xlsx", ".sql": "sql",
}  # fmt: skip
FORMATS = tuple(dict.fromkeys(SUFFIXES.values()))
LOOK_SECONDS = 0.15  # between two looks at the job
BATCH_LOOK_SECONDS = 5.0  # the same, while it waits for a batch
FILE_SECONDS = 25.0  # of one wait for a file; then another


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for.

    Attributes:
        folder: whether `out` is to be a folder, whatever it is called.
        files: whether files are wanted.
        to: address of a database that is to have the rows; `append` lets it have such tables already.
    """

    out: Path
    folder: bool = False
    files: bool = True
    to: str | None = None
    append: bool = False
    request: str | None = None
    schema: Path | None = None
    context: str | None = None
    rows: int | None = None
    format: str | None = None
    extend: str | None = None
    seed: int | None = None
    max_cost_usd: float | None = None
    workers: int | None = None
    mode: Mode = "live"
    yes: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written for the user."""

    table: str
    path: Path
    format: str
    rows: int
    bytes: int
    sha256: str


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
    """Run the job to its end under a live bar; an interrupted one is paused, not lost."""
    job = await engine.start(order, owner=OWNER, confirmed=True)
    try:
        with screen.progress(order.total_rows) as bar:
            while job.status in RUNNING:
                bar.show(job)
                await anyio.sleep(LOOK_SECONDS if job.batch is None else BATCH_LOOK_SECONDS)
                job = await engine.status(job.job_id, owner=OWNER)
            bar.show(job)
    except anyio.get_cancelled_exc_class():
        with anyio.move_on_after(3, shield=True):
            job = await engine.cancel(job.job_id, owner=OWNER, resumable=True)
        screen.say(f"{job.rows_generated:,} rows are kept in job {job.job_id}; resume_job goes on with it.")
        raise
    return job


async def write_files(engine: Engine, job: "JobView", wish: Wish) -> list[File]:
    """A file of every table that has rows, under the user's names; none where none is wanted."""
    if not wish.files:
        return []
    format = format_of(wish)
    return [
        await _write(
            engine, job.job_id, table.name, format,
            target_of(wish.out, table.name, format, root=job.root, folder=wish.folder),
        )
        for table in job.tables
        if table.rows_generated
    ]  # fmt: skip


async def deliver_rows(engine: Engine, screen: Screen, job: "JobView", wish: Wish) -> dict[str, Any]:
    """The rows of a completed job into the database that the user named."""
    if wish.to is None:
        return {}
    if job.status != "completed":
        screen.say(f"The job is {job.status}; its rows are not in the database. Later: synthaix jobs export --to")
        return {"rows_delivered": 0}
    return await deliver(engine, screen, job.job_id, wish.to, append=wish.append)


def check_wish(wish: Wish, settings: Settings) -> None:
    """Refuse at once what would be refused later. Raises ArgumentInvalid."""
    whole_number("--rows", wish.rows, 1, settings.max_rows)
    whole_number("--workers", wish.workers, 1, MOST_WORKERS)
    most = settings.max_cost_usd
    if wish.max_cost_usd is not None and most is not None and wish.max_cost_usd > most:
        raise ArgumentInvalid(f"SYNTHAIX_MAX_COST_USD allows at most {most:g} USD a job.", field="--max-cost")


def target_of(out: Path, table: str, format: str, *, root: str, folder: bool = False) -> Path:
    """Where a table's file goes: `out` itself for the root table, beside it, or in it when it is a folder."""
    safe = "".join(each if each.isalnum() or each in "-_" else "_" for each in table)
    if folder or not out.suffix or out.is_dir():
        return out / f"{safe}.{format}"
    if table == root:
        return out
    return out.with_name(f"{out.stem}.{safe}{out.suffix}")


def format_of(wish: Wish) -> str:
    """The format: the suffix's of a file, for a folder as named, else parquet.

    Raises:
        ArgumentInvalid: there is no such format or suffix, or the two contradict each other.
    """
    named = None if wish.format is None else wish.format.lower()
    if named is not None and named not in FORMATS:
        raise ArgumentInvalid(
            "There is no such format.", field="--format", allowed=FORMATS, suggestion=did_you_mean(named, FORMATS)
        )
    suffix = wish.out.suffix.lower()
    if wish.folder or wish.out.is_dir() or not suffix:
        return named or "parquet"
    if suffix not in SUFFIXES:
        raise ArgumentInvalid(
            "The file's suffix names no format. A folder has none, or ends in a slash.",
            field="--out", allowed=list(SUFFIXES), suggestion=did_you_mean(suffix, SUFFIXES),
        )  # fmt: skip
    if named not in (None, SUFFIXES[suffix]):
        raise ArgumentInvalid(
            f"--out ends in {suffix} and --format says {named}. Leave --format out, or give the file that suffix.",
            field="--format", allowed=[SUFFIXES[suffix]],
        )  # fmt: skip
    return SUFFIXES[suffix]


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


def files_of(files: list[File]) -> list[dict[str, Any]]:
    """The files, for a program."""
    return [asdict(each) | {"path": str(each.path)} for each in files]


def rows_made(job: "JobView") -> str:
    """How many rows of each table are there."""
    return rows_said({table.name: table.rows_generated for table in job.tables})


def file_lines(files: list[File]) -> list[str]:
    """A line for each file."""
    return [f"{each.path}   {each.rows:,} rows, {_size(each.bytes)}" for each in files]


def check_target(wish: Wish) -> None:
    """Refuse a place where no file can be made, before any work; nothing is left there. Raises ArgumentInvalid."""
    whole = wish.out.absolute()
    wanted = whole if wish.folder or whole.is_dir() or not whole.suffix else whole.parent
    there = next(each for each in (wanted, *wanted.parents) if each.exists())
    try:
        tempfile.TemporaryFile(dir=there).close()  # what a folder's mode allows is no promise: see /proc
    except OSError as exc:
        raise ArgumentInvalid(
            f"{whole} cannot be written: {exc.strerror}. Nothing was made.", field="--out",
            suggestion="Name a file or folder where you may write.",
        ) from exc  # fmt: skip


def copy_whole(source: Path, target: Path, *, again: str) -> Path:
    """The whole file under its name, or nothing; its absolute path.

    Args:
        again: the command that makes the file from the kept rows.

    Raises:
        StorageError: the target cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)
        return target.absolute()
    except OSError as exc:
        raise StorageError(
            f"{target} cannot be written: {exc.strerror}. The rows are kept in the job.",
            suggestion=f"{again} --out ANOTHER_PLACE",
        ) from exc


async def _write(engine: Engine, job_id: str, table: str, format: str, target: Path) -> File:
    while True:
        made = await engine.export(job_id, owner=OWNER, table=table, format=format, wait_seconds=FILE_SECONDS)
        if made.state != "preparing":
            break
    if made.state == "failed" or made.path is None:
        raise StorageError(made.error or "The file could not be written.")
    again = f"synthaix jobs export {job_id}"
    whole = await anyio.to_thread.run_sync(partial(copy_whole, made.path, target, again=again))
    return File(made.table, whole, made.format, made.rows, made.bytes, made.sha256 or "")


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


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{max(1, count // 1000):,} kB"
