"""A table measured: validity, keys, references, figures; what is planted is found."""

import gc
import random
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest

from synthaix.orchestration.results import column_summary
from synthaix.orchestration.results.batches import RowSource, Stopped
from synthaix.orchestration.results.report import measuring
from synthaix.orchestration.results.report.document import verdict
from synthaix.orchestration.results.report.measuring import TableRows, measure
from synthaix.orchestration.schema.schema import Schema

Source = Callable[[Sequence[Sequence[Any]]], RowSource]
SHOP = {
    "tables": [
        {"name": "shops", "columns": [
            {"name": "id", "type": "integer", "constraints": {"unique": True}},
            {"name": "size", "type": "category", "constraints": {"enum": ["s", "m"], "weights": [3, 1]}}]},
        {"name": "sales", "rows_per_parent": {"min": 1, "max": 2}, "columns": [
            {"name": "shop", "type": "integer", "constraints": {"references": "shops.id"}},
            {"name": "amount", "type": "decimal", "constraints": {"min": 0, "max": 10, "nullable": True,
             "null_rate": 0.5}},
            {"name": "note", "type": "text"}],
         "unique_together": [["shop", "note"]]},
    ]
}  # fmt: skip
SHOPS = [[-1, "s"], [-2, "s"], [3, "s"], [4, "m"]]
SALES = [[-1, 1.5, "one two three"], [-2, None, "one two four"], [3, 2.5, "five"], [4, None, "six"], [4, 9.75, "seven"]]


def measured(source: Source, shops: Sequence[Any] = SHOPS, sales: Sequence[Any] = SALES) -> dict[str, Any]:
    schema = Schema.model_validate(SHOP)
    tables = [
        TableRows(schema.table(name), source(rows), len(rows), len(rows), compared)
        for name, rows, compared in (("shops", shops, ("size",)), ("sales", sales, ("shop", "amount", "note")))
    ]
    tables[0] = TableRows(schema.table("shops"), source(shops), len(shops), len(shops))
    return measure(schema, tables)


def column(found: dict[str, Any], table: int, name: str) -> dict[str, Any]:
    (one,) = [each for each in found["tables"][table]["columns"] if each["name"] == name]
    return dict(one)


def test_rows_as_they_should_be(source: Source) -> None:
    """Every rule holds; -1 and -2, which Python hashes alike, are two keys."""
    found = measured(source)
    assert [table["validity"]["holds"] for table in found["tables"]] == [True, True]
    assert found["relations"][0]["orphans"] == 0
    said = verdict(found)
    assert {name: said[name] for name in ("rows", "invalid_rows", "equal_rows", "repeats", "orphans")} == {
        "rows": 9, "invalid_rows": 0, "equal_rows": 0, "repeats": 0, "orphans": 0,
    }  # fmt: skip


def test_a_broken_rule_is_counted_and_placed(source: Source) -> None:
    """Whatever the job's own checks said: rule, column, how many, which rows."""
    found = measured(source, sales=[*SALES[:3], [4, 10.5, "six"], [4, 10.75, "seven"], [4, 1, "\u0000"]])
    validity = found["tables"][1]["validity"]
    assert [(each["rule"], each["rows"], each["seqs"]) for each in validity["broken"]] == [
        ("amount: at most 10", 2, [3, 4]),
        ("note: must be Unicode without NUL characters", 1, [5]),
    ]
    assert column(found, 1, "amount")["invalid"] == 2
    assert not validity["holds"]


def test_what_repeats_is_counted(source: Source) -> None:
    """A unique column, a group of columns, a whole row; nulls in a group are no repetition."""
    found = measured(source, shops=[*SHOPS, [4, "s"]], sales=[*SALES, SALES[0], [3, None, "six"]])
    assert found["tables"][0]["validity"]["unique"] == [{"columns": ["id"], "repeats": 1}]
    sales = found["tables"][1]["validity"]
    assert (sales["unique"][0]["repeats"], sales["equal_rows"]) == (1, 1)


def test_a_lost_key_is_an_orphan(source: Source) -> None:
    """And the rows of each parent are counted, those without any too."""
    found = measured(source, sales=[[99, 1.0, "a"], [3, 2.0, "b"], [3, 2.0, "c"], [3, 2.0, "d"]])["relations"][0]
    per = found["per_parent"]
    assert (found["orphans"], found["holds"]) == (1, False)
    assert (per["parents"], per["without"], per["max"], per["outside"]) == (4, 3, 3, 4)
    assert per["counts"] == [[0, 3], [3, 1]]


def test_weights_and_null_rates_are_tested(source: Source) -> None:
    """As asked in the first, not in the second."""
    rng = random.Random(4)
    fair = [[row, rng.choices("sm", [3, 1])[0]] for row in range(2_000)]
    even = [[row, rng.choice("sm")] for row in range(2_000)]
    nulls = [[row % 4, None if row % 2 else 1.0, f"{row}"] for row in range(400)]
    never = [[row % 4, 1.0, f"{row}"] for row in range(400)]
    first, second = measured(source, fair, nulls), measured(source, even, never)
    assert column(first, 0, "size")["weights"]["fit"]["agrees"]
    assert not column(second, 0, "size")["weights"]["fit"]["agrees"]
    assert column(first, 1, "amount")["nulls"]["agrees"]
    assert not column(second, 1, "amount")["nulls"]["agrees"]
    assert (verdict(second)["tests"], verdict(second)["tests_agree"]) == (3, 0)
    assert len(verdict(second)["tests_differ"]) == 3


def test_text_has_lengths_and_words(source: Source) -> None:
    """Words are counted without case; the vocabulary grows."""
    note = column(measured(source), 1, "note")
    words = note["words"]
    assert (words["words"], words["vocabulary"], words["used_once"]) == (9, 7, 5)
    assert words["growth"][-1] == [5, 7]
    assert words["distinct_3"] == 1.0
    assert (note["length"]["min"], note["length"]["max"]) == (3, 13)


@pytest.mark.parametrize(
    ("type_", "cells", "median"),
    [
        ("date", ["2024-01-01", "2024-01-03", "2026-05-05", None], "2024-01-03"),
        ("datetime", ["2024-01-01T00:00:00Z", "2024-01-03T10:00:01Z", "2026-05-05T00:00:00Z"], "2024-01-03T10:00:01Z"),
        ("time", ["00:00:00", "09:05:07", "23:59:59"], "09:05:07"),
        ("integer", [1, 5, 9], 5),
        ("float", [0.25, 0.5, 2.0**70], 0.5),
        ("date", ["not a date", "2024-01-03", None], "2024-01-03"),
    ],
)
def test_quantiles_are_cells(source: Source, type_: str, cells: list[Any], median: Any) -> None:
    """Written as the column's cells are; a cell that is no moment is left out."""
    schema = Schema.model_validate({"columns": [{"name": "c", "type": type_, "constraints": {"nullable": True}}]})
    rows = TableRows(schema.root, source([[cell] for cell in cells]), len(cells), len(cells))
    assert measure(schema, [rows])["tables"][0]["columns"][0]["quantiles"]["0.5"] == median


def test_one_and_true_are_two_weighted_values(source: Source) -> None:
    """Though Python holds them equal."""
    choices = {"enum": [1, True, "1"], "weights": [2, 1, 1]}
    schema = Schema.model_validate({"columns": [{"name": "c", "type": "category", "constraints": choices}]})
    rows: list[list[Any]] = [[1], [1], [True], ["1"], [None], [2]]
    got = measure(schema, [TableRows(schema.root, source(rows), 6, 6)])["tables"][0]["columns"][0]["weights"]
    assert [(repr(each["value"]), each["count"]) for each in got["got"]] == [("1", 2), ("True", 1), ("'1'", 1)]
    assert got["other"] == 1


def made_rows(first: int, end: int, columns: int = 2) -> list[bytes]:
    """Rows made as they are read; copied, since orjson's own bytes hold eight times their length."""
    rows = ([seq * 0.5, f"{seq} " * 20][:columns] for seq in range(first, end))
    return [bytes(memoryview(orjson.dumps(row))) for row in rows]


def test_a_sample_stands_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quantiles come from a part of the rows, the same part each time; counts come from all."""
    monkeypatch.setattr(measuring, "SAMPLE", 2_000)
    schema = Schema.model_validate({"columns": [{"name": "c", "type": "float"}]})
    rows = TableRows(schema.root, lambda first, end: made_rows(first, end, 1), 20_000, 20_000)
    first, second = measure(schema, [rows])["tables"][0], measure(schema, [rows])["tables"][0]
    assert orjson.dumps(first) == orjson.dumps(second)
    assert first["sampled_rows"] == pytest.approx(2_000, rel=0.1)
    assert first["columns"][0]["distinct"] == 20_000
    assert first["columns"][0]["quantiles"]["0.5"] == pytest.approx(5_000, rel=0.1)


def test_memory_is_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the rows, no more memory."""
    for name, value in (("_COUNTED", 1_000), ("_KEPT", 100), ("_COUNTED_CHARACTERS", 100_000)):
        monkeypatch.setattr(column_summary, name, value)
    monkeypatch.setattr(measuring, "SAMPLE", 1_000)
    monkeypatch.setattr(measuring, "HASHES", 2_000)
    schema = Schema.model_validate({"columns": [{"name": "n", "type": "float"}, {"name": "t", "type": "text"}]})
    measure(schema, [TableRows(schema.root, made_rows, 16_000, 16_000)])  # what is made once is no growth
    peaks = []
    for count in (16_000, 64_000):
        gc.collect()
        tracemalloc.start()
        measure(schema, [TableRows(schema.root, made_rows, count, count)])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_no_rows_no_error(source: Source) -> None:
    """A job that has nothing yet has a report."""
    found = measured(source, [], [])
    assert [table["rows"] for table in found["tables"]] == [0, 0]
    assert verdict(found)["invalid_rows"] == 0


def test_stop_is_heeded(source: Source) -> None:
    """A closing server waits for the next batch at most."""
    schema = Schema.model_validate(SHOP)
    with pytest.raises(Stopped):
        measure(schema, [TableRows(schema.root, source(SHOPS), 4, 4)], stop=lambda: True)
