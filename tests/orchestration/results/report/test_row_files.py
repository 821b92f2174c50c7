"""Rows that went through a file have the fingerprint of those in the store."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.exports import Written
from synthaix.orchestration.results.formats.layout import field_of
from synthaix.orchestration.results.report.canonical_rows import canonical
from synthaix.orchestration.results.report.fingerprint import Fingerprint, Fingerprinter
from synthaix.orchestration.results.report.row_files import read_rows
from synthaix.orchestration.schema.schema import Table

Export = Callable[..., tuple[Path, Written]]
FORMATS = ("csv", "json", "jsonl", "parquet")
EVERY = Table.model_validate(
    {
        "columns": [
            {"name": "id", "type": "integer"},
            {"name": "=name", "type": "string"},
            {"name": "note", "type": "text"},
            {"name": "share", "type": "float"},
            {"name": "price", "type": "decimal", "constraints": {"decimals": 3, "min": 0, "max": 10**6}},
            {"name": "ok", "type": "boolean"},
            {"name": "day", "type": "date"},
            {"name": "at", "type": "time"},
            {"name": "when", "type": "datetime"},
            {"name": "level", "type": "category", "constraints": {"enum": [1, 2, 3]}},
            {"name": "mixed", "type": "category", "constraints": {"enum": [1, True, "=1+1", "-5"]}},
            {"name": "tags", "type": "array"},
            {"name": "more", "type": "object"},
        ]
    }
)
ROWS: list[list[Any]] = [
    [1, "=SUM(A1)", "two\nlines, \"quoted\"", 5, 2.5, True, "0001-01-01", "00:00:00", "2026-11-24T13:05:00Z", 3, 1,
     ["a", "b,c"], {"k": [1, None]}],
    [-(2**62), "", "'=keeps its own apostrophe'", 0.1, 12, False, "9999-12-31", "23:59:59", "1969-12-31T23:59:59Z", 1,
     True, [], {}],
    [0, "+351 912 345 678", "\t tab", 1e300, 0.001, None, "2024-02-29", "12:00:01", "0099-03-01T00:00:00Z", 2, "-5",
     [None, 2, {"a": 1}], {"z": "é", "a": "="}],
    [None] * 13,
]  # fmt: skip


def print_of(columns: Sequence[Sequence[Any]], table: Table, rows: int) -> Fingerprint:
    made = Fingerprinter(table.names, rows)
    made.add(columns)
    return made.result()


def stored(rows: list[list[Any]], table: Table) -> Fingerprint:
    """As the store has them: through JSON."""
    kept = orjson.loads(orjson.dumps(rows))
    fields = [field_of(column) for column in table.columns]
    return print_of(canonical(fields, list(zip(*kept, strict=True))), table, len(rows))


def read(path: Path, table: Table, rows: int) -> Fingerprint:
    made = Fingerprinter(table.names, rows)
    for batch in read_rows(path, table):
        made.add(batch)
    return made.result()


@pytest.mark.parametrize("safe", [True, False])
@pytest.mark.parametrize("form", FORMATS)
def test_every_type_comes_back(export: Export, form: str, safe: bool) -> None:
    """Nulls, empty texts, formulas, commas and line ends, large and small numbers, the first and the last day."""
    path, _ = export(form, EVERY, ROWS, csv_safe=safe)
    assert read(path, EVERY, len(ROWS)).plain() == stored(ROWS, EVERY).plain()


cells = st.tuples(
    st.none() | st.integers(-(2**60), 2**60),
    st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.integers(0, 10**8).map(lambda number: number / 100),
    st.none() | st.booleans(),
)
PLAIN = Table.model_validate(
    {"columns": [{"name": name, "type": name} for name in ("integer", "string", "float", "decimal", "boolean")]}
)


@given(st.lists(cells, max_size=20))
@settings(deadline=None, max_examples=60)
def test_any_cells_come_back(export: Export, rows: list[tuple[Any, ...]]) -> None:
    """From each format."""
    listed = [list(row) for row in rows]
    expected = stored(listed, PLAIN).plain() if listed else print_of([[]] * 5, PLAIN, 0).plain()
    for form in FORMATS:
        path, _ = export(form, PLAIN, listed, csv_safe=True)
        assert read(path, PLAIN, len(listed)).plain() == expected, form


@pytest.mark.parametrize("form", FORMATS)
def test_one_column_has_its_nulls(export: Export, form: str) -> None:
    """Though CSV writes them as an empty text there."""
    table = Table.model_validate({"columns": [{"name": "c", "type": "string", "constraints": {"nullable": True}}]})
    rows: list[list[Any]] = [["a"], [None], ["b"]]
    path, _ = export(form, table, rows)
    assert read(path, table, 3).plain() == stored(rows, table).plain()


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_other_columns_are_refused(export: Export, form: str) -> None:
    """Before a row is compared; the names that are needed are said."""
    path, _ = export(form, PLAIN, [[1, "a", 1.0, 1.0, True]])
    with pytest.raises(ArgumentInvalid) as caught:
        list(read_rows(path, EVERY))
    assert caught.value.field == "--rows"


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.csv", "broken.parquet", "broken.jsonl"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    """Another format, no file, no rows in it; nothing of the file is echoed."""
    if name.startswith("broken"):
        (tmp_path / name).write_text("c4n4ry {")
    with pytest.raises(ArgumentInvalid) as caught:
        list(read_rows(tmp_path / name, PLAIN))
    assert "c4n4ry" not in str(caught.value.fields())
