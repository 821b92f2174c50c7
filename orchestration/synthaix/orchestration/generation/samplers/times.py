"""Dates, times of day and moments, as whole days or seconds until they are written down."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Literal

import numpy as np

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.seeding import Ints, permuted
from synthaix.orchestration.schema.column import Constraints

TODAY = date(2026, 1, 1)  # a fixed day, since ages and windows may not depend on when a job runs
WINDOW_DAYS = 730  # what a column without bounds covers, up to the day before TODAY
DAY = 86_400
SPAN = 3_660  # days whose texts are built together, about ten years
GAP_DAYS = 30  # how far one moment follows another when nothing else is said
Unit = Literal["date", "time", "datetime"]


@dataclass(frozen=True, slots=True)
class Window:
    """The first and the last moment, both included: days for dates, seconds for the rest."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many moments."""
        return max(1, self.last - self.first + 1)


def window_of(unit: Unit, rules: Constraints) -> Window:
    """The moments that a column can hold."""
    first, last = moment(rules.min, unit), moment(rules.max, unit, late=True)
    if unit == "time":
        return Window(first or 0, DAY - 1 if last is None else last)
    step = 1 if unit == "date" else DAY
    end = TODAY.toordinal() * step if unit == "date" else days_since_1970(TODAY) * DAY
    if last is None:
        first = end - WINDOW_DAYS * step if first is None else first
        return Window(first, end - 1 if end - 1 > first else first + WINDOW_DAYS * step)
    return Window(last - WINDOW_DAYS * step if first is None else first, last)


def moment(bound: float | str | None, unit: Unit, *, late: bool = False) -> int | None:
    """A bound in days or seconds; None when there is none or it is no moment.

    Args:
        late: a day as the bound of a moment means its last second.
    """
    if not isinstance(bound, str):
        return None
    text = bound.strip()
    try:
        if unit == "time":
            clock = time.fromisoformat(text.removesuffix("Z"))
            return clock.hour * 3_600 + clock.minute * 60 + clock.second
        if len(text) <= 10:
            day = date.fromisoformat(text)
            if unit == "date":
                return day.toordinal()
            return days_since_1970(day) * DAY + (DAY - 1 if late else 0)
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return instant.date().toordinal() if unit == "date" else int(instant.timestamp())


def days_since_1970(day: date) -> int:
    """Days from 1970-01-01."""
    return day.toordinal() - 719_163


def written(unit: Unit, moments: Ints) -> Cells:
    """ISO 8601: `2026-01-31`, `13:05:00`, `2026-01-31T13:05:00Z`."""
    if unit == "time":
        clock = clock_texts()
        return [clock[second] for second in moments.tolist()]
    if unit == "date":
        return list(_days(moments - 719_163))
    clock = clock_texts()
    days = _days(moments // DAY)
    return [f"{day}T{clock[second]}Z" for day, second in zip(days, (moments % DAY).tolist(), strict=True)]


def _days(days: Ints) -> list[str]:
    least, most = int(days.min()), int(days.max())
    if most - least > 60_000:
        texts: list[str] = np.datetime_as_string(days.astype("datetime64[D]")).tolist()
        return texts
    first = least // SPAN
    calendar = _calendar(first, most // SPAN)
    start = first * SPAN
    return [calendar[day] for day in (days - start).tolist()]


@cache
def _calendar(first: int, last: int) -> tuple[str, ...]:
    """The texts of every day from one span of days to another, counted from 1970."""
    days = np.arange(first * SPAN, (last + 1) * SPAN).astype("datetime64[D]")
    return tuple(np.datetime_as_string(days).tolist())


@cache
def clock_texts() -> tuple[str, ...]:
    """Every second of a day as `13:05:00`."""
    return tuple(
        f"{hour:02d}:{minute:02d}:{second:02d}" for hour in range(24) for minute in range(60) for second in range(60)
    )


def unit_of(column_type: str) -> Unit:
    """The unit of a temporal column type."""
    return "time" if column_type == "time" else "date" if column_type == "date" else "datetime"


def time_maker(setting: Setting, window: Window) -> Maker:
    """Cells of a date, time or datetime column that follows no other."""
    unit = unit_of(setting.column.type)
    name, key = setting.name, setting.key

    def moments(draw: Draw) -> Ints:
        if setting.rules.unique:
            return permuted(draw.index, window.size, key) + window.first
        return evenly(draw, name, window)

    def made(draw: Draw) -> Cells:
        return written(unit, draw.shared(moments_key(name), moments))

    return Maker(made, float(window.size), distinct=setting.rules.unique)


def evenly(draw: Draw, name: str, window: Window) -> Ints:
    """Moments at random, one as likely as another."""
    return draw.rng(name).integers(window.first, max(window.first, window.last), len(draw.index), endpoint=True)


def moments_key(column: str) -> str:
    """Where a block keeps a column's moments as numbers."""
    return f"moments of {column}"
