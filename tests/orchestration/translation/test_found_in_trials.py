"""Sentences that new users tried and that were read wrong, each with its neighbours."""

import pytest

from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.rules import by_rules
from synthaix.server.demo import REQUEST


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


@pytest.mark.parametrize(
    ("prompt", "name", "confidence"),
    [
        ("50 rows: email, tier (gold, silver)", "tier", 1.0),
        ("50 rows: email, tier (gold, silver)", "email", 0.9),
        ("50 rows: email, home phone number", "home_phone_number", 0.8),
        ("50 rows: email, flux capacitance", "flux_capacitance", 0.5),
        ("50 rows: amount between 5 and 900 mostly small, email", "amount", 0.5),
        ("50 rows: score (0-100, higher is better), email", "score", 0.5),
    ],
)
def test_confidence_says_how_sure_the_reading_is(prompt: str, name: str, confidence: float) -> None:
    """Stated, known, known in part, unknown; a phrase that was not wholly understood is doubtful, and told."""
    draft = read(prompt)
    assert draft.schema.root.column(name).confidence == confidence
    if confidence <= 0.6:
        assert any(name in text for text in (*draft.warnings, *(question.text for question in draft.questions)))


@pytest.mark.parametrize(
    ("prompt", "lost"),
    [
        ("50 customers with name and temperature between 5 and 30 with seasonal variation", "seasonal variation"),
        ("50 customers with name and email. Weave in some zigzag patterns of loyalty.", "zigzag"),
        ("1000 red widgets with price and name", "red"),
    ],
)
def test_no_word_vanishes(prompt: str, lost: str) -> None:
    """What ended in no column and no rule is told: as a warning, or as mere context of the subject."""
    draft = read(prompt)
    assert any(lost in note for note in (*draft.warnings, *draft.assumptions))


@pytest.mark.parametrize(
    "prompt", ["Generate 10k orders with order id, total and status", "300 users: name, email (unique), age 18-65"]
)
def test_nothing_is_told_of_a_plain_request(prompt: str) -> None:
    """A request that was wholly understood has no warning of the kind."""
    assert not any("understood" in warning for warning in read(prompt).warnings)


@pytest.mark.parametrize("name", ["adverse event description", "symptom description"])
def test_what_a_patient_reports_is_clinical(name: str) -> None:
    """Not the description of just anything."""
    draft = read(f"20 clinical trial participants with {name} and age")
    assert draft.schema.root.columns[0].kind == "text.medical_note"


def test_the_demos_request_is_wholly_understood() -> None:
    """The first thing that anyone sees has no warning."""
    assert not any("understood" in warning for warning in read(REQUEST.format(rows=500)).warnings)
