"""SQL: CREATE TABLE and INSERT statements in one transaction, for PostgreSQL, SQLite, MySQL and DuckDB.

Literals are ANSI: a quote is doubled, a backslash is a backslash. MySQL reads backslashes otherwise by default, so the
first lines, comments to all others, put it right: without them a cell could end its literal there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats.layout import INT64_MAX, INT64_MIN, Field, Layout, distinct_names, unfit
from synthaix.orchestration.results.formats.spelling import fixed, json_texts, texts
from synthaix.orchestration.schema.column import Cell

ROWS_PER_INSERT = 512
_HEAD = "/*!40101 SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' */;\n-- Times are UTC.\nBEGIN;\n"


def write(sink: BinaryIO, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the table as SQL.

    Raises:
        ArgumentInvalid: a cell does not fit its column's type.
    """
    table = _name(layout.table)
    names = [_name(name) for name in distinct_names(layout.names)]
    columns = ",\n".join(f"  {name} {_type_of(field)}" for name, field in zip(names, layout.fields, strict=True))
    sink.write(f"{_HEAD}CREATE TABLE {table} (\n{columns}\n);\n".encode())
    opening = f"INSERT INTO {table} ({', '.join(names)}) VALUES\n"
    text = _Texts()
    for batch in batches:
        literals = [_literals(field, cells, text) for field, cells in zip(layout.fields, batch, strict=True)]
        rows = [f"({', '.join(row)})" for row in zip(*literals, strict=True)]
        sink.write("".join(_inserts(opening, rows)).encode())
    sink.write(b"COMMIT;\n")
    layout.note(
        text.replaced, "text held a NUL, which SQL cannot; it is U+FFFD there.",
        "texts held a NUL, which SQL cannot; it is U+FFFD there.",
    )  # fmt: skip


def _inserts(opening: str, rows: Sequence[str]) -> Iterator[str]:
    for first in range(0, len(rows), ROWS_PER_INSERT):
        yield opening + ",\n".join(rows[first : first + ROWS_PER_INSERT]) + ";\n"


def _name(name: str) -> str:
    return '"' + name.replace("\0", "\ufffd").replace('"', '""') + '"'


def _type_of(field: Field) -> str:
    match field.shape:
        case "integer":
            return "BIGINT"
        case "float":
            return "DOUBLE PRECISION"
        case "decimal":
            return f"DECIMAL({field.precision}, {field.decimals})"
        case "boolean" | "date" | "time":
            return field.shape.upper()
        case "datetime":
            return "TIMESTAMP"
        case "text" | "array" | "object":
            return "TEXT"


class _Texts:
    """Text as literals; counts the NULs that no SQL text can hold."""

    def __init__(self) -> None:
        self.replaced = 0

    def literal(self, text: str) -> str:
        if "\0" in text:
            self.replaced += 1
            text = text.replace("\0", "\ufffd")
        return "'" + text.replace("'", "''") + "'"

    def column(self, cells: Sequence[str | None]) -> list[str]:
        return ["NULL" if cell is None else self.literal(cell) for cell in cells]


def _literals(field: Field, cells: Sequence[Cell], text: _Texts) -> list[str]:
    """One column of a batch as literals. Raises ArgumentInvalid."""
    try:
        match field.shape:
            case "text":
                return text.column(texts(cells))
            case "array" | "object":
                return text.column(json_texts(cells))
            case "integer":
                return _each(_integer, cells)
            case "float":
                return _each(_float, cells)
            case "boolean":
                return [_BOOLEANS[cell] for cell in cells]  # type: ignore[index]  # what is no boolean raises
            case "decimal":
                return _each(lambda cell: fixed(cell, field.decimals), cells)
            case "date" | "time":
                return text.column(texts(cells))
            case "datetime":
                return _each(_timestamp, cells)
    except (ValueError, TypeError, KeyError, OverflowError) as failure:
        raise unfit(field.name, "cells that do not fit its type", "sql") from failure


_BOOLEANS = {True: "TRUE", False: "FALSE", None: "NULL"}


def _each(convert: Callable[[Cell], str], cells: Sequence[Cell]) -> list[str]:
    return ["NULL" if cell is None else convert(cell) for cell in cells]


def _integer(cell: Cell) -> str:
    if not isinstance(cell, int) or not INT64_MIN <= cell <= INT64_MAX:
        raise OverflowError
    return str(int(cell))


def _float(cell: Cell) -> str:
    return repr(float(cell))  # type: ignore[arg-type]  # what is no number raises


def _timestamp(cell: Cell) -> str:
    moment = datetime.fromisoformat(cell)  # type: ignore[arg-type]  # what is no text raises
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"'{utc.replace(tzinfo=None).isoformat(' ')}'"
