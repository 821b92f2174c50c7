"""What an agent reads about the tools: small, complete, and changed only on purpose."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client, FastMCP

from synthaix.tools.surface import INSTRUCTIONS, TOOLS

SNAPSHOTS = Path(__file__).parent / "snapshots"
NAMES = [
    "translate_schema", "preview_rows", "start_generation", "job_status", "fetch_results", "check_duplicates",
    "cancel_job", "resume_job", "list_jobs",
]  # fmt: skip
HINTS = {  # read only, destructive, idempotent, open world
    "translate_schema": (True, False, False, True),
    "preview_rows": (True, False, False, True),
    "start_generation": (False, False, False, True),
    "resume_job": (False, False, False, True),
    "job_status": (True, False, True, False),
    "list_jobs": (True, False, True, False),
    "check_duplicates": (True, False, True, False),
    "fetch_results": (False, False, True, False),
    "cancel_job": (False, True, True, False),
}
MOST_BYTES, MOST_TOOL_BYTES = 16_000, 2_800


async def definitions(server: FastMCP) -> list[dict[str, Any]]:
    """The tools as they go over the wire."""
    async with Client(server) as client:
        return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in await client.list_tools()]


def compact(plain: Any) -> bytes:
    """As compact JSON."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


async def test_the_nine_tools_are_there_in_their_order(server: FastMCP) -> None:
    """The list is the contract's and stable."""
    assert [tool["name"] for tool in await definitions(server)] == NAMES


async def test_definitions_fit_their_budget(server: FastMCP) -> None:
    """All tools together weigh at most 16 kB, each at most 2.8 kB; `_meta` is the host's, no agent reads it."""
    tools = await definitions(server)
    read = [{name: part for name, part in tool.items() if name != "_meta"} for tool in tools]
    sizes = {tool["name"]: len(compact(tool)) for tool in read}
    assert {name: size for name, size in sizes.items() if size > MOST_TOOL_BYTES} == {}
    assert sum(sizes.values()) <= MOST_BYTES


async def test_definitions_are_as_in_the_snapshots(server: FastMCP, write_snapshots: bool) -> None:
    """A changed definition is a changed contract: write the snapshot anew, and say so in the changelog."""
    tools = {tool["name"]: tool for tool in await definitions(server)}
    if write_snapshots:
        SNAPSHOTS.mkdir(exist_ok=True)
        for name, tool in tools.items():
            text = json.dumps(tool, indent=2, ensure_ascii=False, sort_keys=True)
            (SNAPSHOTS / f"{name}.json").write_text(text + "\n", "utf-8")
    stored = {path.stem: json.loads(path.read_text("utf-8")) for path in SNAPSHOTS.glob("*.json")}
    assert stored == tools


async def test_both_eras_list_the_same_tools(server: FastMCP) -> None:
    """What a host reads does not depend on how it connected."""
    async with Client(server, mode="legacy") as client:
        older = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in await client.list_tools()]
    assert older == await definitions(server)


async def test_every_tool_has_all_four_hints_and_a_title(server: FastMCP) -> None:
    """The hints are the table's; hosts ask before tools that are not read-only."""
    names = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
    tools = await definitions(server)
    assert {tool["name"]: tuple(tool["annotations"][name] for name in names) for tool in tools} == HINTS
    assert all(3 <= len(tool["title"]) <= 40 for tool in tools)
    assert not [name for name, (reads, destroys, _, _) in HINTS.items() if reads and destroys]


async def test_every_description_stands_alone(server: FastMCP) -> None:
    """It begins with a verb, says when to use the tool, names another tool that comes next, and does not shout."""
    for tool in await definitions(server):
        text = tool["description"]
        assert 60 <= len(text) <= 600, tool["name"]
        assert re.match(r"(Propose|Show|Start|Report|Fetch|Say|Cancel|Resume|List) ", text), tool["name"]
        assert "Use " in text, tool["name"]
        assert any(name in text for name in NAMES if name != tool["name"]), tool["name"]
        assert not re.search(r"IMPORTANT|MUST|NEVER|ALWAYS|https?://", text), tool["name"]
        assert text.replace("\n", "").isprintable(), tool["name"]


async def test_no_two_descriptions_say_the_same(server: FastMCP) -> None:
    """Overlapping descriptions make an agent choose at random."""
    tools = await definitions(server)
    words = {tool["name"]: set(re.findall(r"[a-z_]{3,}", tool["description"].lower())) for tool in tools}
    close = [
        (one, two) for one in words for two in words
        if one < two and len(words[one] & words[two]) / len(words[one] | words[two]) > 0.6
    ]  # fmt: skip
    assert close == []


async def test_every_parameter_is_told_and_shown(server: FastMCP) -> None:
    """Each has a description and a type, and an example, a closed set or a default."""
    for tool in await definitions(server):
        for name, about in tool["inputSchema"]["properties"].items():
            where = f"{tool['name']}.{name}"
            assert re.fullmatch(r"[a-z_]{1,40}", name), where
            assert about.get("description"), where
            assert about.get("type") in ("string", "integer", "number", "boolean", "array", "object"), where
            assert {"examples", "enum", "default"} & about.keys(), where


async def test_schemas_stay_within_what_every_host_reads(server: FastMCP) -> None:
    """No $ref, combinators, or lists of types; closed at the top; shallow; nothing typed as an address."""
    for tool in await definitions(server):
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            text = compact(schema).decode()
            assert not re.search(r'"(\$ref|oneOf|allOf|anyOf|not)":|"format":"', text), tool["name"]
            assert '"type":[' not in text, tool["name"]
        assert tool["inputSchema"]["additionalProperties"] is False
        assert depth(tool["inputSchema"]) <= 5


async def test_closed_sets_are_enums(server: FastMCP) -> None:
    """An agent sees what is allowed before it errs."""
    tools = {tool["name"]: tool["inputSchema"]["properties"] for tool in await definitions(server)}
    assert set(tools["fetch_results"]["format"]["enum"]) == {"json", "csv", "jsonl", "parquet", "avro", "xlsx", "sql"}
    assert set(tools["start_generation"]["dedup_policy"]["enum"]) == {"rows", "entity", "exact"}
    assert tools["job_status"]["wait_seconds"]["maximum"] == 25


def test_instructions_are_five_lines() -> None:
    """Few hosts read them; they hold the flow and no more."""
    assert len(INSTRUCTIONS.splitlines()) == 5
    assert len(TOOLS) == 9


@pytest.mark.parametrize("name", ["design_dataset", "review_schema"])
async def test_prompt_arguments_are_plain_text(server: FastMCP, name: str) -> None:
    """Their descriptions are ours alone: fastmcp adds a schema to any type but str."""
    async with Client(server) as client:
        (prompt,) = [each for each in await client.list_prompts() if each.name == name]
    assert prompt.title
    assert all(each.description and "JSON" not in each.description for each in prompt.arguments or [])


def depth(schema: Any) -> int:
    """How deep objects nest."""
    if isinstance(schema, dict):
        inner = [depth(value) for value in schema.get("properties", {}).values()]
        return 1 + max([*inner, depth(schema.get("items"))], default=0)
    return 0
