"""The functions of an expression on dates and datetimes, which are ISO 8601 text; total, like all of them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from synthaix.orchestration.schema.column import Cell


def moment(cell: Cell) -> datetime | None:
    """A date or datetime cell as a moment (UTC, without a zone), or None when it is neither."""
    if not isinstance(cell, str) or cell[4:8:3] != "--":
        return None
    try:
        if len(cell) == 10:
            return datetime.fromisoformat(cell)
        if len(cell) == 20 and cell[10] + cell[13] + cell[16] + cell[19] == "T::Z":
            return datetime.fromisoformat(cell[:19])
    except ValueError:
        pass
    return None


def _as_written(cell: Cell, when: datetime) -> str:
    """The moment in the form of the cell that it was made from."""
    whole = when.isoformat(timespec="seconds")
    return whole[:10] if isinstance(cell, str) and len(cell) == 10 else f"{whole}Z"


def part(read: Callable[[datetime], int]) -> Callable[[Cell], Cell]:
    """A part of a moment, such as its year."""

    def read_part(cell: Cell) -> Cell:
        when = moment(cell)
        return None if when is None else read(when)

    return read_part


def between(seconds: int) -> Callable[[Cell, Cell], Cell]:
    """Whole units of so many seconds from one moment to another, rounded down."""

    def count(start: Cell, end: Cell) -> Cell:
        first, last = moment(start), moment(end)
        return None if first is None or last is None else int((last - first).total_seconds() // seconds)

    return count


def later(seconds: int) -> Callable[[Cell, Cell], Cell]:
    """So many units of so many seconds later, in the form of the cell."""

    def add(cell: Cell, amount: Cell) -> Cell:
        when = moment(cell)
        if when is None or not isinstance(amount, int | float):
            return None
        try:
            return _as_written(cell, when + timedelta(seconds=seconds * int(amount)))
        except (ArithmeticError, ValueError):
            return None

    return add


def add_days(cell: Cell, amount: Cell) -> Cell:
    """So many days later; a date the short way."""
    if isinstance(cell, str) and len(cell) == 10 and cell[4:8:3] == "--" and isinstance(amount, int | float):
        try:
            return date.fromordinal(date.fromisoformat(cell).toordinal() + int(amount)).isoformat()
        except (ArithmeticError, ValueError):
            return None
    return _later_by_days(cell, amount)


def add_months(cell: Cell, amount: Cell) -> Cell:
    """So many months later; the 31st becomes the last day of a shorter month."""
    when = moment(cell)
    if when is None or not isinstance(amount, int | float) or abs(amount) > 120_000:
        return None
    years, month = divmod(when.month - 1 + int(amount), 12)
    year = when.year + years
    if not 1 <= year <= 9999:
        return None
    following = date(year + month // 11, (month + 1) % 12 + 1, 1) if (year, month) != (9999, 11) else None
    last = (following - timedelta(days=1)).day if following else 31
    return _as_written(cell, when.replace(year=year, month=month + 1, day=min(when.day, last)))


def date_of(first: Cell, month: Cell = None, day: Cell = None) -> Cell:
    """The date of a datetime, or of a year, a month and a day."""
    if month is None and day is None:
        when = moment(first)
        return None if when is None else when.date().isoformat()
    if not (isinstance(first, int) and isinstance(month, int) and isinstance(day, int)):
        return None
    try:
        return date(first, month, day).isoformat()
    except (ValueError, OverflowError):
        return None


_later_by_days = later(86_400)
