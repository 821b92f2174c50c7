"""Does what came out look like what was asked? Chi-square, Kolmogorov-Smirnov, and the interval of a rate.

numpy and `math` only. A p-value is the chance of a difference at least as large when the rows do follow what was asked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

LEAST_EXPECTED = 5.0  # cells of a chi-square expected less often are pooled: Cochran, Biometrics 10 (1954), 417-451
UNLIKELY = 0.001  # a p-value below it is called a difference; one test in a thousand errs so
SURE = 2.5758293  # standard normal quantile of 0.995: intervals of 99 %
_MOST_TERMS = 10_000
_CLOSE = 1e-14


@dataclass(frozen=True, slots=True)
class Fit:
    """A test's outcome.

    Attributes:
        distance: what a reader can picture, 0 to 1: the largest gap between the two cumulative shares (ks), or half the
            sum of the gaps between shares (chi-square, total variation).
        n: cells compared.
    """

    test: str
    statistic: float
    p_value: float
    n: int
    distance: float
    degrees: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether the difference is one that chance makes."""
        return self.p_value >= UNLIKELY

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        every = {
            "test": self.test,
            "statistic": _short(self.statistic),
            "degrees_of_freedom": self.degrees,
            "p_value": _short(self.p_value),
            "n": self.n,
            "distance": _short(self.distance),
            "agrees": self.agrees,
        }
        return {name: value for name, value in every.items() if value is not None}


def chi_square(observed: Sequence[float], shares: Sequence[float]) -> Fit | None:
    """Pearson's goodness of fit of counts against shares that sum to 1; None when there is nothing to compare.

    Counts under a share of 0 cannot be explained by chance: the p-value is then 0.
    Source: Pearson, Philosophical Magazine 50 (1900), 157-175; Q(k/2, x/2) as in NIST DLMF 8.2.4.
    """
    n = sum(observed)
    if n < LEAST_EXPECTED:
        return None
    distance = sum(abs(got / n - share) for got, share in zip(observed, shares, strict=True)) / 2
    if any(got for got, share in zip(observed, shares, strict=True) if share <= 0):
        return Fit("chi-square", math.inf, 0.0, round(n), distance, len(observed) - 1)
    cells = sorted((n * share, got) for got, share in zip(observed, shares, strict=True) if share > 0)
    while len(cells) > 1 and cells[0][0] < LEAST_EXPECTED:
        (least, few), (next_, more) = cells[:2]
        cells = sorted([(least + next_, few + more), *cells[2:]])
    if len(cells) < 2:
        return None
    statistic = sum((got - expected) ** 2 / expected for expected, got in cells)
    degrees = len(cells) - 1
    return Fit("chi-square", statistic, upper_gamma(degrees / 2, statistic / 2), round(n), distance, degrees)


def kolmogorov_smirnov(values: "NDArray[float64]", asked: "NDArray[float64]", continuous: bool) -> Fit | None:
    """The largest gap between the share of values up to each point and what was asked for up to there.

    Args:
        values: sorted.
        asked: the cumulative distribution at each value; for numbers on a grid, at the value's upper edge.
        continuous: whether the gap just below a value counts too. On a grid it does not, and the test errs on the side
            of agreement: Conover, Journal of the American Statistical Association 67 (1972), 591-596.

    Source of the p-value: Stephens, Journal of the Royal Statistical Society B 32 (1970), 115-122.
    """
    import numpy as np

    n = len(values)
    if n < LEAST_EXPECTED:
        return None
    last = np.append(values[1:] != values[:-1], True)  # the highest of equal values holds the share up to them
    reached = np.arange(1, n + 1)[last] / n
    gaps = np.abs(reached - asked[last])
    if continuous:
        before = np.concatenate(([0.0], reached[:-1]))
        gaps = np.maximum(gaps, np.abs(asked[last] - before))
    distance = float(gaps.max())
    root = math.sqrt(n)
    return Fit("kolmogorov-smirnov", distance, kolmogorov_tail((root + 0.12 + 0.11 / root) * distance), n, distance)


def kolmogorov_tail(size: float) -> float:
    """P(K > size) of Kolmogorov's distribution: 2 sum (-1)^(j-1) exp(-2 (j size)^2), in another form for small sizes.

    Source: Kolmogorov, Giornale dell'Istituto Italiano degli Attuari 4 (1933), 83-91; the second form by Jacobi's
    identity, as in Marsaglia, Tsang and Wang, Journal of Statistical Software 8 (2003), 18.
    """
    if size <= 0:
        return 1.0
    if size < 1.18:
        odd = sum(math.exp(-((2 * j - 1) ** 2) * math.pi**2 / (8 * size * size)) for j in range(1, 6))
        return max(0.0, 1 - math.sqrt(2 * math.pi) / size * odd)
    return min(1.0, 2 * sum((1.0 if j % 2 else -1.0) * math.exp(-2 * (j * size) ** 2) for j in range(1, 30)))


def rate_interval(count: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a rate at 99 %: Wilson, Journal of the American Statistical Association 22 (1927)."""
    if n == 0:
        return 0.0, 1.0
    rate, square = count / n, SURE * SURE
    middle = (rate + square / (2 * n)) / (1 + square / n)
    width = SURE / (1 + square / n) * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    return max(0.0, middle - width) if count else 0.0, min(1.0, middle + width) if count < n else 1.0


def upper_gamma(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x), for a > 0 and x >= 0.

    The series DLMF 8.7.1 below a + 1, the continued fraction DLMF 8.9.2 (by Lentz's method) above.
    """
    if x <= 0:
        return 1.0
    factor = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for step in range(1, _MOST_TERMS):
            term *= x / (a + step)
            total += term
            if term < total * _CLOSE:
                break
        return min(1.0, max(0.0, 1 - factor * total))
    b, c = x + 1 - a, 1e300
    d = 1 / b
    total = d
    for step in range(1, _MOST_TERMS):
        numerator = -step * (step - a)
        b += 2
        d = 1 / (numerator * d + b)
        c = b + numerator / c
        total *= d * c
        if abs(d * c - 1) < _CLOSE:
            break
    return min(1.0, max(0.0, factor * total))


def _short(number: float) -> float | None:
    """Six digits; None for what JSON has no number for."""
    return float(f"{number:.6g}") if math.isfinite(number) else None
