"""translate_schema: what it answers, how much, and what it refuses."""

import json
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP

SECRET = "c4n4ry-7f3a"


async def test_a_ready_schema_is_completed(
    server: FastMCP, schema: dict[str, Any], mode: Literal["auto", "legacy"], ask: Any
) -> None:
    """Every column comes back with its name, type and strategy, and the reply names what comes next."""
    async with Client(server, mode=mode) as client:
        reply = (await ask(client, "translate_schema", schema=schema)).fields
    columns = reply["schema"]["columns"]
    assert [column["name"] for column in columns] == ["user_id", "amount", "currency", "booked_at"]
    assert all(column.keys() >= {"name", "type", "strategy"} for column in columns)
    assert reply["next"]["tool"] == "start_generation"
    assert reply["next"]["arguments"]["schema_id"] == reply["schema_id"]
    assert len(reply["schema_hash"]) == 64


async def test_three_rows_are_shown(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """In the text as in the fields."""
    async with Client(server) as client:
        answer = await ask(client, "translate_schema", schema=schema)
    assert len(answer.fields["preview"]) == 3
    assert all(row["user_id"] in answer.text for row in answer.fields["preview"])


async def test_an_open_question_is_asked_again_before_the_yes(server: FastMCP, ask: Any) -> None:
    """The summary that is agreed to has it with its default."""
    async with Client(server) as client:
        proposed = (await ask(client, "translate_schema", prompt="payments with date and amount")).fields
        summary = (await ask(client, "start_generation", schema_id=proposed["schema_id"], total_rows=100)).fields[
            "summary"
        ]
    assert proposed["questions"]
    assert all(question["text"] in summary for question in proposed["questions"])


async def test_the_text_is_complete_in_itself(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """A host that shows only text shows the id, every column, the estimate and the next call."""
    async with Client(server) as client:
        answer = await ask(client, "translate_schema", schema=schema)
    for word in ("user_id", "amount", "currency", "booked_at", answer.fields["schema_id"]):
        assert word in answer.text
    assert "| column | type |" in answer.text
    assert "Estimate" in answer.text
    assert "Next: start_generation(schema_id=" in answer.text


async def test_json_in_text_is_taken_where_an_object_is_meant(
    server: FastMCP, schema: dict[str, Any], ask: Any
) -> None:
    """Models send objects as strings."""
    async with Client(server) as client:
        as_text = await ask(client, "translate_schema", schema=json.dumps(schema))
        as_object = await ask(client, "translate_schema", schema=schema)
    assert as_text.fields["schema_hash"] == as_object.fields["schema_hash"]


async def test_what_comes_back_can_be_sent_again(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """The completed schema is a schema: the same hash."""
    async with Client(server) as client:
        first = (await ask(client, "translate_schema", schema=schema)).fields
        again = (await ask(client, "translate_schema", schema=first["schema"])).fields
    assert again["schema_hash"] == first["schema_hash"]
    assert again["schema_id"] != first["schema_id"]


async def test_there_are_no_nulls_and_no_empty_parts(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """What says nothing is left out."""
    async with Client(server) as client:
        reply = (await ask(client, "translate_schema", schema=schema)).fields
    without_rows = {name: value for name, value in reply.items() if name != "preview"}  # a cell may be null
    assert not [path for path, value in leaves(without_rows) if value in (None, [], {})]


@pytest.mark.parametrize("columns", [1, 4, 30, 100, 200])
async def test_the_reply_stays_within_its_budget(server: FastMCP, columns: int, ask: Any) -> None:
    """At most 3 kB and 0.9 kB a column, and never more than 30 kB; what was left out is said."""
    enum = {"enum": [f"value {value}" for value in range(40)]}
    wide = {
        "columns": [
            {"name": f"{index}_{'n' * 40}", "type": "category", "description": "d" * 300, "constraints": enum}
            for index in range(columns)
        ]
    }
    async with Client(server) as client:
        answer = await ask(client, "translate_schema", schema=wide)
    assert not answer.is_error
    weight = len(answer.text.encode()) + len(json.dumps(answer.fields, ensure_ascii=False).encode())
    assert weight <= min(30_000, 3_000 + 900 * columns)
    assert "synthaix://schemas/" in answer.fields.get("omitted", "synthaix://schemas/")


async def test_exactly_one_way_of_asking_is_taken(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """None and two are refused with the ways there are."""
    async with Client(server) as client:
        nothing = (await ask(client, "translate_schema")).fields
        two = (await ask(client, "translate_schema", prompt="10 names", schema=schema)).fields
    assert nothing["code"] == two["code"] == "argument_invalid"
    assert nothing["allowed"] == ["prompt", "schema", "base_schema_id"]


async def test_a_typo_in_a_column_gets_the_nearest_key(server: FastMCP, ask: Any) -> None:
    """Inside the loose schema too; the value that was sent does not come back."""
    wrong = {"columns": [{"name": "age", "type": "integer", "constrains": {"min": SECRET}}]}
    async with Client(server) as client:
        answer = await ask(client, "translate_schema", schema=wrong)
    assert answer.is_error
    assert answer.fields["code"] == "key_unknown"
    assert "constraints" in answer.fields["suggestion"]
    assert SECRET not in answer.text


async def test_a_proposal_is_read_again_by_its_id(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """A base without changes is the same proposal once more; an unknown base names the tool that gives ids."""
    async with Client(server) as client:
        first = await ask(client, "translate_schema", schema=schema)
        again = await ask(client, "translate_schema", base_schema_id=first.fields["schema_id"])
        unknown = await ask(client, "translate_schema", base_schema_id="sch_nothing", changes="more")
    assert again.fields == first.fields
    assert unknown.fields["code"] == "schema_not_found"


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every value with its path; empty containers are leaves."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for name, one in inner for leaf in leaves(one, f"{path}.{name}")]
    return found or [(path, value)]
