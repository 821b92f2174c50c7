"""Exports: one table of one job as a file, whole or not at all."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from synthaix.orchestration.errors import ArgumentInvalid, StorageError
from synthaix.orchestration.results.batches import RowSource, batches
from synthaix.orchestration.results.formats import xlsx_file
from synthaix.orchestration.results.formats.layout import Layout, field_of
from synthaix.orchestration.results.formats.writers import format_named
from synthaix.orchestration.results.new_file import new_file
from synthaix.orchestration.results.places import Place, RemotePath
from synthaix.orchestration.results.projection import positions_of
from synthaix.orchestration.schema.schema import Table

_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_NOT_IN_FILE_NAMES = re.compile(r"[^a-z0-9_-]")
_LONGEST_PART = 64
_MARK_DIGITS = 8  # of a hash, in hex: tells apart what would have the same name


@dataclass(frozen=True, slots=True)
class Export:
    """What became of an export that was asked for.

    Attributes:
        path: absolute, once the file is ready, where files are kept on this machine.
        remote: the same where they are not.
        rows: committed when it was asked for, and in the file.
        total_rows: that the table will have; with fewer rows than that, the file is partial.
        status: of the job when it was asked for.
        bytes: of the file.
        sha256: of the file, in hex.
        error: why it failed, in the engine's words.
        notes: what its reader should know, such as how many cells were guarded.
    """

    export_id: str
    job_id: str
    table: str
    format: str
    state: Literal["preparing", "ready", "failed"]
    path: Path | None = None
    remote: RemotePath | None = None
    rows: int = 0
    total_rows: int = 0
    status: str = ""
    bytes: int = 0
    sha256: str | None = None
    error: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> Place | None:
        """Where the file is, once it is ready."""
        return self.remote or self.path


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file: rows without the header, size, SHA-256 in hex, and notes for its reader."""

    rows: int
    bytes: int
    sha256: str
    notes: tuple[str, ...] = ()


def check_export(format: str, table: Table, rows_total: int, columns: Sequence[str] | None) -> None:
    """Refuse before any work what `write_export` would refuse for its arguments alone.

    Raises:
        ArgumentInvalid, ColumnNotFound: no such format or column, or too many rows for the format.
    """
    positions_of(table, columns)
    if format_named(format).name == "xlsx":
        xlsx_file.check_rows(rows_total)


def export_path(
    root: Path,
    job_id: str,
    table: str,
    format: str,
    *,
    columns: Sequence[str] | None = None,
    csv_safe: bool = True,
    partial: bool = False,
) -> Path:
    """Where an export goes: `<job_id>.<table>.<format>` in `root`, absolute, whatever the table is called.

    What has not all columns, or is not guarded, has a mark of its own in the name: `<job_id>.<table>.<mark>.<format>`.
    What has not all rows is called `partial` there, so that nobody takes it for the file that comes later.

    Raises:
        ArgumentInvalid: no such format, or no id of a job.
        StorageError: something in `root` leads out of it.
    """
    if not _JOB_ID.fullmatch(job_id):
        raise ArgumentInvalid("This is no job's id.", field="job_id")
    parts = [job_id, _plain(table)]
    if columns is not None or not csv_safe:
        parts.append(_mark([list(columns) if columns is not None else None, csv_safe]))
    if partial:
        parts.append("partial")
    inside = root.resolve()
    path = inside / ".".join([*parts, format_named(format).extension])
    if not path.resolve().is_relative_to(inside):
        raise StorageError("A link in the folder of exports leads out of it.")
    return path


def write_export(
    path: Path,
    format: str,
    table: Table,
    read: RowSource,
    rows_total: int,
    *,
    columns: Sequence[str] | None = None,
    csv_safe: bool = True,
    on_progress: Callable[[int], object] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Written:
    """Write rows 0 to `rows_total` of a table to `path`; blocking, for a worker thread.

    The file has its name only once it is whole and on the disk; an older one of that name is replaced then. Memory is
    bounded by a few batches, whatever the number of rows. The same rows give the same bytes.

    Args:
        path: from `export_path`; its folder is made when it is missing.
        read: rows by seq, blocking.
        csv_safe: in CSV, put an apostrophe before text that a spreadsheet would run.
        on_progress: told how many rows are written, after each batch.
        stop: asked before each batch.

    Raises:
        Stopped: `stop` answered yes; nothing is left behind.
        ArgumentInvalid, ColumnNotFound: no such format or column, too many rows, or a cell that the format cannot hold.
        StorageFull, StorageReadOnly, StorageError: the disk or the store.
    """
    form = format_named(format)
    check_export(format, table, rows_total, columns)
    positions = positions_of(table, columns)
    fields = tuple(field_of(table.columns[position]) for position in positions)
    layout = Layout(table.name, fields, rows_total, csv_safe)
    with new_file(path) as file:
        form.write(file, layout, batches(read, rows_total, positions, on_progress=on_progress, stop=stop))  # type: ignore[arg-type]  # a raw stream is all that writers use
    return Written(rows_total, file.bytes, file.sha256, tuple(layout.notes))


def remove_exports(root: Path, job_id: str) -> int:
    """Remove every file of a job; returns how many. Raises ArgumentInvalid."""
    if not _JOB_ID.fullmatch(job_id):
        raise ArgumentInvalid("This is no job's id.", field="job_id")
    files = list(root.glob(f"{job_id}.*"))
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _plain(table: str) -> str:
    """The table's name as part of a file name; a mark is added where something had to change, capitals included."""
    plain = _NOT_IN_FILE_NAMES.sub("_", table.lower())[:_LONGEST_PART]
    return plain if plain == table else f"{plain}-{_mark(table)}"


def _mark(what: object) -> str:
    return hashlib.sha256(orjson.dumps(what)).hexdigest()[:_MARK_DIGITS]
