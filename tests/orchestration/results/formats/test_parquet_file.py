"""Parquet: column types, limits, row groups."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.schema import Table

Export = Callable[..., tuple[Path, Any]]


def one_column(type_: str, **constraints: object) -> Table:
    return Table.model_validate({"columns": [{"name": "c", "type": type_, "constraints": constraints}]})


def column_type(export: Export, table: Table) -> pa.DataType:
    return pq.read_schema(export("parquet", table, [])[0]).field("c").type


@pytest.mark.parametrize(
    ("type_", "arrow"),
    [
        ("string", pa.string()), ("uuid", pa.string()), ("integer", pa.int64()), ("float", pa.float64()),
        ("boolean", pa.bool_()), ("date", pa.date32()), ("time", pa.time64("us")),
        ("datetime", pa.timestamp("us", "UTC")), ("decimal", pa.decimal128(38, 2)), ("array", pa.list_(pa.string())),
    ],
)  # fmt: skip
def test_each_type_has_its_own(export: Export, type_: str, arrow: pa.DataType) -> None:
    """A column's type alone says what it is in Arrow, whatever the rows."""
    assert column_type(export, one_column(type_)) == arrow


def test_an_object_is_of_the_logical_type_json(export: Export) -> None:
    """Readers that know JSON see JSON."""
    path, _ = export("parquet", one_column("object"), [[{"a": 1}]])
    assert str(pq.read_metadata(path).schema.column(0).logical_type) == "JSON"


def test_bounds_make_a_decimal_narrow(export: Export) -> None:
    """A decimal whose bounds fit 64 bits says so."""
    assert column_type(export, one_column("decimal", min=0, max=10**6, decimals=4)) == pa.decimal128(18, 4)
    assert column_type(export, one_column("decimal", min=0, max=10**17)) == pa.decimal128(38, 2)
    assert column_type(export, one_column("decimal", min=0)) == pa.decimal128(38, 2)


@pytest.mark.parametrize(
    ("enum", "arrow"),
    [
        (["a", "b"], pa.string()), ([1, 2], pa.int64()), ([1, 2.5], pa.float64()), ([True, False], pa.bool_()),
        ([1, "a"], pa.string()), ([1, True], pa.string()), ([2**64 - 1], pa.string()),
    ],
)  # fmt: skip
def test_a_category_has_the_type_of_its_values(export: Export, enum: list[object], arrow: pa.DataType) -> None:
    """Values of one type are of that type; of several, text."""
    table = one_column("category", enum=enum)
    path, _ = export("parquet", table, [[value] for value in enum])
    assert pq.read_schema(path).field("c").type == arrow
    assert len(pq.read_table(path)) == len(enum)


@pytest.mark.parametrize("form", ["parquet", "avro", "sql"])
@pytest.mark.parametrize(
    ("type_", "cell"),
    [
        ("integer", 2**63), ("integer", 2**64 - 1), ("integer", "canary"), ("datetime", "canary"),
        ("decimal", "canary"), ("boolean", "canary"), ("float", "canary"), ("decimal", True),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_fit_names_its_column(export: Export, form: str, type_: str, cell: object) -> None:
    """The error names the column and a way out, never the cell."""
    with pytest.raises(ArgumentInvalid) as raised:
        export(form, one_column(type_), [[1 if type_ == "integer" else None], [cell]])
    assert raised.value.field == "columns.c"
    assert "csv" in (raised.value.suggestion or "")
    assert str(cell) not in str(raised.value.fields())


@pytest.mark.parametrize("form", ["parquet", "avro"])
def test_a_decimal_beyond_its_precision_names_its_column(export: Export, form: str) -> None:
    """Thirty-eight digits are the most."""
    with pytest.raises(ArgumentInvalid) as raised:
        export(form, one_column("decimal"), [[1e37]])
    assert raised.value.field == "columns.c"


@given(st.lists(st.none() | st.integers(-(10**14), 10**14) | st.integers(-(10**24), 10**24), min_size=1, max_size=9))
@settings(deadline=None)
def test_decimals_are_exact_on_both_ways(export: Export, cents: list[int | None]) -> None:
    """Small ones go through 64-bit integers, large ones through text; both are what JSON shows."""
    cells = [None if number is None else number / 100 for number in cents]
    found = pq.read_table(export("parquet", one_column("decimal"), [[cell] for cell in cells])[0])["c"].to_pylist()
    for number, cell, value in zip(cents, cells, found, strict=True):
        if number is None or abs(number) < 10**15:
            assert value == (None if number is None else Decimal(number).scaleb(-2))
        else:
            assert value == Decimal(repr(cell))


def test_row_groups_are_neither_tiny_nor_endless(export: Export) -> None:
    """Batches are gathered into groups of about 65,536 rows."""
    path, _ = export("parquet", one_column("integer"), [[number] for number in range(150_000)])
    metadata = pq.read_metadata(path)
    sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    assert sum(sizes) == 150_000
    assert all(65_536 <= size < 70_000 for size in sizes[:-1])
    assert pq.read_table(path)["c"].to_pylist() == list(range(150_000))
