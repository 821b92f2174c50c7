"""job_status: the contract's fields, the long poll, progress."""

import json
from datetime import datetime
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

ALWAYS = {
    "job_id", "status", "total_rows", "total_chunks", "completed_chunks", "progress_percentage", "rows_generated",
    "rows_deduplicated", "rows_rejected", "created_at", "cost", "next",
}  # fmt: skip
COST = {"spent_usd", "known", "cap_usd", "calls", "input_tokens", "output_tokens", "cached_tokens"}
MOST_BYTES = 2_000


async def test_a_finished_job_says_all_that_the_contract_names(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, mode: Literal["auto", "legacy"], ask: Any
) -> None:
    """Counts, cost, results with three rows, and the call that fetches the file."""
    async with Client(server, mode=mode) as client:
        job_id = await finished_job(client, schema, 40)
        status = (await ask(client, "job_status", job_id=job_id)).fields
    assert status.keys() >= ALWAYS
    assert (status["rows_generated"], status["progress_percentage"]) == (40, 100.0)
    assert status["cost"].keys() == COST
    assert status["results"]["uri"] == f"synthaix://jobs/{job_id}/rows"
    assert (status["results"]["rows"], len(status["results"]["preview"])) == (40, 3)
    assert datetime.fromisoformat(status["created_at"]).tzinfo is not None
    assert status["next"]["tool"] == "fetch_results"
    assert "poll_after_seconds" not in status


async def test_a_concise_answer_is_short(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """Text and fields at most 2 kB each, also where cells are long."""
    long = {"name": "notes", "type": "string", "strategy": "pool", "values": ["x" * 1_500, "y" * 1_500]}
    schema["columns"].append(long)
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 40)
        answer = await ask(client, "job_status", job_id=job_id)
    assert len(answer.text.encode()) <= MOST_BYTES
    assert len(json.dumps(answer.fields).encode()) <= MOST_BYTES


async def test_detailed_says_more(server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any) -> None:
    """Seed, chunk size, workers and the estimate, for who wants them."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 40, seed=7)
        more = (await ask(client, "job_status", job_id=job_id, response_format="detailed")).fields
    assert more["seed"] == 7
    assert {"schema_id", "chunk_size", "max_workers", "estimate", "tables", "finished_at"} <= more.keys()


async def test_waiting_ends_with_the_job_and_tells_how_far_it_is(
    settings: Settings, schema: dict[str, Any], ask: Any
) -> None:
    """The long poll returns as soon as the job is over, and sends progress to a host that asked for it."""
    heard: list[tuple[float, float | None]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total))

    server = build_server(settings.model_copy(update={"confirm": "off"}))
    async with Client(server, progress_handler=listen) as client:
        answer = await ask(client, "start_generation", schema=schema, total_rows=3_000, chunk_size=500)
        job_id = answer.fields["job_id"]
        while answer.fields["status"] in ("pending", "processing"):
            answer = await ask(client, "job_status", job_id=job_id, wait_seconds=25)
    assert answer.fields["status"] == "completed"
    assert heard[-1] == (3_000, 3_000)
    assert [progress for progress, _ in heard] == sorted(progress for progress, _ in heard)


@pytest.mark.parametrize("wait", [-1, 25.5, 1_000, "soon"])
async def test_the_wait_is_bounded(server: FastMCP, ask: Any, wait: Any) -> None:
    """No call takes longer than 25 seconds."""
    async with Client(server) as client:
        answer = await ask(client, "job_status", job_id="job_x", wait_seconds=wait)
    assert (answer.fields["code"], answer.fields["field"]) == ("argument_invalid", "wait_seconds")


async def test_an_unknown_job_names_list_jobs(server: FastMCP, ask: Any) -> None:
    """The id that was sent does not come back."""
    async with Client(server) as client:
        answer = await ask(client, "job_status", job_id="job_c4n4ry")
    assert answer.fields["code"] == "job_not_found"
    assert answer.fields["next_tool"] == "list_jobs"
    assert "c4n4ry" not in answer.text


async def test_a_detailed_answer_has_what_is_drawn_of_a_job(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """Its chunks with what they gave and, once the report is made, a small picture of every column."""
    schema["columns"].append({"name": "note", "type": "category", "constraints": {"enum": ["a", "b"]}})
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 300, chunk_size=100)
        while True:
            answer = await ask(client, "job_status", job_id=job_id, response_format="detailed")
            detail = answer.fields["detail"]
            if "verdict" in detail["quality"]:
                break
    assert [square[:3] for square in next(iter(detail["chunks"].values()))] == [[1, 1, 100]] * 3
    columns = {column["name"]: column for column in detail["quality"]["tables"][0]["columns"]}
    assert list(columns) == [column["name"] for column in schema["columns"]]
    assert max(columns["amount"]["bars"]) == 100
    assert sum(count for _, count in columns["note"]["top"]) == 300
    assert detail["quality"]["verdict"]["invalid_rows"] == 0
    assert "Quality: 0 invalid rows" in answer.text
