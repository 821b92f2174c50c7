"""What each column says about two rows being one."""

from typing import Any

import pytest

from synthaix.orchestration.dedup.roles import Roles, late_columns, roles_of
from synthaix.orchestration.schema.schema import Schema

WIDE = 1e12


def _roles(*columns: dict[str, Any], rows: int = 100, values: float = WIDE) -> tuple[Roles, str | None]:
    schema = Schema.model_validate({"columns": list(columns)})
    return roles_of(schema, schema.root, rows=rows, space=lambda _, __, ___: values)


@pytest.mark.parametrize(
    ("column", "part"),
    [
        ({"type": "uuid"}, "identifiers"),
        ({"type": "uuid", "constraints": {"references": "users.id"}}, "structured"),
        ({"type": "string", "constraints": {"unique": True}}, "identifiers"),
        ({"type": "integer", "constraints": {"distribution": {"name": "sequence"}}}, "identifiers"),
        ({"type": "integer"}, "structured"),
        ({"type": "datetime"}, "structured"),
        ({"type": "object"}, "structured"),
        ({"type": "decimal"}, "floats"),
        ({"type": "string"}, "naming"),
        ({"type": "string", "strategy": "llm"}, "naming"),
        ({"type": "string", "kind": "person.first_name"}, "naming"),
        ({"type": "string", "kind": "address.city"}, "structured"),
        ({"type": "string", "constraints": {"pattern": "[A-Z]{3}"}}, "structured"),
        ({"type": "string", "constraints": {"format": "ipv4"}}, "structured"),
        ({"type": "string", "constraints": {"enum": ["a", "b"]}}, "structured"),
        ({"type": "string", "strategy": "pool"}, "exact_text"),
        ({"type": "text", "template": "{one|two}"}, "exact_text"),
        ({"type": "text", "strategy": "llm"}, "text"),
        ({"type": "float", "strategy": "expression", "constraints": {"expression": "1 + 1"}}, "derived"),
    ],
)
def test_each_column_has_one_role(column: dict[str, Any], part: str) -> None:
    """By type, kind, constraints and strategy."""
    roles, note = _roles({"name": "it", **column}, {"name": "other", "type": "integer"})
    assert "it" in getattr(roles, part)
    assert sum("it" in getattr(roles, each) for each in ("identifiers", "derived", "exact_text")) <= 1
    assert note is None


def test_identifiers_stay_where_the_rest_is_too_narrow() -> None:
    """19 N possible rows are too few to leave identifiers out; 20 N are enough."""
    columns: list[dict[str, Any]] = [
        {"name": "code", "type": "string", "constraints": {"unique": True}}, {"name": "n", "type": "integer"},
    ]  # fmt: skip
    narrow, note = _roles(*columns, rows=100, values=1_999)
    assert narrow.whole
    assert "code" in narrow.compared
    assert note is not None
    assert "`code`" in note
    wide, note = _roles(*columns, rows=100, values=2_000)
    assert wide.identifiers == ("code",)
    assert note is None


def test_floats_are_exact_where_a_tolerance_would_leave_too_few_rows() -> None:
    """A lone column of a million possible floats holds 1,000 rows, but not 1,000 rows that are 0.03 % apart."""
    tolerant, _ = _roles({"name": "x", "type": "float"}, {"name": "n", "type": "integer"}, rows=1_000, values=1e6)
    assert tolerant.floats == ("x",)
    exact, _ = _roles({"name": "x", "type": "float"}, rows=1_000, values=1e6)
    assert (exact.floats, exact.structured) == ((), ("x",))


def test_a_sequence_in_a_narrow_table_makes_every_row_another() -> None:
    """Nothing is compared, and the draft says so."""
    roles, note = _roles(
        {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
        {"name": "rating", "type": "integer"}, rows=100, values=5,
    )  # fmt: skip
    assert not roles.compares
    assert note is not None


def test_what_follows_from_an_identifier_is_left_out_with_it() -> None:
    """An expression or a template over a sequence is late; a bound on one is late too."""
    schema = Schema.model_validate(
        {
            "columns": [
                {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
                {"name": "label", "type": "string", "constraints": {"expression": "'N' + str(id)"}},
                {"name": "mail", "type": "string", "template": "{label}@example.com"},
                {"name": "boss", "type": "integer", "constraints": {"references": "rows.id"}},
                {"name": "age", "type": "integer"},
            ]
        }
    )
    assert late_columns(schema.root) == {"id", "label", "mail", "boss"}
    roles, _ = roles_of(schema, schema.root, rows=10, space=lambda _, __, ___: WIDE)
    assert roles.compared == ("age",)


def test_unique_groups_are_those_that_could_repeat() -> None:
    """A sequence and a sampled UUID need no index; a pair of columns does."""
    schema = Schema.model_validate(
        {
            "columns": [
                {"name": "id", "type": "uuid", "constraints": {"unique": True}},
                {"name": "mail", "type": "string", "constraints": {"unique": True}},
                {"name": "a", "type": "integer"},
                {"name": "b", "type": "integer"},
            ],
            "unique_together": [["a", "b"]],
        }
    )
    roles, _ = roles_of(schema, schema.root, rows=10, space=lambda _, __, ___: WIDE)
    assert roles.unique == (("mail",), ("a", "b"))
