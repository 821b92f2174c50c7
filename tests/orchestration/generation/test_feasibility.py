"""Feasibility: what cannot exist is refused with the numbers, what can is not."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import Infeasible
from synthaix.orchestration.generation.feasibility import check_feasible
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.reading import read_schema
from synthaix.orchestration.schema.schema import Schema, Table


def space(_schema: Schema, _table: Table, column: Column) -> float:
    """How many values these tests' columns take."""
    rules = column.rules
    if rules.enum:
        return len(rules.enum)
    if column.type == "boolean":
        return 2
    if isinstance(rules.min, int) and isinstance(rules.max, int):
        return rules.max - rules.min + 1
    return float("inf")


def check(loose: dict[str, Any], **counts: int) -> list[str]:
    """Warnings for so many rows."""
    return check_feasible(read_schema(loose), counts or {"rows": 1000}, space=space)


RATING = {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 5}}
ANSWER = {"name": "answer", "type": "category", "constraints": {"enum": ["yes", "no"]}}
ID = {"name": "respondent", "type": "uuid"}


def test_an_ordinary_survey_is_feasible() -> None:
    """An id, a rating and yes/no: 1,000 rows exist, since whole rows are compared; the warning says so."""
    warnings = check({"columns": [ID, RATING, ANSWER]})
    assert warnings == [
        "Apart from its identifiers, the table can hold only 10 different rows: "
        "rows that differ in nothing but an identifier count as different."
    ]


def test_without_the_id_only_ten_rows_exist() -> None:
    """Rating and yes/no alone can never give 1,000 different rows."""
    with pytest.raises(Infeasible) as caught:
        check({"columns": [RATING, ANSWER]})
    assert caught.value.message == "Only 10 different rows of the table exist; 1,000 were asked for."
    assert caught.value.field == "schema"
    assert "at most 10 rows" in str(caught.value.suggestion)


def test_all_rows_that_exist_may_be_asked_for() -> None:
    """N equal to the space is possible, with a warning that it is tight."""
    assert check({"columns": [RATING, ANSWER]}, rows=10) == [
        "10 of the 10 different rows of the table that exist were asked for."
    ]
    assert check({"columns": [RATING, ANSWER]}, rows=5) == []


def test_unique_over_too_small_a_domain() -> None:
    """The error names the column, how many exist and how many were asked for."""
    unique = {**RATING, "constraints": {**RATING["constraints"], "unique": True}}  # type: ignore[dict-item]  # a dict
    with pytest.raises(Infeasible) as caught:
        check({"columns": [ANSWER, unique]}, rows=6)
    assert caught.value.message == "Column `rating` takes only 5 different values; 6 unique ones were asked for."
    assert caught.value.field == "schema.columns[1].constraints.unique"
    check({"columns": [ANSWER, unique]}, rows=5)


def test_nulls_never_collide() -> None:
    """A unique column that is often null needs fewer values, and a group with a nullable column none."""
    half = {"name": "c", "type": "integer", "constraints": {"min": 1, "max": 5, "unique": True, "null_rate": 0.5}}
    check({"columns": [ID, half]}, rows=10)
    with pytest.raises(Infeasible):
        check({"columns": [ID, half]}, rows=11)
    nullable = {**ANSWER, "constraints": {"enum": ["yes", "no"], "nullable": True}}
    check({"columns": [ID, RATING, nullable], "unique_together": [["rating", "answer"]]})


def test_groups_that_are_unique_together() -> None:
    """The product of a group's widths bounds the rows."""
    loose = {"columns": [ID, RATING, ANSWER], "unique_together": [["rating", "answer"]]}
    check(loose, rows=10)
    with pytest.raises(Infeasible) as caught:
        check(loose, rows=11)
    assert caught.value.field == "schema.unique_together[0]"
    assert "10 different values; 11 rows" in caught.value.message


def test_what_follows_from_others_adds_nothing() -> None:
    """An expression column does not widen the rows, and is no wider than what it is made from."""
    derived = {"name": "double", "type": "integer", "constraints": {"expression": "rating * 2"}}
    with pytest.raises(Infeasible) as caught:
        check({"columns": [RATING, ANSWER, derived]}, rows=11)
    assert "10 different rows" in caught.value.message
    unique = {**derived, "constraints": {"expression": "rating * 2", "unique": True}}
    with pytest.raises(Infeasible) as caught:
        check({"columns": [ID, RATING, unique]}, rows=6)
    assert "only 5 different values" in caught.value.message


def test_a_reference_is_as_wide_as_its_parent() -> None:
    """A foreign key takes as many values as the parent has rows."""
    loose = {
        "tables": [
            {"name": "users", "columns": [{"name": "id", "type": "uuid"}]},
            {
                "name": "votes",
                "columns": [{"name": "user", "type": "uuid", "constraints": {"references": "users.id"}}, ANSWER],
            },
        ]
    }
    check(loose, users=50, votes=100)
    with pytest.raises(Infeasible) as caught:
        check(loose, users=50, votes=101)
    assert caught.value.message == "Only 100 different rows of `votes` exist; 101 were asked for."
    assert caught.value.field == "schema.tables[1]"


@pytest.mark.parametrize(
    ("type_", "constraints"),
    [
        ("integer", {"exclusive_min": 1, "exclusive_max": 2}),
        ("integer", {"min": 1.2, "max": 1.8}),
        ("integer", {"min": 3, "exclusive_max": 3}),
        ("float", {"min": 1, "exclusive_max": 1}),
        ("float", {"exclusive_min": 2, "max": 1}),
        ("decimal", {"exclusive_min": 0.1, "exclusive_max": 0.11}),
        ("float", {"min": 0.11, "max": 0.19, "decimals": 1}),
        ("date", {"after": "2024-01-01", "before": "2024-01-02"}),
        ("date", {"after": "2024-01-01", "max": "2024-01-01"}),
        ("date", {"before": "2024-01-01", "min": "2024-01-01"}),
        ("datetime", {"after": "2024-01-01T00:00:00Z", "before": "2024-01-01T00:00:01Z"}),
        ("time", {"after": "12:00:00", "before": "12:00:01"}),
    ],
)
def test_bounds_that_leave_nothing(type_: str, constraints: dict[str, Any]) -> None:
    """Contradicting bounds are refused even when no rows are counted."""
    with pytest.raises(Infeasible) as caught:
        check({"columns": [{"name": "c", "type": type_, "constraints": constraints}]}, other=1)
    assert caught.value.field == "schema.columns[0].constraints"


@pytest.mark.parametrize(
    ("type_", "constraints"),
    [
        ("integer", {"exclusive_min": 1, "exclusive_max": 3}),
        ("integer", {"min": 1.2, "max": 2.8}),
        ("float", {"min": 1, "max": 1}),
        ("float", {"exclusive_min": 1, "exclusive_max": 2}),
        ("decimal", {"min": 0.1, "max": 0.1}),
        ("decimal", {"exclusive_min": 0.1, "exclusive_max": 0.12}),
        ("date", {"after": "2024-01-01", "before": "2024-01-03"}),
        ("datetime", {"after": "2024-01-01", "before": "2024-01-03"}),
        ("time", {"min": "12:00", "max": "12:00"}),
    ],
)
def test_bounds_that_leave_something(type_: str, constraints: dict[str, Any]) -> None:
    """Narrow bounds are no contradiction."""
    check({"columns": [{"name": "c", "type": type_, "constraints": constraints}]}, rows=1)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 300))
def test_the_rows_that_exist_are_those_that_can_be_listed(widths: list[int], asked: int) -> None:
    """Feasible is exactly what a full enumeration of the rows allows."""
    columns = [
        {"name": f"c{number}", "type": "category", "constraints": {"enum": [f"v{each}" for each in range(width)]}}
        for number, width in enumerate(widths)
    ]
    exist = len(list(product(*[range(width) for width in widths])))
    if asked <= exist:
        check({"columns": columns}, rows=asked)
    else:
        with pytest.raises(Infeasible, match=f"Only {exist:,} "):
            check({"columns": columns}, rows=asked)
