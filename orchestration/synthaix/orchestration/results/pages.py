"""Pages: a few rows of a table, bounded by rows and by bytes, with the way to the next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import orjson

from synthaix.orchestration.errors import ArgumentInvalid, TableNotFound
from synthaix.orchestration.results.cursors import Cursor
from synthaix.orchestration.results.projection import positions_of
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.orchestration.schema.schema import Schema, Table

MOST_ROWS = 500
MOST_BYTES = 25_000  # about 8,000 tokens: hosts cut an answer near there

Row = dict[str, Cell]
_Shown = TypeVar("_Shown")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a table.

    Attributes:
        offset: seq of the first row.
        rows_total: committed rows of the table.
        next_cursor: names the next page; None on the last.
        truncated: bytes ran out before the rows that were asked for, or cells were cut.
        cut: cells that are shown in part; the file of an export has them whole.
        total_rows: that the table will have, where the caller knows it.
        status: of the job, where the caller knows it.
    """

    table: str
    columns: tuple[str, ...]
    rows: list[Row]
    offset: int
    rows_total: int
    next_cursor: str | None
    truncated: bool
    cut: int = 0
    total_rows: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins and what it shows."""

    table: Table
    columns: tuple[str, ...] | None
    offset: int

    def seal(self, key: bytes, *, owner: str, job: str) -> Callable[[int], str]:
        """What turns the next offset into a cursor; give it to `page`."""
        positions = None if self.columns is None else positions_of(self.table, self.columns)
        return lambda offset: Cursor(owner, job, self.table.name, positions, offset).encode(key)


def place_of(
    schema: Schema,
    *,
    cursor: Cursor | None = None,
    table: str | None = None,
    columns: Sequence[str] | None = None,
    offset: int | None = None,
) -> Place:
    """What to show: the cursor's table, columns and offset, or those that were named.

    Without a cursor, the root table, all its columns, from the first row.

    Raises:
        TableNotFound, ColumnNotFound: the schema has none of that name.
        ArgumentInvalid: the offset is negative, or something named is not what the cursor was made for.
    """
    if table is not None and table not in schema.names:
        raise TableNotFound(field="table", allowed=schema.names, suggestion=did_you_mean(table, schema.names))
    if cursor is None:
        chosen = schema.root if table is None else schema.table(table)
        positions_of(chosen, columns)
        if offset is not None and offset < 0:
            raise ArgumentInvalid("offset is a whole number from 0 on.", field="offset")
        return Place(chosen, None if columns is None else tuple(columns), offset or 0)
    chosen = schema.table(cursor.table)
    names = None if cursor.columns is None else tuple(chosen.names[position] for position in cursor.columns)
    _agree("table", cursor.table, table)
    _agree("columns", chosen.names if names is None else names, None if columns is None else tuple(columns))
    _agree("offset", cursor.offset, offset)
    return Place(chosen, names, cursor.offset)


def page(
    table: Table,
    bodies: Sequence[bytes],
    *,
    offset: int,
    limit: int,
    columns: Sequence[str] | None,
    rows_total: int,
    max_bytes: int = MOST_BYTES,
    seal: Callable[[int], str] | None = None,
) -> Page:
    """Show the rows from `offset` on, as many as the bounds allow, and at least one where there is one.

    Args:
        bodies: stored rows from `offset` on, at least `limit` of them or all there are.
        limit: rows; `MOST_ROWS` at most.
        max_bytes: of the rows as JSON, in UTF-8.
        seal: makes a cursor of the next offset (`Place.seal`); without it there is no next_cursor.

    Raises:
        ArgumentInvalid: the limit is out of range, or the columns' names alone are beyond `max_bytes`.
        ColumnNotFound: the table has no such column.
    """
    if not 1 <= limit <= MOST_ROWS:
        raise ArgumentInvalid(f"limit is a whole number from 1 to {MOST_ROWS}.", field="limit")
    positions = positions_of(table, columns)
    names = tuple(table.names[position] for position in positions)
    wanted = bodies[:limit]
    rows: list[Row] = []
    left, cut = max_bytes - len("[]"), 0  # bytes, cells
    for body in wanted:
        cells = orjson.loads(body)
        row = {name: cells[position] for name, position in zip(names, positions, strict=True)}
        size = len(orjson.dumps(row)) + (len(",") if rows else 0)
        if size > left and rows:
            break
        if size > left:
            row, cut = _cut(row, left)
        rows.append(row)
        left -= size
        if cut:
            break
    end = offset + len(rows)
    following = seal(end) if seal is not None and rows and end < rows_total else None
    return Page(table.name, names, rows, offset, rows_total, following, bool(cut) or len(rows) < len(wanted), cut)


def _agree(field: str, sealed: _Shown, named: _Shown | None) -> None:
    if named is not None and named != sealed:
        raise ArgumentInvalid(
            "The cursor was made for something else.",
            field=field,
            suggestion=f"Leave `{field}` out, or leave the cursor out to begin anew.",
        )


def _cut(row: Row, most: int) -> tuple[Row, int]:
    """The row with its longest cells cut so that it fits `most` bytes of JSON, and how many were cut.

    Raises:
        ArgumentInvalid: it fits with no cell at all; the names are what is long.
    """
    fits, too_long = -1, most + 1  # characters that a cell may keep
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(orjson.dumps({name: _shortened(cell, middle) for name, cell in row.items()})) <= most:
            fits = middle
        else:
            too_long = middle
    if fits < 0:
        raise ArgumentInvalid("One row is too long for a page.", field="columns", suggestion="Name fewer columns.")
    short = {name: _shortened(cell, fits) for name, cell in row.items()}
    return short, sum(1 for name, cell in row.items() if short[name] is not cell)


def _shortened(cell: Cell, kept: int) -> Cell:
    """The cell, or its beginning and a mark that says how long it is; a list or object is cut as its JSON."""
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    text = cell if isinstance(cell, str) else orjson.dumps(cell).decode()
    mark = f"… [cut: {len(text):,} characters in all]"
    return cell if len(text) <= kept + len(mark) else text[:kept] + mark
