"""check_duplicates: flags for every row, reasons for the flagged ones."""

import json
from typing import Any

import pytest
from fastmcp import Client, FastMCP

ROW = {"user_id": "a", "amount": 12.5, "currency": "EUR", "booked_at": "2026-02-03T04:05:06Z"}


async def test_a_jobs_own_row_is_found_again(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """One of the job's rows under another id is a duplicate, a new row is not; nothing changes."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 30)
        stored = (await ask(client, "fetch_results", job_id=job_id, limit=1)).fields["rows"][0]
        answer = await ask(client, "check_duplicates", job_id=job_id, rows=[stored | {"user_id": "other"}, ROW])
        status = (await ask(client, "job_status", job_id=job_id)).fields
    assert answer.fields["duplicates"] == [True, False]
    assert [match["index"] for match in answer.fields["matches"]] == [0]
    assert answer.fields["matches"][0]["of"] == "row 0"
    assert "row 0" in answer.text
    assert status["rows_generated"] == 30


async def test_given_rows_are_compared_with_each_other(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """Under a schema: among themselves, and as JSON in text too."""
    rows = [ROW, ROW | {"amount": 800.0, "currency": "USD"}, ROW | {"user_id": "b"}]
    async with Client(server) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        answer = await ask(client, "check_duplicates", schema_id=schema_id, rows=json.dumps(rows))
    assert answer.fields["duplicates"] == [False, False, True]


BARE: dict[str, Any] = {
    "name": "Ana Sousa Costa",
    "code": "X-17",
    "age": 31,
    "since": "2026-01-05",
    "tags": ["a"],
    "rate": 1,
}


async def test_rows_without_a_job_or_schema_are_compared(server: FastMCP, ask: Any) -> None:
    """By their cells: a typo in a name is none, another digit, date or number is another row."""
    others: list[dict[str, Any]] = [
        {"code": "X-18"},
        {"since": "2026-01-06"},
        {"age": 32},
        {"tags": ["b"]},
        {"rate": 2.5},
    ]
    rows = [BARE, BARE | {"name": "Ana Souza Costa"}, *(BARE | other for other in others)]
    async with Client(server) as client:
        among = await ask(client, "check_duplicates", rows=rows)
        against = await ask(client, "check_duplicates", rows=rows[:1], against=[BARE | {"extra": None}])
    assert among.fields["duplicates"] == [False, True, *(False for _ in others)]
    assert against.fields["duplicates"] == [True]
    assert against.fields["matches"][0]["of"] == "against 0"


@pytest.mark.parametrize(
    "cells", [[1, "1"], [None, None], [{"a": 1}, [2]], ["", " "], [True, 1], [10**30, 2], [float("1e300"), -0.0]]
)
async def test_any_cells_can_be_compared(server: FastMCP, ask: Any, cells: list[Any]) -> None:
    """Mixed, empty, nested and huge ones."""
    async with Client(server) as client:
        answer = await ask(client, "check_duplicates", rows=[{"a": cell} for cell in [*cells, cells[0]]])
    assert answer.fields["duplicates"][2] is True


async def test_rows_that_are_no_tables_are_refused(server: FastMCP, ask: Any) -> None:
    """A name that no column can have; nothing is echoed."""
    async with Client(server) as client:
        answer = await ask(client, "check_duplicates", rows=[{"c4n4ry" * 40: 1}])
    assert (answer.fields["code"], answer.fields["field"]) == ("argument_invalid", "rows")
    assert "c4n4ry" not in answer.text


async def test_a_thousand_rows_fit_a_reply(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """Every row has its flag; matches that do not fit are counted."""
    async with Client(server) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        answer = await ask(client, "check_duplicates", schema_id=schema_id, rows=[ROW] * 1_000)
    assert answer.fields["duplicates"] == [False] + [True] * 999
    assert len(json.dumps(answer.fields)) + len(answer.text) <= 30_000
    assert "more matches" in answer.fields["omitted"]


@pytest.mark.parametrize("rows", [[], "c4n4ry", [1, 2], {"a": 1}, [{"a": 1}] * 1_001])
async def test_what_are_no_rows_is_refused(server: FastMCP, ask: Any, rows: Any) -> None:
    """The error names the field and echoes nothing."""
    async with Client(server) as client:
        answer = await ask(client, "check_duplicates", rows=rows)
    assert (answer.fields["code"], answer.fields["field"]) == ("argument_invalid", "rows")
    assert "c4n4ry" not in answer.text
