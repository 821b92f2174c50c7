"""Dates and times as text."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.schema.column import ColumnType
from synthaix.orchestration.schema.temporal import is_moment, moment_of


@pytest.mark.parametrize("year", [1, 4, 100, 400, 1582, 1900, 2000, 2023, 2024, 2100, 9996, 9999])
def test_dates_are_those_of_the_calendar(year: int) -> None:
    """Of every month and day, exactly those are taken that the calendar has."""
    for month in range(14):
        for day in range(33):
            try:
                exists = bool(date(year, month, day))
            except ValueError:
                exists = False
            assert is_moment("date", f"{year:04}-{month:02}-{day:02}") is exists


@given(st.datetimes(timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))))
def test_moments_are_moved_to_utc(when: datetime) -> None:
    """A moment with an offset becomes the same moment in UTC, cut to the second; none is off the calendar."""
    try:
        expected = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except OverflowError:
        expected = None  # before the year 1 or after 9999 in UTC
    assert moment_of("datetime", when.isoformat()) == expected
    assert expected is None or is_moment("datetime", expected)


@pytest.mark.parametrize(
    ("type_", "text", "start", "end"),
    [
        ("date", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("date", "2024-02-29T23:00:00Z", "2024-02-29", "2024-02-29"),
        ("datetime", "2024-02-29", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59Z"),
        ("datetime", "2024-02-29 12:30", "2024-02-29T12:30:00Z", "2024-02-29T12:30:00Z"),
        ("time", "12:30", "12:30:00", "12:30:00"),
        ("date", "2023-02-29", None, None),
        ("date", "today", None, None),
        ("date", "20240229", None, None),
        ("time", "25:00", None, None),
        ("datetime", "", None, None),
    ],
)
def test_bounds_are_completed(type_: ColumnType, text: str, start: str | None, end: str | None) -> None:
    """A bound that is less exact than the type covers its whole day."""
    assert moment_of(type_, text) == start
    assert moment_of(type_, text, end=True) == end
