"""Numbers of rows that a request puts right, and those that follow from a pace and a number of things."""

import pytest

from synthaix.orchestration.translation.corrections import last_said
from synthaix.orchestration.translation.rules import by_rules


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        ("1,000 loan applications - no, make it 1500 - with applicant name, loan amount 1k-50k", 1_500),
        ("Give me 1,000 customers with name and age 18-65. Actually 1500.", 1_500),
        ("1000 customers, actually 1500, with name and email", 1_500),
        ("500 (sorry, 600) products with name, price", 600),
        ("Create 200 users with name, score 1-10. Wait, make that 250 rows please", 250),
        ("2k orders, oh wait i meant 3k orders: order id, total", 3_000),
    ],
)
def test_the_last_number_of_rows_counts(prompt: str, rows: int) -> None:
    """And leaves no column behind."""
    draft = by_rules(prompt)
    assert draft.inferred_count == rows
    assert len(draft.schema.root.columns) == 2


@pytest.mark.parametrize(
    "prompt",
    ["100 people with name, sorry for the noise, email", "300 products with name and price 5-20, actually 10-20", "make it 20 cups"],
)
def test_what_takes_no_rows_back_stays(prompt: str) -> None:
    """A range that is put right is not the number of rows."""
    assert last_said(prompt) == prompt


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        ("sensor readings every hour for 7 days at 3 stations: station, temperature, read at", 504),
        ("readings every 15 minutes for 2 days at 4 sites: site, measured at, pm10", 768),
        ("12 months of sales per region for 5 regions: month, region, revenue", 60),
        ("24 months of revenue by product line for 3 product lines: month, product line, revenue", 72),
    ],
)
def test_a_pace_of_several_things_multiplies(prompt: str, rows: int) -> None:
    """Steps in the span, for each of the things."""
    assert by_rules(prompt).inferred_count == rows


def test_counted_things_bound_their_ids() -> None:
    """Readings from a dozen sensors speak of twelve of them."""
    rules = by_rules("800 readings from a dozen sensors: sensor id, temperature").schema.root.column("sensor_id").rules
    assert (rules.min, rules.max, rules.unique) == (1, 12, False)


def test_counted_things_without_names_are_numbered() -> None:
    """A site that is counted is no address of the web."""
    site = by_rules("readings every hour for 2 days at 3 sites: site, temperature").schema.root.column("site")
    assert site.rules.enum == ["Site 1", "Site 2", "Site 3"]
    assert site.kind == "general.category"
