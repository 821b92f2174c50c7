"""Avro object container: deflate, every field a union with null.

decimal -> bytes of logical type decimal, date -> date, time -> time-micros, datetime -> timestamp-micros.
array -> array of strings (text elements as they are, others as JSON), object -> string of JSON.
A name that Avro does not allow is rewritten; the field's `column` says what it was.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import orjson

from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats.layout import INT64_MAX, INT64_MIN, Field, Layout, distinct_names, unfit
from synthaix.orchestration.results.formats.spelling import day, instant, json_texts, texts, time_of_day, unscaled
from synthaix.orchestration.schema.column import Cell

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]")
_SYNC_BYTES = 16  # Avro 1.12 specification, "Object Container Files"


def write(sink: BinaryIO, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the table as Avro.

    The sync marker, random by custom, is the hash of the schema: the same rows are the same file.

    Raises:
        ArgumentInvalid: a cell does not fit its column's type.
    """
    import fastavro

    names = distinct_names([_avro_name(name) for name in layout.names])
    schema = {
        "type": "record",
        "name": _avro_name(layout.table),
        "namespace": "synthaix",
        "fields": [_avro_field(name, field) for name, field in zip(names, layout.fields, strict=True)],
    }
    marker = hashlib.sha256(orjson.dumps(schema)).digest()[:_SYNC_BYTES]
    fastavro.writer(sink, schema, _records(layout, names, batches), codec="deflate", sync_marker=marker)


def _records(layout: Layout, names: list[str], batches: Iterable[Batch]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        columns = [_converted(field, cells) for field, cells in zip(layout.fields, batch, strict=True)]
        for row in zip(*columns, strict=True):
            yield dict(zip(names, row, strict=True))


def _avro_name(name: str) -> str:
    plain = _NOT_IN_NAMES.sub("_", name)
    return f"_{plain}" if plain[0].isdigit() else plain


def _avro_field(name: str, field: Field) -> dict[str, Any]:
    types: dict[str, Any] = {
        "text": "string",
        "integer": "long",
        "float": "double",
        "decimal": {
            "type": "bytes", "logicalType": "decimal", "precision": field.precision, "scale": field.decimals,
        },
        "boolean": "boolean",
        "date": {"type": "int", "logicalType": "date"},
        "time": {"type": "long", "logicalType": "time-micros"},
        "datetime": {"type": "long", "logicalType": "timestamp-micros"},
        "array": {"type": "array", "items": ["null", "string"]},
        "object": "string",
    }  # fmt: skip
    about: dict[str, Any] = {"name": name, "type": ["null", types[field.shape]], "default": None}
    if name != field.name:
        about["column"] = field.name
    if field.description:
        about["doc"] = field.description
    return about


def _converted(field: Field, cells: Sequence[Cell]) -> Sequence[Any]:
    """One column of a batch as fastavro takes it. Raises ArgumentInvalid."""
    try:
        return _CONVERSIONS[field.shape](field, cells)
    except (ValueError, TypeError, OverflowError) as failure:
        raise unfit(field.name, "cells that do not fit its type", "avro") from failure


def _longs(field: Field, cells: Sequence[Cell]) -> Sequence[Any]:
    numbers = [cell for cell in cells if cell is not None]
    if not {int}.issuperset(map(type, numbers)):
        raise TypeError
    if numbers and (min(numbers) < INT64_MIN or max(numbers) > INT64_MAX):  # type: ignore[type-var, operator]  # integers all
        raise unfit(field.name, "integers beyond 64 bits", "avro")
    return cells


def _booleans(_: Field, cells: Sequence[Cell]) -> Sequence[Any]:
    if not {bool, type(None)}.issuperset(map(type, cells)):
        raise TypeError
    return cells


def _decimals(field: Field, cells: Sequence[Cell]) -> Sequence[Any]:
    return [None if cell is None else _decimal_bytes(field, cell) for cell in cells]


def _decimal_bytes(field: Field, cell: Cell) -> bytes:
    number = unscaled(cell, field.decimals)
    if abs(number) >= 10**field.precision:
        raise unfit(field.name, "decimals beyond its precision", "avro")
    return number.to_bytes((number.bit_length() + 8) // 8, "big", signed=True)


def _each(convert: Callable[[Cell], Any]) -> Callable[[Field, Sequence[Cell]], Sequence[Any]]:
    return lambda _, cells: [None if cell is None else convert(cell) for cell in cells]


def _elements(cell: Cell) -> list[str | None]:
    if not isinstance(cell, list):
        raise TypeError
    return texts(cell)


def _float(cell: Cell) -> float:
    return float(cell)  # type: ignore[arg-type]  # what is no number raises


_CONVERSIONS: dict[str, Callable[[Field, Sequence[Cell]], Sequence[Any]]] = {
    "text": lambda _, cells: texts(cells),
    "integer": _longs,
    "float": _each(_float),
    "decimal": _decimals,
    "boolean": _booleans,
    "date": _each(day),
    "time": _each(time_of_day),
    "datetime": _each(instant),
    "array": _each(_elements),
    "object": lambda _, cells: json_texts(cells),
}
