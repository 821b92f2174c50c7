"""Agents of a few lines, which use nothing but what the server returned: `next`, errors, and the tools' schemas.

They stand for a model at its most literal: it makes the call that a reply names, and mends a call as an error says.
"""

import copy
import json
import re
from collections.abc import Callable
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.elicitation import ElicitResult
from mcp.types import TextContent

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

Call = tuple[str, dict[str, Any]]
SCHEMA: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "uuid"},
        {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 900}},
        {"name": "currency", "type": "category", "constraints": {"enum": ["EUR", "USD", "GBP"]}},
    ]
}
TWO: dict[str, Any] = {
    "tables": [
        {"name": "shops", "columns": [{"name": "id", "type": "uuid"}, {"name": "name", "type": "string",
                                                                      "kind": "company.name"}]},
        {"name": "orders", "rows_per_parent": 2, "columns": [
            {"name": "shop_id", "type": "uuid", "constraints": {"references": "shops.id"}},
            {"name": "total", "type": "decimal", "constraints": {"min": 1, "max": 900}}]},
    ]
}  # fmt: skip
MEANT = re.compile(r"Did you mean `([^`]+)`\?")
THERE = re.compile(r"Did you mean the table at `([^`]+)`\?")
BELONGS = re.compile(r"`(\w+)` belongs into the column's `(\w+)`")
STEPS = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
ENDED = ("completed", "stopped", "cancelled", "failed")


class Agent:
    """Calls tools and counts: every call, every error, every byte that it read."""

    def __init__(self, client: Client[Any]) -> None:
        self.client = client
        self.calls: list[Call] = []
        self.errors: list[dict[str, Any]] = []
        self.bytes_read = 0

    async def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The fields of the answer; a refused call is mended once, as its error says."""
        fields, refused = await self._once(tool, arguments)
        if refused:
            self.errors.append(fields)
            fields, refused = await self._once(*mended((tool, arguments), fields))
            assert not refused, (tool, arguments, self.errors[-1], fields)
        return fields

    async def follow(self, fields: dict[str, Any], until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Make the call that each answer names, until the answer is the one that was wanted."""
        for _ in range(40):
            if until(fields):
                return fields
            fields = await self.call(fields["next"]["tool"], fields["next"]["arguments"])
        raise AssertionError("it goes round in circles")

    async def _once(self, tool: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        self.calls.append((tool, arguments))
        result = await self.client.call_tool(tool, arguments, raise_on_error=False)
        assert result.structured_content is not None
        self.bytes_read += sum(len(block.text) for block in result.content if isinstance(block, TextContent))
        return result.structured_content, result.is_error


def mended(call: Call, error: dict[str, Any]) -> Call:
    """The call that the error steers to: its suggestion, else its allowed values and bounds, else the next tool."""
    tool, arguments = error.get("next_tool") or call[0], copy.deepcopy(call[1])
    field, hint, message = error.get("field", ""), error.get("suggestion") or "", error["message"]
    meant, belongs = MEANT.search(hint), BELONGS.search(hint)
    if field == "name" and meant:
        return meant[1], arguments
    if error["code"] == "job_not_resumable":
        return tool, {"job_id": arguments["job_id"]}
    if error["code"] == "confirmation_invalid":
        return tool, {name: value for name, value in arguments.items() if name != "confirm_token"}
    if there := THERE.search(hint):
        _, dot, column = at(arguments, field).partition(".")
        put(arguments, field, at(arguments, there[1])["name"] + dot + column)
        return call[0], arguments
    if belongs:
        column = at(arguments, field)
        column.setdefault(belongs[2], {})[belongs[1]] = column.pop(belongs[1])
        return call[0], arguments
    if meant and isinstance(place := at(arguments, field), dict):
        rename(place, error["allowed"], meant[1])
        return call[0], arguments
    if meant:
        put(arguments, field, meant[1])
        return call[0], arguments
    if bounds := re.search(r"from ([\d.,]+) to ([\d.,]+)|at most (\d+) (?:USD|rows)", f"{message} {hint}"):
        put(arguments, "total_rows" if "rows" in bounds[0] else field, int(re.sub(r"\D", "", bounds[2] or bounds[3])))
        return call[0], arguments
    if error.get("allowed") and at(arguments, field) is not None and "exactly one" not in message:
        put(arguments, field, error["allowed"][0])
        return call[0], arguments
    arguments.pop(field)  # what may be left out
    return call[0], arguments


def at(arguments: dict[str, Any], field: str) -> Any:
    """What stands at a path such as `schema.columns[2].type`; the arguments themselves for `arguments`."""
    value: Any = arguments
    for name, index in STEPS.findall("" if field == "arguments" else field):
        value = value[int(index)] if index else value.get(name)
    return value


def put(arguments: dict[str, Any], field: str, value: Any) -> None:
    """Put a value at a path."""
    name, index = STEPS.findall(field)[-1]
    last = f"[{index}]" if index else f".{name}"
    holder = at(arguments, field.removesuffix(last) if field != name else "")
    holder[int(index) if index else name] = value


def rename(place: dict[str, Any], allowed: list[str], meant: str) -> None:
    """The one key that is not allowed gets the name that was meant."""
    (wrong,) = [key for key in place if key not in allowed]
    place[meant] = place.pop(wrong)


def is_file(fields: dict[str, Any]) -> bool:
    """Whether the answer is a file that is there."""
    return fields.get("state") == "ready"


def has_ended(fields: dict[str, Any]) -> bool:
    """Whether the answer is of a job that has ended."""
    return fields.get("status") in ENDED and "progress_percentage" in fields


async def ready(agent: Agent, schema: dict[str, Any] = SCHEMA) -> str:
    """The id of a schema."""
    schema_id: str = (await agent.call("translate_schema", {"schema": schema}))["schema_id"]
    return schema_id


async def job(agent: Agent, rows: int = 40, schema: dict[str, Any] = SCHEMA) -> dict[str, Any]:
    """A job that has ended, by what each answer says comes next."""
    return await agent.follow(await agent.call("start_generation", {"schema": schema, "total_rows": rows}), has_ended)


# Twelve scenarios.


async def sentence_to_file(agent: Agent) -> None:
    """A sentence becomes a file."""
    first = await agent.call("translate_schema", {"prompt": "250 customers with name, email and city"})
    made = await agent.follow(first, is_file)
    assert (made["rows"], made["format"]) == (250, "csv")
    assert len(agent.calls) <= 6


async def schema_to_file(agent: Agent) -> None:
    """A ready schema too."""
    made = await agent.follow(await job(agent), is_file)
    assert made["rows"] == 40


async def change_in_words(agent: Agent) -> None:
    """The user wants something else; the revision says what changed."""
    schema_id = await ready(agent)
    words = {"base_schema_id": schema_id, "changes": "amount between 5 and 50"}
    edited = await agent.call("translate_schema", words)
    assert "amount" in " ".join(edited["diff"])
    ended = await agent.follow(edited, has_ended)
    rows = (await agent.call("fetch_results", {"job_id": ended["job_id"]}))["rows"]
    assert all(5 <= float(row["amount"]) <= 50 for row in rows)


async def change_by_edits(agent: Agent) -> None:
    """As objects, and as JSON in a text."""
    edits = [{"op": "rename", "column": "amount", "to": "total"}, {"op": "set", "column": "total", "max": 9}]
    for sent in (edits, json.dumps(edits)):
        edited = await agent.call("translate_schema", {"base_schema_id": await ready(agent), "changes": sent})
        assert [column["name"] for column in edited["schema"]["columns"]] == ["id", "total", "currency"]
        assert len(edited["diff"]) == 2
        ended = await agent.follow(edited, has_ended)
        assert ended["rows_generated"] == 100


async def preview_first(agent: Agent) -> None:
    """The rows of the preview are the job's first ones, whether the schema was sent or named."""
    for how in ({"schema": SCHEMA}, {"schema_id": await ready(agent)}):
        shown = await agent.call("preview_rows", how)
        ended = await agent.follow(shown, has_ended)
        rows = (await agent.call("fetch_results", {"job_id": ended["job_id"], "limit": 5}))["rows"]
        assert rows == shown["rows"]


async def two_tables(agent: Agent) -> None:
    """Every table has its file; every key is found."""
    ended = await job(agent, 10, TWO)
    names = [table["name"] for table in ended["tables"]]
    pages = [await agent.call("fetch_results", {"job_id": ended["job_id"], "table": name}) for name in names]
    assert {row["shop_id"] for row in pages[1]["rows"]} <= {row["id"] for row in pages[0]["rows"]}


async def page_by_page(agent: Agent) -> None:
    """To the last row."""
    ended = await job(agent, 95)
    page = await agent.call("fetch_results", {"job_id": ended["job_id"], "limit": 30})
    seen = len(page["rows"])
    while "next" in page:
        page = await agent.call(page["next"]["tool"], page["next"]["arguments"])
        seen += len(page["rows"])
    assert seen == 95


async def pause_and_go_on(agent: Agent) -> None:
    """A paused job's next call resumes it."""
    begun = await agent.follow(
        await agent.call("start_generation", {"schema": SCHEMA, "total_rows": 60_000, "chunk_size": 1_000}),
        lambda fields: "job_id" in fields,
    )
    paused = await agent.call("cancel_job", {"job_id": begun["job_id"], "resumable": True})
    ended = await agent.follow(paused, lambda fields: fields["status"] == "completed")
    assert ended["rows_generated"] == 60_000


async def look_too_early(agent: Agent) -> None:
    """A file of a running job is partial; its next calls lead to the whole one."""
    begun = await agent.follow(
        await agent.call("start_generation", {"schema": SCHEMA, "total_rows": 60_000, "chunk_size": 1_000}),
        lambda fields: "job_id" in fields,
    )
    early = await agent.call("fetch_results", {"job_id": begun["job_id"], "format": "csv"})
    made = await agent.follow(early, lambda fields: is_file(fields) and "partial" not in fields)
    assert made["rows"] == 60_000


async def lost_id(agent: Agent) -> None:
    """A job whose id was lost is in the list, whose next call is about the newest."""
    wanted = (await job(agent))["job_id"]
    made = await agent.follow(await agent.call("list_jobs", {}), is_file)
    assert made["job_id"] == wanted


async def more_rows(agent: Agent) -> None:
    """A job that has ended gets more, after another yes."""
    ended = await job(agent, 30)
    more = await agent.call("resume_job", {"job_id": ended["job_id"], "total_rows": 45})
    assert more["status"] == "confirmation_required"
    ended = await agent.follow(more, has_ended)
    assert ended["rows_generated"] == 45


async def vetted_rows(agent: Agent) -> None:
    """Rows from elsewhere are compared with a job's."""
    ended = await job(agent)
    rows = (await agent.call("fetch_results", {"job_id": ended["job_id"], "limit": 2}))["rows"]
    new = {"id": "3f0c8f6e-0000-4000-8000-000000000000", "amount": 1.25, "currency": "GBP"}
    checked = await agent.call("check_duplicates", {"rows": [rows[0], new], "job_id": ended["job_id"]})
    assert checked["duplicates"] == [True, False]
    assert is_file(await agent.follow(checked, is_file))


SCENARIOS = [
    sentence_to_file, schema_to_file, change_in_words, change_by_edits, preview_first, two_tables, page_by_page,
    pause_and_go_on, look_too_early, lost_id, more_rows, vetted_rows,
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_an_agent_finds_its_way(server: FastMCP, mode: Literal["auto", "legacy"], scenario: Any) -> None:
    """Without an error, and without reading more than a conversation holds."""
    async with Client(server, mode=mode) as client:
        agent = Agent(client)
        await scenario(agent)
    assert agent.errors == []
    assert agent.bytes_read < 35_000, "about 10,000 tokens"


@pytest.mark.parametrize("asked_by_host", [True, False])
async def test_a_request_is_a_running_job_in_three_calls(
    server: FastMCP, mode: Literal["auto", "legacy"], asked_by_host: bool
) -> None:
    """Two where the host asks its user."""

    async def yes(message: str, response_type: Any, params: Any, context: Any) -> ElicitResult[Any]:
        return ElicitResult(action="accept", content={"approve": True})

    async with Client(server, mode=mode, elicitation_handler=yes if asked_by_host else None) as client:
        agent = Agent(client)
        first = await agent.call("translate_schema", {"prompt": "50 users with name and email"})
        await agent.follow(first, lambda fields: "job_id" in fields)
    assert len(agent.calls) == (2 if asked_by_host else 3)


# Mistakes that models make, each mended in one call.


def with_column(**parts: Any) -> dict[str, Any]:
    """A schema with a wrong column."""
    return {"columns": [*SCHEMA["columns"], {"name": "note", "type": "string"} | parts]}


def ids(fields: dict[str, Any]) -> dict[str, str]:
    """What a mistake can be made about."""
    return {"job_id": fields["job_id"], "schema_id": fields["schema_id"]}


MISTAKES: dict[str, Callable[[dict[str, str]], Call]] = {
    "tool": lambda known: ("job_stats", {"job_id": known["job_id"]}),
    "argument": lambda known: ("start_generation", {"schema": SCHEMA, "total_row": 5}),
    "enum": lambda known: ("fetch_results", {"job_id": known["job_id"], "format": "parket"}),
    "reply format": lambda known: ("job_status", {"job_id": known["job_id"], "response_format": "detail"}),
    "policy": lambda known: ("start_generation", {"schema": SCHEMA, "total_rows": 5, "dedup_policy": "row"}),
    "later policy": lambda known: ("start_generation", {"schema": SCHEMA, "total_rows": 5, "grey_policy": "ask"}),
    "column type": lambda known: ("translate_schema", {"schema": with_column(type="integr")}),
    "column key": lambda known: ("translate_schema", {"schema": {"columns": [{"name": "a", "typ": "integer"}]}}),
    "constraint": lambda known: ("translate_schema", {"schema": with_column(constraints={"uniqe": True})}),
    "constraint's place": lambda known: ("translate_schema", {"schema": with_column(max_length=9)}),
    "kind": lambda known: ("preview_rows", {"schema": with_column(kind="person.fullname")}),
    "reference": lambda known: ("translate_schema", {"schema": with_reference("shop.id")}),
    "edited column": lambda known: (
        "translate_schema",
        {"base_schema_id": known["schema_id"], "changes": [{"op": "remove", "column": "amout"}]},
    ),
    "edit": lambda known: (
        "translate_schema",
        {"base_schema_id": known["schema_id"], "changes": [{"op": "renam", "column": "amount", "to": "total"}]},
    ),
    "column": lambda known: ("fetch_results", {"job_id": known["job_id"], "columns": ["id", "amout"]}),
    "table": lambda known: ("fetch_results", {"job_id": known["job_id"], "table": "row"}),
    "short id": lambda known: ("job_status", {"job_id": known["job_id"][:12]}),
    "mistyped id": lambda known: ("preview_rows", {"schema_id": known["schema_id"].replace("sch_", "sch-")}),
    "too many rows": lambda known: ("start_generation", {"schema": SCHEMA, "total_rows": 10**9}),
    "too long a page": lambda known: ("fetch_results", {"job_id": known["job_id"], "limit": 5_000}),
    "too long a wait": lambda known: ("job_status", {"job_id": known["job_id"], "wait_seconds": 120}),
    "too high a cap": lambda known: ("start_generation", {"schema": SCHEMA, "total_rows": 5, "max_cost_usd": 900}),
    "two sources": lambda known: ("translate_schema", {"prompt": "5 names", "schema": SCHEMA}),
    "foreign cursor": lambda known: ("fetch_results", {"job_id": known["job_id"], "cursor": "b2Zmc2V0"}),
    "no such token": lambda known: (
        "start_generation",
        {"schema_id": known["schema_id"], "total_rows": 5, "confirm_token": "yes_x7"},
    ),
    "ended job": lambda known: ("resume_job", {"job_id": known["job_id"]}),
    "impossible rows": lambda known: (
        "start_generation",
        {"schema": {"columns": [{"name": "a", "type": "boolean", "constraints": {"unique": True}}]}, "total_rows": 9},
    ),
}
FORGIVEN: dict[str, Callable[[dict[str, str]], Call]] = {
    "schema in text": lambda known: ("translate_schema", {"schema": json.dumps(SCHEMA)}),
    "list in text": lambda known: ("fetch_results", {"job_id": known["job_id"], "columns": '["id"]'}),
    "text for a list": lambda known: ("fetch_results", {"job_id": known["job_id"], "columns": "id"}),
    "rows in text": lambda known: ("check_duplicates", {"rows": '[{"amount": 1}]', "job_id": known["job_id"]}),
    "number in text": lambda known: ("start_generation", {"schema": SCHEMA, "total_rows": "1,000"}),
    "another word for an edit": lambda known: (
        "translate_schema",
        {"base_schema_id": known["schema_id"], "changes": {"op": "delete", "column": "amount"}},
    ),
    "truth in text": lambda known: ("fetch_results", {"job_id": known["job_id"], "export": "true"}),
}


def with_reference(to: str) -> dict[str, Any]:
    """Two tables whose reference is wrong."""
    schema = copy.deepcopy(TWO)
    schema["tables"][1]["columns"][0]["constraints"]["references"] = to
    return schema


@pytest.fixture
async def known(settings: Settings) -> dict[str, str]:
    """The ids of a job and of its schema, on the folder that the test's server works on."""
    async with Client(build_server(settings)) as client:
        agent = Agent(client)
        schema_id = await ready(agent)
        begun = await agent.call("start_generation", {"schema_id": schema_id, "total_rows": 40})
        return {"job_id": (await agent.follow(begun, has_ended))["job_id"], "schema_id": schema_id}


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_a_mistake_costs_one_call(server: FastMCP, known: dict[str, str], mistake: str) -> None:
    """The error says what to send instead, and that is accepted."""
    async with Client(server) as client:
        agent = Agent(client)
        await agent.call(*MISTAKES[mistake](known))
    assert (len(agent.errors), len(agent.calls)) == (1, 2)


@pytest.mark.parametrize("slip", FORGIVEN)
async def test_a_slip_costs_nothing(server: FastMCP, known: dict[str, str], slip: str) -> None:
    """What can only mean one thing is taken as that."""
    async with Client(server) as client:
        agent = Agent(client)
        await agent.call(*FORGIVEN[slip](known))
    assert agent.errors == []
