"""What was asked, against what the samplers make of it: two ways to one distribution."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.results.report.asked import Asked, AskedCurve, asked_of
from synthaix.orchestration.results.report.fit import Fit, kolmogorov_smirnov
from synthaix.orchestration.schema.column import Column, Constraints
from synthaix.orchestration.schema.schema import Schema, Table

ROWS = 40_960
NAMED: list[dict[str, Any]] = [
    {"name": "normal", "mean": 50, "std": 12},
    {"name": "normal"},
    {"name": "lognormal", "median": 20, "sigma": 0.8},
    {"name": "exponential", "mean": 30},
    {"name": "uniform"},
]


def asked_in(column: dict[str, Any]) -> tuple[Schema, Asked]:
    schema = Schema.model_validate({"columns": [{"name": "c", **column}]})
    return schema, asked_of(schema.root, schema.root.columns[0])


def curve_of(column: dict[str, Any]) -> tuple[Schema, AskedCurve]:
    schema, asked = asked_in(column)
    assert asked.curve is not None
    return schema, asked.curve


def fit_of(schema: Schema, curve: AskedCurve) -> Fit:
    cells = TableSampler(schema, schema.root, seed=5).cells(0, ROWS)["c"]
    values = np.sort(np.array(cells, dtype=np.float64))
    fit = kolmogorov_smirnov(values, curve.cumulative(values), curve.continuous)
    assert fit is not None
    return fit


@pytest.mark.parametrize("spread", NAMED, ids=lambda spread: "-".join(map(str, spread.values())))
@pytest.mark.parametrize(
    ("type_", "bounds"),
    [("decimal", {"min": 0, "max": 100}), ("integer", {"min": 0, "max": 90}), ("float", {"min": 10, "max": 61.5})],
)
def test_the_samplers_make_what_is_asked(spread: dict[str, Any], type_: str, bounds: dict[str, Any]) -> None:
    """Each distribution, cut off by its bounds, on a fine and a coarse grid."""
    schema, curve = curve_of({"type": type_, "constraints": {**bounds, "distribution": spread}})
    assert fit_of(schema, curve).agrees


@pytest.mark.parametrize(
    ("spread", "bounds"),
    [
        ({"name": "poisson", "mean": 3.5}, {"min": 0, "max": 30}),
        ({"name": "poisson", "mean": 3.5}, {"min": 2, "max": 6}),
        ({"name": "zipf", "exponent": 1.7}, {"min": 1, "max": 500}),
    ],
)
def test_counts_are_counts(spread: dict[str, Any], bounds: dict[str, Any]) -> None:
    """Poisson and Zipf, cut off too."""
    schema, curve = curve_of({"type": "integer", "constraints": {**bounds, "distribution": spread}})
    assert fit_of(schema, curve).agrees


def test_another_parameter_is_another_distribution() -> None:
    """What was made with a mean of 50 is not what a mean of 51 asks for."""
    made, _ = curve_of({"type": "decimal", "constraints": {"min": 0, "max": 100, "distribution": NAMED[0]}})
    _, other = curve_of(
        {"type": "decimal", "constraints": {"min": 0, "max": 100, "distribution": {**NAMED[0], "mean": 51}}}
    )
    assert not fit_of(made, other).agrees


@given(
    st.sampled_from([*NAMED, {"name": "poisson", "mean": 4}, {"name": "zipf"}]),
    st.integers(-50, 50),
    st.integers(1, 1_000),
    st.lists(st.floats(-2_000, 2_000), min_size=2, max_size=30),
)
def test_a_cumulative_share_only_grows(spread: dict[str, Any], low: int, width: int, numbers: list[float]) -> None:
    """From 0 below the bounds to 1 at the upper one."""
    if spread["name"] in ("poisson", "zipf"):
        low = abs(low)
    rules = {"min": low, "max": low + width, "distribution": spread}
    _, curve = curve_of({"type": "integer", "constraints": rules})
    places = np.sort(np.array([*numbers, low - 1.0, float(low + width)]))
    shares = curve.cumulative(places)
    assert (np.diff(shares) >= -1e-12).all()
    assert (shares >= 0).all()
    assert shares[np.searchsorted(places, low - 1.0)] == 0
    assert shares[np.searchsorted(places, low + width)] == pytest.approx(1)


def test_only_what_is_stated_is_asked() -> None:
    """A kind's usual weights, evenness, or a nullable column ask for nothing."""
    _, plain = asked_in({"type": "category", "constraints": {"enum": ["a", "b"], "nullable": True}})
    assert plain.plain() == {}
    _, sequence = asked_in({"type": "integer", "constraints": {"distribution": {"name": "sequence"}}})
    assert sequence.curve is None
    _, stated = asked_in(
        {"type": "category", "constraints": {"enum": ["a", "b"], "weights": [3, 1], "null_rate": 0.2}}
    )
    assert stated.plain() == {
        "null_rate": 0.2,
        "weights": [{"value": "a", "share": 0.75}, {"value": "b", "share": 0.25}],
    }


def test_the_words_name_the_parameters() -> None:
    """Those that follow from the bounds too."""
    _, curve = curve_of({"type": "decimal", "constraints": {"min": 0, "max": 60, "distribution": {"name": "normal"}}})
    assert curve.words == "normal(mean 30, std 10)"


def test_a_share_of_nulls_that_a_check_decides_is_not_asked() -> None:
    """`refunded_at` is null where nothing was refunded: the null rate only leaves room for both."""
    columns = (
        Column(name="refunded", type="boolean"),
        Column(name="refunded_at", type="date", constraints=Constraints(nullable=True, null_rate=0.5)),
        Column(name="at", type="date", constraints=Constraints(nullable=True, null_rate=0.5)),
    )
    table = Table(name="sales", columns=columns, checks=("(refunded_at is None) == (not refunded)",))
    assert [asked_of(table, column).states_nulls for column in columns] == [False, False, True]
