"""One column of a report: nulls, distinct values, range, spread, lengths, what is frequent."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from synthaix.orchestration.results.distinct import DistinctCount
from synthaix.orchestration.results.formats.spelling import json_bytes
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Cell, Column

EXAMPLES = 3
TOP = 5
RARE = 0.001  # share of the rows below which a value is not worth naming
LONGEST_SHOWN = 200  # characters of a value in a report
_COUNTED = 20_000  # values counted one by one
_COUNTED_CHARACTERS = 2_000_000  # in them all
_KEPT = 2_000  # of them, when there are more: the most frequent so far

_Key = Any  # a cell that can be counted: text, number, or the JSON of a list or object


@dataclass(frozen=True, slots=True)
class Frequent:
    """A value and how often it stands there; at least so often, where the column has too many to count them all."""

    value: Cell
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, largest, mean and standard deviation (of the rows, not of a sample of something)."""

    min: Cell
    max: Cell
    mean: float | None = None
    std: float | None = None


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """What one column's cells look like.

    Attributes:
        nulls: how many cells are null.
        distinct: different values, null left out.
        distinct_exact: whether that was counted; otherwise it is an estimate, off by a fraction of a percent.
        spread: of numbers; of dates and times without mean.
        lengths: characters of text, elements of arrays.
        top: the most frequent values, best first; none where nearly every value is another.
        examples: the first different values.
    """

    name: str
    type: str
    nulls: int
    distinct: int
    distinct_exact: bool
    spread: Spread | None
    lengths: Spread | None
    top: tuple[Frequent, ...]
    examples: tuple[Cell, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON, without the empty parts; long values are cut."""
        every: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "nulls": self.nulls,
            "distinct": self.distinct,
            "distinct_is_estimate": not self.distinct_exact or None,
            "top": [{"value": _shown(frequent.value), "count": frequent.count} for frequent in self.top] or None,
            "examples": [_shown(cell) for cell in self.examples] or None,
        }
        if self.spread:
            every |= {"min": self.spread.min, "max": self.spread.max, "mean": self.spread.mean, "std": self.spread.std}
        if self.lengths:
            every["length"] = {"min": self.lengths.min, "max": self.lengths.max, "mean": self.lengths.mean}
        return {name: value for name, value in every.items() if value is not None}


class Tally:
    """Takes a column's cells batch by batch and says at the end what they were.

    Args:
        hashes: at most so many distinct values are counted exactly.
        top: at most so many frequent values are named.
    """

    def __init__(self, column: Column, hashes: int, top: int = TOP) -> None:
        self._column = column
        self._top = top
        self._hashes = hashes
        # 1, 1.0 and True are one key to Python, and a list is none: such columns are counted by their JSON.
        stated = {type(value) for value in column.rules.enum or column.values or ()}
        self._as_json = column.type in ("array", "object") or (bool in stated and len(stated) > 1)
        self._rows = 0
        self._nulls = 0
        self._counts: Counter[_Key] = Counter()
        self._characters = 0
        self._distinct: DistinctCount | None = None  # from when there are too many to count one by one
        self._examples: dict[_Key, None] = {}
        self._numbers = _Moments()
        self._lengths = _Moments()

    def add(self, cells: Sequence[Cell]) -> None:
        """Take the next cells."""
        there = [cell for cell in cells if cell is not None]
        self._rows += len(cells)
        self._nulls += len(cells) - len(there)
        if not there:
            return
        kinds = set(map(type, there))
        if self._column.type in NUMERIC_TYPES and {int, float}.issuperset(kinds):
            self._numbers.add(there)
        elif self._column.type in TEMPORAL_TYPES and kinds == {str}:
            self._numbers.add_ends(there)
        elif kinds in ({str}, {list}):
            self._lengths.add(list(map(len, there)))  # type: ignore[arg-type]  # text or lists all
        self._count(list(map(json_bytes, there)) if self._as_json or kinds & {list, dict} else there)

    def summary(self) -> ColumnSummary:
        """What the cells were."""
        floor = max(2, (self._rows - self._nulls) * RARE)
        distinct, exact = (len(self._counts), True) if self._distinct is None else self._distinct.count()
        return ColumnSummary(
            name=self._column.name,
            type=self._column.type,
            nulls=self._nulls,
            distinct=distinct,
            distinct_exact=exact,
            spread=self._numbers.spread(),
            lengths=self._lengths.spread(),
            top=tuple(Frequent(_cell(key), count) for key, count in self._frequent() if count >= floor),
            examples=tuple(map(_cell, self._examples)),
        )

    def _frequent(self) -> list[tuple[_Key, int]]:
        return self._counts.most_common(self._top)

    def _count(self, keys: list[_Key]) -> None:
        if len(self._examples) < EXAMPLES:
            self._examples = dict.fromkeys(islice(dict.fromkeys([*self._examples, *keys]), EXAMPLES))
        batch = Counter(keys)
        if self._distinct is not None:
            self._distinct.add(_encoded(batch))
        self._characters += sum(map(_characters, batch.keys() - self._counts.keys()))
        self._counts.update(batch)
        if len(self._counts) > _COUNTED or self._characters > _COUNTED_CHARACTERS:
            self._forget()

    def _forget(self) -> None:
        """Keep the most frequent values only; from now on distinct ones are counted by their hashes."""
        if self._distinct is None:
            self._distinct = DistinctCount(self._hashes)
            self._distinct.add(_encoded(self._counts))
        kept = self._counts.most_common(_KEPT)
        room = _COUNTED_CHARACTERS // 2
        self._counts = Counter()
        self._characters = 0
        for key, count in kept:
            if self._characters + _characters(key) <= room:
                self._characters += _characters(key)
                self._counts[key] = count


class _Moments:
    """Range, mean and deviation of numbers added in batches.

    Batches are joined as in Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
    variances", 1979, so that large means lose no digits.
    """

    def __init__(self) -> None:
        self._count = 0
        self._mean = 0.0
        self._squares = 0.0  # sum of squared distances from the mean
        self._ends: tuple[Any, Any] | None = None

    def add_ends(self, values: Sequence[Any]) -> None:
        """Take these into the range alone."""
        low, high = min(values), max(values)
        self._ends = (min(low, self._ends[0]), max(high, self._ends[1])) if self._ends else (low, high)

    def add(self, values: Sequence[Any]) -> None:
        """Take these numbers."""
        import numpy as np

        self.add_ends(values)
        numbers = np.array(values, dtype=np.float64)
        with np.errstate(over="ignore", invalid="ignore"):  # near 1e308 the deviation has no number
            mean = float(numbers.mean())
            squares = float(np.square(numbers - mean).sum())
        total = self._count + len(numbers)
        step = mean - self._mean
        self._mean += step * len(numbers) / total
        self._squares += squares + step * step * self._count * len(numbers) / total
        self._count = total

    def spread(self) -> Spread | None:
        """What they were; None when there were none."""
        if self._ends is None:
            return None
        if not self._count:
            return Spread(*self._ends)
        std = math.sqrt(self._squares / self._count) if math.isfinite(self._squares) else math.nan
        return Spread(*self._ends, mean=_finite(self._mean), std=_finite(std))


def _finite(number: float) -> float | None:
    return float(f"{number:.8g}") if math.isfinite(number) else None


def _characters(key: _Key) -> int:
    return len(key) if isinstance(key, str | bytes) else 0


def _encoded(keys: Collection[_Key]) -> Iterable[bytes]:
    """What distinct values are told apart by; text, the usual case, in one loop of C."""
    return map(str.encode if set(map(type, keys)) == {str} else _bytes, keys)


def _bytes(key: _Key) -> bytes:
    if isinstance(key, bytes):
        return key
    return key.encode() if isinstance(key, str) else repr(key + 0.0 if isinstance(key, float) else key).encode()


def _cell(key: _Key) -> Cell:
    cell: Cell = orjson.loads(key) if isinstance(key, bytes) else key
    return cell


def _shown(cell: Cell) -> Cell:
    text = cell if isinstance(cell, str) else orjson.dumps(cell).decode() if isinstance(cell, list | dict) else ""
    return f"{text[:LONGEST_SHOWN]}…" if len(text) > LONGEST_SHOWN else cell
