"""An exported file read back, a batch at a time, as canonical columns: csv, json, jsonl, parquet."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.batches import BATCH_ROWS
from synthaix.orchestration.results.formats.layout import Field, field_of
from synthaix.orchestration.results.report.canonical_rows import Canonical, canonical_cells, spelled_cells
from synthaix.orchestration.schema.schema import Table

Columns = list[Canonical]
SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")
CSV_BLOCK = 4_000_000  # bytes


def read_rows(path: Path, table: Table) -> Iterator[Columns]:
    """The file's rows; blocking.

    Raises:
        ArgumentInvalid: it is not there, not of a format that is read, cannot be read, or has other columns.
    """
    readers: dict[str, Callable[[Path, list[Field], Table], Iterator[Columns]]] = {
        ".csv": _csv, ".json": _json, ".jsonl": _json, ".ndjson": _json, ".parquet": _parquet,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ArgumentInvalid("Rows are read from these formats.", field="--rows", allowed=list(SUFFIXES))
    if not path.is_file():
        raise ArgumentInvalid("There is no such file.", field="--rows")
    yield from reader(path, [field_of(column) for column in table.columns], table)


def _csv(path: Path, fields: list[Field], table: Table) -> Iterator[Columns]:
    """Arrow's reader tells a null from an empty text; in a file of one column both are `""`."""
    import pyarrow as pa
    import pyarrow.csv as pc

    names = [field.name for field in fields]
    try:
        reader = pc.open_csv(
            path,
            read_options=pc.ReadOptions(column_names=names, skip_rows=0, block_size=CSV_BLOCK),
            parse_options=pc.ParseOptions(newlines_in_values=True),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )  # fmt: skip
        header = True
        for batch in reader:
            columns = [column.to_pylist() for column in batch.columns]
            if header:
                _same_columns(names, [(column[0] or "").removeprefix("'") for column in columns], strip="'")
                columns, header = [column[1:] for column in columns], False
            if len(fields) == 1 and _nullable(table):
                columns = [[text or None for text in columns[0]]]
            yield [spelled_cells(field, column) for field, column in zip(fields, columns, strict=True)]
    except pa.ArrowException as exc:
        raise _unreadable(names) from exc


def _json(path: Path, fields: list[Field], table: Table) -> Iterator[Columns]:
    """One object a line, as both JSON exports have it."""
    names = [field.name for field in fields]
    waiting: list[list[Any]] = []
    with path.open("rb") as file:
        for line in file:
            text = line.strip().rstrip(b",")
            if text in (b"", b"[", b"]", b"[]"):
                continue
            try:
                row = orjson.loads(text)
            except orjson.JSONDecodeError:
                raise _unreadable(names) from None
            if not isinstance(row, dict):
                raise _unreadable(names)
            if list(row) != names:
                _same_columns(names, sorted(row, key=lambda name: names.index(name) if name in names else -1))
            waiting.append([row[name] for name in names])
            if len(waiting) == BATCH_ROWS:
                yield _turned(fields, waiting)
                waiting = []
    if waiting:
        yield _turned(fields, waiting)


def _turned(fields: list[Field], rows: Sequence[Sequence[Any]]) -> Columns:
    return [canonical_cells(field, cells) for field, cells in zip(fields, zip(*rows, strict=True), strict=True)]


def _parquet(path: Path, fields: list[Field], table: Table) -> Iterator[Columns]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [field.name for field in fields]
    try:
        with pq.ParquetFile(path) as file:
            _same_columns(names, list(file.schema_arrow.names))
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                yield [_arrow_cells(field, batch.column(field.name)) for field in fields]
    except pa.ArrowException as exc:
        raise _unreadable(names) from exc


def _arrow_cells(field: Field, column: Any) -> Canonical:
    """Typed cells in canonical spelling."""
    import pyarrow as pa

    match field.shape:
        case "datetime" if pa.types.is_timestamp(column.type):
            texts = column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us")).cast(pa.string()).to_pylist()
            return [None if text is None else f"{text[:10]}T{text[11:19]}Z" for text in texts]
        case "date" | "time":
            texts = column.cast(pa.string()).to_pylist()
            return [None if text is None else text[:10] if field.shape == "date" else text[:8] for text in texts]
        case "decimal":
            return [None if number is None else str(number) for number in column.to_pylist()]
        case _:
            return canonical_cells(field, column.to_pylist())


def _same_columns(wanted: list[str], found: list[str], strip: str = "") -> None:
    if [name.removeprefix(strip) for name in wanted] != found:
        raise ArgumentInvalid(
            "The file has other columns than the table; give a file of the whole table, and its name with --table.",
            field="--rows",
            allowed=wanted,
        )


def _nullable(table: Table) -> bool:
    rules = table.columns[0].rules
    return rules.nullable or bool(rules.null_rate)


def _unreadable(names: list[str]) -> ArgumentInvalid:
    return ArgumentInvalid(
        "The file cannot be read as rows of this table.", field="--rows", allowed=names,
        suggestion="Give a file that fetch_results or `synthaix generate` wrote, whole.",
    )  # fmt: skip
