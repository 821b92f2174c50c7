"""Several servers behind one address: a conversation may go on at any of them."""

from typing import Any

import pytest
from fastmcp import Client
from mcp.server.request_state import InvalidRequestState

from synthaix.orchestration.engine import Engine
from synthaix.server.app import build_server
from synthaix.server.request_state import RequestStates
from synthaix.server.settings import Settings

SCHEMA: dict[str, Any] = {"columns": [{"name": "name", "type": "string", "kind": "person.full_name"}]}


async def test_a_conversation_goes_on_at_another_server(settings: Settings) -> None:
    """Shown by one, confirmed at another, watched and gone on with at the first."""
    settings = settings.model_copy(update={"confirm": "token"})
    here, there = (Client(build_server(settings, shared=True)) for _ in range(2))
    async with here, there:
        order = {"schema": SCHEMA, "total_rows": 20}
        asked = (await here.call_tool("start_generation", order)).structured_content
        assert asked is not None
        started = (await there.call_tool("start_generation", {**order, "confirm_token": asked["confirm_token"]}))
        assert started.structured_content is not None
        job_id = started.structured_content["job_id"]
        seen = (await here.call_tool("job_status", {"job_id": job_id, "wait_seconds": 20})).structured_content
        assert seen is not None
        assert seen["status"] == "completed"
        more = {"job_id": job_id, "total_rows": 30}
        question = (await here.call_tool("resume_job", more)).structured_content
        assert question is not None
        token = question["confirm_token"]
        resumed = (await there.call_tool("resume_job", {**more, "confirm_token": token})).structured_content
        assert resumed is not None
        assert resumed["total_rows"] == 30


async def test_an_answer_is_unsealed_by_every_server_on_the_store(settings: Settings) -> None:
    """And by no other process."""
    here, there, foreign = RequestStates(), RequestStates(), RequestStates()
    for states in (here, there):
        engine = Engine(settings.config())
        await engine.open(adopts=False)
        await states.share(engine)
        await engine.aclose()
    token = here.seal(b"yes")
    assert there.unseal(token) == b"yes"
    with pytest.raises(InvalidRequestState):
        foreign.unseal(token)
