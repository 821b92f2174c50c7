"""One phrase, one column: what each way of saying it means."""

import pytest

from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.translation.meaning import column_of
from synthaix.orchestration.translation.sketches import sketch_of


def column(phrase: str) -> Column:
    """The column that a phrase means in a table about nothing in particular."""
    return column_of(sketch_of(phrase), "", {})


@pytest.mark.parametrize(
    ("phrase", "name", "rules"),
    [
        ("age between 18 and 65", "age", {"min": 18, "max": 65}),
        ("rating 1-5", "rating", {"min": 1, "max": 5}),
        ("price from $5 to $200", "price", {"min": 5, "max": 200}),
        ("salary 30-120k", "salary", {"min": 30_000, "max": 120_000}),
        ("age over 18", "age", {"exclusive_min": 18}),
        ("price >= 5", "price", {"min": 5}),
        ("a review of up to 200 characters", "review", {"max_length": 200}),
        ("status (active, inactive, pending)", "status", {"enum": ["active", "inactive", "pending"]}),
        ("category: A/B/C", "category", {"enum": ["A", "B", "C"]}),
        ("side buy or sell", "side", {"enum": ["buy", "sell"]}),
        ("contact method (email, phone, sms)", "contact_method", {"enum": ["email", "phone", "sms"]}),
        ("sentiment (positive, neutral, negative)", "sentiment", {"enum": ["positive", "neutral", "negative"]}),
        ("status: 60% active, 40% inactive", "status", {"enum": ["active", "inactive"], "weights": [60, 40]}),
        ("plan (free 70%, pro 20%, team 10%)", "plan", {"enum": ["free", "pro", "team"], "weights": [70, 20, 10]}),
        (
            "segment 80% retail and the rest wholesale",
            "segment",
            {"enum": ["retail", "wholesale"], "weights": [80, 20]},
        ),
        ("a unique email", "email", {"unique": True}),
        ("an optional phone", "phone", {"nullable": True}),
        ("phone (10% missing)", "phone", {"nullable": True, "null_rate": 0.1}),
        ("hire date in the last 5 years", "hire_date", {"min": "2021-01-01", "max": "2025-12-31"}),
        ("order number like ORD-12345", "order_number", {"pattern": "ORD-[0-9]{5}"}),
        ("5-digit pin", "pin", {"pattern": "[1-9][0-9]{4}"}),
    ],
)
def test_what_is_said_arrives(phrase: str, name: str, rules: dict[str, object]) -> None:
    """Name and constraints, whatever the order of the words."""
    found = column(phrase)
    assert found.name == name
    assert {rule: getattr(found.rules, rule) for rule in rules} == rules


def test_a_spread_with_its_parameters() -> None:
    """Normally distributed around a mean."""
    spread = column("score normally distributed around 50 with sd 10").rules.distribution
    assert spread is not None
    assert (spread.name, spread.mean, spread.std) == ("normal", 50, 10)


@pytest.mark.parametrize(
    ("phrase", "name", "type_"),
    [
        ("user ID", "user_id", "integer"),
        ("the customer's full name", "customer_full_name", "string"),
        ("their names", "name", "string"),
        ("date of birth", "date_of_birth", "date"),
        ("whether it was fraudulent", "is_fraudulent", "boolean"),
        ("how many items they bought", "item_count", "integer"),
        ("when the order was placed", "order_placed_at", "datetime"),
        ("type of vehicle", "vehicle_type", "category"),
        ("is_active boolean", "is_active", "boolean"),
        ("created_at timestamp", "created_at", "datetime"),
        ("price numeric(10,2)", "price", "decimal"),
        ("tags string[]", "tags", "array"),
        ("notes (text)", "notes", "text"),
        ("name (text)", "name", "string"),
        ("seats sold", "seats_sold", "integer"),
        ("weight in kg", "weight", "float"),
        ("SpO2", "spo2", "integer"),
        ("createdAt", "created_at", "datetime"),
        ("barista", "barista", "string"),
    ],
)
def test_names_and_types(phrase: str, name: str, type_: str) -> None:
    """Articles, owners and questions are left out of the name; the type follows from what is named."""
    found = column(phrase)
    assert (found.name, found.type) == (name, type_)


def test_a_quoted_name_stays() -> None:
    """Backticks keep a name as it is."""
    assert column("`userId`").name == "userId"


@pytest.mark.parametrize(("phrase", "confidence"), [("age 18-65", 1.0), ("email", 0.9), ("flux capacitor glorp", 0.5)])
def test_confidence_by_source(phrase: str, confidence: float) -> None:
    """Stated, known to the catalogue, unknown."""
    assert column(phrase).confidence == confidence
