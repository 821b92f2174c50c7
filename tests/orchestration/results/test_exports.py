"""Exports: whole or not at all, the same bytes each time, in bounded memory, under names that the server makes."""

import errno
import gc
import hashlib
import os
import stat
import tracemalloc
from collections.abc import Callable, Sequence
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import Any

import orjson
import pytest

from synthaix.orchestration.errors import (
    ArgumentInvalid,
    ColumnNotFound,
    StorageError,
    StorageFull,
    StorageReadOnly,
)
from synthaix.orchestration.results import new_file as new_file_module
from synthaix.orchestration.results.batches import RowSource, Stopped
from synthaix.orchestration.results.exports import check_export, export_path, remove_exports, write_export
from synthaix.orchestration.results.formats.writers import FORMATS
from synthaix.orchestration.results.new_file import sweep_unfinished
from synthaix.orchestration.schema.schema import Table

Source = Callable[[Sequence[Sequence[Any]]], RowSource]

TABLE = Table.model_validate({
    "name": "people",
    "columns": [
        {"name": "id", "type": "integer"},
        {"name": "name", "type": "string"},
        {"name": "salary", "type": "decimal"},
        {"name": "born", "type": "date"},
        {"name": "tags", "type": "array"},
        {"name": "address", "type": "object"},
    ],
})  # fmt: skip
ALL = list(FORMATS)


def row_of(seq: int) -> list[Any]:
    return [seq, f"Person {seq}", seq / 100, "1990-01-02", ["a", str(seq)], {"city": f"Town {seq % 7}"}]


def made_up(first: int, end: int) -> list[bytes]:
    """Rows made as they are read, so that none lies in memory; copied, since orjson's own bytes hold 4 kB each."""
    return [bytes(memoryview(orjson.dumps(row_of(seq)))) for seq in range(first, end)]


@pytest.mark.parametrize("form", ALL)
def test_the_hash_and_the_size_are_the_files(tmp_path: Path, form: str) -> None:
    """What was computed while writing is what a reader computes from the file."""
    path = export_path(tmp_path, "job_1", "people", form)
    written = write_export(path, form, TABLE, made_up, 5_000)
    content = path.read_bytes()
    assert written.sha256 == hashlib.sha256(content).hexdigest()
    assert (written.rows, written.bytes) == (5_000, len(content))
    assert path == tmp_path.resolve() / f"job_1.people.{form}"


@pytest.mark.parametrize("form", ALL)
def test_the_same_rows_are_the_same_bytes(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the hour, nor the folder, nor the process's own numbers are in a file."""
    first = write_export(tmp_path / "a" / f"x.{form}", form, TABLE, made_up, 5_000)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    second = write_export(tmp_path / "b" / f"y.{form}", form, TABLE, made_up, 5_000)
    assert (first.sha256, first.bytes) == (second.sha256, second.bytes)


@pytest.mark.parametrize("form", ALL)
def test_other_rows_are_other_bytes(tmp_path: Path, form: str) -> None:
    """The hash tells two data sets apart."""
    one = write_export(tmp_path / f"x.{form}", form, TABLE, made_up, 10)
    other = write_export(tmp_path / f"y.{form}", form, TABLE, lambda a, b: made_up(a + 1, b + 1), 10)
    assert one.sha256 != other.sha256


@pytest.mark.parametrize("form", ALL)
def test_a_failure_midway_leaves_nothing(tmp_path: Path, form: str) -> None:
    """A store that fails on the third batch leaves neither the file nor a temporary one, and its own error."""
    def failing(first: int, end: int) -> list[bytes]:
        if first > 4_000:
            raise ConnectionError
        return made_up(first, end)

    with pytest.raises(ConnectionError):
        write_export(tmp_path / f"x.{form}", form, TABLE, failing, 20_000)
    gc.collect()  # a writer's own destructor may write too
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ALL)
def test_a_failure_keeps_the_older_file(tmp_path: Path, form: str) -> None:
    """Until the new file is whole, the old one is what its name leads to."""
    path = tmp_path / f"x.{form}"
    before = write_export(path, form, TABLE, made_up, 10)
    with pytest.raises(Stopped):
        write_export(path, form, TABLE, made_up, 20, stop=lambda: True)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before.sha256
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", ALL)
@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EROFS, StorageReadOnly),
        (errno.EIO, StorageError),
    ],
)  # fmt: skip
def test_what_the_disk_says_comes_in_our_words(
    tmp_path: Path, form: str, number: int, error: type[StorageError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails on the last step leaves nothing under the name and no temporary file."""
    def failing(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.fsync", failing)
    with pytest.raises(error) as raised:
        write_export(tmp_path / f"x.{form}", form, TABLE, made_up, 10)
    assert type(raised.value) is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ALL)
def test_a_disk_that_fills_while_writing_leaves_nothing(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same when the disk is full in the middle of the rows, whatever the writer still tries."""
    room = [20_000]

    class SmallDisk(FileIO):
        def write(self, some: Any, /) -> int:
            room[0] -= memoryview(some).nbytes
            if room[0] < 0:
                raise OSError(errno.ENOSPC, "full")
            return super().write(some)

    def opened(descriptor: int, _mode: str, buffer: int) -> BufferedWriter:
        return BufferedWriter(SmallDisk(descriptor, "w"), min(buffer, 4_096))

    monkeypatch.setattr(new_file_module, "open", opened, raising=False)
    with pytest.raises(StorageFull):
        write_export(tmp_path / f"x.{form}", form, TABLE, made_up, 50_000)
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_rows_that_went_away_are_an_error(tmp_path: Path) -> None:
    """A file with fewer rows than were counted is no export."""
    with pytest.raises(StorageError):
        write_export(tmp_path / "x.csv", "csv", TABLE, lambda first, end: made_up(first, min(end, 300)), 1_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ALL)
def test_memory_is_bounded(tmp_path: Path, form: str) -> None:
    """Twenty-four thousand rows take no more memory than a few batches do."""
    write_export(tmp_path / f"warm.{form}", form, TABLE, made_up, 100)
    peaks = []
    for rows in (10_000, 24_000):
        gc.collect()
        tracemalloc.start()
        write_export(tmp_path / f"x.{form}", form, TABLE, made_up, rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 16_000_000
    assert peaks[1] < 1.5 * peaks[0]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """Where a file stands in the folder's place, the engine's own error says so."""
    (tmp_path / "taken").write_text("x")
    with pytest.raises(StorageError):
        write_export(tmp_path / "taken" / "x.csv", "csv", TABLE, made_up, 2)
    gc.collect()


def test_wide_rows_come_in_smaller_batches(tmp_path: Path) -> None:
    """Rows of 100 kB are read by the ten, not by the thousand."""
    asked = []

    def wide(first: int, end: int) -> list[bytes]:
        asked.append(end - first)
        return [orjson.dumps([seq, "x" * 100_000, 1.0, None, None, None]) for seq in range(first, end)]

    write_export(tmp_path / "x.csv", "csv", TABLE, wide, 600)
    assert sum(asked) == 600
    assert max(asked[1:]) <= 10


def test_progress_counts_rows_up_to_the_last(tmp_path: Path) -> None:
    """What is reported only grows, and ends with all rows."""
    seen: list[int] = []
    write_export(tmp_path / "x.csv", "csv", TABLE, made_up, 10_000, on_progress=seen.append)
    assert seen == sorted(set(seen))
    assert len(seen) > 2
    assert seen[-1] == 10_000


def test_some_columns_in_the_callers_order(tmp_path: Path) -> None:
    """Only what was named is in the file, in the order in which it was named."""
    path = tmp_path / "x.csv"
    write_export(path, "csv", TABLE, made_up, 2, columns=["name", "id"])
    assert path.read_text() == "name,id\nPerson 0,0\nPerson 1,1\n"


def test_unknown_columns_and_formats_are_named(tmp_path: Path) -> None:
    """The nearest right name comes with the error, and nothing is written."""
    with pytest.raises(ColumnNotFound) as column:
        write_export(tmp_path / "x.csv", "csv", TABLE, made_up, 2, columns=["id", "salery"])
    assert (column.value.field, column.value.suggestion) == ("columns[1]", "Did you mean `salary`?")
    with pytest.raises(ArgumentInvalid) as form:
        write_export(tmp_path / "x.csv", "parket", TABLE, made_up, 2)
    assert (form.value.field, form.value.suggestion) == ("format", "Did you mean `parquet`?")
    for columns in ([], ["id", "id"]):
        with pytest.raises(ArgumentInvalid):
            check_export("csv", TABLE, 2, columns)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_nobody_else_reads_the_file(tmp_path: Path) -> None:
    """The owner alone may read and write it."""
    path = tmp_path / "folder" / "x.csv"
    write_export(path, "csv", TABLE, made_up, 2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


HOSTILE = [
    "..", "../x", "../../etc/passwd", "/etc/passwd", "//host/share", "\\\\host\\share", "C:\\x", "C:x", "a/b", "a\\b",
    "%2e%2e%2f", "%00", "a\0b", "\0", "CON", "con", "NUL", "aux.csv", "COM1", "PRN", ".", "", " ", "a ", "a.", "~",
    "~root", "$HOME", "`x`", "\u2024\u2024/", "\uff0e\uff0e\uff0f", "\u202e", "x" * 4_096, "🙂" * 64, "\n", "a\nb",
    "-rf", "*", "?", ":stream", "a:b", "|", ";", "'", '"', "<", ">", "file://x", ".part", ".hidden",
]  # fmt: skip
FIVE_HUNDRED = [b + name + a for name in HOSTILE for b in ("", "../", "a", "\\") for a in ("", "/x", ".")]
PLAIN = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")


def test_hostile_table_names_stay_inside(tmp_path: Path) -> None:
    """Whatever a table is called, its file lies directly in the folder, and two tables have two files."""
    names = list(dict.fromkeys(FIVE_HUNDRED))
    assert len(names) >= 500
    paths = [export_path(tmp_path, "job_1", name, "csv") for name in names]
    assert {path.parent for path in paths} == {tmp_path.resolve()}
    assert len({path.name.casefold() for path in paths}) == len(names)
    assert all(path.name.isascii() and len(path.name) < 200 for path in paths)
    assert all(set(path.name) <= PLAIN for path in paths)


@pytest.mark.parametrize("job_id", ["..", "../x", "", "a/b", "a.b", "\0", "x" * 81, "a b", "*", "-x", "ä"])
def test_hostile_job_ids_are_refused(tmp_path: Path, job_id: str) -> None:
    """An id that the server did not make names no file."""
    with pytest.raises(ArgumentInvalid):
        export_path(tmp_path, job_id, "people", "csv")
    with pytest.raises(ArgumentInvalid):
        remove_exports(tmp_path, job_id)


@pytest.mark.skipif(os.name == "nt", reason="Windows needs a right to make links")
def test_a_planted_link_leads_nowhere(tmp_path: Path) -> None:
    """A link under the file's name is refused; one planted after that is replaced, its target untouched."""
    root, outside = tmp_path / "root", tmp_path / "outside.csv"
    root.mkdir()
    outside.write_text("precious")
    path = export_path(root, "job_1", "people", "csv")
    path.symlink_to(outside)
    with pytest.raises(StorageError):
        export_path(root, "job_1", "people", "csv")
    write_export(path, "csv", TABLE, made_up, 2)
    assert outside.read_text() == "precious"
    assert not path.is_symlink()


def test_other_contents_have_other_names(tmp_path: Path) -> None:
    """A part of the columns, their order, or no guard: each is a file of its own."""
    variants: list[dict[str, Any]] = [
        {}, {"columns": ["id"]}, {"columns": ["id", "name"]}, {"columns": ["name", "id"]}, {"csv_safe": False},
    ]  # fmt: skip
    assert len({export_path(tmp_path, "job_1", "people", "csv", **variant) for variant in variants}) == 5


def test_a_jobs_files_can_be_removed(tmp_path: Path) -> None:
    """All of one job's files go, nobody else's."""
    mine = [export_path(tmp_path, "job_1", "people", form) for form in ("csv", "json")]
    other = export_path(tmp_path, "job_11", "people", "csv")
    for path in (*mine, other):
        path.write_text("x")
    assert remove_exports(tmp_path, "job_1") == 2
    assert list(tmp_path.iterdir()) == [other]
    assert remove_exports(tmp_path / "missing", "job_1") == 0


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    """Old unfinished files go; one that is being written and finished ones stay."""
    old, new, done = tmp_path / ".aa.part", tmp_path / ".bb.part", tmp_path / "job_1.people.csv"
    for path in (old, new, done):
        path.write_text("x")
    os.utime(old, (1_000, 1_000))
    os.utime(done, (1_000, 1_000))
    os.utime(new, (3_000, 3_000))
    assert sweep_unfinished(tmp_path, before=2_000) == 1
    assert set(tmp_path.iterdir()) == {new, done}
