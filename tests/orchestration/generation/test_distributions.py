"""Numbers spread as stated, between their bounds and without piles at them."""

import math
from typing import Any

import numpy as np
import pytest

from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.schema.schema import Schema

ROWS = 20_000


def drawn(column_type: str = "float", **constraints: Any) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A column's numbers."""
    schema = Schema.model_validate({"columns": [{"name": "n", "type": column_type, "constraints": constraints}]})
    return np.array(TableSampler(schema, schema.tables[0], seed=3).cells(0, ROWS)["n"], dtype=np.float64)


def rejected(
    source: np.ndarray[Any, np.dtype[np.float64]], low: float, high: float
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The oracle: numpy's own draws, those outside the bounds thrown away."""
    return source[(source >= low) & (source <= high)]


def distance(first: np.ndarray[Any, np.dtype[np.float64]], second: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Kolmogorov and Smirnov's: the greatest gap between the two distribution functions."""
    points = np.sort(np.concatenate((first, second)))
    shares = [np.searchsorted(np.sort(each), points, side="right") / len(each) for each in (first, second)]
    return float(np.abs(shares[0] - shares[1]).max())


@pytest.mark.parametrize(("name", "parameters", "low", "high"), [
    ("normal", {"mean": 50, "std": 10}, 45, 90),
    ("normal", {"mean": 0, "std": 1}, 1.5, 9),
    ("lognormal", {"median": 100, "sigma": 1.0}, 20, 400),
    ("lognormal", {"median": 2_500, "sigma": 1.2}, 0, 250_000),
    ("exponential", {"mean": 8}, 0, 20),
])  # fmt: skip
def test_a_truncated_distribution_is_its_rejected_draws(
    name: str, parameters: dict[str, float], low: float, high: float
) -> None:
    """The cells are spread as numpy's draws that happen to lie between the bounds."""
    rng = np.random.default_rng(8)
    source = {
        "normal": lambda: rng.normal(parameters["mean"], parameters["std"], 600_000),
        "lognormal": lambda: rng.lognormal(math.log(parameters["median"]), parameters["sigma"], 60_000),
        "exponential": lambda: rng.exponential(parameters["mean"], 60_000),
    }[name]()
    numbers = drawn(min=low, max=high, decimals=4, distribution={"name": name, **parameters})
    oracle = rejected(source, low, high)
    assert numbers.min() >= low
    assert numbers.max() <= high
    # the critical value at a level of 1e-4: Smirnov 1948
    assert distance(numbers, oracle) < 2.23 * math.sqrt((ROWS + len(oracle)) / (ROWS * len(oracle)))


def test_poisson_is_numpys() -> None:
    """Counts of a Poisson column have its chances."""
    numbers = drawn("integer", min=0, max=100, distribution={"name": "poisson", "mean": 4})
    expected = np.array([math.exp(-4) * 4**count / math.factorial(count) for count in range(12)])
    found = np.bincount(numbers.astype(int), minlength=12)[:12] / ROWS
    assert np.abs(found - expected).max() < 0.015


def test_zipf_falls_as_a_power() -> None:
    """The second rank is 2^-s as frequent as the first."""
    numbers = drawn("integer", min=10, max=1_000, distribution={"name": "zipf", "exponent": 2.0})
    first, second, third = (int((numbers == 10 + rank).sum()) for rank in range(3))
    assert second / first == pytest.approx(1 / 4, abs=0.03)
    assert third / first == pytest.approx(1 / 9, abs=0.02)


@pytest.mark.parametrize("name", ["normal", "lognormal", "exponential", "uniform"])
def test_no_pile_stands_at_a_bound(name: str) -> None:
    """Bounds that cut a distribution hard do not collect what they cut off."""
    numbers = drawn(
        "integer",
        min=0,
        max=100,
        distribution={"name": name, **({"mean": 90} if name in ("normal", "exponential") else {})},
    )
    counts = np.bincount(numbers.astype(int), minlength=101)
    assert counts[100] < 3 * counts[95:100].mean()
    assert counts[0] < 3 * counts[1:6].mean() + 10


def test_a_tail_far_outside_is_still_drawn() -> None:
    """Ten standard deviations off there are numbers, most of them near the bound."""
    numbers = drawn(min=10, max=20, distribution={"name": "normal", "mean": 0, "std": 1})
    assert numbers.min() >= 10
    assert np.median(numbers) < 10.2


def test_weights_are_kept() -> None:
    """A category comes as often as its weight says."""
    schema = Schema.model_validate(
        {"columns": [{"name": "c", "type": "category", "constraints": {"enum": ["a", "b", "c"], "weights": [6, 3, 1]}}]}
    )
    cells = TableSampler(schema, schema.tables[0], seed=3).cells(0, ROWS)["c"]
    assert [cells.count(value) / ROWS for value in "abc"] == pytest.approx([0.6, 0.3, 0.1], abs=0.015)


def test_a_uniform_column_reaches_both_bounds() -> None:
    """Both ends belong to the range."""
    numbers = drawn("integer", min=-3, max=3)
    assert set(numbers.astype(int).tolist()) == set(range(-3, 4))
