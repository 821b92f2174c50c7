"""What is left open is filled; what is stated stays."""

from typing import Any

import pytest

from synthaix.orchestration.schema.column import COLUMN_TYPES, Column
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.reading import read_schema
from synthaix.orchestration.schema.schema import RowsPerParent
from synthaix.orchestration.translation.completion import complete
from synthaix.orchestration.translation.ready import ready_made


def completed(*columns: dict[str, Any], has_model: bool = False) -> tuple[Column, ...]:
    """The columns of a table, completed."""
    whole, _, _ = complete(read_schema({"columns": list(columns)}), has_model=has_model)
    return whole.root.columns


@pytest.mark.parametrize("name", sorted(kinds()))
def test_completing_twice_changes_nothing(name: str) -> None:
    """For every kind of the catalogue: the first completion says all there is to say."""
    kind = kinds()[name]
    schema = read_schema(
        {"columns": [{"name": "other", "type": "string"}, {"name": "cell", "type": kind.type, "kind": name}]}
    )
    once, _, _ = complete(schema, has_model=False)
    twice, _, _ = complete(once, has_model=False)
    assert twice == once


def test_what_is_stated_stays() -> None:
    """A schema that states everything comes back as it was, but for strategy and confidence."""
    stated = [
        {
            "name": "amount",
            "type": "decimal",
            "kind": "finance.amount",
            "constraints": {"min": 3, "max": 7, "decimals": 1, "distribution": {"name": "uniform"}},
        },
        {"name": "state", "type": "category", "kind": "general.status", "constraints": {"enum": ["on", "off"]}},
        {"name": "day", "type": "date", "kind": "time.date", "constraints": {"min": "2024-01-01", "max": "2024-02-01"}},
    ]
    schema = read_schema({"columns": stated})
    whole, assumptions, warnings = complete(schema, has_model=False)
    bare = [column.model_copy(update={"strategy": None, "confidence": None}) for column in whole.root.columns]
    assert bare == list(schema.root.columns)
    assert not assumptions
    assert not warnings


def test_strategies_follow_from_what_a_column_has() -> None:
    """Expression, pool, sampler; text by a model where there is one."""
    columns: list[dict[str, Any]] = [
        {"name": "price", "type": "decimal"},
        {"name": "double", "type": "decimal", "constraints": {"expression": "price * 2"}},
        {"name": "tier", "type": "string", "values": ["a", "b"]},
        {"name": "greeting", "type": "string", "template": "Hello {tier}"},
        {"name": "review", "type": "text"},
    ]
    without = [column.strategy for column in completed(*columns)]
    assert without == ["sampler", "expression", "pool", "pool", "pool"]
    assert completed(*columns, has_model=True)[-1].strategy == "llm"


@pytest.mark.parametrize("type_", COLUMN_TYPES)
def test_a_type_alone_is_enough(type_: str) -> None:
    """Every type gets a strategy and a confidence, and stays what it is."""
    (column,) = completed({"name": "zorgle", "type": type_})
    assert column.type == type_
    assert column.strategy is not None
    assert column.confidence is not None


def test_a_stated_bound_displaces_what_no_longer_fits() -> None:
    """A kind's spread goes when its middle lies outside the stated bounds."""
    (column,) = completed({"name": "amount", "type": "decimal", "constraints": {"min": 4_000, "max": 4_500}})
    assert column.rules.distribution is not None
    assert column.rules.distribution.name == "uniform"


def test_keys_are_unique_and_other_ids_repeat() -> None:
    """The table's own id numbers its rows; another's points at something."""
    schema = read_schema(
        {
            "name": "orders",
            "columns": [
                {"name": "order_id", "type": "integer"},
                {"name": "customer_id", "type": "integer"},
                {"name": "total", "type": "decimal"},
            ],
        }
    )
    whole, assumptions, _ = complete(schema, has_model=False)
    assert whole.root.column("order_id").is_sequence
    assert not whole.root.column("customer_id").rules.unique
    assert any("customer_id" in note for note in assumptions)


def test_children_get_rows() -> None:
    """One to five for each parent, and an assumption says so."""
    draft = ready_made(
        {
            "tables": [
                {"name": "customers", "columns": [{"name": "id", "type": "integer"}]},
                {
                    "name": "orders",
                    "columns": [
                        {"name": "customer_id", "type": "integer", "constraints": {"references": "customers.id"}}
                    ],
                },
            ]
        },
        has_model=False,
    )
    assert draft.schema.table("orders").rows_per_parent == RowsPerParent(min=1, max=5)
    assert any("1 to 5" in note for note in draft.assumptions)
    assert draft.schema.table("customers").column("id").rules.unique
