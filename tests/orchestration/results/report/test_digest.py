"""The digest of a report: small, whatever the report."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.results.report.digest import BARS, digest


def _document(columns: list[dict[str, Any]], examples: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "verdict": {"rows": 9},
        "tables": [{"name": "t", "rows": 9, "columns": columns}],
        "duplicates": {"by_stage": {"exact": 1}, "examples": examples or []},
        "rejected": {"by_rule": {}},
    }


def _numbers(counts: list[int]) -> dict[str, Any]:
    return {
        "name": "n", "type": "integer", "nulls": {"count": 3}, "distinct": 999, "min": 1, "max": 8,
        "histogram": {"counts": counts},
    }  # fmt: skip


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=90))
def test_bars_are_few_and_relative_to_the_tallest(counts: list[int]) -> None:
    """At most twenty, 0 to 100, the tallest 100 where anything was counted."""
    bars = digest(_document([_numbers(counts)]))["tables"][0]["columns"][0]["bars"]
    assert len(bars) <= BARS
    assert max(bars) == (100 if any(counts) else 0)


def test_frequent_values_stand_for_a_column_without_a_histogram() -> None:
    """Each with its count; nulls are a share of the rows."""
    column = {"name": "c", "type": "category", "nulls": {"count": 3}, "distinct": 2,
              "top": [{"value": "x" * 90, "count": 5}, {"value": "b", "count": 1}]}  # fmt: skip
    small = digest(_document([column]))["tables"][0]["columns"][0]
    assert small["nulls"] == 0.3333
    assert [(len(value), count) for value, count in small["top"]] == [(40, 5), (1, 1)]


def test_the_digest_is_small_whatever_the_report() -> None:
    """Hundreds of columns and long examples: bounded, and it says how many columns were left out."""
    columns = [_numbers(list(range(60))) | {"name": f"{index}" + "é" * 60} for index in range(400)]
    example = {"table": "t", "stage": "near", "of": 3, "names": ["a"] * 12, "candidate": ["é" * 120] * 12,
               "row": ["é" * 120] * 12, "columns": ["a"], "similarity": 0.9}  # fmt: skip
    small = digest(_document(columns, [example] * 20))
    assert len(orjson.dumps(small)) < 16_000
    assert small["omitted_columns"] == 400 - len(small["tables"][0]["columns"])


def test_an_example_names_the_row_as_people_count() -> None:
    """The refused cells, the row's, and which columns differ."""
    example = {"table": "t", "stage": "entity", "of": 0, "names": ["a"], "candidate": ["x"], "row": ["y"],
               "columns": ["a"], "similarity": 0.97}  # fmt: skip
    (shown,) = digest(_document([], [example]))["duplicates"]["examples"]
    assert (shown["of"], shown["candidate"], shown["row"], shown["columns"]) == (1, ["x"], ["y"], ["a"])
