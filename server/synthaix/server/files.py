"""The files that a user asked for: where they go, in which format, whole or not at all."""

import tempfile
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, StorageError, SynthAIxError
from synthaix.orchestration.results.places import Place, RemotePath, absolute, copy_file
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.server.running import OWNER
from synthaix.server.wish import Wish

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.states import JobView

SUFFIXES = {
    ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".avro": "avro",
    ".xlsx": "xlsx", ".sql": "sql",
}  # fmt: skip
FORMATS = tuple(dict.fromkeys(SUFFIXES.values()))
FILE_SECONDS = 25.0  # of one wait for a file; then another


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written for the user."""

    table: str
    path: Place
    format: str
    rows: int
    bytes: int
    sha256: str


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


def target_of(out: Place, table: str, format: str, *, root: str, folder: bool = False) -> Place:
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


def files_of(files: list[File]) -> list[dict[str, Any]]:
    """The files, for a program."""
    return [asdict(each) | {"path": str(each.path)} for each in files]


def file_lines(files: list[File]) -> list[str]:
    """A line for each file."""
    return [f"{each.path}   {each.rows:,} rows, {_size(each.bytes)}" for each in files]


def check_target(wish: Wish) -> None:
    """Refuse a place where no file can be made, before any work; no file is left there. Raises ArgumentInvalid."""
    out = absolute(wish.out)
    folder = out if wish.folder or out.is_dir() or not out.suffix else out.parent
    try:
        if isinstance(folder, RemotePath):
            folder.check_folder()
        else:
            there = next(each for each in (folder, *folder.parents) if each.exists())
            tempfile.TemporaryFile(dir=there).close()  # what a folder's mode allows is no promise: see /proc
    except OSError as exc:
        raise ArgumentInvalid(
            f"{out} cannot be written: {exc.strerror}. Nothing was made.", field="--out",
            suggestion="Name a file or folder where you may write.",
        ) from exc  # fmt: skip
    except SynthAIxError as exc:
        raise ArgumentInvalid(
            f"{exc.message} Nothing was made.", field="--out", allowed=exc.allowed, suggestion=exc.suggestion
        ) from exc


def copy_whole(source: Place, target: Place, *, again: str) -> None:
    """The whole file under its name, or nothing.

    Args:
        again: the command that makes the file from the kept rows.

    Raises:
        StorageError: the target cannot be written.
    """
    try:
        copy_file(source, target)
    except (OSError, SynthAIxError) as exc:
        why = exc.message if isinstance(exc, SynthAIxError) else f"{exc.strerror}."
        raise StorageError(
            f"{target} cannot be written: {why} The rows are kept in the job.",
            suggestion=f"{again} --out ANOTHER_PLACE",
        ) from exc


async def _write(engine: Engine, job_id: str, table: str, format: str, target: Place) -> File:
    while True:
        made = await engine.export(job_id, owner=OWNER, table=table, format=format, wait_seconds=FILE_SECONDS)
        if made.state != "preparing":
            break
    if made.state == "failed" or made.place is None:
        raise StorageError(made.error or "The file could not be written.")
    again = f"synthaix jobs export {job_id}"
    await anyio.to_thread.run_sync(partial(copy_whole, made.place, target, again=again))
    return File(made.table, absolute(target), made.format, made.rows, made.bytes, made.sha256 or "")


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{max(1, count // 1000):,} kB"
