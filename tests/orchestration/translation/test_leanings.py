"""Values that a request calls common or rare, and the share of yes behind `yes/no`."""

import pytest

from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.translation.rules import by_rules


def column(phrase: str, name: str) -> Column:
    """A column of a table that lists it beside another one."""
    return by_rules(f"800 things with code, {phrase}").schema.root.column(name)


@pytest.mark.parametrize(
    ("phrase", "name", "enum", "weights"),
    [
        ("rating 1-5 (mostly 4 and 5)", "rating", [1, 2, 3, 4, 5], [8.3333, 8.3333, 8.3333, 37.5, 37.5]),
        ("rating (1-5, mostly 4)", "rating", [1, 2, 3, 4, 5], [6.25, 6.25, 6.25, 75, 6.25]),
        ("csat 1 to 5 rarely 1", "csat", [1, 2, 3, 4, 5], [3, 24.25, 24.25, 24.25, 24.25]),
        ("source (google, referral, ads - mostly google)", "source", ["google", "referral", "ads"], [75, 12.5, 12.5]),
        (
            "seat class (economy mostly, business, first)",
            "seat_class",
            ["economy", "business", "first"],
            [75, 12.5, 12.5],
        ),
        (
            "room type (single, double, suite; suites are rare)",
            "room_type",
            ["single", "double", "suite"],
            [48.5, 48.5, 3],
        ),
        ("currency usually EUR, sometimes USD", "currency", ["EUR", "USD"], [75, 25]),
        ("plan (mostly free)", "plan", ["free", "basic", "pro", "team", "enterprise"], [75, 6.25, 6.25, 6.25, 6.25]),
    ],
)
def test_common_and_rare_values_get_their_shares(
    phrase: str, name: str, enum: list[object], weights: list[float]
) -> None:
    """Whether the words stand before or behind a value, in a list or after a range."""
    rules = column(phrase, name).rules
    assert (rules.enum, rules.weights) == (enum, weights)


def test_a_wide_range_gets_a_spread() -> None:
    """A hundred ages are not weighed one by one."""
    rules = column("attendees 2-150 (mostly 10 to 30)", "attendees").rules
    assert (rules.min, rules.max, rules.enum) == (2, 150, None)
    assert rules.distribution is not None
    assert rules.distribution.mean == 20


def test_what_fits_no_value_is_told() -> None:
    """`mostly olives` says nothing about `ham` and `corn`."""
    draft = by_rules("800 pizzas with price, topping (ham, corn) mostly olives")
    assert draft.schema.root.column("topping").rules.enum == ["ham", "corn"]
    assert any("mostly olives" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("phrase", "name", "share"),
    [
        ("manager yes/no 12%", "manager", 12),
        ("is active (true/false, 80% true)", "is_active", 80),
        ("newsletter y/n (35%)", "newsletter", 35),
        ("remote yes/no, 30% no", "remote", 70),
        ("verified: boolean, 90%", "verified", 90),
    ],
)
def test_a_share_behind_yes_or_no_is_that_of_yes(phrase: str, name: str, share: float) -> None:
    """Unless it says itself that it is the share of no."""
    found = column(phrase, name)
    assert (found.type, found.rules.enum, found.rules.weights) == ("boolean", [True, False], [share, 100 - share])


def test_yes_or_no_alone_says_no_share() -> None:
    """A flag without a share stays as it was."""
    assert column("newsletter y/n", "newsletter").type == "boolean"
