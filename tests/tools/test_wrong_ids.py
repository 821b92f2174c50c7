"""Ids that are not there: what was probably meant, and never another owner's."""

from typing import Any

import pytest
from fastmcp import Client, FastMCP

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import JobNotFound, SchemaNotFound
from synthaix.orchestration.jobs.order import Order
from synthaix.server.settings import Settings


async def test_an_id_that_was_cut_short_is_found(
    server: FastMCP, schema: dict[str, Any], finished_job: Any, ask: Any
) -> None:
    """Or mistyped in a character: the error suggests the whole one."""
    async with Client(server) as client:
        job_id = await finished_job(client, schema, 5)
        for wrong in (job_id[:14], job_id[:-1] + "x", job_id.replace("job_", "job-")):
            answer = await ask(client, "fetch_results", job_id=wrong)
            assert (answer.fields["code"], answer.fields["field"]) == ("job_not_found", "job_id")
            assert answer.fields["suggestion"] == f"Did you mean `{job_id}`?"
        far = await ask(client, "fetch_results", job_id="job_" + "f" * 32)
        assert "suggestion" not in far.fields


@pytest.mark.parametrize("tool", ["job_status", "fetch_results", "cancel_job", "resume_job"])
async def test_a_schemas_id_is_no_jobs(server: FastMCP, schema: dict[str, Any], ask: Any, tool: str) -> None:
    """Agents mistake one sort for the other; the error says which it is."""
    async with Client(server) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        answer = await ask(client, tool, job_id=schema_id)
        other = await ask(client, "preview_rows", schema_id="job_4f0c")
    assert "schema's id" in answer.fields["suggestion"]
    assert "job's id" in other.fields["suggestion"]


async def test_the_field_is_the_one_that_was_sent(server: FastMCP, ask: Any) -> None:
    """base_schema_id, where that was given."""
    async with Client(server) as client:
        answer = await ask(client, "translate_schema", base_schema_id="sch_9ab1", changes="remove amount")
    assert (answer.fields["code"], answer.fields["field"]) == ("schema_not_found", "base_schema_id")


async def test_another_owners_ids_are_never_named(settings: Settings, schema: dict[str, Any]) -> None:
    """A beginning that only another owner's id has is like one that nobody has."""
    engine = Engine(settings.config())
    await engine.open()
    try:
        job = await engine.start(Order(5, schema=schema), owner="ana", confirmed=True)
        with pytest.raises(JobNotFound) as no_job:
            await engine.status(job.job_id[:-1], owner="ben")
        with pytest.raises(SchemaNotFound) as no_schema:
            await engine.proposal(job.schema_id[:-1], owner="ben")
    finally:
        await engine.aclose()
    assert (no_job.value.suggestion, no_schema.value.suggestion) == (None, None)
