"""Loose JSON -> Schema, and errors that an agent can act on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import (
    ColumnTypeUnknown,
    DependencyCycle,
    KeyUnknown,
    KindUnknown,
    ReferenceUnknown,
    SchemaInvalid,
)
from synthaix.orchestration.schema.reading import MAX_BYTES, read_schema
from synthaix.orchestration.schema.schema import Schema


def one(**rest: Any) -> dict[str, Any]:
    """A schema whose second column has these parts."""
    return {"columns": [{"name": "id", "type": "uuid"}, {"name": "c", "type": "integer", **rest}]}


def two(**rest: Any) -> dict[str, Any]:
    """A schema of two tables; the second points at the first."""
    user = {"name": "user_id", "type": "uuid", "constraints": {"references": "users.id"}}
    return {
        "tables": [
            {"name": "users", "columns": [{"name": "id", "type": "uuid"}]},
            {"name": "orders", "columns": [user], **rest},
        ]
    }


def refused(loose: object) -> SchemaInvalid:
    """The error that reading raises."""
    with pytest.raises(SchemaInvalid) as caught:
        read_schema(loose)
    return caught.value


RICH: dict[str, Any] = {
    "tables": [
        {
            "name": "users",
            "description": "who buys",
            "columns": [
                {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence", "start": 5}}},
                {"name": "boss", "type": "integer", "constraints": {"references": "users.id", "nullable": True}},
                {"name": "name", "type": "string", "kind": "person.full_name", "strategy": "sampler"},
                {"name": "born", "type": "date", "constraints": {"min": "1950-01-01", "before": "2008-01-01"}},
                {"name": "plan", "type": "category", "constraints": {"enum": ["free", "pro"], "weights": [3, 1]}},
                {"name": "Anmerkung (frei)", "type": "text", "strategy": "llm", "depends_on": ["plan"]},
            ],
            "rows": 10,
        },
        {
            "name": "orders",
            "columns": [
                {"name": "user", "type": "integer", "constraints": {"references": "users.id"}},
                {"name": "placed", "type": "datetime"},
                {"name": "shipped", "type": "datetime", "constraints": {"after": "placed"}},
                {"name": "title", "type": "string", "template": ["{Red|Blue} {product.name}", "by {user}"]},
            ],
            "rows_per_parent": {"min": 0, "max": 5},
            "unique_together": [["user", "placed"]],
            "checks": ["shipped > placed"],
        },
    ]
}


def test_a_rich_schema_is_read() -> None:
    """Every part of the language arrives where it belongs."""
    schema = read_schema(RICH)
    assert schema.names == ("users", "orders")
    assert schema.table("orders").parent == "users"
    assert schema.table("users").column("plan").rules.weights == [3, 1]


@pytest.mark.parametrize("loose", [RICH, one(), one(constraints={"min": 1, "max": 5.5})])
def test_the_same_schema_in_every_form(loose: dict[str, Any]) -> None:
    """As an object, as JSON text, as bytes, and as what a schema shows of itself: the same hash."""
    schema = read_schema(loose)
    forms: list[object] = [json.dumps(loose), json.dumps(loose).encode(), schema.plain(), schema]
    assert {read_schema(form).hash for form in forms} == {schema.hash}


def test_a_list_of_columns_is_a_schema() -> None:
    """The shortest form is the bare list."""
    assert read_schema(one()["columns"]).hash == read_schema(one()).hash


@pytest.mark.parametrize(
    ("loose", "field", "words"),
    [
        (5, "schema", "must be an object"),
        (None, "schema", "must be an object"),
        ("{", "schema", "well-formed JSON"),
        ("[" * 5_000, "schema", "well-formed JSON"),
        ({"columns": [{"name": "c", "type": "string", "examples": [[[[[[[[[[[[]]]]]]]]]]]]}]}, "schema", "deeper"),
        ({"columns": "x" * MAX_BYTES}, "schema", "larger"),
        ({"columns": {1, 2}}, "schema", "well-formed JSON"),
        ({"columns": [{"name": "\ud800", "type": "string"}]}, "schema", "well-formed JSON"),
        ({}, "schema", "no columns"),
        ({"columns": [], "tables": []}, "schema", "both"),
        ({"columns": []}, "schema.columns", "at least so many entries: 1"),
        ({"columns": {"c": "string"}}, "schema.columns", "list of objects"),
        ({"columns": ["c"]}, "schema.columns[0]", "object with `name` and `type`"),
        ({"columns": [{"name": "c"}]}, "schema.columns[0].type", "required"),
        (one(name="x" * 65), "schema.columns[1].name", "at most 64 characters"),
        (one(name=""), "schema.columns[1].name", "at least 1 characters"),
        (one(name=" c"), "schema.columns[1].name", "no blanks at its ends"),
        (one(name="c\n"), "schema.columns[1].name", "control characters"),
        (one(name="a`b"), "schema.columns[1].name", "backticks"),
        (one(name="ID"), "schema.columns[1].name", "`schema.columns[0].name` already"),
        (one(constraints=[]), "schema.columns[1].constraints", "must be an object"),
        (one(constraints={"min": [1]}), "schema.columns[1].constraints.min", "must be a number or a text"),
        (one(constraints={"min": "1"}), "schema.columns[1].constraints.min", "is a number"),
        (one(constraints={"min": 2, "max": 1}), "schema.columns[1].constraints.min", "above `max`"),
        (one(constraints={"decimals": 11}), "schema.columns[1].constraints.decimals", "at most 10"),
        (one(constraints={"unique": "maybe"}), "schema.columns[1].constraints.unique", "true or false"),
        (one(constraints={"pattern": "a"}), "schema.columns[1].constraints.pattern", "does not apply"),
        (one(type="boolean", constraints={"min": 0}), "schema.columns[1].constraints.min", "does not apply"),
        (one(type="date", constraints={"min": "today"}), "schema.columns[1].constraints.min", "2026-11-24"),
        (
            one(type="date", constraints={"min": "2024-02-01", "max": "2024-01-01"}),
            "schema.columns[1].constraints.min",
            "above",
        ),
        (
            one(type="string", constraints={"min_length": 3, "max_length": 2}),
            "schema.columns[1].constraints.min_length",
            "above",
        ),
        (one(constraints={"enum": [1, "a"]}), "schema.columns[1].constraints.enum[1]", "no `integer`"),
        (one(constraints={"enum": [1, True]}), "schema.columns[1].constraints.enum[1]", "no `integer`"),
        (one(constraints={"enum": [1, 2, 1]}), "schema.columns[1].constraints.enum[2]", "index 0 already"),
        (one(type="date", values=["2024-1-1"]), "schema.columns[1].values[0]", "no `date`"),
        (one(constraints={"weights": [1]}), "schema.columns[1].constraints.weights", "need `enum`"),
        (one(constraints={"enum": [1, 2], "weights": [1]}), "schema.columns[1].constraints.weights", "1 weights for 2"),
        (one(constraints={"enum": [1, 2], "weights": [0, 0]}), "schema.columns[1].constraints.weights", "above 0"),
        (one(constraints={"enum": [1, 2], "weights": [1, -1]}), "schema.columns[1].constraints.weights[1]", "at least"),
        (
            one(constraints={"distribution": {"name": "normal", "start": 1}}),
            "schema.columns[1].constraints.distribution.start",
            "no parameter",
        ),
        (
            one(type="date", constraints={"distribution": {"name": "normal"}}),
            "schema.columns[1].constraints.distribution.name",
            "of numbers",
        ),
        (
            one(type="string", constraints={"distribution": {"name": "sequence"}}),
            "schema.columns[1].constraints.distribution",
            "type `integer`",
        ),
        (one(type="date", constraints={"after": "id"}), "schema.columns[1].constraints.after", "dates or times"),
        (one(type="date", constraints={"after": "c"}), "schema.columns[1].constraints.after", "another column"),
        (one(strategy="expression"), "schema.columns[1].strategy", "constraints.expression"),
        (one(strategy="pool"), "schema.columns[1].strategy", "needs `values`"),
        (one(type="uuid", strategy="llm"), "schema.columns[1].strategy", "does not write keys"),
        (one(template="x"), "schema.columns[1].template", "another type"),
        (one(type="string", template="{id"), "schema.columns[1].template", "brace"),
        (one(confidence=2), "schema.columns[1].confidence", "at most 1"),
        ({**one(), "rows": 0}, "schema.rows", "at least 1"),
        ({**one(), "rows_per_parent": 3}, "schema.rows_per_parent", "references another table"),
        (two(rows=3, rows_per_parent=2), "schema.tables[1].rows_per_parent", "not both"),
        (two(rows_per_parent=0), "schema.tables[1].rows_per_parent", "1 to 10,000"),
        (two(rows_per_parent={"min": 3, "max": 1}), "schema.tables[1].rows_per_parent", "min is above max"),
        (two(rows_per_parent={"min": 3}), "schema.tables[1].rows_per_parent.max", "required"),
        (two(name="users"), "schema.tables[1].name", "`schema.tables[0].name` already"),
        (two(name="a.b"), "schema.tables[1].name", "dots"),
        ({**one(), "unique_together": [["c", "c"]]}, "schema.unique_together[0]", "each once"),
    ],
)
def test_what_is_wrong_is_located(loose: object, field: str, words: str) -> None:
    """The error carries the path, and its sentence says the rule."""
    error = refused(loose)
    assert (error.field, words in error.message) == (field, True), error.message


@pytest.mark.parametrize(
    ("loose", "error", "field", "suggestion"),
    [
        (one(type="int"), ColumnTypeUnknown, "schema.columns[1].type", "Did you mean `integer`?"),
        (one(type="varchar(20)"), ColumnTypeUnknown, "schema.columns[1].type", "Did you mean `string`?"),
        (one(type="Number"), ColumnTypeUnknown, "schema.columns[1].type", "Did you mean `float`?"),
        (one(type="timestamp"), ColumnTypeUnknown, "schema.columns[1].type", "Did you mean `datetime`?"),
        (one(type="enum"), ColumnTypeUnknown, "schema.columns[1].type", "Did you mean `category`?"),
        (one(type="bolean"), ColumnTypeUnknown, "schema.columns[1].type", "Did you mean `boolean`?"),
        (one(descripton="x"), KeyUnknown, "schema.columns[1]", "Did you mean `description`?"),
        (one(min=1), KeyUnknown, "schema.columns[1]", "`min` belongs into the column's `constraints`."),
        (one(constraints={"minimum": 1}), KeyUnknown, "schema.columns[1].constraints", "Did you mean `min`?"),
        (
            one(constraints={"kind": "x"}),
            KeyUnknown,
            "schema.columns[1].constraints",
            "`kind` belongs beside `constraints`, not into it.",
        ),
        (
            one(constraints={"distribution": {"name": "normal", "stddev": 1}}),
            KeyUnknown,
            "schema.columns[1].constraints.distribution",
            "Did you mean `std`?",
        ),
        (
            one(constraints={"distribution": {"name": "gaussian"}}),
            SchemaInvalid,
            "schema.columns[1].constraints.distribution.name",
            "Did you mean `normal`?",
        ),
        (two(check=["x"]), KeyUnknown, "schema.tables[1]", "Did you mean `checks`?"),
        ({**two(), "table": 1}, KeyUnknown, "schema", "Did you mean `tables`?"),
        ({"fields": []}, SchemaInvalid, "schema", "Did you mean `columns`?"),
        (one(kind="person.ful_name"), KindUnknown, "schema.columns[1].kind", "Did you mean `person.full_name`?"),
        (one(strategy="samplr"), SchemaInvalid, "schema.columns[1].strategy", "Did you mean `sampler`?"),
        (
            one(type="string", constraints={"min": 1}),
            SchemaInvalid,
            "schema.columns[1].constraints.min",
            "Did you mean `min_length`?",
        ),
        (
            one(depends_on=["idd"]),
            ReferenceUnknown,
            "schema.columns[1].depends_on[0]",
            "Did you mean the column at `schema.columns[0]`?",
        ),
        (
            one(constraints={"references": "usrs.id"}),
            ReferenceUnknown,
            "schema.columns[1].constraints.references",
            None,
        ),
        (
            one(type="string", template="{person.fullname}"),
            ReferenceUnknown,
            "schema.columns[1].template",
            "Did you mean `person.full_name`?",
        ),
    ],
)
def test_what_was_meant_is_suggested(
    loose: object, error: type[SchemaInvalid], field: str, suggestion: str | None
) -> None:
    """Words of SQL, JSON Schema and Python, and misspelt ones, lead to the right word."""
    found = refused(loose)
    assert (type(found), found.field, found.suggestion) == (error, field, suggestion)


def test_closed_sets_are_listed() -> None:
    """An unknown word comes with all that are allowed."""
    assert "datetime" in (refused(one(type="x")).allowed or ())
    assert "zipf" in (refused(one(constraints={"distribution": {"name": "x"}})).allowed or ())
    assert "ipv6" in (refused(one(type="string", constraints={"format": "x"})).allowed or ())
    assert "null_rate" in (refused(one(constraints={"x": 1})).allowed or ())


def test_other_wrong_places_are_named() -> None:
    """One call tells of several mistakes."""
    loose = {"columns": [{"name": "a", "type": "int"}, {"name": "b", "type": "str"}, {"name": "c"}]}
    assert "`schema.columns[1].type`, `schema.columns[2].type`" in refused(loose).message


def test_references_need_a_table_a_column_and_its_type() -> None:
    """A foreign key points at an existing column of the same type."""
    for target, error in (("users", ReferenceUnknown), ("user.id", ReferenceUnknown), ("users.idd", ReferenceUnknown)):
        loose = two()
        loose["tables"][1]["columns"][0]["constraints"]["references"] = target
        assert type(refused(loose)) is error
    loose = two()
    loose["tables"][1]["columns"][0]["type"] = "integer"
    found = refused(loose)
    assert (found.field, found.allowed) == ("schema.tables[1].columns[0].type", ["uuid"])


def test_tables_must_not_reference_each_other_in_a_circle() -> None:
    """Parents come first, so there must be a first."""
    loose = two()
    back = {"name": "last_order", "type": "uuid", "constraints": {"references": "orders.user_id"}}
    loose["tables"][0]["columns"].append(back)
    assert type(refused(loose)) is DependencyCycle


def test_a_table_references_itself_only_by_a_sequence() -> None:
    """Other keys do not exist yet when a row is made, and the error says so."""
    key: dict[str, Any] = {"name": "id", "type": "integer"}
    boss = {"name": "boss", "type": "integer", "constraints": {"references": "rows.id", "nullable": True}}
    assert "sequence" in refused({"columns": [key, boss]}).message
    read_schema({"columns": [{**key, "constraints": {"distribution": {"name": "sequence"}}}, boss]})


@pytest.mark.parametrize(
    "rules",
    [({"after": "b"}, {"after": "a"}), ({"before": "b"}, {"before": "a"}), ({"after": "b"}, {"after": "c"})],
)
def test_no_circle_in_time(rules: tuple[dict[str, str], dict[str, str]]) -> None:
    """Columns cannot each be later than the other; stating one order from both sides is fine."""
    names = zip("ab", rules, strict=True)
    columns: list[dict[str, Any]] = [{"name": name, "type": "date", "constraints": rule} for name, rule in names]
    columns.append({"name": "c", "type": "date", "constraints": {"after": "a"}})
    assert type(refused({"columns": columns})) is DependencyCycle


def test_one_order_may_be_stated_from_both_sides() -> None:
    """`start` before `end` and `end` after `start` say the same."""
    start = {"name": "start", "type": "date", "constraints": {"before": "end"}}
    end = {"name": "end", "type": "date", "constraints": {"after": "start"}}
    read_schema({"columns": [start, end]})


def places_of(loose: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with every key or index in it."""
    if isinstance(loose, dict | list):
        for key, value in list(loose.items() if isinstance(loose, dict) else enumerate(loose)):
            yield loose, key
            yield from places_of(value)


def answer(loose: object) -> dict[str, object]:
    """What an agent would see: the error's fields, nothing when the schema is read."""
    try:
        assert isinstance(read_schema(loose), Schema)
    except SchemaInvalid as error:
        return dict(error.fields())
    return {}


def test_errors_never_echo() -> None:
    """A canary in any value, any key or any list of a schema does not come back in the error."""
    canary = "CANARYcanary"
    for number, _ in enumerate(places_of(RICH)):
        for form in ("value", "key", "list"):
            loose = json.loads(json.dumps(RICH))
            container, key = list(places_of(loose))[number]
            match form:
                case "value":
                    container[key] = canary
                case "key" if isinstance(container, dict):
                    container[canary] = container.pop(key)
                case _:
                    container[key] = [canary]
            assert canary.casefold() not in json.dumps(answer(loose)).casefold()


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@given(st.data())
def test_any_json_is_read_or_refused(data: st.DataObject) -> None:
    """A schema with anything in any place is either a schema or an error of ours with a path."""
    loose = json.loads(json.dumps(RICH))
    container, key = data.draw(st.sampled_from(list(places_of(loose))))
    container[key] = data.draw(json_values)
    found = answer(loose)
    assert not found or str(found["field"]).startswith("schema")


@pytest.mark.parametrize(("wrong", "meant"), [({"name": "c", "typ": "integer"}, "type"), ({"nam": "c"}, "name")])
def test_a_misspelt_key_is_told_before_the_one_that_is_missing(wrong: dict[str, Any], meant: str) -> None:
    """It is the same mistake, and the misspelt one has a cure."""
    error = refused({"columns": [{"name": "id", "type": "uuid"}, wrong]})
    assert (error.code, error.field) == ("key_unknown", "schema.columns[1]")
    assert error.suggestion == f"Did you mean `{meant}`?"
