"""Avro: names, logical types, the sync marker."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.schema.schema import Table

Export = Callable[..., tuple[Path, Any]]


def schema_of(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        found = fastavro.reader(file).writer_schema
    assert isinstance(found, dict)
    return found


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5, unique=True), st.text(min_size=1, max_size=8))
@settings(deadline=None)
def test_any_names_can_be_written(export: Export, names: list[str], table_name: str) -> None:
    """Whatever tables and columns are called, another reader opens the file and finds the cells in order."""
    table = Table.model_validate({"name": table_name, "columns": [{"name": n, "type": "integer"} for n in names]})
    path, _ = export("avro", table, [list(range(len(names)))])
    with path.open("rb") as file:
        (record,) = fastavro.reader(file)
    assert isinstance(record, dict)
    assert list(record.values()) == list(range(len(names)))


def test_a_rewritten_name_says_what_it_was(export: Export) -> None:
    """The field keeps the column's own name beside the one that Avro allows."""
    table = Table.model_validate({
        "columns": [{"name": "user ID", "type": "integer"}, {"name": "user_id", "type": "integer"}]
    })
    fields = schema_of(export("avro", table, [[1, 2]])[0])["fields"]
    assert [field["name"] for field in fields] == ["user_ID", "user_id_2"]
    assert [field["column"] for field in fields] == ["user ID", "user_id"]


def test_the_logical_types_are_declared(export: Export) -> None:
    """Dates, times and decimals are more than numbers to a reader."""
    types = ["date", "time", "datetime", "decimal"]
    table = Table.model_validate({"columns": [{"name": name, "type": name} for name in types]})
    fields = schema_of(export("avro", table, [])[0])["fields"]
    logical = [field["type"][1]["logicalType"] for field in fields]
    assert logical == ["date", "time-micros", "timestamp-micros", "decimal"]
