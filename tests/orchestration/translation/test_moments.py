"""When, in words, as the first and last day."""

from datetime import date

import pytest

from synthaix.orchestration.translation.facts import Facts, Phrase
from synthaix.orchestration.translation.moments import clock_of, read_moments, span_of

TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "name", "first", "last"),
    [
        ("order date between 2020-01-01 and 2023-12-31", "order date", "2020-01-01", "2023-12-31"),
        ("signup date in the last 2 years", "signup date", "2024-01-01", "2025-12-31"),
        ("hire date from 2015 to 2023", "hire date", "2015-01-01", "2023-12-31"),
        ("created_at in Q1 2024", "created_at", "2024-01-01", "2024-03-31"),
        ("dates from January 2023 to March 2024", "dates", "2023-01-01", "2024-03-31"),
        ("timestamp since 2022", "timestamp", "2022-01-01", None),
        ("born before 2005", "born", None, "2004-12-31"),
        ("seen over the past 30 days", "seen", "2025-12-02", "2025-12-31"),
        ("seen in the last 24 hours", "seen", "2025-12-31", "2025-12-31"),
        ("due date in the next 6 months", "due date", "2026-01-01", "2026-07-01"),
        ("joined in 2023 or later", "joined", "2023-01-01", None),
    ],
)
def test_spans(text: str, name: str, first: str | None, last: str | None) -> None:
    """What says when is taken out of the phrase; the name is left."""
    phrase, facts = Phrase(text), Facts()
    read_moments(phrase, facts, TODAY)
    assert (phrase.text, facts.moments) == (name, (first, last))


def test_amounts_are_no_dates() -> None:
    """A plain range of numbers says nothing about time."""
    phrase, facts = Phrase("age between 18 and 65"), Facts()
    read_moments(phrase, facts, TODAY)
    assert facts.moments is None
    assert phrase.text == "age between 18 and 65"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("5 March 2024", date(2024, 3, 5), date(2024, 3, 5)),
        ("February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("Q4 2023", date(2023, 10, 1), date(2023, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("31/12/2024", date(2024, 12, 31), date(2024, 12, 31)),
        ("3 days ago", date(2025, 12, 29), date(2025, 12, 29)),
    ],
)
def test_days_and_periods(text: str, first: date, last: date) -> None:
    """A day, a month, a quarter, a year."""
    assert span_of(text, TODAY) == (first, last)


def test_days_that_do_not_exist() -> None:
    """The 30th of February is no day."""
    assert span_of("2024-02-30", TODAY) is None


@pytest.mark.parametrize(
    ("text", "clock"), [("9am", "09:00:00"), ("5:30 pm", "17:30:00"), ("noon", "12:00:00"), ("25:00", None)]
)
def test_times_of_day(text: str, clock: str | None) -> None:
    """With and without am and pm."""
    assert clock_of(text) == clock
