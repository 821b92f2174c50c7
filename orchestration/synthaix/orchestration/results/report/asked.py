"""What a column was asked to be: shares of its values, a cumulative distribution, a share of nulls.

Only what the schema states is asked for. The distributions are written out from their textbook formulas, truncated to
the column's bounds; they share with the sampler how a missing parameter follows from the bounds, and nothing else.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from synthaix.orchestration.generation.rules import completed, null_rate
from synthaix.orchestration.generation.samplers.categories import chances_of
from synthaix.orchestration.generation.samplers.numbers import Grid, grid_of, parameters_of
from synthaix.orchestration.schema.column import NUMERIC_TYPES, Cell, Column, Constraints, Distribution
from synthaix.orchestration.schema.schema import Table

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Numbers = NDArray[float64]

_MOST_RANKS = 100_000  # of Zipf's law, as the sampler has it


@dataclass(frozen=True)
class AskedShares:
    """Values with the share of the cells that each should have; shares sum to 1."""

    values: tuple[Cell, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class AskedCurve:
    """A named distribution on a column's grid of numbers."""

    spread: Distribution
    grid: Grid

    @property
    def words(self) -> str:
        """The distribution with its parameters."""
        named = {"uniform": (), "normal": ("mean", "std"), "lognormal": ("median", "sigma"), "exponential": ("mean",),
                 "poisson": ("mean",), "zipf": ("exponent",)}  # fmt: skip
        values = self._parameters
        said = ", ".join(f"{name} {value:g}" for name, value in zip(named[self.spread.name], values, strict=False))
        return f"{self.spread.name}({said})" if said else self.spread.name

    @property
    def continuous(self) -> bool:
        """Whether the grid is so fine that ties hardly happen."""
        return self.grid.size > 1_000_000 and self.spread.name not in ("poisson", "zipf")

    @cached_property
    def _parameters(self) -> tuple[float, ...]:
        return parameters_of(self.spread, self.grid.low, self.grid.high)

    def cumulative(self, numbers: "Numbers") -> "Numbers":
        """The share that should be at most each number, which is rounded to the grid as the column's cells are."""
        import numpy as np

        steps = np.floor(numbers * 10.0**self.grid.decimals + 1e-6)
        if self.spread.name in ("poisson", "zipf"):
            return self._counted(steps / 10.0**self.grid.decimals)
        edges = (steps + 0.5) / 10.0**self.grid.decimals  # a cell stands for what is rounded to it
        low, high = self.grid.low, self.grid.high
        if self.spread.name == "uniform":
            shares = (steps - self.grid.least + 1) / self.grid.size
        else:
            ends = self._plain(np.array([low, high]))
            inside = self._plain(np.clip(edges, low, high))
            shares = (inside - ends[0]) / max(float(ends[1] - ends[0]), 1e-300)
        return np.where(steps >= self.grid.most, 1.0, np.where(steps < self.grid.least, 0.0, np.clip(shares, 0, 1)))

    def _plain(self, numbers: "Numbers") -> "Numbers":
        """The distribution without bounds."""
        import numpy as np

        match self.spread.name:
            case "normal":
                mean, std = self._parameters
                return _phi((numbers - mean) / std)
            case "lognormal":
                median, sigma = self._parameters
                with np.errstate(divide="ignore"):
                    return _phi((np.log(np.maximum(numbers, 0.0)) - math.log(median)) / sigma)
            case _:  # exponential, counted from the least number on
                (mean,) = self._parameters
                above = np.maximum(numbers - self.grid.low, 0.0)
                shares: Numbers = -np.expm1(-above / max(mean - self.grid.low, 1e-300))
                return shares

    def _counted(self, numbers: "Numbers") -> "Numbers":
        import numpy as np

        levels = np.concatenate(([0.0], np.cumsum(self._chances)))
        places = np.floor(numbers + 1e-9) - self._first + 1
        shares: Numbers = np.minimum(levels[np.clip(places, 0, len(levels) - 1).astype(np.int64)], 1.0)
        return shares

    @cached_property
    def _first(self) -> int:
        least = math.ceil(self.grid.low)
        return max(least, 0) if self.spread.name == "poisson" else least

    @cached_property
    def _chances(self) -> "Numbers":
        """Of whole numbers from `_first` on, inside the bounds."""
        import numpy as np

        (parameter,) = self._parameters
        most = math.floor(self.grid.high)
        if self.spread.name == "zipf":
            logs = -parameter * np.log(np.arange(1, min(most - self._first + 1, _MOST_RANKS) + 1, dtype=np.float64))
        else:
            reach = math.ceil(parameter + 12 * math.sqrt(parameter) + 40)
            numbers = np.arange(self._first, max(self._first, min(most, reach)) + 1)
            factorials = np.array([math.lgamma(number + 1) for number in numbers.tolist()])
            logs = numbers * math.log(max(parameter, 1e-9)) - factorials
        chances = np.exp(logs - logs.max())
        shares: Numbers = chances / chances.sum()
        return shares


@dataclass(frozen=True)
class Asked:
    """All that a column's cells were asked to follow; a part that the schema does not state is None."""

    null_rate: float
    states_nulls: bool
    shares: AskedShares | None = None
    curve: AskedCurve | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON, without the empty parts."""
        found: dict[str, Any] = {}
        if self.states_nulls:
            found["null_rate"] = self.null_rate
        if self.shares is not None:
            found["weights"] = [
                {"value": value, "share": share}
                for value, share in zip(self.shares.values, self.shares.shares, strict=True)
            ]
        if self.curve is not None:
            found["distribution"] = self.curve.words
        return found


def asked_of(table: Table, column: Column) -> Asked:
    """What the schema states about a column's distribution."""
    stated, rules = column.rules, completed(table)[column.name]
    return Asked(
        null_rate=null_rate(stated),
        states_nulls=stated.null_rate is not None and not _is_decided(table, column.name),
        shares=_shares(stated) if stated.weights and not stated.unique else None,
        curve=_curve(column, rules) if stated.distribution is not None and not stated.unique else None,
    )


def _is_decided(table: Table, name: str) -> bool:
    """Whether a check says when the column is null, so that its share of nulls follows from other columns."""
    written = (f"{name} is None", f"`{name}` is None", f"{name} is not None", f"`{name}` is not None")
    return any(re.search(rf"(?<![\w`]){re.escape(said)}\b", check) for check in table.checks or () for said in written)


def _shares(rules: Constraints) -> AskedShares | None:
    values, weights = chances_of(rules)
    if weights is None:
        return None
    merged: dict[tuple[type, Cell], float] = {}
    for value, weight in zip(values, weights, strict=True):
        merged[type(value), value] = merged.get((type(value), value), 0.0) + weight
    whole = sum(merged.values())
    return AskedShares(tuple(value for _, value in merged), tuple(weight / whole for weight in merged.values()))


def _curve(column: Column, rules: Constraints) -> AskedCurve | None:
    spread = column.rules.distribution
    if spread is None or spread.name == "sequence" or column.type not in NUMERIC_TYPES or rules.enum:
        return None
    grid = grid_of(rules, column.type)
    return AskedCurve(spread, grid) if grid.size > 1 else None


def _phi(numbers: "Numbers") -> "Numbers":
    """The standard normal's cumulative distribution, by the error function."""
    import numpy as np

    flat: Sequence[float] = numbers.ravel().tolist()
    erf: Callable[[float], float] = math.erf
    shares = np.array([(1 + erf(number * math.sqrt(0.5))) / 2 for number in flat])
    return shares.reshape(numbers.shape)
