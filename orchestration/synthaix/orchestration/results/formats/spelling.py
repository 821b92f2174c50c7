"""Cells as exact numbers and as text: decimals, dates, JSON inside a flat file."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

import orjson

from synthaix.orchestration.schema.column import Cell

Texts = list[str | None]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DOUBLE_DIGITS = 15  # decimal digits that every double keeps: DBL_DIG of IEEE 754 binary64
_WHOLE_RANGE = Context(prec=400, rounding=ROUND_HALF_EVEN)  # 1.8e308 with ten decimals


def json_bytes(cell: Cell) -> bytes:
    """The cell as compact JSON, in no more memory than it takes.

    What orjson 3.13 returns keeps the room that it reserved: 4 kB at least, eight times the length of a long text. Who
    keeps many of them keeps copies.
    """
    return bytes(memoryview(orjson.dumps(cell)))


def json_text(cell: Cell) -> str:
    """The cell as compact JSON."""
    return orjson.dumps(cell).decode()


def texts(cells: Sequence[Cell]) -> Texts:
    """Text as it is, anything else as JSON; None stays."""
    return [cell if cell is None or isinstance(cell, str) else json_text(cell) for cell in cells]


def json_texts(cells: Sequence[Cell]) -> Texts:
    """Every cell as JSON; None stays."""
    return [None if cell is None else json_text(cell) for cell in cells]


def fixed(cell: Cell, decimals: int) -> str:
    """A number with exactly so many decimals.

    A stored decimal is the double nearest to it. What JSON shows of that double is the shortest text that reads back,
    so large ones go through that text: format() alone would show digits that were never there.

    Raises:
        ValueError, TypeError: the cell is no number.
    """
    if isinstance(cell, bool) or not isinstance(cell, float | int):
        raise TypeError
    if abs(cell) < 10 ** (_DOUBLE_DIGITS - decimals):
        return f"{cell:.{decimals}f}" if cell else f"{0:.{decimals}f}"  # no "-0.00"
    exact = Decimal(repr(cell)).quantize(Decimal(1).scaleb(-decimals), context=_WHOLE_RANGE)
    return f"{exact:f}"


def fixed_texts(cells: Sequence[Cell], decimals: int) -> Texts:
    """Decimals as text, such as `12.50`; None stays, and a cell that is no number is spelled as text or JSON."""
    bound = 10 ** (_DOUBLE_DIGITS - decimals)
    if set(map(type, cells)) in ({float}, {int}, {float, int}) and -bound < min(cells) and max(cells) < bound:  # type: ignore[type-var]  # numbers all
        spelled: Texts = list(map(f"%.{decimals}f".__mod__, cells))  # three times as fast as one by one
        minus_zero = f"-{0:.{decimals}f}"
        if minus_zero in spelled:
            return [minus_zero[1:] if text == minus_zero else text for text in spelled]
        return spelled
    return [_fixed_or_json(cell, decimals) for cell in cells]


def _fixed_or_json(cell: Cell, decimals: int) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return json_text(cell) if isinstance(cell, bool | list | dict) else fixed(cell, decimals)


def unscaled(cell: Cell, decimals: int) -> int:
    """A decimal times ten to its decimals, exactly. Raises ValueError, TypeError."""
    return int(fixed(cell, decimals).replace(".", ""))


def day(cell: Cell) -> int:
    """Days since 1970-01-01. Raises ValueError, TypeError."""
    return date.fromisoformat(cell).toordinal() - _EPOCH_DAY  # type: ignore[arg-type]  # what is no text raises


def time_of_day(cell: Cell) -> int:
    """Microseconds since midnight. Raises ValueError, TypeError."""
    clock = time.fromisoformat(cell)  # type: ignore[arg-type]  # what is no text raises
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def instant(cell: Cell) -> int:
    """Microseconds since 1970-01-01T00:00Z; a time without a zone is UTC. Raises ValueError, TypeError."""
    moment = datetime.fromisoformat(cell)  # type: ignore[arg-type]  # what is no text raises
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND
