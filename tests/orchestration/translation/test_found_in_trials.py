"""Sentences that new users tried and that were read wrong, each with its neighbours."""

import pytest

from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.rules import by_rules


def read(prompt: str) -> Draft:
    """The keyless draft of a request."""
    return by_rules(prompt, has_model=False)


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("200 patients with admission and discharge dates", ["admission_date", "discharge_date"]),
        ("50 employees with home and work phone numbers", ["home_phone_number", "work_phone_number"]),
        ("90 invoices: billing and shipping address", ["billing_address", "shipping_address"]),
        ("40 shops with name, opening and closing hours", ["name", "opening_hours", "closing_hours"]),
        (
            "70 crops: name, planting, flowering and harvest dates",
            "name planting_date flowering_date harvest_date".split(),
        ),
        ("30 users with username and email addresses", ["username", "email_address"]),
        ("60 users: first, last name, age", ["first_name", "last_name", "age"]),
    ],
)
def test_a_shared_noun_belongs_to_each(prompt: str, names: list[str]) -> None:
    """`admission and discharge dates` are two columns; `username and email addresses` share nothing."""
    assert list(read(prompt).schema.root.names) == names


def test_a_discharge_comes_after_its_admission() -> None:
    """An order that everybody expects is kept, and told."""
    draft = read("200 patients with admission and discharge dates")
    assert draft.schema.root.column("discharge_date").rules.after == "admission_date"
    assert any("comes after" in note for note in draft.assumptions)


@pytest.mark.parametrize(
    ("prompt", "child", "names", "many"),
    [
        (
            "200 customers with name and email, and their orders (about 5 per customer) with order date, total and status",
            "orders",
            ["order_id", "customer_id", "order_date", "total", "status"],
            (5, 5),
        ),
        (
            "customers and their orders (customer, date, total)",
            "orders",
            ["order_id", "customer", "date", "total"],
            (1, 5),
        ),
        (
            "50 companies (name, industry) and their employees (name, salary), around 20 per company",
            "employees",
            ["employee_id", "company_id", "name", "salary"],
            (20, 20),
        ),
    ],
)
def test_their_rows_are_a_table_of_their_own(prompt: str, child: str, names: list[str], many: tuple[int, int]) -> None:
    """Parent and child, with a key between them that is not doubled."""
    schema = read(prompt).schema
    parent, found = schema.tables
    assert (found.name, list(found.names)) == (child, names)
    assert found.parent == parent.name
    each = found.rows_per_parent
    assert ((each, each) if isinstance(each, int) else each and (each.min, each.max)) == many


def test_things_that_are_read_every_hour_are_no_rows() -> None:
    """Twelve stations and a pace: a station, a moment, and a question how many rows."""
    draft = read("12 weather stations with temperature, humidity and wind speed reading every hour")
    assert list(draft.schema.root.names) == ["station_id", "timestamp", "temperature", "humidity", "wind_speed"]
    assert draft.schema.root.column("station_id").rules.max == 12
    assert draft.inferred_count is None
    assert any("How many rows" in question.text for question in draft.questions)
    assert read("12 stations with temperature, a reading every hour for 30 days").inferred_count == 12 * 24 * 30


def test_a_place_in_the_subject_holds_for_addresses() -> None:
    """Customers of a Lisbon shop live in Lisbon, and the draft says so."""
    draft = read("5,000 customers of a Lisbon bike shop with name, city and country")
    assert draft.schema.root.column("city").rules.enum == ["Lisbon"]
    assert draft.schema.root.column("country").rules.enum == ["Portugal"]
    assert any("Lisbon" in note for note in draft.assumptions)
