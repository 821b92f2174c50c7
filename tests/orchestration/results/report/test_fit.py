"""The tests of fit, against known values and against numbers of which the answer is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.results.report.fit import (
    UNLIKELY,
    chi_square,
    kolmogorov_smirnov,
    kolmogorov_tail,
    rate_interval,
    upper_gamma,
)


@pytest.mark.parametrize(
    ("degrees", "statistic", "p_value"),
    [(1, 3.841459, 0.05), (2, 5.991465, 0.05), (10, 18.307038, 0.05), (5, 15.086272, 0.01), (100, 149.449253, 0.001)],
)  # NIST/SEMATECH e-Handbook, table 1.3.6.7.4
def test_the_chi_square_tail_is_the_tables(degrees: int, statistic: float, p_value: float) -> None:
    """Q(k/2, x/2) at the printed critical values."""
    assert upper_gamma(degrees / 2, statistic / 2) == pytest.approx(p_value, rel=1e-5)


@given(st.floats(0, 700))
def test_the_incomplete_gamma_has_its_closed_forms(x: float) -> None:
    """Q(1, x) = exp(-x), Q(1/2, x) = erfc(sqrt x)."""
    assert upper_gamma(1, x) == pytest.approx(math.exp(-x), rel=1e-9, abs=1e-300)
    assert upper_gamma(0.5, x) == pytest.approx(math.erfc(math.sqrt(x)), rel=1e-8, abs=1e-300)


@pytest.mark.parametrize(("size", "tail"), [(1.22385, 0.10), (1.35810, 0.05), (1.62762, 0.01), (1.94947, 0.001)])
def test_the_kolmogorov_tail_is_the_tables(size: float, tail: float) -> None:
    """At the critical values that are printed everywhere."""
    assert kolmogorov_tail(size) == pytest.approx(tail, rel=1e-4)


def test_the_two_forms_of_the_tail_meet() -> None:
    """Below and above 1.18 it is one function."""
    assert kolmogorov_tail(1.18 - 1e-9) == pytest.approx(kolmogorov_tail(1.18), abs=1e-8)
    assert [kolmogorov_tail(size) for size in (0, 0.05, 9)] == pytest.approx([1.0, 1.0, 0.0])


def test_counts_as_asked_agree_and_others_do_not() -> None:
    """Two percent of the cells moved are found in 100,000."""
    as_asked = chi_square([60_100, 29_950, 9_950], [0.6, 0.3, 0.1])
    moved = chi_square([61_000, 29_000, 10_000], [0.6, 0.3, 0.1])
    assert as_asked is not None
    assert moved is not None
    assert as_asked.agrees
    assert not moved.agrees
    assert moved.distance == pytest.approx(0.01)
    assert (moved.degrees, moved.n) == (2, 100_000)


def test_values_seldom_expected_are_pooled() -> None:
    """One count where 0.01 was expected is no proof of anything."""
    fit = chi_square([999, 1, 0], [0.99998, 0.00001, 0.00001])
    assert fit is None  # nothing is left to compare
    fit = chi_square([600, 394, 3, 3], [0.6, 0.395, 0.002, 0.003])
    assert fit is not None
    assert fit.degrees == 2


def test_what_was_not_asked_for_at_all_never_agrees() -> None:
    """A value outside the list has a share of 0."""
    fit = chi_square([500, 500, 1], [0.5, 0.5, 0.0])
    assert fit is not None
    assert (fit.agrees, fit.p_value, fit.plain().get("statistic")) == (False, 0.0, None)


@pytest.mark.parametrize("seed", range(20))
def test_uniform_numbers_are_uniform_and_squeezed_ones_are_not(seed: int) -> None:
    """At one error in a thousand."""
    values = np.sort(np.random.default_rng(seed).random(20_000))
    fair = kolmogorov_smirnov(values, values, continuous=True)
    squeezed = kolmogorov_smirnov(values**1.05, values**1.05 * 0 + values, continuous=True)
    bent = kolmogorov_smirnov(values, values**1.1, continuous=True)
    assert fair is not None
    assert bent is not None
    assert squeezed is not None
    assert fair.agrees
    assert not bent.agrees
    assert squeezed.statistic == pytest.approx(fair.statistic)


def test_p_values_are_uniform_when_all_is_as_asked() -> None:
    """A p below 0.1 comes about once in ten runs: the test is neither blind nor nervous."""
    found = []
    for seed in range(400):
        values = np.sort(np.random.default_rng(seed).random(500))
        fit = kolmogorov_smirnov(values, values, continuous=True)
        assert fit is not None
        found.append(fit.p_value)
    assert 0.05 < float(np.mean(np.array(found) < 0.1)) < 0.15
    assert min(found) > UNLIKELY / 10


def test_too_little_is_not_tested() -> None:
    """Four cells say nothing."""
    few = np.array([0.1, 0.2, 0.3, 0.4])
    assert kolmogorov_smirnov(few, few, continuous=True) is None
    assert chi_square([2, 2], [0.5, 0.5]) is None


def test_the_interval_of_a_rate() -> None:
    """Wilson's at 99 %: 15 of 100 worked out by hand; ends that are certain stay certain."""
    assert list(rate_interval(15, 100)) == pytest.approx([0.08009, 0.26347], abs=1e-4)
    assert rate_interval(0, 50)[0] == 0.0
    assert rate_interval(50, 50)[1] == 1.0
    assert rate_interval(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_rate(n: int, data: st.DataObject) -> None:
    """Whatever was counted."""
    count = data.draw(st.integers(0, n))
    low, high = rate_interval(count, n)
    assert 0 <= low <= count / n <= high <= 1
