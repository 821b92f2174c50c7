"""One column of a report: what its cells are, and whether that is what was asked."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from synthaix.orchestration.generation.column_rules import DECIMALS
from synthaix.orchestration.results.column_summary import Tally
from synthaix.orchestration.results.report.asked import Asked, asked_of
from synthaix.orchestration.results.report.association import Measured
from synthaix.orchestration.results.report.fit import chi_square, kolmogorov_smirnov, rate_interval
from synthaix.orchestration.results.report.histogram import histogram
from synthaix.orchestration.results.report.moments import from_numbers, to_numbers
from synthaix.orchestration.results.report.vocabulary import Vocabulary
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Cell, Column
from synthaix.orchestration.schema.schema import Table

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
MOST_CATEGORIES = 60  # a column of more different values is no category to a correlation
MOST_NAMED = 12  # frequent values
MOST_WEIGHTED = 5_000  # different cells of a weighted column counted one by one; the rest is `other`


class ColumnMeasure:
    """Takes a column's cells batch by batch.

    Args:
        sampled: how many of the rows will be in the sample.
        hashes: at most so many distinct values are counted exactly.
    """

    def __init__(self, table: Table, column: Column, *, sampled: int, hashes: int) -> None:
        self._column = column
        self._asked: Asked = asked_of(table, column)
        self._tally = Tally(column, hashes, MOST_NAMED)
        self._rows = 0
        self._weighted: Counter[tuple[type, Any]] = Counter()
        self._parts: list[NDArray[float64]] = []  # of the sample: numbers, NaN where there is none
        self._lengths: list[NDArray[float64]] = []
        self._codes: dict[Any, int] | None = {} if _may_be_category(column) else None
        self._coded: list[int] = []
        self._vocabulary = Vocabulary(sampled) if column.type == "text" else None

    def add(self, cells: Sequence[Cell], picked: Sequence[int] | None) -> None:
        """Take the next cells.

        Args:
            picked: which of them are in the sample; None: all.
        """
        import numpy as np

        self._rows += len(cells)
        self._tally.add(cells)
        if self._asked.shares is not None and len(self._weighted) <= MOST_WEIGHTED:
            self._weighted.update((type(cell), cell) for cell in cells if isinstance(cell, str | int | float))
        some = cells if picked is None else [cells[place] for place in picked]
        if self._column.type in NUMERIC_TYPES | TEMPORAL_TYPES:
            self._parts.append(to_numbers(self._column.type, some))
        elif self._column.type in ("string", "text", "array"):
            there = [len(cell) for cell in some if isinstance(cell, str | list)]
            self._lengths.append(np.array(there, dtype=np.float64))
        if self._codes is not None:
            self._code(some)
        if self._vocabulary is not None:
            self._vocabulary.add(cell for cell in some if isinstance(cell, str))

    def measured(self) -> Measured | None:
        """The sample, for correlations; None for identifiers, free text and what varies too much or not at all."""
        import numpy as np

        if self._column.is_identifier or self._column.rules.references:
            return None
        if self._column.type in NUMERIC_TYPES | TEMPORAL_TYPES:
            numbers = self._numbers()
            there = numbers[~np.isnan(numbers)]
            return Measured(self._column.name, numbers=numbers) if len(there) and there.min() < there.max() else None
        if self._codes is not None and len(self._codes) > 1:
            return Measured(self._column.name, codes=np.array(self._coded, dtype=np.int64))
        return None

    def plain(self) -> dict[str, Any]:
        """As JSON, without the empty parts."""
        column, summary = self._column, self._tally.summary().plain()
        found: dict[str, Any] = {
            "name": column.name,
            "type": column.type,
            "kind": column.kind,
            "strategy": column.strategy,
            "description": column.description or None,
            "asked": self._asked.plain() or None,
            "nulls": self._nulls(summary["nulls"]),
            **{name: value for name, value in summary.items() if name not in ("name", "type", "nulls", "length")},
            **self._spread(),
            "weights": self._shares(),
            "length": self._length(summary.get("length")),
            "words": self._vocabulary.plain() if self._vocabulary is not None else None,
        }
        return {name: value for name, value in found.items() if value is not None}

    def _nulls(self, nulls: int) -> dict[str, Any]:
        low, high = rate_interval(nulls, self._rows)
        found: dict[str, Any] = {"count": nulls, "rate": round(nulls / self._rows, 6) if self._rows else 0.0}
        if nulls or self._asked.states_nulls:
            found["interval"] = [round(low, 6), round(high, 6)]
        if self._asked.states_nulls:
            found |= {"asked": self._asked.null_rate, "agrees": low <= self._asked.null_rate <= high}
        return found

    def _numbers(self) -> "NDArray[float64]":
        import numpy as np

        return np.concatenate(self._parts) if self._parts else np.empty(0)

    def _spread(self) -> dict[str, Any]:
        """Quantiles, picture and test of numbers and moments."""
        import numpy as np

        column = self._column
        if column.type not in NUMERIC_TYPES | TEMPORAL_TYPES or column.is_sequence or column.rules.references:
            return {}
        numbers = self._numbers()
        values = np.sort(numbers[~np.isnan(numbers)])
        if not len(values):
            return {}
        places = [min(len(values) - 1, int(share * len(values))) for share in QUANTILES]
        shown = from_numbers(self._column.type, values[places])
        curve = self._asked.curve
        found: dict[str, Any] = {
            "quantiles": {f"{share:g}": value for share, value in zip(QUANTILES, shown, strict=True)},
            "histogram": histogram(values, step=_step(column), curve=curve),
        }
        if curve is not None:
            fit = kolmogorov_smirnov(values, curve.cumulative(values), curve.continuous)
            found["fit"] = fit.plain() if fit is not None else None
        return found

    def _shares(self) -> dict[str, Any] | None:
        """Of weighted categories: how often each came, and the test."""
        asked = self._asked.shares
        if asked is None:
            return None
        counts = [self._weighted.pop((type(value), value), 0) for value in asked.values]
        other = sum(self._weighted.values())
        fit = chi_square([*counts, other] if other else counts, [*asked.shares, 0.0] if other else asked.shares)
        return {
            "got": [
                {"value": value, "count": count, "asked": round(share, 6)}
                for value, count, share in zip(asked.values, counts, asked.shares, strict=True)
            ],
            **({"other": other} if other else {}),
            **({"fit": fit.plain()} if fit is not None else {}),
        }

    def _length(self, summary: dict[str, Any] | None) -> dict[str, Any] | None:
        import numpy as np

        if summary is None or not self._lengths:
            return summary
        picture = histogram(np.sort(np.concatenate(self._lengths)), step=1)
        return {**summary, **({"histogram": picture} if picture is not None else {})}

    def _code(self, cells: Sequence[Cell]) -> None:
        """Give each different cell a number, as long as there are few."""
        codes = self._codes
        assert codes is not None  # noqa: S101 - the caller looked
        for key in set(map(_category_key, cells)) - codes.keys() - {None}:
            codes[key] = len(codes)
        if len(codes) > MOST_CATEGORIES:
            self._codes = None
            self._coded.clear()
            return
        lookup: dict[Any, int] = {**codes, None: -1}
        self._coded += [lookup[_category_key(cell)] for cell in cells]


def _step(column: Column) -> float | None:
    """What the column's numbers are multiples of; None where nothing says so."""
    if column.type in TEMPORAL_TYPES or column.type == "integer":
        return 1
    decimals = DECIMALS if column.type == "decimal" and column.rules.decimals is None else column.rules.decimals
    return None if decimals is None else float(10.0**-decimals)


def _may_be_category(column: Column) -> bool:
    return column.type in ("category", "boolean", "string") and not column.is_identifier


def _category_key(cell: Cell) -> Any:
    """The cell as a key under which 1 and true are two; None for null and for what is no scalar."""
    if isinstance(cell, str):
        return cell
    return (type(cell), cell) if isinstance(cell, bool | int | float) else None
