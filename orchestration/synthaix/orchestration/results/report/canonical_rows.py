"""A table's cells in the one spelling that the store and every file format can be brought to.

Numbers as what they are worth in the column's shape, dates as ISO 8601 text, elements of lists as text, objects as
JSON. An apostrophe that a CSV file has before a formula is not part of the cell.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson

from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats.formula_guard import is_formula
from synthaix.orchestration.results.formats.layout import Field
from synthaix.orchestration.results.formats.spelling import fixed_texts, json_text, texts
from synthaix.orchestration.schema.column import Cell

Canonical = list[Any]


def canonical(fields: Sequence[Field], batch: Batch) -> list[Canonical]:
    """The columns of a batch in canonical spelling."""
    return [canonical_cells(field, cells) for field, cells in zip(fields, batch, strict=True)]


def canonical_cells(field: Field, cells: Sequence[Cell]) -> Canonical:
    """One column's cells in canonical spelling; a cell that is not of the column's shape stays as it is."""
    match field.shape:
        case "decimal":
            return fixed_texts(cells, field.decimals)
        case "float":
            return [float(cell) if type(cell) is int else cell for cell in cells]
        case "array":
            return [[_element(each) for each in cell] if isinstance(cell, list) else cell for cell in cells]
        case "object":
            return [json_text(cell) if isinstance(cell, dict) else cell for cell in cells]
        case "text":
            return _unguarded(texts(cells))
        case _:
            return list(cells)


def spelled_cells(field: Field, spelled: Sequence[str | None]) -> Canonical:
    """The same from the text of a CSV file. What cannot be read as the column's shape stays text, and so differs."""
    read: Callable[[str], Any]
    match field.shape:
        case "integer":
            read = int
        case "float":
            read = float
        case "boolean":
            read = {"true": True, "false": False}.__getitem__
        case "array":
            read = _array_of
        case "decimal":
            return list(spelled)
        case _:
            return _unguarded(spelled)
    return [None if text is None else _read(read, text) for text in spelled]


def _read(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except (ValueError, KeyError):
        return text


def _array_of(text: str) -> Any:
    found = orjson.loads(text)
    return [_element(each) for each in found] if isinstance(found, list) else text


def _element(each: Any) -> str | None:
    return each if each is None or isinstance(each, str) else json_text(each)


def _unguarded(cells: Iterable[str | None]) -> Canonical:
    return [
        cell[1:] if cell and cell[0] == "'" and len(cell) > 1 and is_formula(cell[1:]) else cell for cell in cells
    ]
