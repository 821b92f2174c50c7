"""Edits of a draft, in words and typed: each does what it says, says what it did, and is never silently dropped."""

from typing import Any

import pytest

from synthaix.orchestration.errors import ArgumentInvalid, ColumnNotFound
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.ready import ready_made
from synthaix.orchestration.translation.revision import revise
from synthaix.orchestration.translation.rules import by_rules


@pytest.fixture
def draft() -> Draft:
    """Four columns of a payment."""
    return ready_made(
        {
            "name": "payments",
            "columns": [
                {"name": "payment_id", "type": "uuid"},
                {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 5_000}},
                {"name": "currency", "type": "category", "constraints": {"enum": ["EUR", "USD"]}},
                {"name": "paid_at", "type": "datetime"},
                {"name": "doubled", "type": "decimal", "constraints": {"expression": "amount * 2"}},
            ],
        },
        has_model=False,
    )


def column(draft: Draft, name: str) -> Column:
    """The column of this name in the only table."""
    return draft.schema.root.column(name)


@pytest.mark.parametrize("changes", ["amount between 5 and 900", "set the amount to between 5 and 900"])
def test_bounds_in_words(draft: Draft, changes: str) -> None:
    """New bounds replace the old ones, and the diff shows both."""
    revised = revise(draft, changes, has_model=False)
    assert (column(revised, "amount").rules.min, column(revised, "amount").rules.max) == (5, 900)
    assert revised.diff is not None
    assert any("900" in line and "5000" in line for line in revised.diff)


def test_columns_come_and_go(draft: Draft) -> None:
    """Several commands in one sentence."""
    changes = "add a phone column and an email, then remove currency; move paid at first"
    revised = revise(draft, changes, has_model=False)
    assert revised.schema.root.names[0] == "paid_at"
    assert {"phone", "email"} <= set(revised.schema.root.names)
    assert "currency" not in revised.schema.root.names


def test_a_new_name_is_followed(draft: Draft) -> None:
    """What was made from the column is made from its new name."""
    revised = revise(draft, "rename amount to total", has_model=False)
    assert column(revised, "doubled").rules.expression == "total * 2"
    assert revised.diff
    assert "total" in " ".join(revised.diff)


@pytest.mark.parametrize(
    ("changes", "rule", "value"),
    [
        ("make amount unique", "unique", True),
        ("make paid_at optional", "nullable", True),
        ("10% missing paid_at", "null_rate", 0.1),
        ("currency should be EUR, USD or GBP", "enum", ["EUR", "USD", "GBP"]),
    ],
)
def test_rules_in_words(draft: Draft, changes: str, rule: str, value: object) -> None:
    """A rule is set on the column that is named."""
    name = next(name for name in draft.schema.root.names if name in changes)
    assert getattr(column(revise(draft, changes, has_model=False), name).rules, rule) == value


def test_rows_in_words(draft: Draft) -> None:
    """The number of rows is part of the draft."""
    assert revise(draft, "make it 2.5k rows", has_model=False).inferred_count == 2_500


def test_typed_edits(draft: Draft) -> None:
    """Each op, in one list."""
    edits: list[dict[str, Any]] = [
        {"op": "add", "column": {"name": "note", "type": "string"}, "after": "payment_id"},
        {"op": "set", "column": "amount", "constraints": {"max": 100}},
        {"op": "rename", "column": "currency", "to": "money"},
        {"op": "remove", "column": "paid_at"},
        {"op": "reorder", "columns": ["money"]},
    ]
    revised = revise(draft, edits, has_model=False)
    assert revised.schema.root.names == ("money", "payment_id", "note", "amount", "doubled")
    assert column(revised, "amount").rules.max == 100


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ("make it nicer somehow", ColumnNotFound),
        ("hello", ArgumentInvalid),
        ("", ArgumentInvalid),
        ("remove balance", ColumnNotFound),
        ([{"op": "ad", "column": {}}], ArgumentInvalid),
        ([], ArgumentInvalid),
    ],
)
def test_what_cannot_be_done_is_refused(draft: Draft, changes: object, error: type[Exception]) -> None:
    """Unknown words, unknown columns, unknown ops."""
    with pytest.raises((error, ArgumentInvalid) if error is ColumnNotFound else error):
        revise(draft, changes, has_model=False)


def test_an_edit_makes_another_schema(draft: Draft) -> None:
    """The hash changes with the schema, and with nothing else."""
    assert revise(draft, "amount up to 10", has_model=False).schema.hash != draft.schema.hash
    assert revise(draft, "900 rows", has_model=False).schema.hash == draft.schema.hash


@pytest.mark.parametrize("changes", ["amount only if paid", "add vat 19%", "add refund if vip"])
def test_what_a_change_cannot_say_is_refused(changes: str) -> None:
    """A condition or a rate is no plain rule of a column: better refused than kept by half."""
    base = by_rules("500 payments with payment_id, amount, net, paid yes/no, vip yes/no", has_model=False)
    with pytest.raises(ArgumentInvalid):
        revise(base, changes, has_model=False)
