"""Schemas in each dialect, against the limits that the providers publish."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.llm.dialects import (
    GEMINI,
    OPENAI,
    OPENAI_TUNED,
    WIDE,
    Dialect,
    Standing,
    compile_schema,
    dialect_of,
)
from synthaix.orchestration.llm.models import GEMINI_URL, OPENAI_URL, Endpoint

# OpenAI, "Structured outputs: supported schemas"; Gemini API, "JSON Schema support"; both read on 2026-11-24.
OPENAI_ALLOWED = {
    "type", "properties", "required", "items", "enum", "anyOf", "description", "additionalProperties", "pattern",
    "format", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "minItems", "maxItems",
}  # fmt: skip
OPENAI_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
GEMINI_ALLOWED = {
    "type", "properties", "required", "items", "enum", "anyOf", "description", "additionalProperties", "format",
    "minimum", "maximum", "minItems", "maxItems", "prefixItems",
}  # fmt: skip

LEAF = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "number", "integer", "boolean"])},
    optional={
        "description": st.text(max_size=10), "minLength": st.integers(0, 9), "maxLength": st.integers(9, 99),
        "pattern": st.just("^a+$"), "format": st.sampled_from(["date", "uri", "uuid", "email", "time"]),
        "minimum": st.integers(), "maximum": st.integers(), "exclusiveMinimum": st.integers(),
        "multipleOf": st.integers(1, 5), "enum": st.lists(st.text(max_size=5), min_size=1, max_size=600),
        "const": st.just("x"), "default": st.just(1), "uniqueItems": st.booleans(), "title": st.text(max_size=4),
    },
)  # fmt: skip
SCHEMA = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.text(max_size=5), inner, max_size=4)},
            optional={"required": st.just([]), "minProperties": st.just(1)},
        ),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"minItems": st.just(2)}),
        st.fixed_dictionaries({"type": st.just("array"), "prefixItems": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
    ),
    max_leaves=8,
)


def nodes(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every schema inside a schema."""
    yield schema
    for sub in (*schema.get("properties", {}).values(), *schema.get("anyOf", [])):
        yield from nodes(sub)
    for sub in schema.get("prefixItems", []):
        yield from nodes(sub)
    if "items" in schema:
        yield from nodes(schema["items"])


@given(SCHEMA)
def test_openai_gets_its_strict_subset(schema: dict[str, Any]) -> None:
    """Only listed keywords and formats, closed objects with every field required, at most 1,000 enum values."""
    compiled = list(nodes(compile_schema(schema, OPENAI)))
    for node in compiled:
        assert set(node) <= OPENAI_ALLOWED
        assert node.get("format", "date") in OPENAI_FORMATS
        if "properties" in node:
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
    assert sum(len(node.get("enum", [])) for node in compiled) <= 1_000


@given(SCHEMA)
def test_gemini_gets_its_own_subset(schema: dict[str, Any]) -> None:
    """An unknown keyword would fail the whole request."""
    for node in nodes(compile_schema(schema, GEMINI)):
        assert set(node) <= GEMINI_ALLOWED


@given(SCHEMA)
def test_a_fine_tuned_model_gets_no_bounds(schema: dict[str, Any]) -> None:
    """Patterns, bounds and sizes are not for fine-tuned models."""
    for node in nodes(compile_schema(schema, OPENAI_TUNED)):
        assert set(node) <= OPENAI_ALLOWED - {"pattern", "minimum", "maximum", "minItems", "maxItems", "multipleOf"}


@given(SCHEMA, st.sampled_from([OPENAI, GEMINI, WIDE]))
def test_compiling_twice_changes_nothing(schema: dict[str, Any], dialect: Dialect) -> None:
    """What is in the dialect stays as it is."""
    once = compile_schema(schema, dialect)
    assert compile_schema(once, dialect) == once


def test_what_is_lost_is_told_in_the_description() -> None:
    """Words for what the dialect cannot say, where there is a description to put them."""
    cell = {"type": "string", "description": "A title.", "maxLength": 20, "pattern": "^A"}
    assert compile_schema(cell, OPENAI) == {
        "type": "string", "description": "A title (at most 20 characters)", "pattern": "^A",
    }  # fmt: skip
    assert "matches the regular expression ^A" in compile_schema(cell, GEMINI)["description"]
    del cell["description"]
    assert "description" not in compile_schema(cell, OPENAI)


@pytest.mark.parametrize(
    ("endpoint", "dialect"),
    [
        (Endpoint(OPENAI_URL, "openai", "gpt-6-luna"), OPENAI),
        (Endpoint(OPENAI_URL, "openai", "ft:gpt-4o-mini:acme::1"), OPENAI_TUNED),
        (Endpoint(GEMINI_URL, "gemini", "gemini-3.5-flash-lite"), GEMINI),
        (Endpoint("https://gateway.example/v1", "openai", "google/gemini-3.5-flash"), GEMINI),
        (Endpoint("http://localhost:11434/v1", "openai", "llama3"), WIDE),
    ],
)
def test_the_dialect_follows_from_the_endpoint(endpoint: Endpoint, dialect: Dialect) -> None:
    """Provider first, then the model's name, then the widest."""
    assert dialect_of(endpoint) is dialect


def test_stray_misfits_do_not_lower_an_endpoint_that_has_proved_itself() -> None:
    """Three other shapes before the first right one; after it, none counts."""
    new, proved = (Standing.of(Endpoint(OPENAI_URL, "openai", "m")) for _ in range(2))
    proved.judge("strict", fits=True)
    for _ in range(3):
        new.judge("strict", fits=False)
        proved.judge("strict", fits=False)
    assert (new.level, proved.level) == ("schema", "strict")


def test_many_calls_in_flight_step_down_once() -> None:
    """Twenty refusals of one level are one step."""
    standing = Standing.of(Endpoint(OPENAI_URL, "openai", "m"))
    assert all(standing.refused_form("strict") for _ in range(20))
    assert standing.level == "schema"


ANSWER: dict[str, Any] = {
    "type": "object", "required": ["rows"], "additionalProperties": False,
    "properties": {"rows": {"type": "array", "minItems": 2, "maxItems": 2, "items": {
        "type": "object", "required": ["i", "text"], "additionalProperties": False,
        "properties": {"i": {"type": "integer"}, "text": {"type": "string"}},
    }}},
}  # fmt: skip


@pytest.mark.parametrize("url", [GEMINI_URL, "http://localhost/v1"])
def test_rows_are_asked_for_as_arrays_where_tuples_can_be_said(url: str) -> None:
    """Cells in order, each under its column's name, and the order in words."""
    standing = Standing.of(Endpoint(url, "gemini" if url == GEMINI_URL else "openai", "m"))
    form, told = standing.form(ANSWER, tabular=True)
    rows = form["response_format"]["json_schema"]["schema"]["properties"]["rows"]
    assert rows["items"] == {
        "type": "array", "minItems": 2, "maxItems": 2,
        "prefixItems": [{"type": "integer", "description": "i"}, {"type": "string", "description": "text"}],
    }  # fmt: skip
    assert (rows["minItems"], rows["maxItems"]) == (2, 2)
    assert "[i,text]" in told
    assert "prefixItems" not in str(standing.form(ANSWER))


def test_openai_has_no_tuples() -> None:
    """Rows stay objects there, and what is told of the form says nothing of arrays."""
    standing = Standing.of(Endpoint(OPENAI_URL, "openai", "gpt-6-luna"))
    form, told = standing.form(ANSWER, tabular=True)
    assert form["response_format"]["json_schema"]["schema"] == ANSWER
    assert told == ""


def test_arrays_are_the_first_thing_to_give_up() -> None:
    """An endpoint that does not know tuples is still held to the schema."""
    standing = Standing.of(Endpoint("http://localhost/v1", "openai", "m"))
    assert standing.described == "compatible, arrays"
    assert standing.refused_form("arrays")
    form, _ = standing.form(ANSWER, tabular=True)
    assert standing.level == "strict"
    assert form["response_format"]["json_schema"]["strict"] is True
    assert form["response_format"]["json_schema"]["schema"] == ANSWER
