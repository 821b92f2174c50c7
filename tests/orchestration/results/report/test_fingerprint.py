"""Fingerprints: what changed is found, and where."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.results.report.fingerprint import Fingerprint, Fingerprinter, differences

Columns = list[list[Any]]


def columns_of(rows: int) -> Columns:
    return [list(range(rows)), [f"text {row}" for row in range(rows)]]


def print_of(columns: Columns, rows: int, batch: int = 64) -> tuple[Fingerprint, Any]:
    """Of these columns, laid out for so many rows."""
    made = Fingerprinter(["number", "text"], rows, keep=True)
    for first in range(0, len(columns[0]), batch):
        made.add([column[first : first + batch] for column in columns])
    return made.result(), made.hashes()


def said_of(was: Columns, found: Columns) -> list[str]:
    before, _ = print_of(was, len(was[0]))
    after, hashes = print_of(found, len(was[0]))
    return differences(before, after, hashes)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_the_same_rows_have_the_same_fingerprint_however_they_come(rows: int, one: int, other: int) -> None:
    """Batches leave no trace, and a fingerprint survives JSON."""
    first, _ = print_of(columns_of(rows), rows, one)
    second, hashes = print_of(columns_of(rows), rows, other)
    assert first.plain() == second.plain()
    assert Fingerprint.from_plain(first.plain()).plain() == first.plain()
    assert differences(first, second, hashes) == []


@given(st.integers(1, 300), st.data())
def test_one_changed_cell_is_named(rows: int, data: st.DataObject) -> None:
    """Row and column."""
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, 1))
    changed = columns_of(rows)
    changed[column][row] = None
    assert said_of(columns_of(rows), changed) == [
        f"row {row + 1:,} differs in column {('number', 'text')[column]}"
    ]


@given(st.integers(2, 300), st.data())
def test_one_missing_row_is_named(rows: int, data: st.DataObject) -> None:
    """From the sums alone: nothing of the row itself is kept."""
    row = data.draw(st.integers(0, rows - 1))
    less = columns_of(rows)
    for column in less:
        del column[row]
    (said,) = said_of(columns_of(rows), less)
    assert said.endswith(f"1 fewer than the {rows:,} reported: row {row + 1:,} is missing")


@given(st.integers(4, 200), st.data())
def test_many_changes_are_found_too(rows: int, data: st.DataObject) -> None:
    """Two rows changed, swapped, added or gone: never silence."""
    one, other = data.draw(st.lists(st.integers(0, rows - 1), min_size=2, max_size=2, unique=True))
    was = columns_of(rows)
    swapped, more, less = columns_of(rows), columns_of(rows + 2), columns_of(rows - 2)
    for column in swapped:
        column[one], column[other] = column[other], column[one]
    (said,) = said_of(was, swapped)
    assert said.startswith("the same rows in another order: ")
    assert "differ in columns number, text" in said
    assert said_of(was, more)[0].startswith(f"{rows + 2:,} rows, 2 more than")
    assert said_of(was, less)[0].startswith(f"{rows - 2:,} rows, 2 fewer than")
    assert said_of(was, [[], []]) != []


def test_a_row_missing_and_another_changed_is_no_exact_place() -> None:
    """What cannot be known is not said."""
    less = columns_of(400)
    for column in less:
        del column[100]
    less[0][333] = -1
    (said,) = said_of(columns_of(400), less)
    assert said == "399 rows, 1 fewer than the 400 reported"


def test_a_fingerprint_is_small() -> None:
    """Its sums grow with the root of the rows: 16 bytes each."""
    made, _ = print_of(columns_of(10_000), 10_000, 4_096)
    assert (made.side, len(made.blocks), len(made.stripes)) == (100, 100, 100)


def test_a_fingerprint_of_another_size_is_refused() -> None:
    """Sums that do not belong to the number of rows."""
    plain = print_of(columns_of(50), 50)[0].plain()
    for name, value in (("rows", 500), ("side", 3), ("blocks", "AAAA"), ("blocks", "not base 64!")):
        with pytest.raises(ValueError, match=r"."):
            Fingerprint.from_plain({**plain, name: value})


def test_no_rows() -> None:
    """Nothing has a fingerprint as well."""
    empty, hashes = print_of([[], []], 0)
    assert differences(empty, empty, hashes) == []
    assert len(empty.blocks) == 1
    assert math.isclose(float(np.sum(empty.blocks)), 0.0)
