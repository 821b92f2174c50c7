"""start_generation: the gate before it, and what it refuses."""

from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP

from synthaix.orchestration.generation.plan import Quote
from synthaix.server.app import build_server
from synthaix.server.settings import Settings
from synthaix.tools.schema_views import estimate_text


async def test_without_a_yes_nothing_starts(
    server: FastMCP, schema: dict[str, Any], mode: Literal["auto", "legacy"], ask: Any
) -> None:
    """The answer is no error: it shows columns, rows, cost and time, and how to say yes."""
    async with Client(server, mode=mode) as client:
        answer = await ask(client, "start_generation", schema=schema, total_rows=20)
        jobs = (await ask(client, "list_jobs")).fields["jobs"]
    assert not answer.is_error
    assert answer.fields["status"] == "confirmation_required"
    assert jobs == []
    for word in ("amount", "currency", "20 rows", "costs nothing", "| column |"):
        assert word in answer.fields["summary"]
        assert word in answer.text
    assert answer.fields["next"]["arguments"]["confirm_token"] == answer.fields["confirm_token"]


async def test_the_token_starts_the_job_once(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """A second use is refused and names the way to a new token."""
    async with Client(server) as client:
        asked = await ask(client, "start_generation", schema=schema, total_rows=20)
        first = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
        second = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
    assert first.fields["job_id"]
    assert second.is_error
    assert second.fields["code"] == "confirmation_invalid"
    assert second.fields["next_tool"] == "start_generation"


@pytest.mark.parametrize("change", [{"total_rows": 21}, {"max_cost_usd": 1.0}, {"confirm_token": "yes_forged"}])
async def test_the_token_is_for_what_was_shown(
    server: FastMCP, schema: dict[str, Any], ask: Any, change: dict[str, Any]
) -> None:
    """Other rows, another cap or another token: no job."""
    async with Client(server) as client:
        asked = await ask(client, "start_generation", schema=schema, total_rows=20)
        answer = await ask(client, "start_generation", **(asked.fields["next"]["arguments"] | change))
        jobs = (await ask(client, "list_jobs")).fields["jobs"]
    assert answer.fields["code"] == "confirmation_invalid"
    assert jobs == []


async def test_the_token_does_not_outlive_an_edit(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """A token of one revision is worth nothing for another."""
    async with Client(server) as client:
        asked = await ask(client, "start_generation", schema=schema, total_rows=20)
        schema["columns"][1]["constraints"] = {"min": 1, "max": 901}
        edited = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        again = asked.fields["next"]["arguments"] | {"schema_id": edited}
        answer = await ask(client, "start_generation", **again)
    assert answer.fields["code"] == "confirmation_invalid"


async def test_a_whole_schema_can_be_ordered(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """Its id is in the next call, so that the yes is for what was shown."""
    async with Client(server) as client:
        asked = await ask(client, "start_generation", schema=schema, total_rows=5, chunk_size="5")
        again = asked.fields["next"]["arguments"]
        started = await ask(client, "start_generation", **again)
    assert "schema" not in again
    assert again["chunk_size"] == 5
    assert started.fields["total_rows"] == 5


async def test_off_needs_no_token(settings: Settings, schema: dict[str, Any], ask: Any) -> None:
    """CONFIRM=off is for scripts whose owner has said yes by setting it."""
    async with Client(build_server(settings.model_copy(update={"confirm": "off"}))) as client:
        answer = await ask(client, "start_generation", schema=schema, total_rows=20)
    assert answer.fields["status"] in ("pending", "processing", "completed")


async def test_the_same_key_gives_the_same_job(settings: Settings, schema: dict[str, Any], ask: Any) -> None:
    """Hosts send calls again; other arguments under the key are an error."""
    async with Client(build_server(settings.model_copy(update={"confirm": "off"}))) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        order = {"schema_id": schema_id, "total_rows": 10, "idempotency_key": "once"}
        first = await ask(client, "start_generation", **order)
        second = await ask(client, "start_generation", **order)
        other = await ask(client, "start_generation", **(order | {"total_rows": 11}))
    assert first.fields["job_id"] == second.fields["job_id"]
    assert other.fields["code"] == "idempotency_conflict"


async def test_a_key_holds_for_a_whole_schema_too(server: FastMCP, schema: dict[str, Any], ask: Any) -> None:
    """The call that is sent again has the schema, the one that we proposed has its id: both mean the same job."""
    order = {"schema": schema, "total_rows": 10, "idempotency_key": "once"}
    other = {"columns": schema["columns"][:2]}
    async with Client(server) as client:
        asked = await ask(client, "start_generation", **order)
        first = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
        again = await ask(client, "start_generation", **order)
        wrong = await ask(client, "start_generation", **(order | {"schema": other}))
    assert first.fields["job_id"] == again.fields["job_id"]
    assert wrong.fields["code"] == "idempotency_conflict"


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"total_rows": 0}, "total_rows"),
        ({"total_rows": -1}, "total_rows"),
        ({"total_rows": 10**9}, "total_rows"),
        ({"total_rows": 10**30}, "total_rows"),
        ({"total_rows": "many"}, "total_rows"),
        ({"total_rows": 2.5}, "total_rows"),
        ({"total_rows": True}, "total_rows"),
        ({"chunk_size": 0}, "chunk_size"),
        ({"max_workers": 10_000}, "max_workers"),
        ({"deduplication_threshold": 1.5}, "deduplication_threshold"),
        ({"deduplication_threshold": "close"}, "deduplication_threshold"),
        ({"max_cost_usd": -1}, "max_cost_usd"),
        ({"max_cost_usd": 1_000}, "max_cost_usd"),
        ({"seed": -1}, "seed"),
        ({"dedup_policy": "row"}, "dedup_policy"),
        ({"mode": "cheap"}, "mode"),
        ({"grey_policy": "ask"}, "grey_policy"),
        ({"extend": "../customers"}, "extend"),
        ({"schema_id": None}, "schema_id"),
    ],
)
async def test_what_is_out_of_range_names_its_field(
    server: FastMCP, schema: dict[str, Any], ask: Any, order: dict[str, Any], field: str
) -> None:
    """And the tool to call again; nothing is started or lost."""
    async with Client(server) as client:
        schema_id = (await ask(client, "translate_schema", schema=schema)).fields["schema_id"]
        answer = await ask(client, "start_generation", **({"schema_id": schema_id, "total_rows": 10} | order))
        still = await ask(client, "preview_rows", schema_id=schema_id)
    assert answer.is_error
    assert answer.fields["code"] == "argument_invalid"
    assert answer.fields["field"] == field
    assert answer.fields["next_tool"] == "start_generation"
    assert not still.is_error


async def test_what_cannot_exist_is_refused_before_it_starts(server: FastMCP, ask: Any) -> None:
    """Five unique colours for a thousand rows: the error names the column."""
    colours = {"enum": ["red", "green", "blue", "grey", "pink"], "unique": True}
    five = {"columns": [{"name": "colour", "type": "category", "constraints": colours}]}
    async with Client(server) as client:
        answer = await ask(client, "start_generation", schema=five, total_rows=1_000)
    assert answer.fields["code"] == "infeasible"
    assert "colour" in answer.text


@pytest.mark.parametrize("auto", ["auto", "AUTO", None])
async def test_the_threshold_may_be_auto(server: FastMCP, schema: dict[str, Any], ask: Any, auto: str | None) -> None:
    """auto is the default, and may be said."""
    async with Client(server) as client:
        answer = await ask(
            client, "start_generation", schema=schema, total_rows=20, deduplication_threshold=auto
        )
    assert answer.fields["status"] == "confirmation_required"
    assert "deduplication_threshold" not in answer.fields["next"]["arguments"]


def test_an_unknown_cost_is_said_to_be_unknown() -> None:
    """Not 0, and not left out."""
    quote = Quote(
        rows=10, chunks=1, calls=2, input_tokens=10, output_tokens=20, usd_low=None, usd_high=None, seconds_low=1.0,
        seconds_high=2.0, cap_usd=None, basis="b", model="m", tables={"rows": 10},
    )  # fmt: skip
    assert "cost unknown (2 calls to m; no cap)" in estimate_text(quote)
