"""Dates, times and datetimes as the cells hold them: ISO 8601 text, datetimes in UTC to the second.

Texts of one type sort as the moments they stand for, so comparing them needs no parsing.
"""

import re
from datetime import UTC, datetime, time

from synthaix.orchestration.schema.column import ColumnType

# A date of the Gregorian calendar, 0001 to 9999, the 29th of February in leap years only. Digits are spelt [0-9]:
# `\d` takes digits of every script.
_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DATE = f"(?:{_YEAR}-{_DAY}|{_LEAP_YEAR}-02-29)"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"

PATTERNS: dict[ColumnType, str] = {"date": _DATE, "time": _TIME, "datetime": f"{_DATE}T{_TIME}Z"}
EXAMPLES: dict[ColumnType, str] = {"date": "2026-11-24", "time": "13:05:00", "datetime": "2026-11-24T13:05:00Z"}
_COMPILED = {type_: re.compile(pattern) for type_, pattern in PATTERNS.items()}


def is_moment(type_: ColumnType, text: str) -> bool:
    """Whether the text is a cell of a date, time or datetime column."""
    return _COMPILED[type_].fullmatch(text) is not None


def moment_of(type_: ColumnType, text: str, *, end: bool = False) -> str | None:
    """The text as a cell of the type, or None when it is not ISO 8601.

    A date becomes the first second of its day, with `end` the last one; a moment with an offset is moved to UTC,
    one without is taken for UTC; fractions of a second are cut.
    """
    try:
        if type_ == "time":
            whole = time.fromisoformat(text).replace(tzinfo=None, microsecond=0).isoformat()
            return whole if ":" in text else None
        if not is_moment("date", text[:10]):
            return None  # the standard's other forms, such as 20240229 or 2024-W09-4, are not of the schema language
        if len(text) == 10:
            return text if type_ == "date" else f"{text}T{'23:59:59' if end else '00:00:00'}Z"
        moment = _datetime(text).isoformat()
        return moment[:10] if type_ == "date" else f"{moment}Z"
    except (ValueError, OverflowError):
        return None


def _datetime(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo is None else parsed.astimezone(UTC)).replace(tzinfo=None, microsecond=0)
