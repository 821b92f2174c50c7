"""Resources, prompts and completions."""

import json
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP
from mcp import MCPError
from mcp.types import PromptReference, ResourceTemplateReference, TextResourceContents


async def read(client: Client[Any], address: str) -> str:
    """The text of a resource."""
    (content,) = await client.read_resource(address)
    assert isinstance(content, TextResourceContents)
    return content.text


async def test_the_guide_teaches_every_key(server: FastMCP) -> None:
    """What a schema may hold is in the guide: each key of tables, columns, constraints and distributions."""
    from synthaix.orchestration.schema.column import COLUMN_TYPES, Column, Constraints, Distribution
    from synthaix.orchestration.schema.schema import Table

    async with Client(server) as client:
        text = await read(client, "synthaix://guide/schema")
    taught = {*Table.model_fields, *Column.model_fields, *Constraints.model_fields, *Distribution.model_fields}
    assert {key for key in taught if key not in text} == {"confidence"} & {key for key in taught if key not in text}
    assert [kind for kind in COLUMN_TYPES if kind not in text] == []


async def test_the_guides_examples_are_schemas(server: FastMCP, ask: Any) -> None:
    """Each block of JSON in the guide is taken by translate_schema."""
    async with Client(server) as client:
        text = await read(client, "synthaix://guide/schema")
        blocks = [block.partition("```")[0] for block in text.split("```json\n")[1:]]
        answers = [await ask(client, "translate_schema", schema=block) for block in blocks]
    assert len(blocks) == 2
    assert not [answer.text for answer in answers if answer.is_error]


async def test_the_catalogue_lists_every_kind(server: FastMCP) -> None:
    """A line for each."""
    from synthaix.orchestration.schema.kinds import kinds

    async with Client(server) as client:
        text = await read(client, "synthaix://guide/kinds")
    assert [name for name in kinds() if f"| `{name}` |" not in text] == []


async def test_a_kind_can_be_read(server: FastMCP) -> None:
    """What it means and how a column of it usually is; a misspelt one names the nearest."""
    async with Client(server) as client:
        told = json.loads(await read(client, "synthaix://guide/kinds/person.full_name"))
        with pytest.raises(MCPError) as caught:
            await read(client, "synthaix://guide/kinds/person.fullname")
    assert (told["kind"], told["type"]) == ("person.full_name", "string")
    assert told["examples"]
    assert caught.value.error.code == -32602
    assert "person.full_name" in str(caught.value)


async def test_a_job_can_be_read(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, mode: Literal["auto", "legacy"], ask: Any
) -> None:
    """Its schema, its counts, a page of rows by offset, its quality."""
    async with Client(server, mode=mode) as client:
        job_id = await finished_job(client, schema, 30)
        job = json.loads(await read(client, f"synthaix://jobs/{job_id}"))
        proposed = json.loads(await read(client, f"synthaix://schemas/{job['schema_id']}"))
        some = json.loads(await read(client, f"synthaix://jobs/{job_id}/rows?offset=28&limit=10"))
        first = json.loads(await read(client, f"synthaix://jobs/{job_id}/rows"))
        report = json.loads(await read(client, f"synthaix://jobs/{job_id}/report"))
        page = await read(client, f"synthaix://jobs/{job_id}/report.html")
    assert job["rows_generated"] == 30
    assert [column["name"] for column in proposed["schema"]["columns"]] == [c["name"] for c in schema["columns"]]
    assert (len(some["rows"]), some["offset"], len(first["rows"])) == (2, 28, 20)
    assert {column["name"]: column["nulls"]["count"] for column in report["tables"][0]["columns"]}["amount"] == 0
    assert (report["verdict"]["rows"], page[:15]) == (30, "<!doctype html>")


@pytest.mark.parametrize(
    "address",
    [
        "synthaix://jobs/c4n4ry", "synthaix://jobs/c4n4ry/report", "synthaix://jobs/c4n4ry/rows",
        "synthaix://schemas/c4n4ry", "synthaix://nothing/c4n4ry", "synthaix://jobs/c4n4ry/rows?offset=c4n4ry",
        "synthaix://jobs/..%2Fc4n4ry",
    ],
)  # fmt: skip
async def test_what_is_not_there_is_an_invalid_parameter(server: FastMCP, address: str) -> None:
    """-32602, as the protocol asks; the address does not come back."""
    async with Client(server) as client:
        with pytest.raises(MCPError) as caught:
            await client.read_resource(address)
    assert caught.value.error.code == -32602
    assert "c4n4ry" not in str(caught.value)


async def test_prompts_teach_the_flow(server: FastMCP) -> None:
    """In the words of the tools, with the user's yes in the middle."""
    async with Client(server) as client:
        design = await client.get_prompt("design_dataset", {"request": "ten names", "rows": "10"})
        review = await client.get_prompt("review_schema", {"schema_id": "sch_1"})
        with pytest.raises(MCPError) as caught:
            await client.get_prompt("review_schema", {"schema": "c4n4ry"})
    said = design.messages[0].content.model_dump()["text"]
    steps = ("translate_schema", "start_generation", "I said yes", "job_status", "fetch_results")
    places = [said.index(step) for step in steps]
    assert places == sorted(places)
    assert "ten names" in said
    assert "sch_1" in review.messages[0].content.model_dump()["text"]
    assert "c4n4ry" not in str(caught.value)


async def test_ids_formats_and_kinds_are_completed(server: FastMCP, schema: dict[str, Any], finished_job: Any) -> None:
    """In prompts and in addresses, by what was typed."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 5)
        template = ResourceTemplateReference(type="ref/resource", uri="synthaix://jobs/{job_id}")
        prompt = PromptReference(type="ref/prompt", name="review_schema")
        jobs = await client.complete(template, {"name": "job_id", "value": job_id[:8]})
        none = await client.complete(template, {"name": "job_id", "value": "job_zz"})
        schemas = await client.complete(prompt, {"name": "schema_id", "value": "sch_"})
        formats = await client.complete(
            PromptReference(type="ref/prompt", name="design_dataset"), {"name": "format", "value": "j"}
        )
        kinds = await client.complete(
            ResourceTemplateReference(type="ref/resource", uri="synthaix://guide/kinds/{kind}"),
            {"name": "kind", "value": "iban"},
        )
    assert formats.values == ["json", "jsonl"]
    assert kinds.values == ["finance.iban"]
    assert jobs.values == [job_id]
    assert none.values == []
    assert len(schemas.values) == 1
