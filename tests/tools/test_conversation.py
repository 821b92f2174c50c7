"""The whole conversation, by what each reply says comes next."""

import csv
import hashlib
import itertools
from pathlib import Path
from typing import Any, Literal

from fastmcp import Client, FastMCP
from mcp.types import ResourceLink

REQUEST = "Generate 1k financial transactions with user ID, amount, currency, timestamp"


async def test_a_sentence_becomes_a_file(server: FastMCP, mode: Literal["auto", "legacy"], ask: Any) -> None:
    """translate, start, confirm, wait, fetch: exactly the rows of the order, in a file with its hash."""
    async with Client(server, mode=mode) as client:
        context = "Include both debit and credit transactions"
        answer = await ask(client, "translate_schema", prompt=REQUEST, context=context)
        assert {"schema", "inferred_count", "confidence", "schema_id", "schema_hash"} <= answer.fields.keys()
        assert answer.fields["inferred_count"] == 1_000
        while answer.fields["next"]["tool"] != "fetch_results":
            following = answer.fields["next"]
            answer = await ask(client, following["tool"], **following["arguments"])
        assert (answer.fields["status"], answer.fields["rows_generated"]) == ("completed", 1_000)
        fetched = await ask(client, "fetch_results", **answer.fields["next"]["arguments"])
    made = fetched.fields
    assert (made["state"], made["rows"], made["format"]) == ("ready", 1_000, "csv")
    rows = read_csv(made["path"], made["sha256"])
    assert len(rows) == 1_001
    assert len({tuple(row) for row in rows}) == 1_001
    (link,) = [block for block in fetched.whole.content if isinstance(block, ResourceLink)]
    assert str(link.uri) == made["uri"]
    assert made["path"] in fetched.text


async def test_the_published_order_of_the_main_job(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """chunk_size, max_workers and deduplication_threshold are taken as published."""
    order = {"total_rows": 2_000, "chunk_size": 500, "max_workers": 20, "deduplication_threshold": 0.85}
    async with Client(server) as client:
        asked = await ask(client, "start_generation", schema=schema, **order)
        started = (await ask(client, "start_generation", **asked.fields["next"]["arguments"])).fields
    assert (started["total_rows"], started["total_chunks"]) == (2_000, 4)
    assert {"job_id", "status", "created_at", "message", "estimate", "poll_after_seconds", "next"} <= started.keys()


async def test_pages_follow_one_another_to_the_last_row(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """Following `next` gives every row once, in order."""
    pages: list[dict[str, Any]] = []
    async with Client(server) as client:
        arguments: dict[str, Any] | None = {"job_id": await finished_job(client, schema, 95), "limit": 30}
        while arguments:
            pages.append((await ask(client, "fetch_results", **arguments)).fields)
            arguments = pages[-1].get("next", {}).get("arguments")
    assert [len(page["rows"]) for page in pages] == [30, 30, 30, 5]
    assert {page["rows_total"] for page in pages} == {95}
    assert len({row["user_id"] for page in pages for row in page["rows"]}) == 95
    offsets = itertools.accumulate((len(page["rows"]) for page in pages), initial=0)
    assert [page["offset"] for page in pages] == list(offsets)[:-1]


def read_csv(path: str, sha256: str) -> list[list[str]]:
    """The file's lines; its hash is as it was told."""
    file = Path(path)
    assert file.is_absolute()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))
