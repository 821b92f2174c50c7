"""The summary, against Python's own statistics."""

import gc
import random
import statistics
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.results import column_summary
from synthaix.orchestration.results.batches import RowSource, Stopped
from synthaix.orchestration.results.column_summary import ColumnSummary
from synthaix.orchestration.results.distinct import DistinctCount
from synthaix.orchestration.results.summary import summarize
from synthaix.orchestration.schema.schema import Table

Source = Callable[[Sequence[Sequence[Any]]], RowSource]


def summary_of(source: Source, cells: Sequence[Any], type_: str, **constraints: object) -> ColumnSummary:
    table = Table.model_validate({"columns": [{"name": "c", "type": type_, "constraints": constraints}]})
    (column,) = summarize(table, source([[cell] for cell in cells]), len(cells)).columns
    return column


numbers = st.lists(st.none() | st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9), max_size=600)


@given(numbers)
@settings(deadline=None)
def test_numbers_have_their_moments(source: Source, cells: list[float | None]) -> None:
    """Nulls, range, mean and deviation are those of the statistics module."""
    found = summary_of(source, cells, "float")
    there = [cell for cell in cells if cell is not None]
    assert found.nulls == len(cells) - len(there)
    if not there:
        assert found.spread is None
        return
    assert found.spread is not None
    assert (found.spread.min, found.spread.max) == (min(there), max(there))
    assert found.spread.mean == pytest.approx(statistics.fmean(there), rel=1e-6, abs=1e-4)
    assert found.spread.std == pytest.approx(statistics.pstdev(there), rel=1e-6, abs=1e-4)


def test_a_large_mean_loses_no_deviation(source: Source) -> None:
    """Ten digits of mean and a deviation of one: sums of squares would have lost it."""
    cells = [10**10 + (-1) ** i for i in range(10_000)]
    spread = summary_of(source, cells, "integer").spread
    assert spread is not None
    assert spread.std == pytest.approx(1.0, rel=1e-6)


def test_batches_of_different_means_are_joined(source: Source) -> None:
    """Numbers that climb from batch to batch have the deviation of them all."""
    spread = summary_of(source, range(10_000), "integer").spread
    assert spread is not None
    assert spread.mean == pytest.approx(4_999.5)
    assert spread.std == pytest.approx(statistics.pstdev(range(10_000)))


@given(st.lists(st.none() | st.text(max_size=3), max_size=600))
@settings(deadline=None)
def test_text_is_counted(source: Source, cells: list[str | None]) -> None:
    """Distinct values, lengths, the most frequent and the first examples are those of a Counter."""
    found = summary_of(source, cells, "text")
    there = [cell for cell in cells if cell is not None]
    counts = Counter(there)
    assert (found.distinct, found.distinct_exact) == (len(counts), True)
    assert found.examples == tuple(dict.fromkeys(there))[:3]
    expected = [count for _, count in counts.most_common(5) if count > 1]
    assert [frequent.count for frequent in found.top] == expected
    assert all(counts[str(frequent.value)] == frequent.count for frequent in found.top)
    if there:
        assert found.lengths is not None
        assert (found.lengths.min, found.lengths.max) == (min(map(len, there)), max(map(len, there)))
        assert found.lengths.mean == pytest.approx(statistics.fmean(map(len, there)), rel=1e-6)


def test_dates_have_a_range_without_a_mean(source: Source) -> None:
    """The first and the last day."""
    spread = summary_of(source, ["2026-01-02", None, "1999-12-31"], "date").spread
    assert spread is not None
    assert (spread.min, spread.max, spread.mean) == ("1999-12-31", "2026-01-02", None)


def test_one_and_true_are_two_values(source: Source) -> None:
    """In a category of several types each value is itself, though Python holds 1 == True == 1.0."""
    found = summary_of(source, [1, True, "1", 1, None, False], "category", enum=[1, True, "1", False])
    assert found.distinct == 4
    assert [(frequent.value, frequent.count) for frequent in found.top] == [(1, 2)]
    assert [repr(cell) for cell in found.examples] == ["1", "True", "'1'"]


def test_lists_and_objects_are_counted_too(source: Source) -> None:
    """Cells that Python cannot hash are values like others."""
    found = summary_of(source, [["a"], ["a"], [], None], "array")
    assert (found.distinct, found.top[0].value, found.top[0].count) == (2, ["a"], 2)
    assert found.lengths is not None
    assert (found.lengths.min, found.lengths.max) == (0, 1)
    assert summary_of(source, [{"a": 1}, {"a": 2}], "object").distinct == 2


def test_many_values_are_counted_exactly_by_their_hashes(source: Source) -> None:
    """Beyond what is counted one by one the number is still exact, and a frequent value is still found."""
    cells = [f"value {i}" if i % 10 else "often" for i in range(60_000)]
    found = summary_of(source, cells, "string")
    assert (found.distinct, found.distinct_exact) == (len(set(cells)), True)
    assert [(frequent.value, frequent.count) for frequent in found.top] == [("often", 6_000)]


def test_too_many_values_are_an_estimate_that_says_so(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the hashes that are kept, the number is off by little and marked."""
    monkeypatch.setattr("synthaix.orchestration.results.summary.HASHES", 10_000)
    cells = list(range(60_000))
    found = summary_of(source, cells, "integer")
    assert not found.distinct_exact
    assert found.distinct == pytest.approx(60_000, rel=0.04)  # four standard errors
    assert found.plain()["distinct_is_estimate"] is True


@pytest.mark.parametrize("seed", range(5))
def test_the_estimate_keeps_its_error(seed: int) -> None:
    """Keys in any order, many times over: within five standard errors of the truth."""
    keys = [f"{seed}/{i}".encode() for i in range(20_000)] * 2
    random.Random(seed).shuffle(keys)
    count = DistinctCount(2_500)
    for first in range(0, len(keys), 3_000):
        count.add(keys[first : first + 3_000])
    estimate, exact = count.count()
    assert estimate == pytest.approx(20_000, rel=0.1)
    assert not exact


def test_the_estimate_does_not_depend_on_the_order() -> None:
    """The smallest hashes are the same, whenever they come."""
    keys = [str(i).encode() for i in range(9_000)]
    counts = []
    for order in (keys, keys[::-1]):
        count = DistinctCount(1_000)
        for first in range(0, len(order), 700):
            count.add(order[first : first + 700])
        counts.append(count.count())
    assert counts[0] == counts[1]


def long_texts(first: int, end: int) -> list[bytes]:
    """Rows made as they are read; copied, since orjson's own bytes hold eight times their length."""
    return [bytes(memoryview(orjson.dumps([f"{seq} " * 400]))) for seq in range(first, end)]


def test_memory_is_bounded() -> None:
    """Long texts, all different: what is kept of them does not grow with the rows."""
    table = Table.model_validate({"columns": [{"name": "c", "type": "text"}]})
    peaks = []
    for rows in (3_000, 12_000):
        gc.collect()
        tracemalloc.start()
        summarize(table, long_texts, rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_the_report_is_json_of_modest_size(source: Source) -> None:
    """Long values are cut, empty parts left out, and the rest is plain JSON."""
    table = Table.model_validate({"columns": [{"name": "a", "type": "text"}, {"name": "b", "type": "array"}]})
    rows: list[list[Any]] = [["x" * 10_000, ["y" * 10_000]], [None, None]]
    plain = summarize(table, source(rows), 2).plain()
    assert len(orjson.dumps(plain)) < 1_000
    assert plain["rows"] == 2
    assert plain["columns"][0]["examples"] == ["x" * column_summary.LONGEST_SHOWN + "…"]
    assert "min" not in plain["columns"][0]


@pytest.mark.parametrize("cells", [[1e308, 1e308, -1e308], [1e308] * 3, [5e-324, 0.0]])
def test_extreme_numbers_make_no_nonsense(source: Source, cells: list[float]) -> None:
    """Where a moment has no number it is left out; the rest stands, and all of it is JSON."""
    plain = summary_of(source, cells, "float").plain()
    assert (plain["min"], plain["max"]) == (min(cells), max(cells))
    assert orjson.loads(orjson.dumps(plain)) == plain


def test_a_report_of_nothing(source: Source) -> None:
    """No rows, no numbers, no error."""
    assert summary_of(source, [], "integer").plain() == {"name": "c", "type": "integer", "nulls": 0, "distinct": 0}


def test_stop_is_heeded(source: Source) -> None:
    """A report that nobody waits for ends at the next batch."""
    table = Table.model_validate({"columns": [{"name": "c", "type": "text"}]})
    with pytest.raises(Stopped):
        summarize(table, source([["x"]]), 1, stop=lambda: True)
