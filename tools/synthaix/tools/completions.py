"""Completions of ids, formats and kinds in prompts and resource addresses."""

from typing import Any, Literal, get_args

import anyio.to_thread
from fastmcp import FastMCP
from fastmcp.server.dependencies import get_context

from synthaix.orchestration.errors import SynthAIxError
from synthaix.tools.arguments import ExportFormat
from synthaix.tools.calls import engine_of, owner_of

MOST = 20


async def complete(reference: Any, argument: Any, context: Any) -> list[str] | None:
    """What begins as the argument does, at most twenty; ids are the owner's, newest first."""
    begun: str = argument.value
    match argument.name:
        case "schema_id":
            return await _ids("schema", begun)
        case "job_id":
            return await _ids("job", begun)
        case "format":
            return [each for each in get_args(ExportFormat) if each.startswith(begun.lower())]
        case "kind":
            return (await anyio.to_thread.run_sync(_kinds, begun.lower()))[:MOST]
    return None


def add_completions(mcp: FastMCP) -> None:
    """Register the one handler that a server has."""
    mcp.completion(complete)


async def _ids(what: Literal["schema", "job"], begun: str) -> list[str]:
    ctx = get_context()
    try:
        return (await engine_of(ctx).ids(what, owner=owner_of(ctx), prefix=begun))[:MOST]
    except SynthAIxError:  # a completion is a courtesy: a store out of reach is told by the call that follows
        return []


def _kinds(begun: str) -> list[str]:
    """Kinds whose name, or its part after the dot, begins so; the catalogue is read at the first call."""
    from synthaix.orchestration.schema.kinds import kinds

    return [name for name in kinds() if name.startswith(begun) or name.partition(".")[2].startswith(begun)]
