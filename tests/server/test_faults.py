"""Every error reaches the client as the contract's, and nothing that was sent comes back."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastmcp import Client, FastMCP
from mcp.types import TextContent

from synthaix.orchestration import errors
from synthaix.orchestration.errors import InternalFault, SynthAIxError
from synthaix.server.app import build_server
from synthaix.server.faults import Faults
from synthaix.server.settings import Settings

CANARY = "c4n4ry-51e2"
FIELDS = {
    "code", "message", "field", "allowed", "suggestion", "next_tool", "retry_after_seconds", "trace_id",
}  # fmt: skip


def tree(root: type[SynthAIxError]) -> Iterator[type[SynthAIxError]]:
    """The class and all below it in the tree's file."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


async def answer_of(server: FastMCP, tool: str, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The text and the fields of an error."""
    async with Client(server) as client:
        result = await client.call_tool(tool, arguments, raise_on_error=False)
    block = result.content[0]
    assert isinstance(block, TextContent)
    assert result.is_error
    assert result.structured_content is not None
    return block.text, result.structured_content


@pytest.mark.parametrize("kind", list(tree(SynthAIxError)), ids=lambda kind: kind.__name__)
async def test_every_error_reaches_the_client_with_its_code(kind: type[SynthAIxError]) -> None:
    """In the fields and in the text, with what helps, without the argument."""
    server = FastMCP("test", middleware=[Faults()], mask_error_details=True)

    @server.tool
    async def fail(value: str) -> str:
        raise kind(field="somewhere", allowed=["this", "that"], suggestion="Did you mean `this`?")

    text, fields = await answer_of(server, "fail", {"value": CANARY})
    assert fields["code"] == kind.code
    assert fields["message"] == kind.sentence
    assert fields.keys() <= FIELDS
    assert all(str(value) in text for value in (kind.code, kind.sentence, "somewhere", "this, that", "Did you mean"))
    assert CANARY not in text + json.dumps(fields)
    assert ("trace_id" in fields) == (kind is InternalFault)


def test_the_tree_is_what_its_docstring_draws() -> None:
    """Each class is in the drawing, and each has a code of its own."""
    kinds = list(tree(SynthAIxError))
    assert [kind.__name__ for kind in kinds if kind.__name__ not in (errors.__doc__ or "")] == []
    assert len({kind.code for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("error", [ValueError(CANARY), KeyError(CANARY), OSError(CANARY), RuntimeError(CANARY)])
async def test_what_was_not_foreseen_is_ours(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """An internal fault with a trace id that the log has; the exception's text stays inside."""
    server = FastMCP("test", middleware=[Faults()], mask_error_details=True)

    @server.tool
    async def fail() -> str:
        raise error

    text, fields = await answer_of(server, "fail", {})
    assert fields["code"] == "internal_fault"
    assert CANARY not in text
    assert fields["trace_id"] in {getattr(record, "trace_id", None) for record in caplog.records}


@pytest.mark.parametrize(
    ("tool", "arguments", "field", "hint"),
    [
        ("job_status", {"job_idd": CANARY}, "arguments", "job_id"),
        ("job_status", {}, "job_id", None),
        ("job_status", {"job_id": 5}, "job_id", None),
        ("job_status", {"job_id": CANARY, "wait_seconds": CANARY}, "wait_seconds", None),
        ("job_status", {"job_id": CANARY, "response_format": "detail"}, "response_format", "detailed"),
        ("fetch_results", {"job_id": CANARY, "format": "parket"}, "format", "parquet"),
        ("fetch_results", {"job_id": CANARY, "columns": {CANARY: 1}}, "columns", None),
        ("fetch_results", {"job_id": CANARY, "export": CANARY}, "export", None),
        ("start_generation", {"total_rows": CANARY}, "total_rows", None),
        ("start_generation", {"total_row": 5}, "arguments", "total_rows"),
        ("start_generation", {"total_rows": 5, CANARY: 1}, "arguments", None),
        ("translate_schema", {"schema": "{" + CANARY}, "schema", None),
        ("list_jobs", {"status": "done"}, "status", None),
    ],
)
async def test_wrong_arguments_name_their_field(
    settings: Settings, tool: str, arguments: dict[str, Any], field: str, hint: str | None
) -> None:
    """And the nearest right name, and the tool to call again; never what was sent."""
    text, fields = await answer_of(build_server(settings), tool, arguments)
    assert (fields["code"], fields["field"], fields["next_tool"]) == ("argument_invalid", field, tool)
    assert fields.get("suggestion") == (f"Did you mean `{hint}`?" if hint else None)
    assert CANARY not in text + json.dumps(fields)
    assert "pydantic" not in text
    assert "http" not in text


async def test_an_unknown_tool_gets_the_nearest(settings: Settings) -> None:
    """And the list of those there are."""
    text, fields = await answer_of(build_server(settings), "job_stats", {"x": CANARY})
    assert fields["suggestion"] == "Did you mean `job_status`?"
    assert len(fields["allowed"]) == 9
    assert CANARY not in text


async def test_several_faults_are_counted(settings: Settings) -> None:
    """The first is told, the others are not hidden."""
    _, fields = await answer_of(build_server(settings), "start_generation", {"total_rows": "x", "seed": "y"})
    assert "1 more" in fields["message"]
