"""What reading leaves to the compilers."""

from typing import Any

import pytest

from synthaix.orchestration.errors import (
    DependencyCycle,
    ExpressionInvalid,
    PatternUnsupported,
    ReferenceUnknown,
    SchemaInvalid,
)
from synthaix.orchestration.generation.checking import check_schema
from synthaix.orchestration.schema.reading import read_schema


def check(*columns: dict[str, Any], **table: Any) -> None:
    """Read and check a table."""
    check_schema(read_schema({"columns": list(columns), **table}))


EXPRESSION = "schema.columns[1].constraints.expression"
A: dict[str, Any] = {"name": "alpha", "type": "integer"}


def computed(name: str, expression: str) -> dict[str, Any]:
    """An integer column made by an expression."""
    return {"name": name, "type": "integer", "constraints": {"expression": expression}}


def test_a_sound_schema_passes() -> None:
    """Expressions, checks, patterns and templates that fit raise nothing."""
    check(
        A,
        computed("twice", "alpha * 2"),
        computed("half", "round(alpha / 2) if alpha > 3 else min(alpha, 0)"),
        {"name": "plan", "type": "category", "constraints": {"enum": ["a", 1]}},
        computed("free", "coalesce(plan, 2) + 1 + (plan == 'a')"),
        {"name": "code", "type": "string", "constraints": {"pattern": "[A-Z]{3}", "min_length": 3}},
        {"name": "text", "type": "text", "template": "{code} is {good|bad} for {person.full_name}"},
        checks=["twice >= alpha"],
    )


@pytest.mark.parametrize(
    ("columns", "table", "error", "field"),
    [
        ([A, computed("b", "alpha +")], {}, ExpressionInvalid, EXPRESSION),
        ([A, computed("b", "b + 1")], {}, ExpressionInvalid, EXPRESSION),
        ([A, computed("b", "alpa + 1")], {}, ReferenceUnknown, EXPRESSION),
        ([A], {"checks": ["alpha > 1", "beta > 1"]}, ReferenceUnknown, "schema.checks[1]"),
        ([computed("a", "b"), computed("b", "a")], {}, DependencyCycle, "schema.columns[0]"),
        (
            [{"name": "t", "type": "string", "template": "{b}"}, {**computed("b", "len(t)")}],
            {},
            DependencyCycle,
            "schema.columns[0]",
        ),
        ([A, {**computed("b", "'x' + alpha"), "type": "string"}], {}, ExpressionInvalid, EXPRESSION),
        ([A, computed("b", "concat(alpha, 'x')")], {}, ExpressionInvalid, EXPRESSION),
        ([A, computed("b", "year(alpha)")], {}, ExpressionInvalid, EXPRESSION),
        ([A, computed("b", "'x' if alpha > 1 else 'y'")], {}, ExpressionInvalid, EXPRESSION),
        (
            [{"name": "from", "type": "date"}, {"name": "to", "type": "date"}],
            {"checks": ["`to` - `from` > 3"]},
            ExpressionInvalid,
            "schema.checks[0]",
        ),
        (
            [{"name": "p", "type": "string", "constraints": {"pattern": "(?=x)"}}],
            {},
            PatternUnsupported,
            "schema.columns[0].constraints.pattern",
        ),
        (
            [{"name": "p", "type": "string", "constraints": {"pattern": "abc", "max_length": 2}}],
            {},
            SchemaInvalid,
            "schema.columns[0].constraints.pattern",
        ),
        (
            [{"name": "p", "type": "string", "constraints": {"enum": ["ab", "abc"], "max_length": 2}}],
            {},
            SchemaInvalid,
            "schema.columns[0].constraints.enum[1]",
        ),
        (
            [{"name": "p", "type": "integer", "constraints": {"min": 3}, "values": [3, 2]}],
            {},
            SchemaInvalid,
            "schema.columns[0].values[1]",
        ),
    ],
)
def test_what_does_not_fit(
    columns: list[dict[str, Any]], table: dict[str, Any], error: type[SchemaInvalid], field: str
) -> None:
    """Each misfit raises its error with the path."""
    with pytest.raises(error) as caught:
        check(*columns, **table)
    assert type(caught.value) is error
    assert caught.value.field == field


def test_a_misspelt_column_gets_its_place() -> None:
    """The nearest column is suggested by its path."""
    with pytest.raises(ReferenceUnknown) as caught:
        check(A, computed("b", "alpa + 1"))
    assert caught.value.suggestion == "Did you mean the column at `schema.columns[0]`?"
