"""The mode `economy`, as an agent sees it."""

from typing import Any

import pytest
from fastmcp import Client
from pydantic import SecretStr

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

NOTE = {"name": "note", "type": "text", "description": "a remark of about 20 words", "strategy": "llm"}


@pytest.fixture
def modelled(settings: Settings, schema: dict[str, Any], fake_provider: Any) -> Settings:
    """Settings with a model; the schema has a column that it writes."""
    schema["columns"].append(NOTE)
    given = {"provider": "openai", "base_url": fake_provider.base_url, "model": "fake-model"}
    return settings.model_copy(update={**given, "openai_api_key": SecretStr("secret")})


async def test_a_job_says_that_it_waits_for_a_batch(
    modelled: Settings, schema: dict[str, Any], fake_provider: Any, ask: Any
) -> None:
    """The user is told the price and the day; job_status asks for patience; cancelling ends the batch."""
    fake_provider.reset(batch={"hold": True})
    async with Client(build_server(modelled)) as client:
        asked = await ask(client, "start_generation", schema=schema, total_rows=40, mode="economy")
        assert "half the price" in asked.fields["summary"]
        assert "24 h" in asked.text
        assert asked.fields["estimate"]["seconds_high"] == 86_400
        answer = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
        job_id = answer.fields["job_id"]
        while "waits for a batch" not in answer.text:
            answer = await ask(client, "job_status", job_id=job_id, wait_seconds=0.1)
        assert answer.fields["status"] == "processing"
        assert answer.fields["poll_after_seconds"] == 300
        ended = await ask(client, "cancel_job", job_id=job_id)
    assert ended.fields["status"] == "cancelled"
    assert fake_provider.stats()["batches_cancelled"] == 1


async def test_an_endpoint_without_batches_names_the_way_out(
    modelled: Settings, schema: dict[str, Any], fake_provider: Any, ask: Any
) -> None:
    """Before the user is asked anything."""
    fake_provider.reset(batch={"absent": True})
    async with Client(build_server(modelled)) as client:
        answer = await ask(client, "start_generation", schema=schema, total_rows=40, mode="economy")
    assert (answer.fields["code"], answer.fields["field"]) == ("argument_invalid", "mode")
    assert answer.fields["allowed"] == ["live"]
    assert fake_provider.stats()["billed"] == 0
