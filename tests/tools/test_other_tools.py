"""preview_rows, cancel_job, resume_job, list_jobs."""

import json
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

PARENT_AND_CHILD = {
    "tables": [
        {"name": "customers", "columns": [
            {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
            {"name": "name", "type": "string", "kind": "person.full_name"}]},
        {"name": "orders", "rows_per_parent": 2, "columns": [
            {"name": "id", "type": "uuid"},
            {"name": "customer_id", "type": "integer", "constraints": {"references": "customers.id"}},
            {"name": "paid", "type": "decimal", "constraints": {"min": 1, "max": 900}}]},
    ]
}  # fmt: skip


async def test_a_preview_is_repeatable_and_starts_nothing(
    server: FastMCP, schema: dict[str, Any], mode: Literal["auto", "legacy"], ask: Any
) -> None:
    """The same seed gives the same rows, and there is no job."""
    async with Client(server, mode=mode) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        first = (await ask(client, "preview_rows", schema_id=schema_id, rows=4)).fields
        again = (await ask(client, "preview_rows", schema_id=schema_id, rows=4, seed=first["seed"])).fields
        jobs = (await ask(client, "list_jobs")).fields["jobs"]
    assert len(first["rows"]) == 4
    assert first["rows"] == again["rows"]
    assert jobs == []
    assert first["next"]["arguments"]["seed"] == first["seed"]


async def test_a_preview_is_how_a_job_begins(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """A job with the preview's seed begins with the preview's rows."""
    async with Client(server) as client:
        shown = (await ask(client, "preview_rows", schema=schema, rows=3)).fields
        job_id = await finished_job(client, schema, 50, seed=shown["seed"])
        page = (await ask(client, "fetch_results", job_id=job_id, limit=3)).fields
    assert page["rows"] == shown["rows"]


async def test_a_preview_shows_every_table(server: FastMCP, ask: Any) -> None:
    """With keys that are there."""
    async with Client(server) as client:
        shown = (await ask(client, "preview_rows", schema=PARENT_AND_CHILD, rows=3)).fields
    assert shown["tables"].keys() == {"customers", "orders"}
    keys = {row["id"] for row in shown["tables"]["customers"]}
    assert {row["customer_id"] for row in shown["tables"]["orders"]} <= keys


@pytest.mark.parametrize("rows", [0, 51, "all"])
async def test_a_preview_is_small(server: FastMCP, schema: dict[str, Any], ask: Any, rows: Any) -> None:
    """One to fifty rows of each table."""
    async with Client(server) as client:
        answer = await ask(client, "preview_rows", schema=schema, rows=rows)
    assert (answer.fields["code"], answer.fields["field"]) == ("argument_invalid", "rows")


@pytest.mark.parametrize("seed", [-1, 2**63, 10**30])
async def test_a_preview_takes_the_seeds_that_a_job_takes(
    server: FastMCP, schema: dict[str, Any], ask: Any, seed: int
) -> None:
    """Another is refused by its name, as start_generation would refuse it."""
    async with Client(server) as client:
        answer = await ask(client, "preview_rows", schema=schema, seed=seed)
    assert (answer.fields["code"], answer.fields["field"]) == ("argument_invalid", "seed")


async def test_a_preview_of_long_cells_fits_a_reply(server: FastMCP, ask: Any) -> None:
    """Cells are cut, and the reply says so."""
    long = {"columns": [{"name": "note", "type": "string", "strategy": "pool", "values": ["x" * 1_900, "y" * 1_900]}]}
    async with Client(server) as client:
        answer = await ask(client, "preview_rows", schema=long, rows=50)
    assert len(json.dumps(answer.fields)) + len(answer.text) <= 30_000
    assert answer.fields["truncated"] is True


async def test_two_tables_are_fetched_by_name(server: FastMCP, finished_job: Any, ask: Any) -> None:
    """total_rows counts the root table; every key of the child is found."""
    async with Client(server) as client:
        job_id = await finished_job(client, PARENT_AND_CHILD, 10)
        status = (await ask(client, "job_status", job_id=job_id)).fields
        parents = (await ask(client, "fetch_results", job_id=job_id, limit=50)).fields
        children = (await ask(client, "fetch_results", job_id=job_id, table="orders", limit=50)).fields
    assert {table["name"]: table["rows_generated"] for table in status["tables"]} == {"customers": 10, "orders": 20}
    keys = [row["id"] for row in parents["rows"]]
    assert sorted(row["customer_id"] for row in children["rows"]) == sorted(keys * 2)


async def test_a_cancelled_job_keeps_its_rows_and_does_not_go_on(
    settings: Settings, schema: dict[str, Any], ask: Any
) -> None:
    """Cancelling twice is the same; resuming names job_status."""
    async with Client(build_server(settings.model_copy(update={"confirm": "off"}))) as client:
        job = (await ask(client, "start_generation", schema=schema, total_rows=400_000, chunk_size=500)).fields
        first = (await ask(client, "cancel_job", job_id=job["job_id"])).fields
        second = (await ask(client, "cancel_job", job_id=job["job_id"])).fields
        resumed = await ask(client, "resume_job", job_id=job["job_id"])
    assert (first["status"], second["status"]) == ("cancelled", "cancelled")
    assert first["rows_generated"] == second["rows_generated"]
    assert resumed.fields["code"] == "job_not_resumable"


async def test_a_paused_job_goes_on(settings: Settings, schema: dict[str, Any], ask: Any) -> None:
    """resumable=true stops it with the reason `user`; resume_job takes it to the end."""
    async with Client(build_server(settings.model_copy(update={"confirm": "off"}))) as client:
        order = {"schema": schema, "total_rows": 30_000, "chunk_size": 500}
        job_id = (await ask(client, "start_generation", **order)).fields["job_id"]
        paused = (await ask(client, "cancel_job", job_id=job_id, resumable=True)).fields
        assert (paused["status"], paused["stop_reason"]) == ("stopped", "user")
        assert paused["next"] == {"tool": "resume_job", "arguments": {"job_id": job_id}}
        answer = await ask(client, "resume_job", job_id=job_id)
        while answer.fields["status"] in ("pending", "processing"):
            answer = await ask(client, "job_status", job_id=job_id, wait_seconds=25)
    assert (answer.fields["status"], answer.fields["rows_generated"]) == ("completed", 30_000)


async def test_more_rows_than_agreed_need_a_yes(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """The first call asks, the token is for this number alone, and good once."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 20)
        asked = (await ask(client, "resume_job", job_id=job_id, total_rows=30)).fields
        token = asked["confirm_token"]
        other = await ask(client, "resume_job", job_id=job_id, total_rows=31, confirm_token=token)
        forged = await ask(client, "resume_job", job_id=job_id, total_rows=30, confirm_token=token[:-1] + "x")
        answer = await ask(client, "resume_job", **asked["next"]["arguments"])
        while answer.fields["status"] in ("pending", "processing"):
            answer = await ask(client, "job_status", job_id=job_id, wait_seconds=25)
        again = await ask(client, "resume_job", job_id=job_id, total_rows=40, confirm_token=token)
    assert asked["status"] == "confirmation_required"
    assert [each.fields["code"] for each in (other, forged, again)] == ["confirmation_invalid"] * 3
    assert (answer.fields["status"], answer.fields["rows_generated"]) == ("completed", 30)


async def test_jobs_are_listed_newest_first_and_by_page(settings: Settings, schema: dict[str, Any], ask: Any) -> None:
    """Pages hold every job once, within 2 kB."""
    made: list[str] = []
    listed: list[str] = []
    async with Client(build_server(settings.model_copy(update={"confirm": "off"}))) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        for seed in range(15):
            order = {"schema_id": schema_id, "total_rows": 1, "seed": seed}
            made.append((await ask(client, "start_generation", **order)).fields["job_id"])
        page = await ask(client, "list_jobs")
        while True:
            assert len(json.dumps(page.fields)) <= 2_000
            assert len(page.text) <= 2_000
            listed += [job["job_id"] for job in page.fields["jobs"]]
            if "next_cursor" not in page.fields:
                break
            page = await ask(client, "list_jobs", **page.fields["next"]["arguments"])
    assert listed == made[::-1]


async def test_jobs_are_listed_by_status(server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any) -> None:
    """An unknown status gets the ones there are."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 5)
        completed = (await ask(client, "list_jobs", status="completed")).fields["jobs"]
        failed = (await ask(client, "list_jobs", status="failed")).fields["jobs"]
        wrong = (await ask(client, "list_jobs", status="compleet")).fields
    assert [job["job_id"] for job in completed] == [job_id]
    assert failed == []
    assert "completed" in wrong["suggestion"]
