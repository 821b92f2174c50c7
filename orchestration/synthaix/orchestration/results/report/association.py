"""How columns hang together: one number from -1 to 1 for each pair, by what the two columns hold.

numbers and numbers       Spearman's rank correlation (and Pearson's): -1 to 1
categories and categories Cramer's V, corrected for chance (Bergsma 2013): 0 to 1
categories and numbers    the correlation ratio, corrected for chance (epsilon, Kelley 1935): 0 to 1
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    Floats = NDArray[float64]
    Ints = NDArray[int64]

FEWEST = 10  # rows in which both columns have a cell
MOST_COLUMNS = 24  # of the matrix; pairs grow with the square


@dataclass(frozen=True)
class Measured:
    """A column's cells of the sampled rows: numbers with NaN for null, or codes of categories with -1 for null."""

    name: str
    numbers: "Floats | None" = None
    codes: "Ints | None" = None


def matrix(columns: Sequence[Measured]) -> dict[str, Any] | None:
    """Every pair of the columns, as JSON; None when there are not two.

    Returns:
        `columns`, `values` (a row of numbers for each column, None where a pair has too few rows or no spread), and
        `pairs`: each pair with its measure, strongest first.
    """
    kept = list(columns)[:MOST_COLUMNS]
    if len(kept) < 2:
        return None
    values: list[list[float | None]] = [[None] * len(kept) for _ in kept]
    pairs = []
    for (i, one), (j, other) in combinations(enumerate(kept), 2):
        measure, strength, more = associate(one, other)
        values[i][j] = values[j][i] = None if strength is None else round(strength, 4)
        if strength is not None:
            pairs.append({"columns": [one.name, other.name], "measure": measure, "value": round(strength, 4), **more})
    for i in range(len(kept)):
        values[i][i] = 1.0
    pairs.sort(key=lambda pair: -abs(pair["value"]))
    left_out = len(columns) - len(kept)
    return {"columns": [column.name for column in kept], "values": values, "pairs": pairs, "left_out": left_out}


Measure = Literal["spearman", "cramers_v", "correlation_ratio"]


def associate(one: Measured, other: Measured) -> tuple[Measure, float | None, dict[str, Any]]:
    """A pair's measure, its value, and Pearson's coefficient for numbers."""
    if one.numbers is not None and other.numbers is not None:
        both = ~(_isnan(one.numbers) | _isnan(other.numbers))
        x, y = one.numbers[both], other.numbers[both]
        linear = pearson(x, y)
        return "spearman", spearman(x, y), {} if linear is None else {"pearson": round(linear, 4)}
    if one.codes is not None and other.codes is not None:
        both = (one.codes >= 0) & (other.codes >= 0)
        return "cramers_v", cramers_v(one.codes[both], other.codes[both]), {}
    codes, numbers = (one.codes, other.numbers) if one.codes is not None else (other.codes, one.numbers)
    if codes is None or numbers is None:
        raise ValueError("a column is measured by numbers or by codes")
    both = (codes >= 0) & ~_isnan(numbers)
    return "correlation_ratio", correlation_ratio(codes[both], numbers[both]), {}


def pearson(x: "Floats", y: "Floats") -> float | None:
    """The linear correlation; None without spread."""
    import numpy as np

    if len(x) < FEWEST:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        x, y = x - x.mean(), y - y.mean()
        whole = math.sqrt(float(x @ x)) * math.sqrt(float(y @ y))
        if not whole or not math.isfinite(whole):
            return None
        return max(-1.0, min(1.0, float(x @ y) / whole))


def spearman(x: "Floats", y: "Floats") -> float | None:
    """Pearson's correlation of the ranks, equal values sharing the mean of theirs."""
    return pearson(_ranks(x), _ranks(y))


def cramers_v(x: "Ints", y: "Ints") -> float | None:
    """Cramer's V with the bias correction of Bergsma, Journal of the Korean Statistical Society 42 (2013), 323-328."""
    import numpy as np

    n = len(x)
    if n < FEWEST:
        return None
    _, x = np.unique(x, return_inverse=True)
    _, y = np.unique(y, return_inverse=True)
    rows, columns = int(x.max()) + 1, int(y.max()) + 1
    if rows < 2 or columns < 2:
        return None
    table = np.bincount(x * columns + y, minlength=rows * columns).reshape(rows, columns).astype(np.float64)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    square = float(((table - expected) ** 2 / expected).sum()) / n
    corrected = max(0.0, square - (rows - 1) * (columns - 1) / (n - 1))
    fewer = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return min(1.0, math.sqrt(corrected / fewer)) if fewer > 0 else None


def correlation_ratio(codes: "Ints", numbers: "Floats") -> float | None:
    """The root of the share of the spread that the groups explain, less what chance adds: epsilon.

    Source: Kelley, Proceedings of the National Academy of Sciences 21 (1935), 554-559.
    """
    import numpy as np

    n = len(codes)
    if n < FEWEST:
        return None
    _, groups = np.unique(codes, return_inverse=True)
    count = int(groups.max()) + 1
    with np.errstate(over="ignore", invalid="ignore"):
        centered = numbers - numbers.mean()
        total = float(centered @ centered)
        if count < 2 or n <= count or not total or not math.isfinite(total):
            return None
        sizes = np.bincount(groups, minlength=count)
        means = np.bincount(groups, weights=centered, minlength=count) / sizes
        inside = total - float((sizes * means**2).sum())
    return math.sqrt(max(0.0, 1 - inside / total * (n - 1) / (n - count)))


def _ranks(values: "Floats") -> "Floats":
    import numpy as np

    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = (ends - (counts - 1) / 2)[places]
    return ranks


def _isnan(numbers: "Floats") -> Any:
    import numpy as np

    return np.isnan(numbers)
