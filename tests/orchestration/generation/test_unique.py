"""Unique columns count through their values: no candidate repeats another's as long as there are any left."""

from typing import Any

import pytest

from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.generation.space import space
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Schema

ROWS = 3_000


def drawn(column: dict[str, Any]) -> tuple[list[object], float]:
    """The first cells of a unique column, and its space."""
    column = {"name": "x", **column, "constraints": {**column.get("constraints", {}), "unique": True}}
    schema = Schema.model_validate({"columns": [column]})
    table = schema.tables[0]
    return list(TableSampler(schema, table, seed=5).cells(0, ROWS)["x"]), space(schema, table, table.columns[0])


@pytest.mark.parametrize(
    "kind", [name for name, kind in kinds().items() if kind.type in ("string", "text", "uuid", "category")]
)
def test_a_unique_kind_does_not_repeat(kind: str) -> None:
    """Whatever a kind is, all its values come before one comes again."""
    cells, size = drawn({"type": kinds()[kind].type, "kind": kind})
    expected = min(ROWS, size)
    assert len(set(cells)) >= expected if expected < ROWS else len(set(cells)) == ROWS


@pytest.mark.parametrize(
    "column",
    [
        {"type": "integer", "constraints": {"min": 1, "max": 3_000}},
        {
            "type": "integer",
            "constraints": {"min": -50, "max": 10**12, "distribution": {"name": "normal", "mean": 0, "std": 3}},
        },
        {"type": "decimal", "constraints": {"min": 0, "max": 30}},
        {"type": "float", "constraints": {"min": 0, "max": 1}},
        {"type": "date", "constraints": {"min": "2000-01-01", "max": "2012-12-31"}},
        {"type": "datetime"},
        {"type": "time"},
        {"type": "string"},
        {"type": "text"},
        {"type": "string", "constraints": {"pattern": "[a-f]{3}-[0-9]{3}"}},
        {"type": "string", "constraints": {"min_length": 3, "max_length": 5}},
        {"type": "string", "constraints": {"format": "email"}},
        {"type": "string", "template": "{red|blue} {person.first_name}"},
        {"type": "string", "kind": "person.full_name", "locale": "tr"},
        {"type": "string", "kind": "company.name", "constraints": {"max_length": 12}},
    ],
)
def test_a_unique_column_does_not_repeat(column: dict[str, Any]) -> None:
    """Numbers, moments and texts with room for all rows."""
    cells, size = drawn(column)
    assert size >= ROWS
    assert len(set(cells)) == ROWS


def test_a_unique_category_takes_all_its_values() -> None:
    """Seven weekdays come in the first seven rows, whatever their weights."""
    cells, size = drawn(
        {"type": "category", "constraints": {"enum": list("abcdefg"), "weights": [9, 1, 1, 1, 1, 1, 1]}}
    )
    assert size == 7
    assert set(cells[:7]) == set("abcdefg")


def test_values_of_weight_zero_never_come() -> None:
    """A weight of zero takes a value out, of the space as well."""
    cells, size = drawn({"type": "category", "constraints": {"enum": ["a", "b", "c"], "weights": [1, 0, 1]}})
    assert size == 2
    assert set(cells) == {"a", "c"}
