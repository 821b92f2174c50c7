"""Canonical form: what counts as the same value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.dedup.canonical import closed, closed_all, closed_cell, free, free_all, moment, number


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("O'Neil", "oneil"),
        ("Jean-Luc  Picard", "jean luc picard"),
        ("\uff21\uff22\uff23", "abc"),
        ("St. Louis, MO", "St Louis MO"),
        ("Straße", "STRASSE"),
        ("3,504 pcs", "3504 pcs"),
        ("e\u0301t\u00e9", "\u00e9te\u0301"),
        ("  tab\there ", "tab here"),
    ],
)
def test_spellings_of_one_value_are_one(left: str, right: str) -> None:
    """Case, punctuation, spaces and the form of a letter do not make another value."""
    assert free(left) == free(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("C", "C#"), ("C", "C++"), ("1.5 l", "15 l"), ("3,5 kg", "35 kg"), (":)", ":("), ("A & B", "A B"), ("$5", "5")],
)
def test_signs_that_mean_something_stay(left: str, right: str) -> None:
    """Symbols and the point inside a number tell values apart."""
    assert free(left) != free(right)


@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.integers(), st.just("a\x1fb"))))
def test_a_column_is_folded_as_its_cells_are(cells: list[str | int | None]) -> None:
    """Folding a column at once gives what folding each cell alone gives."""
    assert free_all(cells) == [free_all([cell])[0] for cell in cells]
    assert closed_all(cells) == [closed_all([cell])[0] for cell in cells]


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    """A closed form is its own closed form, but for letters whose folding is not stable in Unicode."""
    once = closed(text)
    assert closed(closed(once)) == closed(once)


def test_one_number_in_several_types_is_one_value() -> None:
    """1, 1.0, True and "1" are one category."""
    assert {closed_cell(cell) for cell in (1, 1.0, True, "1")} == {"1"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("3,504", 3504), ("3504.0", 3504), (" 1e3 ", 1000), (2.5, 2.5), ("12.5", 12.5), ("x", None), (None, None),
     ("inf", None), (float("nan"), None), ("1,5", None)],
)  # fmt: skip
def test_numbers_are_read(cell: str | float | None, expected: float | None) -> None:
    """Spelt numbers are numbers; what is no finite number is none."""
    assert number(cell) == expected


def test_moments_of_any_zone_are_one() -> None:
    """A datetime counts by its instant."""
    assert moment("2026-11-24T14:05:00+01:00") == moment("2026-11-24T13:05:00Z") == "2026-11-24T13:05:00Z"
