"""Rows that differ by a typo or a rounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.dedup.near import RowComparer, closeness_of, typos_allowed
from synthaix.orchestration.dedup.roles import Roles

WIDE = RowComparer(Roles(structured=("n",), floats=("x",), naming=("a", "b", "c")), {"n": "integer"})
NARROW = RowComparer(Roles(naming=("a",), wide=False), {})


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Maria Lopez", "Maria Lopes", True),
        ("Maria Lopez", "Mraia Lopez", True),
        ("Maria Lopez", "maria  lópez", True),
        ("Maria Lopez", "Marta Lopes", False),
        ("Wilhelmina Obermeier", "Wilhelmine Obermeyer", True),
        ("Wilhelmina Obermeier", "Wilhelmine Obermeyers", False),
        ("Dan", "Jan", True),
        ("Al", "El", False),
        ("user12@example.com", "user13@example.com", False),
        ("Model S", "Model X", False),
        ("Room 1.5", "Room 15", False),
        ("C++", "C#", False),
    ],
)
def test_a_typo_is_a_letter_or_two(left: str, right: str, same: bool) -> None:
    """More letters for longer names; never a digit, never a word of one letter."""
    assert (WIDE.name_likeness(left, right) > 0) is same


def test_short_names_are_equal_or_different_where_little_else_speaks() -> None:
    """Dan is not Jan when the structured columns say next to nothing."""
    assert NARROW.likeness({"a": "Dan"}, {"a": "Jan"}) is None
    assert NARROW.likeness({"a": "Daniel"}, {"a": "Danieł"}) is not None


def test_at_most_two_columns_have_a_typo() -> None:
    """Three of them make another row."""
    one = {"a": "Margaret", "b": "Sullivan", "c": "Springfield"}
    two = {"a": "Margarit", "b": "Sulivan", "c": "Springfield"}
    likeness = WIDE.likeness(one, two)
    assert likeness is not None
    assert (likeness.stage, likeness.columns) == ("typo", ("a", "b"))
    assert WIDE.likeness(one, {**two, "c": "Springfeld"}) is None


def test_a_structured_column_decides() -> None:
    """One number that differs makes another row, however alike the rest is."""
    assert WIDE.likeness({"n": 42, "a": "Ana"}, {"n": 43, "a": "Ana"}) is None
    assert WIDE.likeness({"n": 3504, "a": "Ana"}, {"n": "3,504", "a": "Ana"}) is not None


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [(0.0, 0.0, True), (0.0, -0.0, True), (0.0, 1e-12, False), (1.0, -1.0, False), (100.0, 100.02, True),
     (100.0, 100.04, False), (None, None, True), (None, 0.0, False), ("2.50", 2.5, True)],
)  # fmt: skip
def test_floats_agree_within_the_tolerance(left: float | str | None, right: float | None, same: bool) -> None:
    """Relative to the larger; zero and the sign are exact."""
    likeness = WIDE.likeness({"x": left}, {"x": right})
    assert (likeness is not None) is same


def test_null_is_no_typo_of_anything() -> None:
    """A missing name and a name are two rows."""
    assert WIDE.likeness({"a": None}, {"a": "Ana"}) is None
    assert WIDE.likeness({"a": None}, {"a": None}) is not None


@given(st.text(alphabet="abcde 12", max_size=14), st.text(alphabet="abcde 12", max_size=14))
def test_likeness_goes_both_ways(left: str, right: str) -> None:
    """Neither row is the first one."""
    assert WIDE.name_likeness(left, right) == WIDE.name_likeness(right, left)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_closeness_goes_both_ways(left: float, right: float) -> None:
    """And is one only for equals."""
    assert closeness_of(left, right) == closeness_of(right, left)
    assert (closeness_of(left, right) == 1) <= (abs(left - right) <= 1e-15 * max(abs(left), abs(right)))


def test_longer_names_allow_more() -> None:
    """One under twelve, two up to forty, then five per cent."""
    assert [typos_allowed(length) for length in (1, 11, 12, 40, 41, 100)] == [1, 1, 2, 2, 2, 5]
