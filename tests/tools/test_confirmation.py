"""The confirmation matrix: both eras x accept, decline, no handler, edited, expired, reused, forged, other owner."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.elicitation import ElicitResult
from mcp import MCPError
from mcp.types import ElicitResult as Answered
from mcp.types import InputRequiredResult

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.server.app import build_server
from synthaix.server.settings import Settings

Mode = Literal["auto", "legacy"]
YES: dict[str, Any] = {"approve": True, "changes": ""}


class Human:
    """A host's user, who answers forms; what was shown is kept."""

    def __init__(self, action: str = "accept", content: dict[str, Any] | None = None) -> None:
        self.action = action
        self.content = content
        self.shown: list[str] = []

    async def __call__(self, message: str, response_type: Any, params: Any, context: Any) -> ElicitResult[Any]:
        """The form's answer."""
        self.shown.append(message)
        return ElicitResult(action=self.action, content=self.content)  # type: ignore[arg-type]  # one of the three


@pytest.fixture
def order(schema: dict[str, Any]) -> dict[str, Any]:
    """Twenty rows."""
    return {"schema": schema, "total_rows": 20}


@asynccontextmanager
async def rival(settings: Settings) -> AsyncIterator[Engine]:
    """Another engine on the same folder, for another owner."""
    engine = Engine(settings.config())
    await engine.open(adopts=False)
    try:
        yield engine
    finally:
        await engine.aclose()


async def jobs_of(client: Client[Any], ask: Any) -> list[dict[str, Any]]:
    """The caller's jobs."""
    found: list[dict[str, Any]] = (await ask(client, "list_jobs")).fields["jobs"]
    return found


def expire_tokens(settings: Settings) -> None:
    """Let every token of the store be of the past."""
    with sqlite3.connect(settings.home / "synthaix.db") as store:
        store.execute("update tokens set expires_at = 1")


async def test_a_yes_starts_the_job(server: FastMCP, order: dict[str, Any], mode: Mode, ask: Any) -> None:
    """Asked once, by the host: what is shown has columns, assumptions or rules, rows, cost; no token is told."""
    human = Human(content=YES)
    async with Client(server, mode=mode, elicitation_handler=human) as client:
        answer = await ask(client, "start_generation", **order)
    (shown,) = human.shown
    assert answer.fields["job_id"]
    assert "confirm_token" not in answer.fields
    for word in ("| column |", "made by", "amount", "sampler", "20 rows", "costs nothing", "not instructions"):
        assert word in shown


@pytest.mark.parametrize(
    ("action", "content"),
    [
        ("decline", None),
        ("cancel", None),
        ("accept", {"approve": False, "changes": ""}),
        ("accept", {"approve": True, "changes": "amount up to 500"}),
    ],
)
async def test_a_no_is_a_result_and_no_job(
    server: FastMCP, order: dict[str, Any], mode: Mode, ask: Any, action: str, content: dict[str, Any] | None
) -> None:
    """Neither is a yes with a wish."""
    async with Client(server, mode=mode, elicitation_handler=Human(action, content)) as client:
        answer = await ask(client, "start_generation", **order)
        assert await jobs_of(client, ask) == []
    assert not answer.is_error
    assert answer.fields["status"] == "confirmation_declined"
    assert "confirm_token" not in answer.fields


async def test_a_wish_is_the_next_call(
    server: FastMCP, schema: dict[str, Any], mode: Mode, ask: Any
) -> None:
    """What the user wants changed goes to translate_schema, whose revision is asked about anew."""
    human = Human(content={"approve": False, "changes": "amount between 5 and 500"})
    async with Client(server, mode=mode, elicitation_handler=human) as client:
        answer = await ask(client, "start_generation", schema=schema, total_rows=20)
        following = answer.fields["next"]
        assert following["tool"] == "translate_schema"
        edited = await ask(client, following["tool"], **following["arguments"])
        human.content = YES
        started = await ask(client, "start_generation", schema_id=edited.fields["schema_id"], total_rows=20)
    assert any("amount" in change for change in edited.fields["diff"])
    assert started.fields["job_id"]
    assert len(human.shown) == 2


async def test_who_has_no_handler_gets_a_token(
    server: FastMCP, order: dict[str, Any], mode: Mode, ask: Any
) -> None:
    """A normal result with the same summary; the token starts the job."""
    async with Client(server, mode=mode) as client:
        asked = await ask(client, "start_generation", **order)
        assert await jobs_of(client, ask) == []
        started = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
    assert asked.fields["status"] == "confirmation_required"
    assert "| column |" in asked.fields["summary"]
    assert started.fields["job_id"]


async def test_token_mode_asks_no_host(
    settings: Settings, order: dict[str, Any], mode: Mode, ask: Any
) -> None:
    """CONFIRM=token is for hosts whose forms are not to be used."""
    human = Human(content=YES)
    server = build_server(settings.model_copy(update={"confirm": "token"}))
    async with Client(server, mode=mode, elicitation_handler=human) as client:
        asked = await ask(client, "start_generation", **order)
    assert asked.fields["status"] == "confirmation_required"
    assert human.shown == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"total_rows": 21}, "Rows: 20 -> 21"),
        ({"max_cost_usd": 1.0}, "Cap: 5 USD -> 1 USD"),
        ({"schema": True}, "`amount`"),
    ],
)
async def test_a_token_does_not_outlive_an_edit(
    server: FastMCP, order: dict[str, Any], mode: Mode, ask: Any, change: dict[str, Any], told: str
) -> None:
    """The error says what is different from what was shown; the token stays good for what was."""
    async with Client(server, mode=mode) as client:
        asked = (await ask(client, "start_generation", **order)).fields["next"]["arguments"]
        if "schema" in change:
            edits = {"base_schema_id": asked["schema_id"], "changes": "amount between 5 and 900"}
            change = {"schema_id": (await ask(client, "translate_schema", **edits)).fields["schema_id"]}
        answer = await ask(client, "start_generation", **(asked | change))
        assert await jobs_of(client, ask) == []
        shown = await ask(client, "start_generation", **asked)
    assert (answer.fields["code"], answer.fields["next_tool"]) == ("confirmation_invalid", "start_generation")
    assert told in answer.fields["message"]
    assert shown.fields["job_id"]


@pytest.mark.parametrize("how", ["expired", "reused", "forged", "other owner"])
async def test_a_token_that_is_not_good(
    settings: Settings, server: FastMCP, order: dict[str, Any], mode: Mode, ask: Any, how: str
) -> None:
    """Refused with the way to a new one; no job comes of it."""
    async with Client(server, mode=mode) as client:
        asked = (await ask(client, "start_generation", **order)).fields["next"]["arguments"]
        before = 0
        if how == "expired":
            expire_tokens(settings)
        elif how == "reused":
            await ask(client, "start_generation", **asked)
            before = 1
        elif how == "forged":
            asked["confirm_token"] = asked["confirm_token"][:-1] + "~"
        else:
            async with rival(settings) as engine:
                offer = await engine.offer(Order(20, schema=order["schema"]), owner="ana")
            asked["confirm_token"] = offer.confirm_token
        answer = await ask(client, "start_generation", **asked)
        jobs = await jobs_of(client, ask)
    assert answer.is_error
    assert (answer.fields["code"], answer.fields["next_tool"]) == ("confirmation_invalid", "start_generation")
    assert len(jobs) == before
    assert asked["confirm_token"] not in answer.text


async def test_another_owners_token_is_like_none(settings: Settings, order: dict[str, Any], ask: Any) -> None:
    """The same words for what is not there and what is not theirs."""
    async with rival(settings) as engine:
        token = (await engine.offer(Order(20, schema=order["schema"]), owner="ana")).confirm_token
    async with Client(build_server(settings)) as client:
        theirs = await ask(client, "start_generation", **order, confirm_token=token)
        nobodys = await ask(client, "start_generation", **order, confirm_token="yes_nobody")
    assert theirs.fields == nobodys.fields


async def test_an_old_host_that_cannot_ask_after_all_gets_a_token(
    server: FastMCP, order: dict[str, Any], ask: Any
) -> None:
    """Some declare forms and answer with an error."""

    async def broken(message: str, response_type: Any, params: Any, context: Any) -> Any:
        raise MCPError(code=-32601, message="Method not found")

    async with Client(server, mode="legacy", elicitation_handler=broken) as client:
        answer = await ask(client, "start_generation", **order)
    assert answer.fields["status"] == "confirmation_required"


async def test_a_form_filled_in_wrongly_is_no_yes(server: FastMCP, order: dict[str, Any], mode: Mode, ask: Any) -> None:
    """Whatever the host sends back: only a form with a yes is one. A newer fastmcp's client refuses to send another."""
    said = "confirmation_required"
    async with Client(server, mode=mode, elicitation_handler=Human(content={"approve": "perhaps"})) as client:
        with suppress(MCPError):
            said = (await ask(client, "start_generation", **order)).fields["status"]
        assert await jobs_of(client, ask) == []
    assert said in ("confirmation_declined", "confirmation_required")


# The second round of a 2026-07-28 host: the same call with the answer and the sealed state.


@pytest.fixture
def rounds(server: FastMCP, order: dict[str, Any]) -> Callable[..., Any]:
    """Makes the first round of an order, then a second one with changed parts."""

    async def two(client: Client[Any], between: Callable[[], Any] | None = None, **parts: Any) -> Any:
        asked = await client.session.call_tool("start_generation", order, allow_input_required=True)
        assert isinstance(asked, InputRequiredResult)
        assert asked.request_state is not None
        if between is not None:
            between()
        call = {"arguments": order, "request_state": asked.request_state} | parts
        answers: dict[str, Any] = {"confirm": Answered(action="accept", content=YES)}
        return await client.session.call_tool(
            "start_generation", call["arguments"], input_responses=answers, request_state=call["request_state"],
            allow_input_required=True,
        )  # fmt: skip

    return two


async def test_the_second_round_starts_the_job(server: FastMCP, rounds: Any, ask: Any) -> None:
    """And the state holds the token sealed: a reader of the wire cannot use it."""
    async with Client(server, elicitation_handler=Human()) as client:
        done = await rounds(client)
        jobs = await jobs_of(client, ask)
    assert [job["job_id"] for job in jobs] == [done.structured_content["job_id"]]
    assert "yes_" not in json.dumps(done.model_dump(mode="json"))


async def test_an_answer_is_good_once(server: FastMCP, order: dict[str, Any], ask: Any) -> None:
    """The same answer and state again start nothing."""
    async with Client(server, elicitation_handler=Human()) as client:
        asked = await client.session.call_tool("start_generation", order, allow_input_required=True)
        assert isinstance(asked, InputRequiredResult)
        again = {"input_responses": {"confirm": Answered(action="accept", content=YES)},
                 "request_state": asked.request_state}  # fmt: skip
        first = await client.session.call_tool("start_generation", order, **again)
        second = await client.session.call_tool("start_generation", order, **again)
        assert len(await jobs_of(client, ask)) == 1
    assert not first.is_error
    assert second.structured_content is not None
    assert second.structured_content["code"] == "confirmation_invalid"


async def test_a_no_cannot_be_turned_into_a_yes(server: FastMCP, order: dict[str, Any], ask: Any) -> None:
    """The question is over once it was answered."""
    async with Client(server, elicitation_handler=Human()) as client:
        asked = await client.session.call_tool("start_generation", order, allow_input_required=True)
        assert isinstance(asked, InputRequiredResult)
        said = [Answered(action="decline"), Answered(action="accept", content=YES)]
        results = [
            await client.session.call_tool(
                "start_generation", order, input_responses={"confirm": one}, request_state=asked.request_state
            )
            for one in said
        ]
        assert await jobs_of(client, ask) == []
    assert [(result.structured_content or {}).get("status") for result in results] == ["confirmation_declined", None]
    assert results[1].is_error


@pytest.mark.parametrize("how", ["edited", "forged", "none"])
async def test_a_state_of_something_else_is_refused(
    server: FastMCP, order: dict[str, Any], rounds: Any, ask: Any, how: str
) -> None:
    """An answer to another question, a made-up state, or none: no job, whoever refuses it."""
    wrong: dict[str, dict[str, Any]] = {
        "edited": {"arguments": order | {"total_rows": 21}},
        "forged": {"request_state": "c4n4ry"},
        "none": {"request_state": None},
    }
    async with Client(server, elicitation_handler=Human()) as client:
        try:
            refused = (await rounds(client, **wrong[how])).content[0].text
        except MCPError as exc:
            refused = str(exc)
        assert await jobs_of(client, ask) == []
    assert refused.startswith(("Invalid or expired requestState", "Error confirmation_invalid"))
    assert "c4n4ry" not in refused


async def test_an_answer_comes_too_late(settings: Settings, server: FastMCP, rounds: Any, ask: Any) -> None:
    """The human took longer than the offer holds."""
    async with Client(server, elicitation_handler=Human()) as client:
        answer = await rounds(client, between=lambda: expire_tokens(settings))
        assert await jobs_of(client, ask) == []
    assert answer.structured_content["code"] == "confirmation_invalid"


@pytest.mark.parametrize("confirmed", [True, False])
async def test_more_rows_for_a_stopped_job_are_asked_about(
    server: FastMCP, order: dict[str, Any], mode: Mode, ask: Any, rested: Any, confirmed: bool
) -> None:
    """resume_job goes through the same gate."""
    human = Human(content=YES)
    async with Client(server, mode=mode, elicitation_handler=human) as client:
        job_id = (await ask(client, "start_generation", **order)).fields["job_id"]
        await rested(client, job_id)
        human.action = "accept" if confirmed else "decline"
        answer = await ask(client, "resume_job", job_id=job_id, total_rows=30)
        total = (await ask(client, "job_status", job_id=job_id)).fields["total_rows"]
    assert "20 to 30" in human.shown[1]
    assert total == (30 if confirmed else 20)
    assert (answer.fields["status"] == "confirmation_declined") is not confirmed


async def test_the_same_call_again_asks_nobody_twice(
    server: FastMCP, schema: dict[str, Any], mode: Mode, ask: Any, tmp_path: Path
) -> None:
    """A host that lost the answer sends the call again: the same job by its key, no second question."""
    human = Human(content=YES)
    async with Client(server, mode=mode, elicitation_handler=human) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        order = {"schema_id": schema_id, "total_rows": 20, "idempotency_key": "once"}
        ids = {(await ask(client, "start_generation", **order)).fields["job_id"] for _ in range(2)}
    assert len(ids) == 1
    assert len(human.shown) == 1


@pytest.mark.parametrize(
    "wish", [{"total_rows": 0}, {"total_rows": 10**9}, {"total_rows": 10**30}, {"max_cost_usd": 9e9}]
)
async def test_nobody_is_asked_about_what_cannot_be(
    server: FastMCP, order: dict[str, Any], ask: Any, rested: Any, wish: dict[str, Any]
) -> None:
    """What would be refused after the yes is refused before the question."""
    human = Human(content=YES)
    async with Client(server, elicitation_handler=human) as client:
        job_id = (await ask(client, "start_generation", **order)).fields["job_id"]
        await rested(client, job_id)
        answer = await ask(client, "resume_job", job_id=job_id, **wish)
    assert (answer.fields["code"], answer.fields["field"]) == ("argument_invalid", next(iter(wish)))
    assert len(human.shown) == 1
