"""Pools, templates and examples."""

from typing import Any

import pytest

from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.schema.schema import Schema


def cells(*columns: dict[str, Any], count: int = 500) -> dict[str, list[Any]]:
    """The first cells of a table."""
    schema = Schema.model_validate({"columns": list(columns)})
    return dict(TableSampler(schema, schema.tables[0], seed=2).cells(0, count))


def test_a_pool_draws_from_its_values() -> None:
    """Every value comes, and nothing else."""
    made = cells({"name": "x", "type": "string", "strategy": "pool", "values": ["a", "b", "c"]})["x"]
    assert set(made) == {"a", "b", "c"}


def test_a_pool_has_weights() -> None:
    """Weights of the constraints belong to the pool's values."""
    column = {"name": "x", "type": "string", "values": ["a", "b"], "constraints": {"weights": [9, 1]}}
    assert cells(column, count=2_000)["x"].count("a") / 2_000 == pytest.approx(0.9, abs=0.03)


def test_examples_are_used_where_nothing_else_is_known() -> None:
    """A string column with examples draws from those that obey its constraints."""
    column = {"name": "x", "type": "string", "examples": ["ok", "much too long"], "constraints": {"max_length": 5}}
    assert set(cells(column)["x"]) == {"ok"}


def test_a_template_has_three_kinds_of_slots() -> None:
    """Columns, kinds and alternatives; other braces stay."""
    made = cells(
        {"name": "n", "type": "integer", "constraints": {"min": 1, "max": 3}},
        {"name": "x", "type": "string", "template": "{n} {red|blue} {product.size} {nothing}"},
    )
    for number, text in zip(made["n"], made["x"], strict=True):
        first, colour, size, rest = text.split()
        assert first == str(number)
        assert colour in ("red", "blue")
        assert size in ("S", "M", "L", "XL", "XS", "XXL")
        assert rest == "{nothing}"


def test_all_templates_and_alternatives_come() -> None:
    """Twelve combinations in five hundred rows, evenly."""
    made = cells({"name": "x", "type": "text", "template": ["{a|b|c} {d|e}", "{1|2} {3|4|5}"]})["x"]
    assert len(set(made)) == 12
    assert min(map(made.count, set(made))) > 20


def test_a_template_speaks_of_the_rows_person() -> None:
    """A person in a template is the one whose address the row has."""
    made = cells(
        {"name": "mail", "type": "string", "kind": "internet.email"},
        {"name": "hi", "type": "string", "template": "Dear {person.last_name}"},
    )
    same = sum(
        text.split()[-1].lower().replace("'", "") in mail for text, mail in zip(made["hi"], made["mail"], strict=True)
    )
    assert same == len(made["hi"])


def test_arrays_hold_distinct_items_of_their_kind() -> None:
    """An array of a kind has that kind's cells, none twice; lengths are as stated."""
    column = {"name": "x", "type": "array", "kind": "product.color", "constraints": {"min_length": 2, "max_length": 4}}
    made = cells(column)["x"]
    assert {len(items) for items in made} == {2, 3, 4}
    assert all(len(set(items)) == len(items) for items in made)
    assert {item for items in made for item in items} <= {
        "black",
        "white",
        "grey",
        "navy",
        "blue",
        "green",
        "red",
        "beige",
        "brown",
        "yellow",
    }
