"""Numbers in words and digits, and which of them counts the rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.translation.counts import in_digits, number_of, row_count
from synthaix.orchestration.translation.rules import by_rules
from synthaix.orchestration.translation.wording import tidy

TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
SMALL = f"zero one two three four five six seven eight nine {TEENS}".split()
TENS = [*"twenty thirty forty fifty sixty seventy eighty ninety".split()]
NOUNS = frozenset({"customers", "patients", "transactions", "users"})


def in_words(number: int) -> str:
    """A number as an Englishman says it; written apart from the reader, as its oracle."""
    for scale, name in ((1_000_000, "million"), (1_000, "thousand")):
        if number >= scale:
            rest = number % scale
            tail = "" if not rest else f" and {in_words(rest)}" if rest < 100 else f" {in_words(rest)}"
            return f"{in_words(number // scale)} {name}{tail}"
    if number >= 100:
        rest = number % 100
        return f"{SMALL[number // 100]} hundred" + (f" and {in_words(rest)}" if rest else "")
    if number >= 20:
        return TENS[number // 10 - 2] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    return SMALL[number]


@given(st.integers(min_value=2, max_value=999_999_999))
def test_words_are_read_back(number: int) -> None:
    """Every number up to a billion, spelt out, is that number of rows."""
    assert in_digits(f"{in_words(number)} rows") == f"{number} rows"


@given(st.integers(min_value=1, max_value=10**9))
def test_digits_are_counts(number: int) -> None:
    """A number of rows in digits, with and without separators."""
    for text in (f"Generate {number} rows", f"{number:,} records of customers", f"rows: {number}"):
        found = row_count(text, NOUNS)
        assert found is not None
        assert found.rows == number


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Generate 10k financial transactions", 10_000),
        ("1.5 million records", 1_500_000),
        ("half a million users", 500_000),
        ("a dozen users", 12),
        ("a couple of hundred patients", 200),
        ("two thousand and fifty rows", 2_050),
        ("2.5K customers with name", 2_500),
        ("10 000 rows", 10_000),
        ("10.000 customers", 10_000),
        ("users table (n=40)", 40),
        ("100 customers aged 18 to 65 within 5 days of 3 departments", 100),
        ("customers of the last 12 months, 250 of them", 250),
        ("500 customers in 2024", 500),
        ("٢٥٠ rows", 250),
        ("\uff11\uff12\uff13 customers", 123),
    ],
)
def test_counts_of_every_form(text: str, rows: int) -> None:
    """Suffixes, words, separators and other scripts; not ages, days or years."""
    found = row_count(in_digits(tidy(text)), NOUNS)
    assert found is not None
    assert found.rows == rows


@pytest.mark.parametrize(
    "text",
    [
        "customers with age from 18 to 65",
        "transactions of the last 12 months",
        "patients in 2024",
        "price between $5 and $200",
        "users in 3 departments",
        "one of five statuses",
        "10% missing emails",
        "customers",
    ],
)
def test_other_numbers_are_no_counts(text: str) -> None:
    """Ranges, spans of time, years, prices and shares."""
    assert row_count(in_digits(text), NOUNS) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,000", 1_000), ("10k", 10_000), ("$2.5M", 2_500_000), ("-3.5", -3.5), ("40%", 40), ("x", None)],
)
def test_numbers_of_a_range(text: str, number: float | None) -> None:
    """As they stand in bounds."""
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        ("measurements for 60 patients, systolic 90-180, measured at, 10 per patient", 600),
        ("6 readings per meter for 50 meters: meter id, kwh 0-900, read on", 300),
        ("Simulate 90 days of daily sales for 4 stores: date, store, units sold", 360),
        ("daily sales of 4 stores over 90 days: date, store id, revenue", 360),
        ("15 sensors, 20 readings each: temperature 10-30, humidity", 300),
        ("a year of weekly sales for 5 shops: week, shop, revenue", 260),
        ("sales log for 30 days, hourly; item, quantity, unit price", 720),
        ("Employees with name, email, 50 of them", 50),
        ("Rental scooters, 220 of those: serial number, battery percent", 220),
        ("Invoices with net amount and paid yes/no. A couple of thousand please.", 2_000),
    ],
)
def test_odd_counts_are_counted(prompt: str, rows: int) -> None:
    """So many for each, so long at a pace, and counts behind what they count."""
    assert by_rules(prompt).inferred_count == rows
