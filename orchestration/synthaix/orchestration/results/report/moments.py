"""Cells of numeric and temporal columns as numbers for statistics, and back as cells."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from synthaix.orchestration.results.formats.spelling import day, instant, time_of_day
from synthaix.orchestration.schema.column import TEMPORAL_TYPES, Cell, ColumnType

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

_MICRO = 1_000_000


def to_numbers(type_: ColumnType, cells: Sequence[Cell]) -> "NDArray[float64]":
    """Numbers as they are; dates as days since 1970, times and datetimes as seconds; NaN for null and the rest."""
    import numpy as np

    if type_ in TEMPORAL_TYPES:
        return _times(type_, cells)
    try:
        return np.array(cells, dtype=np.float64)  # None becomes NaN
    except (ValueError, TypeError):
        numbers = [float(c) if isinstance(c, int | float) and not isinstance(c, bool) else np.nan for c in cells]
        return np.array(numbers, dtype=np.float64)


def from_numbers(type_: ColumnType, numbers: "NDArray[float64]") -> list[Any]:
    """Numbers as cells of the type."""
    match type_:
        case "integer":
            return [int(number) for number in numbers.tolist()]
        case "date":
            return [(date(1970, 1, 1) + timedelta(days=number)).isoformat() for number in numbers.tolist()]
        case "datetime":
            found = [datetime.fromtimestamp(0, UTC) + timedelta(seconds=number) for number in numbers.tolist()]
            return [each.strftime("%Y-%m-%dT%H:%M:%SZ") for each in found]
        case "time":
            return [str(timedelta(seconds=int(number))).zfill(8) for number in numbers.tolist()]
        case _:
            return [float(f"{number:.10g}") for number in numbers.tolist()]


def _times(type_: ColumnType, cells: Sequence[Cell]) -> "NDArray[float64]":
    """numpy reads whole columns of ISO 8601; what it refuses is read cell by cell."""
    import numpy as np

    try:
        if type_ == "date":
            days: NDArray[float64] = np.array(cells, dtype="datetime64[D]").astype(np.float64)
            return np.where(days < -(2.0**62), np.nan, days)
        if type_ == "datetime":
            texts = [None if cell is None else cell[:19] for cell in cells]  # type: ignore[index]  # what is no text raises
            seconds: NDArray[float64] = np.array(texts, dtype="datetime64[s]").astype(np.float64)
            return np.where(seconds < -(2.0**62), np.nan, seconds)
    except (ValueError, TypeError):
        pass
    return np.array([_one(type_, cell) for cell in cells], dtype=np.float64)


def _one(type_: ColumnType, cell: Cell) -> float:
    try:
        if type_ == "date":
            return float(day(cell))
        return (time_of_day(cell) if type_ == "time" else instant(cell)) / _MICRO
    except (ValueError, TypeError):
        return float("nan")
