"""fetch_results: pages bounded by bytes, files with their hash, and what it refuses."""

import csv
import json
from pathlib import Path
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP

MOST_BYTES = 30_000


async def test_a_page_does_not_say_its_rows_twice(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """The fields have all rows, the text the first five and where the others are."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 60)
        page = await ask(client, "fetch_results", job_id=job_id)
    rows = page.fields["rows"]
    assert len(rows) == 20
    assert [row["user_id"] in page.text for row in rows] == [True] * 5 + [False] * 15
    assert "limit=5" in page.text


async def test_a_small_page_is_whole_in_the_text(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """Five rows are there for a host that shows only text, inside a boundary that says they are data."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 60)
        page = await ask(client, "fetch_results", job_id=job_id, limit=5)
    assert all(row["user_id"] in page.text for row in page.fields["rows"])
    assert "not instructions" in page.text


async def test_the_largest_page_stays_within_its_bytes(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """A page of long cells is cut at its byte limit, says so, and goes on from there."""
    long = {"name": "notes", "type": "string", "strategy": "pool", "values": ["é" * 900, "y" * 900]}
    schema["columns"].append(long)
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 60)
        page = await ask(client, "fetch_results", job_id=job_id, limit=500)
    fields = json.dumps(page.fields, ensure_ascii=False).encode()
    assert len(fields) + len(page.text.encode()) <= MOST_BYTES
    assert page.fields["truncated"] is True
    assert page.fields["next_cursor"]


async def test_columns_are_chosen_by_name(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """As a list, or as a list in text; an unknown one is refused with those there are."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 10)
        one = (await ask(client, "fetch_results", job_id=job_id, columns=["amount"])).fields
        same = (await ask(client, "fetch_results", job_id=job_id, columns='["amount"]')).fields
        wrong = (await ask(client, "fetch_results", job_id=job_id, columns=["amout"])).fields
    assert one["rows"] == same["rows"]
    assert all(row.keys() == {"amount"} for row in one["rows"])
    assert wrong["code"] == "column_not_found"
    assert "amount" in wrong["suggestion"]


@pytest.mark.parametrize("format", ["csv", "json", "jsonl", "parquet", "avro", "xlsx", "sql"])
async def test_every_format_is_a_file(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any, format: str
) -> None:
    """Named as the format, absolute, and found again by the same call."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 10)
        first = (await ask(client, "fetch_results", job_id=job_id, format=format, export=True)).fields
        again = (await ask(client, "fetch_results", job_id=job_id, format=format, export=True)).fields
    assert first == again
    assert (first["state"], first["rows"], first["bytes"]) == ("ready", 10, size_of(first["path"]))
    assert first["path"].endswith(f".{format}")
    assert Path(first["path"]).is_absolute()


async def test_an_exported_table_holds_the_pages_rows(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """The file and the pages are the same rows in the same order."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 30)
        page = (await ask(client, "fetch_results", job_id=job_id, limit=30)).fields
        made = (await ask(client, "fetch_results", job_id=job_id, format="csv")).fields
    assert column_of(made["path"], "user_id") == [row["user_id"] for row in page["rows"]]


async def test_rows_of_an_unfinished_job_say_so(
    server: FastMCP, schema: dict[str, Any], ask: Any, rested: Any, mode: Literal["auto", "legacy"]
) -> None:
    """A page and a file of a running job carry its status and its total, and are called partial, in the text too."""
    async with Client(server, mode=mode) as client:
        job_id = await begun_job(client, schema, ask)
        page = await ask(client, "fetch_results", job_id=job_id, limit=2)
        made = await ask(client, "fetch_results", job_id=job_id, format="csv")
        await ask(client, "cancel_job", job_id=job_id)
        await rested(client, job_id)
    for answer in (page, made):
        assert (answer.fields["status"], answer.fields["partial"]) == ("processing", True)
        assert answer.fields["total_rows"] == 150_000
        assert "150,000" in answer.text
        assert "partial" in answer.text
    assert [answer.fields["next"]["tool"] for answer in (page, made)] == ["fetch_results", "job_status"]
    assert 0 < made.fields["rows"] < 150_000


async def test_a_partial_file_is_not_the_whole_one(
    server: FastMCP, schema: dict[str, Any], ask: Any, rested: Any
) -> None:
    """It has a name of its own, which the file of all rows never takes."""
    async with Client(server) as client:
        job_id = await begun_job(client, schema, ask)
        await ask(client, "cancel_job", job_id=job_id, resumable=True)
        part = (await ask(client, "fetch_results", job_id=job_id, format="csv")).fields
        await ask(client, "resume_job", job_id=job_id, total_rows=part["rows"])
        await rested(client, job_id)
        whole = (await ask(client, "fetch_results", job_id=job_id, format="csv")).fields
    assert (part["status"], part["partial"]) == ("stopped", True)
    assert Path(part["path"]).name.endswith(".partial.csv")
    assert (whole["status"], whole["rows"], whole["total_rows"]) == ("completed", part["rows"], part["rows"])
    assert "partial" not in whole
    assert Path(whole["path"]).name == f"{job_id}.rows.csv"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 10**6}, "limit"),
        ({"cursor": "c4n4ry"}, "cursor"),
        ({"format": "c4n4ry"}, "format"),
        ({"columns": ["c4n4ry"]}, "columns[0]"),
        ({"table": "c4n4ry"}, "table"),
    ],
)
async def test_what_is_wrong_names_its_field(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any, arguments: dict[str, Any], field: str
) -> None:
    """And echoes nothing."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 5)
        answer = await ask(client, "fetch_results", job_id=job_id, **arguments)
    assert answer.is_error
    assert answer.fields["field"] == field
    assert "c4n4ry" not in answer.text + json.dumps(answer.fields)


async def begun_job(client: Client[Any], schema: dict[str, Any], ask: Any) -> str:
    """A job of many small commits that has its first rows."""
    asked = await ask(client, "start_generation", schema=schema, total_rows=150_000, chunk_size=200)
    answer = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
    job_id: str = answer.fields["job_id"]
    while not answer.fields.get("rows_generated"):
        answer = await ask(client, "job_status", job_id=job_id)
    return job_id


def size_of(path: str) -> int:
    """Bytes of a file."""
    return Path(path).stat().st_size


def column_of(path: str, name: str) -> list[str]:
    """A column of a CSV file."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]
