"""Completions of ids in prompts and resource addresses."""

from typing import Any, Literal

from fastmcp import FastMCP
from fastmcp.server.dependencies import get_context

from synthaix.orchestration.errors import SynthAIxError
from synthaix.tools.calls import engine_of, owner_of

MOST = 20
_IDS: dict[str, Literal["schema", "job"]] = {"schema_id": "schema", "job_id": "job"}


async def complete(reference: Any, argument: Any, context: Any) -> list[str] | None:
    """The owner's newest ids that begin as the argument does."""
    what = _IDS.get(argument.name)
    if what is None:
        return None
    ctx = get_context()
    try:
        return (await engine_of(ctx).ids(what, owner=owner_of(ctx), prefix=argument.value))[:MOST]
    except SynthAIxError:  # a completion is a courtesy: a store out of reach is told by the call that follows
        return []


def add_completions(mcp: FastMCP) -> None:
    """Register the one handler that a server has."""
    mcp.completion(complete)
