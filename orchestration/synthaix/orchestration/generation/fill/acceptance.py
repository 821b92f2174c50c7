"""Which rows of a reply count: a pure function of the saved text."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from synthaix.orchestration.generation.fill.scanner import whole_rows
from synthaix.orchestration.generation.validation import Fault
from synthaix.orchestration.schema.column import Cell, Column

ID = "i"  # the key that says which line of the prompt a row answers
TEXTUAL = frozenset({"string", "text", "uuid", "category", "date", "time", "datetime"})

RowCheck = Callable[[int, Mapping[str, Cell]], Sequence[Fault]]  # of an id and its written cells


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a reply gave.

    Attributes:
        rows: id -> the written cells, valid.
        faults: id -> what is wrong, in words for the model; ids in neither are missing.
        strays: rows that were nobody's: an unknown or repeated id, or no row at all.
    """

    rows: dict[int, dict[str, Cell]] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    strays: int = 0


def accept(text: str, ids: Collection[int], columns: Sequence[Column], check: RowCheck) -> Accepted:
    """Read a reply.

    Args:
        ids: what was asked for.
        columns: what was to be written.
        check: the faults of one row.
    """
    rows: dict[int, dict[str, Cell]] = {}
    faults: dict[int, str] = {}
    strays = 0
    for raw in whole_rows(text):
        row = _row(raw, columns)
        number = row.get(ID) if row is not None else None
        if row is None or type(number) is not int or number not in ids or number in rows or number in faults:
            strays += 1
            continue
        cells, words = _cells(row, columns)
        if not words:
            words = "; ".join(f"{fault.column}: {fault.rule}" for fault in check(number, cells))
        if words:
            faults[number] = words
        else:
            rows[number] = cells
    return Accepted(rows, faults, strays)


def _row(raw: str, columns: Sequence[Column]) -> Mapping[str, Cell] | None:
    """A row by names, whether it came as an object or as the array of its id and its cells."""
    row = _read(raw)
    if isinstance(row, list):
        whole = len(row) == 1 + len(columns)
        return dict(zip((ID, *(column.name for column in columns)), row if whole else row[:1], strict=whole))
    return row if isinstance(row, dict) else None


def _read(raw: str) -> object:
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, UnicodeEncodeError):  # the latter: half of a surrogate pair
        return None


def _cells(row: Mapping[str, Cell], columns: Sequence[Column]) -> tuple[dict[str, Cell], str]:
    """The cells in the form in which they are stored, and what keeps them from it."""
    cells: dict[str, Cell] = {}
    for column in columns:
        if column.name not in row:
            return {}, f"{column.name}: is missing"
        cell = _cell(column, row[column.name])
        if words := _unfit(column, cell):
            return {}, f"{column.name}: {words}"
        cells[column.name] = cell
    return cells, ""


def _cell(column: Column, cell: Cell) -> Cell:
    match cell:
        case bool():
            return cell
        case int() if column.type in ("float", "decimal"):
            return float(cell)
        case float() if column.type == "integer" and cell.is_integer():
            return int(cell)
        case str() if column.type == "object":
            return _opened(cell)
        case str():
            return cell.strip()
    return cell


def _opened(text: str) -> Cell:
    """An object that came as text: strict dialects have no open ones."""
    read = _read(text)
    return read if isinstance(read, dict) and read else text


def _unfit(column: Column, cell: Cell) -> str:
    """What the column's own rules do not say."""
    if not isinstance(cell, str):
        return ""
    if not cell and column.type in TEXTUAL and column.rules.min_length != 0:
        return "is empty"
    if "\0" in cell:
        return "has a character that cannot be stored"
    if column.type == "text" and cell in (column.examples or ()):
        return "repeats an example; write a new one"
    return ""
