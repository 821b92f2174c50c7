"""What replies weigh: an agent's attention is what this server spends most easily."""

import json
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP
from mcp.types import TextContent

MOST_REPLY, MOST_CONCISE = 30_000, 2_000  # bytes: of text and fields together; of each of the two
WIDE = {
    "columns": [
        {"name": f"{index}_{'n' * 40}", "type": "string", "description": "d" * 200,
         "strategy": "pool", "values": [f"{'é' * 180}{value}" for value in range(9)]}
        for index in range(60)
    ] + [{"name": "key", "type": "uuid"}]
}  # fmt: skip


def weight(answer: Any) -> int:
    """Bytes of a reply's texts and fields together, links included."""
    texts = sum(len(block.text.encode()) if isinstance(block, TextContent) else len(block.model_dump_json())
                for block in answer.whole.content)  # fmt: skip
    return texts + len(json.dumps(answer.fields, ensure_ascii=False).encode())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_no_reply_floods_the_conversation(
    server: FastMCP, finished_job: Any, ask: Any, mode: Literal["auto", "legacy"]
) -> None:
    """Sixty columns of long names and cells: every tool's answer stays within 30 kB, and says when it cut."""
    async with Client(server, mode=mode) as client:
        proposed = await ask(client, "translate_schema", schema=WIDE)
        schema_id = proposed.fields["schema_id"]
        asked = await ask(client, "start_generation", schema_id=schema_id, total_rows=300)
        job_id = await finished_job(client, WIDE, 300)
        page = await ask(client, "fetch_results", job_id=job_id, limit=500)
        rows = (await ask(client, "fetch_results", job_id=job_id, limit=2)).fields["rows"]
        answers = {
            "translate_schema": proposed,
            "revision": await ask(client, "translate_schema", base_schema_id=schema_id, changes="make key optional"),
            "start_generation": asked,
            "preview_rows": await ask(client, "preview_rows", schema_id=schema_id, rows=50),
            "job_status": await ask(client, "job_status", job_id=job_id, response_format="detailed"),
            "fetch_results": page,
            "check_duplicates": await ask(client, "check_duplicates", rows=rows * 400, job_id=job_id),
            "file": await ask(client, "fetch_results", job_id=job_id, format="csv"),
            "unknown column": await ask(client, "fetch_results", job_id=job_id, columns=["nothing"]),
            "cancel_job": await ask(client, "cancel_job", job_id=job_id),
            "list_jobs": await ask(client, "list_jobs", limit=100),
        }
    assert {name: weight(answer) for name, answer in answers.items() if weight(answer) > MOST_REPLY} == {}
    assert page.fields["truncated"] is True
    assert "omitted" in proposed.fields


async def test_concise_replies_are_glanced_at(
    server: FastMCP, schema: dict[str, Any], ask: Any, rested: Any
) -> None:
    """What an agent asks for again and again: 2 kB of text and 2 kB of fields at most."""
    async with Client(server) as client:
        asked = await ask(client, "start_generation", schema=schema, total_rows=50)
        started = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
        job_id = started.fields["job_id"]
        status = await rested(client, job_id)
        file = await ask(client, "fetch_results", job_id=job_id, format="parquet")
        more = await ask(client, "resume_job", job_id=job_id, total_rows=60)
        ended = await ask(client, "cancel_job", job_id=job_id)
        jobs = await ask(client, "list_jobs")
        wrong = await ask(client, "job_status", job_id="job_4f0c")
    for answer in (asked, started, status, file, more, ended, jobs, wrong):
        assert len(answer.text.encode()) <= MOST_CONCISE, answer.text
        assert len(json.dumps(answer.fields, ensure_ascii=False).encode()) <= MOST_CONCISE, answer.fields


async def test_marks_and_titles_are_there(server: FastMCP) -> None:
    """The server, its prompts and its resources have an icon, everything has a title; images stay small."""
    async with Client(server) as client:
        listed = [*await client.list_prompts(), *await client.list_resources(), *await client.list_resource_templates()]
        tools = await client.list_tools()
        about = client.server_info
    assert about is not None
    assert all(one.title for one in [*listed, *tools])
    assert all(one.icons and len(one.icons[0].src) < 600 for one in [*listed, about])
