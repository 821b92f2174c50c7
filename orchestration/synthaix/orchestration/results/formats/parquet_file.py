"""Parquet: typed columns, snappy, row groups bounded by rows and by bytes.

decimal -> decimal128, date -> date32, time -> time64[us], datetime -> timestamp[us, UTC], integer -> int64.
array -> list<string>: text elements as they are, others as JSON. object -> string of Parquet's logical type JSON.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats.layout import NARROW_PRECISION, Field, Layout, unfit
from synthaix.orchestration.results.formats.spelling import day, instant, json_texts, texts, time_of_day, unscaled
from synthaix.orchestration.schema.column import Cell

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 65_536
GROUP_BYTES = 32_000_000  # of Arrow memory: long texts close a group early
_SURE = 10**15  # below it a double times a power of ten rounds to the right integer


def write(sink: BinaryIO, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the table as Parquet.

    Raises:
        ArgumentInvalid: a cell does not fit its column's type.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([pa.field(field.name, _type_of(field)) for field in layout.fields])
    with pq.ParquetWriter(sink, schema, compression="snappy") as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            arrays = [_array(field, cells) for field, cells in zip(layout.fields, batch, strict=True)]
            waiting.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
            if sum(len(some) for some in waiting) >= GROUP_ROWS or sum(some.nbytes for some in waiting) >= GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(waiting), row_group_size=GROUP_ROWS * 2)
                waiting.clear()
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting), row_group_size=GROUP_ROWS * 2)


def _type_of(field: Field) -> "pa.DataType":
    import pyarrow as pa

    return {
        "text": pa.string(),
        "integer": pa.int64(),
        "float": pa.float64(),
        "decimal": pa.decimal128(field.precision or NARROW_PRECISION, field.decimals),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.time64("us"),
        "datetime": pa.timestamp("us", "UTC"),
        "array": pa.list_(pa.string()),
        "object": pa.json_(pa.string()),
    }[field.shape]


def _array(field: Field, cells: Sequence[Cell]) -> "pa.Array":
    """One column of a batch. Raises ArgumentInvalid."""
    import pyarrow as pa

    try:
        match field.shape:
            case "text":
                return _strings(cells)
            case "integer":
                return pa.array(cells, pa.int64())
            case "float":
                return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())  # type: ignore[arg-type]  # what is no number raises
            case "decimal":
                return _decimals(field, cells)
            case "boolean":
                return pa.array(cells, pa.bool_())
            case "date" | "datetime":
                return _moments(field, cells)
            case "time":
                return pa.array(_each(time_of_day, cells), pa.int64()).cast(pa.time64("us"))
            case "array":
                return pa.array([_elements(cell) for cell in cells], pa.list_(pa.string()))
            case "object":
                return pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(json_texts(cells), pa.string()))
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as failure:
        raise unfit(field.name, _misfits[field.shape], "parquet") from failure


_misfits = {
    "integer": "integers beyond 64 bits or cells that are no integers",
    "decimal": "decimals beyond its precision or cells that are no numbers",
    "text": "text that is not Unicode",
    **dict.fromkeys(("float", "boolean", "date", "time", "datetime", "array", "object"), "cells not of its type"),
}


def _strings(cells: Sequence[Cell]) -> "pa.Array":
    import pyarrow as pa

    if {str, type(None)}.issuperset(map(type, cells)):
        return pa.array(cells, pa.string())
    return pa.array(texts(cells), pa.string())


def _each(convert: Callable[[Cell], int], cells: Sequence[Cell]) -> list[int | None]:
    return [None if cell is None else convert(cell) for cell in cells]


def _moments(field: Field, cells: Sequence[Cell]) -> "pa.Array":
    """ISO 8601 text as days or microseconds: Arrow's own reader, and Python's for the forms that Arrow refuses."""
    import pyarrow as pa

    try:
        return pa.array(cells, pa.string()).cast(_type_of(field))
    except pa.ArrowInvalid:
        if field.shape == "date":
            return pa.array(_each(day, cells), pa.int32()).cast(pa.date32())
        return pa.array(_each(instant, cells), pa.int64()).cast(_type_of(field))


def _decimals(field: Field, cells: Sequence[Cell]) -> "pa.Array":
    """Exact decimals: through 64-bit integers where all are small enough, else one by one."""
    import numpy as np
    import pyarrow as pa

    if not {float, int, type(None)}.issuperset(map(type, cells)):
        raise TypeError
    numbers: Any = np.array([0.0 if cell is None else cell for cell in cells], dtype=np.float64)
    if len(numbers) and np.abs(numbers).max() * 10**field.decimals < _SURE:
        low = np.rint(numbers * 10**field.decimals).astype(np.int64)
        words = np.stack([low, low >> 63], axis=1).astype("<i8")  # as decimal128 lies in memory
        nulls = pa.array([cell is not None for cell in cells]).buffers()[1] if None in cells else None
        return pa.Array.from_buffers(_type_of(field), len(numbers), [nulls, pa.py_buffer(words.tobytes())])
    exact = [None if cell is None else _scaled(unscaled(cell, field.decimals), field.decimals) for cell in cells]
    return pa.array(exact, _type_of(field))


def _scaled(number: int, decimals: int) -> Any:
    from decimal import Decimal

    return Decimal((number < 0, tuple(map(int, str(abs(number)))), -decimals))


def _elements(cell: Cell) -> list[str | None] | None:
    if cell is None:
        return None
    if not isinstance(cell, list):
        raise TypeError
    return texts(cell)
