"""Rows -> file -> rows, read back by readers that are not ours, for every format and type."""

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import openpyxl
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from synthaix.orchestration.schema.schema import Table

Cells = list[Any]
Export = Callable[..., tuple[Path, object]]

TABLE = Table.model_validate({
    "name": "every type",
    "columns": [
        {"name": "string", "type": "string"},
        {"name": "text, \"quoted\"\n", "type": "text"},
        {"name": "integer", "type": "integer"},
        {"name": "float", "type": "float"},
        {"name": "decimal", "type": "decimal", "constraints": {"decimals": 3}},
        {"name": "boolean", "type": "boolean"},
        {"name": "date", "type": "date"},
        {"name": "time", "type": "time"},
        {"name": "datetime", "type": "datetime"},
        {"name": "uuid", "type": "uuid"},
        {"name": "category", "type": "category", "constraints": {"enum": ["a", "b, c", "=d"]}},
        {"name": "mixed", "type": "category", "constraints": {"enum": ["1", 1, 2.5, True]}},
        {"name": "array", "type": "array"},
        {"name": "object", "type": "object"},
    ],
})  # fmt: skip

HOSTILE = [
    "", " ", "\t", "\n", "\r", "\r\n", '"', '""', "'", "''", ",", ";", "\\", "\\.", "\\'", "null", "NULL", "None",
    "NaN", "true", "0", "00", "1e5", "=1+1", "-5", "+a", "@x", "a\nb", 'a"b,c', "  padded  ", "\u00a0", "\u2028",
    "\u202e", "\ufeffbom", "🙂", "e\u0301", "é", "<b>&amp;</b>", "]]>", "_x0041_", "_x005F_", "\x7f", "\x85", "\ud7ff",
    "\ufffd", "'; DROP TABLE x; --", "\\'; DROP TABLE x; --", "\x1b[31m", "\x00", "a\x00b", "\ufffe", "/*", "*/", "--",
    "x" * 500,
]  # fmt: skip
texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.floats(allow_nan=False, allow_infinity=False)
large = st.sampled_from([0.0, -0.0, 1e20, -1e15])
decimals = st.integers(-(10**15), 10**15).map(lambda unscaled: unscaled / 1000) | large
dates = st.dates().map(date.isoformat)
times = st.times().map(lambda clock: clock.replace(microsecond=0).isoformat())
moments = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
loose = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
CELLS: list[st.SearchStrategy[Any]] = [
    texts, texts, st.integers(-(2**63), 2**63 - 1), numbers, decimals, st.booleans(), dates, times, moments,
    st.uuids().map(str), st.sampled_from(["a", "b, c", "=d"]), st.sampled_from(["1", 1, 2.5, True]),
    st.lists(loose, max_size=3), st.dictionaries(texts, loose, max_size=3),
]  # fmt: skip
rows_of_every_type = st.lists(st.tuples(*(st.none() | cells for cells in CELLS)).map(list), max_size=6)
EVERY_HOSTILE: list[list[Any]] = [
    [
        text, text, seq, seq / 8, seq / 4, True, "2026-11-24", "13:05:00", "2026-11-24T13:05:00Z", str(seq), "=d", 1,
        [text, None, seq], {text: text},
    ]
    for seq, text in enumerate(HOSTILE)
]  # fmt: skip
round_trip = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def as_text(cell: Any) -> str | None:
    """How a cell of several types stands in a typed text column."""
    return cell if cell is None or isinstance(cell, str) else json.dumps(cell)


def exact(cell: float | None) -> Decimal | None:
    """A decimal cell as the number that JSON shows of it."""
    return None if cell is None else Decimal(repr(cell)).quantize(Decimal("0.001"))


def moment_of(cell: str | None) -> datetime | None:
    return None if cell is None else datetime.fromisoformat(cell)


@given(rows_of_every_type)
@example(EVERY_HOSTILE)
@round_trip
def test_json_returns_every_cell(export: Export, rows: list[Cells]) -> None:
    """A JSON file is an array of objects with the cells as they were."""
    path, _ = export("json", TABLE, rows)
    assert json.loads(path.read_bytes()) == [dict(zip(TABLE.names, row, strict=True)) for row in rows]


@given(rows_of_every_type)
@example(EVERY_HOSTILE)
@round_trip
def test_jsonl_returns_every_cell(export: Export, rows: list[Cells]) -> None:
    """Each line of a JSON Lines file is one row."""
    path, _ = export("jsonl", TABLE, rows)
    found = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
    assert found == [dict(zip(TABLE.names, row, strict=True)) for row in rows]


def from_csv(column: str, text: str) -> Any:
    """Read a field of a CSV file back by its column's type; the csv module shows a null as empty text."""
    match column:
        case "integer":
            return int(text) if text else None
        case "float":
            return float(text) if text else None
        case "decimal":
            return Decimal(text) if text else None
        case "boolean":
            return {"true": True, "false": False, "": None}[text]
        case "array" | "object":
            return json.loads(text) if text else None
        case _:
            return text


@given(rows_of_every_type)
@example(EVERY_HOSTILE)
@round_trip
def test_csv_returns_every_cell(export: Export, rows: list[Cells]) -> None:
    """The csv module reads back what was written, with an empty field for a null."""
    path, _ = export("csv", TABLE, rows)
    with path.open(newline="", encoding="utf-8") as file:
        header, *found = csv.reader(file)
    assert header == list(TABLE.names)
    expected = []
    for row in rows:
        cells = dict(zip(TABLE.names, row, strict=True))
        cells["decimal"] = exact(cells["decimal"])
        for name in set(TABLE.names) - {"integer", "float", "decimal", "boolean", "array", "object"}:
            cells[name] = as_text(cells[name]) or ""
        expected.append(list(cells.values()))
    assert [[from_csv(name, text) for name, text in zip(header, row, strict=True)] for row in found] == expected


@given(st.lists(st.tuples(st.none() | texts, st.none() | texts), min_size=1, max_size=6))
@example([(text, None) for text in HOSTILE])
@round_trip
def test_csv_tells_null_from_empty_text(export: Export, rows: list[tuple[str | None, str | None]]) -> None:
    """A reader that knows the difference finds nulls where nulls were, and empty text where that was."""
    table = Table.model_validate({"columns": [{"name": "a", "type": "string"}, {"name": "b", "type": "text"}]})
    path, _ = export("csv", table, rows)
    found = pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types={"a": "string", "b": "string"},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    assert found.to_pylist() == [{"a": a, "b": b} for a, b in rows]


@given(rows_of_every_type)
@example(EVERY_HOSTILE)
@round_trip
def test_parquet_returns_every_cell(export: Export, rows: list[Cells]) -> None:
    """Arrow reads typed values equal to the cells."""
    path, _ = export("parquet", TABLE, rows)
    found = pq.read_table(path).to_pylist()
    for row, cells in zip(found, rows, strict=True):
        s, t, i, f, d, b, day, clock, moment, u, c, m, array, thing = cells
        assert list(row.values())[:-1] == [
            s, t, i, f, exact(d), b,
            None if day is None else date.fromisoformat(day),
            None if clock is None else time.fromisoformat(clock),
            moment_of(moment), u, c, as_text(m),
            None if array is None else [as_arrow_element(cell) for cell in array],
        ]  # fmt: skip
        assert row["object"] is None if thing is None else json.loads(row["object"]) == thing


def as_arrow_element(cell: Any) -> str | None:
    """An element of an array in a list of strings: text as it is, null as null, else compact JSON."""
    if cell is None or isinstance(cell, str):
        return cell
    return json.dumps(cell, ensure_ascii=False, separators=(",", ":")) if not holds_control(cell) else ANYTHING


class _Anything:
    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    __hash__ = None  # type: ignore[assignment]  # equal to much


ANYTHING: Any = _Anything()


def holds_control(cell: Any) -> bool:
    """Whether two JSON writers may spell the cell differently: control characters have several forms."""
    return not json.dumps(cell, ensure_ascii=False).isprintable() or "\\" in json.dumps(cell, ensure_ascii=False)


@given(rows_of_every_type)
@example(EVERY_HOSTILE)
@round_trip
def test_avro_returns_every_cell(export: Export, rows: list[Cells]) -> None:
    """fastavro reads typed values equal to the cells."""
    path, _ = export("avro", TABLE, rows)
    with path.open("rb") as file:
        found: list[Any] = list(fastavro.reader(file))
    for row, cells in zip(found, rows, strict=True):
        s, t, i, f, d, b, day, clock, moment, u, c, m, array, thing = cells
        assert list(row.values())[:-1] == [
            s, t, i, f, exact(d), b,
            None if day is None else date.fromisoformat(day),
            None if clock is None else time.fromisoformat(clock),
            moment_of(moment), u, c, as_text(m),
            None if array is None else [as_arrow_element(cell) for cell in array],
        ]  # fmt: skip
        assert row["object"] is None if thing is None else json.loads(row["object"]) == thing


@given(rows_of_every_type)
@example(EVERY_HOSTILE)
@round_trip
def test_sql_returns_every_cell(export: Export, rows: list[Cells]) -> None:
    """SQLite runs the file and holds the cells; a NUL is U+FFFD there."""
    path, _ = export("sql", TABLE, rows)
    database = sqlite3.connect(":memory:")
    database.executescript(path.read_bytes().decode())
    found = database.execute('SELECT * FROM "every type"').fetchall()
    database.close()
    for row, cells in zip(found, rows, strict=True):
        s, t, i, f, d, b, day, clock, moment, u, c, m, array, thing = cells
        assert row[:3] == (without_nul(s), without_nul(t), i)
        assert row[3] is None if f is None else row[3] == pytest.approx(f, rel=1e-15)  # SQLite rounds loosely
        assert row[4] == (None if d is None else float(d))
        assert row[5:12] == (
            b, day, clock, None if moment is None else moment.replace("T", " ").rstrip("Z"), u, c, as_text(m),
        )  # fmt: skip
        assert [None if cell is None else json.loads(cell) for cell in row[12:]] == [array, thing]


def without_nul(text: str | None) -> str | None:
    return None if text is None else text.replace("\0", "\ufffd")


def from_excel(text: str) -> str:
    """Text as Excel shows it: ST_Xstring's escapes decoded, which openpyxl leaves to its caller."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def as_excel(text: str | None) -> str | None:
    """What a workbook can hold of a text."""
    return None if text is None else re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


def sheet_rows(path: Path) -> Iterator[Sequence[Any]]:
    workbook = openpyxl.load_workbook(path)
    yield from workbook.worksheets[0].iter_rows()
    workbook.close()


@given(rows_of_every_type)
@example(EVERY_HOSTILE)
@round_trip
def test_xlsx_returns_every_cell(export: Export, rows: list[Cells]) -> None:
    """openpyxl reads the cells; what Excel cannot hold exactly stands there as text."""
    path, _ = export("xlsx", TABLE, rows)
    header, *found = sheet_rows(path)
    assert [from_excel(cell.value) for cell in header] == list(TABLE.names)
    for cells, row in zip(found + [[]] * (len(rows) - len(found)), rows, strict=True):
        values = [cell.value for cell in cells] + [None] * (len(row) - len(cells))
        for name, value, cell in zip(TABLE.names, values, row, strict=True):
            assert_excel_holds(name, value, cell)


def assert_excel_holds(name: str, value: Any, cell: Any) -> None:
    """The value is what a workbook can hold of the cell."""
    if cell is None or cell == "":
        assert value in (None, "")
    elif name in ("array", "object"):
        assert "\ufffd" in value or json.loads(from_excel(value)) == cell
    elif name in ("integer", "decimal") and abs(cell) >= 10**15:
        assert Decimal(value) == (Decimal(cell) if name == "integer" else exact(cell))
    elif name in ("integer", "float", "decimal", "boolean"):
        assert value == cell
        assert isinstance(value, bool) == isinstance(cell, bool)
    elif name == "time":
        assert value == time.fromisoformat(cell)
    elif name in ("date", "datetime"):
        moment = datetime.fromisoformat(cell).replace(tzinfo=UTC)
        if moment < datetime(1900, 3, 1, tzinfo=UTC):
            assert value == cell
        else:
            assert abs(value.replace(tzinfo=UTC) - moment) < timedelta(milliseconds=1)
    else:
        assert from_excel(value) == as_excel(as_text(cell))


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet", "avro", "xlsx", "sql"])
def test_a_table_without_rows_is_a_file(export: Export, form: str) -> None:
    """No rows make a file with columns and nothing else."""
    path, written = export(form, TABLE, [])
    assert written == type(written)(0, path.stat().st_size, written.sha256)  # type: ignore[attr-defined, call-arg]  # a Written
