"""Connections between columns, against their definitions."""

import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.results.report.association import (
    Measured,
    associate,
    correlation_ratio,
    cramers_v,
    matrix,
    pearson,
    spearman,
)

RNG = np.random.default_rng(3)


def ranks(values: Any) -> list[float]:
    """By counting: those below, and half of those that are equal."""
    return [sum(other < value for other in values) + sum(other == value for other in values) / 2 for value in values]


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=10, max_size=60))
def test_pearson_and_spearman_are_those_of_the_statistics_module(pairs: list[tuple[int, int]]) -> None:
    """Ties included; no spread, no number."""
    x, y = np.array(pairs, dtype=np.float64).T
    if len(set(x)) < 2 or len(set(y)) < 2:
        assert pearson(x, y) is None
        return
    assert pearson(x, y) == pytest.approx(statistics.correlation(x.tolist(), y.tolist()), abs=1e-9)
    assert spearman(x, y) == pytest.approx(statistics.correlation(ranks(x), ranks(y)), abs=1e-9)


def test_a_curve_that_only_grows_has_a_rank_correlation_of_one() -> None:
    """Whatever its shape."""
    x = RNG.random(1_000)
    assert spearman(x, np.exp(9 * x)) == pytest.approx(1.0)
    assert spearman(x, -(x**3)) == pytest.approx(-1.0)


def test_categories_that_follow_each_other_and_those_that_do_not() -> None:
    """1 for a bijection; nearly 0 by chance, though plain V would say more for many values in few rows."""
    one = RNG.integers(0, 5, 2_000)
    other = RNG.integers(0, 5, 2_000)
    assert cramers_v(one, (one + 2) % 5) == pytest.approx(1.0, abs=0.01)
    assert cramers_v(one, other) == pytest.approx(0.0, abs=0.06)
    few = cramers_v(RNG.integers(0, 20, 60), RNG.integers(0, 20, 60))
    assert few is not None
    assert few < 0.45


def test_groups_explain_numbers_or_not() -> None:
    """The root of the explained share; by chance about 0, though there are many groups."""
    groups = RNG.integers(0, 4, 4_000)
    assert correlation_ratio(groups, groups.astype(np.float64)) == pytest.approx(1.0)
    assert correlation_ratio(RNG.integers(0, 50, 200), RNG.random(200)) == pytest.approx(0.0, abs=0.35)
    halves = correlation_ratio(groups, groups + RNG.normal(0, float(np.std(groups)), 4_000))
    assert halves == pytest.approx(0.5**0.5, abs=0.03)


def test_nulls_are_left_out_pair_by_pair() -> None:
    """A row counts where both have a cell."""
    x = np.arange(100.0)
    holes = np.where(x % 3 == 0, np.nan, 2 * x)
    measure, value, more = associate(Measured("x", numbers=x), Measured("y", numbers=holes))
    assert value == pytest.approx(1.0)
    assert (measure, more) == ("spearman", {"pearson": 1.0})
    codes = np.where(x < 50, 0, np.where(x < 98, 1, -1)).astype(np.int64)
    assert associate(Measured("c", codes=codes), Measured("y", numbers=holes))[0] == "correlation_ratio"


def test_the_matrix_is_symmetric_and_names_the_strongest_first() -> None:
    """And says how many columns it has no room for."""
    x = RNG.random(500)
    columns = [Measured("a", numbers=x), Measured("b", numbers=-x), Measured("c", numbers=RNG.random(500))]
    found = matrix(columns)
    assert found is not None
    values = found["values"]
    assert all(values[i][j] == values[j][i] for i in range(3) for j in range(3))
    assert (found["pairs"][0]["columns"], found["pairs"][0]["value"]) == (["a", "b"], -1.0)
    assert matrix(columns[:1]) is None
    many = matrix([Measured(str(i), numbers=RNG.random(20)) for i in range(30)])
    assert many is not None
    assert (len(many["columns"]), many["left_out"]) == (24, 6)
