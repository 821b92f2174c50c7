"""Numbers: bounded, spread as stated, on the grid of their decimals."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.seeding import Floats, Ints, permuted
from synthaix.orchestration.schema.column import Constraints, Distribution

UNIQUE_STEPS = 10**9  # so many numbers a unique float column has at least
DECIMALS = 2  # of a decimal column that states none
POINTS = 4_096  # of a tabulated distribution: its steps stay far below what rounding to two decimals shows
FARTHEST = 1 << 61  # so that differences fit an int64
EXACT = 1 << 53  # integers up to here are exact in a double
SPREAD = 6.0  # standard deviations that count as everything: 2e-9 lies outside


@dataclass(frozen=True)
class Grid:
    """The numbers that a column can hold: whole multiples of 10^-decimals.

    Attributes:
        least, most: the bounds in steps, both included.
    """

    least: int
    most: int
    decimals: int
    integer: bool = False

    @cached_property
    def size(self) -> int:
        """How many numbers."""
        return max(0, self.most - self.least + 1)

    @property
    def low(self) -> float:
        """The least number."""
        return float(self.least / 10**self.decimals)

    @property
    def high(self) -> float:
        """The greatest number."""
        return float(self.most / 10**self.decimals)

    def cells(self, steps: Ints) -> Cells:
        """The numbers at these steps."""
        found: Cells = steps.tolist() if self.integer else (steps / 10.0**self.decimals).tolist()
        return found

    def steps(self, numbers: Floats) -> Ints:
        """The nearest steps inside the bounds."""
        scaled = np.rint(numbers * 10.0**self.decimals)
        return np.clip(scaled, float(self.least), float(self.most)).astype(np.int64)


def grid_of(rules: Constraints, column_type: str, decimals: int = DECIMALS) -> Grid:
    """The grid of a column from its bounds; what is not stated follows from the distribution, or is 0 to 1,000.

    A float without stated decimals gets as many as its range needs, so that 0 to 0.01 is not three numbers.
    """
    low, high = bounds_of(rules)
    integer = column_type == "integer"
    digits = 0 if integer else rules.decimals if rules.decimals is not None else decimals
    if column_type == "float" and rules.decimals is None:
        width = abs(high - low)
        while digits < 12 and width and width * 10**digits < (UNIQUE_STEPS if rules.unique else 1_000):
            digits += 1
    while digits > 0 and max(abs(low), abs(high)) * 10**digits >= EXACT:
        digits -= 1
    scale = 10**digits
    least, most = max(_ceil(low, scale), -FARTHEST), min(_floor(high, scale), FARTHEST)
    if rules.exclusive_min is not None and least / scale <= rules.exclusive_min:
        least += 1
    if rules.exclusive_max is not None and most / scale >= rules.exclusive_max:
        most -= 1
    return Grid(least, max(least, most), digits, integer)


def bounds_of(rules: Constraints) -> tuple[float, float]:
    """The least and greatest number in question, the open ends closed by what the distribution makes likely."""
    lows = [float(bound) for bound in (rules.min, rules.exclusive_min) if isinstance(bound, int | float)]
    highs = [float(bound) for bound in (rules.max, rules.exclusive_max) if isinstance(bound, int | float)]
    low = max(lows) if lows else None
    high = min(highs) if highs else None
    usual_low, usual_high = usual_range(rules.distribution)
    if low is None:
        low = usual_low if high is None or usual_low < high else high - max(1_000.0, abs(high))
    if high is None:
        high = usual_high if usual_high > low else low + max(1_000.0, abs(low))
    return low, high


def usual_range(spread: Distribution | None) -> tuple[float, float]:
    """Where nearly all of a distribution lies."""
    name = spread.name if spread else "uniform"
    if spread is None or name in ("uniform", "sequence"):
        return 0.0, 1_000.0
    if name == "normal":
        mean, std = _normal(spread)
        return mean - SPREAD * std, mean + SPREAD * std
    if name == "lognormal":
        return 0.0, min(1e15, (spread.median or 100.0) * math.exp(SPREAD * (spread.sigma or 1.0)))
    if name == "exponential":
        return 0.0, (spread.mean or 100.0) * 21  # exp(-21) = 8e-10
    if name == "poisson":
        mean = spread.mean if spread.mean is not None else 5.0
        return 0.0, math.ceil(mean + 8 * math.sqrt(mean) + 12)
    return 1.0, 1e6


def number_maker(setting: Setting) -> Maker:
    """Cells of an integer, float or decimal column."""
    rules = setting.rules
    grid = grid_of(rules, setting.column.type)
    if rules.unique:
        key = setting.key

        def counted(draw: Draw) -> Cells:
            return grid.cells(permuted(draw.index, grid.size, key) + grid.least)

        return Maker(counted, float(grid.size), distinct=True)
    name = setting.name
    low, high = bounds_of(rules)
    if setting.column.type != "integer" and max(abs(low), abs(high)) >= FARTHEST:
        return Maker(lambda draw: (low + draw.rng(name).random(len(draw.index)) * (high - low)).tolist())
    source = steps_of(rules.distribution, grid)

    def drawn(draw: Draw) -> Cells:
        return grid.cells(source(draw.rng(name), len(draw.index)))

    return Maker(drawn, float(grid.size))


def steps_of(spread: Distribution | None, grid: Grid) -> Callable[[np.random.Generator, int], Ints]:
    """A source of steps on the grid, spread as stated and never piled up at a bound."""
    name = spread.name if spread else "uniform"
    if grid.size <= 1:
        return lambda rng, count: np.full(count, grid.least, dtype=np.int64)
    if spread is None or name in ("uniform", "sequence"):
        return lambda rng, count: rng.integers(grid.least, grid.most, count, endpoint=True)
    if name in ("poisson", "zipf"):
        return _counting(spread, grid)
    levels, values = _table(spread, grid.low, grid.high)
    return lambda rng, count: grid.steps(np.interp(rng.random(count), levels, values))


def parameters_of(spread: Distribution, low: float, high: float) -> tuple[float, ...]:
    """A distribution's parameters between these bounds, in the order of `Distribution`; none of a uniform one.

    What is not stated follows from the bounds. The mean of an exponential one is above the least number.
    """
    match spread.name:
        case "normal":
            return _normal(spread, low, high)
        case "lognormal":
            return spread.median or max(low, 1e-9) + (high - low) / 4, spread.sigma or 1.0
        case "exponential":
            mean = spread.mean or low + (high - low) / 4
            return (mean if mean > low else low + (high - low) / 4,)
        case "poisson":
            return (max(spread.mean if spread.mean is not None else 5.0, 1e-9),)
        case "zipf":
            return (spread.exponent or 2.0,)
        case _:
            return ()


def _table(spread: Distribution, low: float, high: float) -> tuple[Floats, Floats]:
    """The inverse distribution function between the bounds, as a table: probabilities, then values."""
    parameters = parameters_of(spread, low, high)
    if spread.name == "lognormal":
        center, sigma = math.log(parameters[0]), parameters[1]
        floor = math.log(low) if low > 0 else center - 8 * sigma
        logs = _window(floor, math.log(max(high, 1e-12)), center - 8 * sigma, center + 8 * sigma)
        return _inverse(-((logs - center) ** 2) / (2 * sigma * sigma), logs), np.exp(logs)
    if spread.name == "normal":
        mean, std = parameters
        values = _window(low, high, mean - 8 * std, mean + 8 * std)
        return _inverse(-((values - mean) ** 2) / (2 * std * std), values), values
    rate = parameters[0] - low
    values = _window(low, high, low, low + 40 * rate)
    return _inverse(-(values - low) / rate, values), values


def _inverse(log_density: Floats, axis: Floats) -> Floats:
    """The share of the mass up to each point, from a density known up to a factor."""
    density = np.exp(log_density - log_density.max())
    mass = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(axis))))
    shares: Floats = mass / mass[-1]
    return shares


def _window(low: float, high: float, start: float, stop: float) -> Floats:
    """Points from the bounds, narrowed to where the mass is unless it lies outside them."""
    inner_low, inner_high = max(low, start), min(high, stop)
    if inner_low >= inner_high:
        inner_low, inner_high = low, high
    return np.linspace(inner_low, inner_high, POINTS)


def _counting(spread: Distribution, grid: Grid) -> Callable[[np.random.Generator, int], Ints]:
    """Poisson and Zipf: chances of whole numbers between the bounds."""
    scale = 10**grid.decimals
    least, most = math.ceil(grid.least / scale), grid.most // scale
    if most < max(least, 0 if spread.name == "poisson" else least):
        return steps_of(None, grid)
    if spread.name == "zipf":
        ranks = np.arange(1, min(most - least + 1, 100_000) + 1, dtype=np.float64)
        weights = -parameters_of(spread, grid.low, grid.high)[0] * np.log(ranks)
        first = least
    else:
        (mean,) = parameters_of(spread, grid.low, grid.high)
        reach = 10 * math.sqrt(mean) + 20
        first = max(least, 0, math.floor(min(mean - reach, most - 100)))
        numbers = np.arange(first, max(first, min(most, math.ceil(max(mean + reach, first + 100)))) + 1)
        factorials = np.array([math.lgamma(number + 1) for number in numbers.tolist()])
        weights = numbers * math.log(mean) - factorials
    chances = np.exp(weights - weights.max())
    levels = np.cumsum(chances / chances.sum())[:-1]
    return lambda rng, count: (np.searchsorted(levels, rng.random(count), side="right") + first) * scale


def _normal(spread: Distribution, low: float | None = None, high: float | None = None) -> tuple[float, float]:
    middle, width = (0.0, 1_000.0) if low is None or high is None else ((low + high) / 2, high - low)
    mean = spread.mean if spread.mean is not None else middle if low is not None else 500.0
    return mean, spread.std or max(width / 6, 1e-9)


def _ceil(number: float, scale: int) -> int:
    steps = math.floor(number * scale)
    while steps / scale < number:
        steps += 1
    return steps


def _floor(number: float, scale: int) -> int:
    steps = math.ceil(number * scale)
    while steps / scale > number:
        steps -= 1
    return steps
