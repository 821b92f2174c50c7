"""How many different values a column can take: never less than are found."""

from typing import Any

import pytest

from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.generation.space import space
from synthaix.orchestration.schema.column import COLUMN_TYPES
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Schema


def sized(*columns: dict[str, Any]) -> dict[str, float]:
    """The space of each column of a table."""
    schema = Schema.model_validate({"columns": list(columns)})
    table = schema.tables[0]
    return {column.name: space(schema, table, column) for column in table.columns}


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_space_is_no_smaller_than_what_is_found(kind: str) -> None:
    """Two thousand cells never show more values than the space has."""
    rules = kinds()[kind].constraints
    loose = {
        "name": "x",
        "type": kinds()[kind].type,
        "kind": kind,
        "constraints": rules.model_dump(exclude_none=True) if rules else None,
    }
    schema = Schema.model_validate({"columns": [loose]})
    cells = TableSampler(schema, schema.tables[0], seed=6).cells(0, 2_000).get("x", [])
    assert len(set(map(str, cells))) <= space(schema, schema.tables[0], schema.tables[0].columns[0])


@pytest.mark.parametrize(
    ("column", "exact"),
    [
        ({"type": "boolean"}, 2),
        ({"type": "integer", "constraints": {"min": 1, "max": 10}}, 10),
        ({"type": "decimal", "constraints": {"min": 0, "max": 1, "decimals": 1}}, 11),
        ({"type": "date", "constraints": {"min": "2024-01-01", "max": "2024-12-31"}}, 366),
        ({"type": "time"}, 86_400),
        ({"type": "category", "constraints": {"enum": ["a", "b", "c"]}}, 3),
        ({"type": "string", "constraints": {"pattern": "[A-C][0-9]{2}"}}, 300),
        ({"type": "string", "values": ["x", "y"]}, 2),
        ({"type": "string", "template": "{a|b} {c|d|e}"}, 6),
    ],
)
def test_a_space_is_exact_where_it_can_be(column: dict[str, Any], exact: int) -> None:
    """Finite domains are counted."""
    assert sized({"name": "x", **column})["x"] == exact


def test_what_a_model_writes_has_no_bound() -> None:
    """An llm column and a sequence never run out."""
    found = sized(
        {"name": "t", "type": "text", "strategy": "llm"},
        {"name": "s", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
    )
    assert set(found.values()) == {float("inf")}


def test_derived_columns_follow_from_what_they_need() -> None:
    """An expression of two columns takes at most their product of values."""
    found = sized(
        {"name": "a", "type": "integer", "constraints": {"min": 1, "max": 4}},
        {"name": "b", "type": "integer", "constraints": {"min": 1, "max": 5, "nullable": True}},
        {"name": "c", "type": "integer", "constraints": {"expression": "a * b"}},
        {"name": "d", "type": "string", "template": "{a}-{x|y}"},
    )
    assert found["c"] == 4 * 6
    assert found["d"] == 8


@pytest.mark.parametrize("column_type", COLUMN_TYPES)
def test_every_type_has_a_space(column_type: str) -> None:
    """A column of which only the type is known takes at least two values."""
    assert sized({"name": "x", "type": column_type})["x"] >= 2


@pytest.mark.parametrize(
    "kind",
    [
        "text.review",
        "text.support_ticket",
        "text.product_description",
        "text.comment",
        "text.bio",
        "text.feedback",
        "text.note",
        "text.summary",
    ],
)
def test_main_texts_have_a_million_forms(kind: str) -> None:
    """Large jobs without a model do not run out of texts."""
    assert sized({"name": "x", "type": "text", "kind": kind})["x"] >= 1_000_000
