"""What every call has: the engine, the owner, the gate."""

from collections.abc import Callable
from dataclasses import dataclass

from fastmcp import Context

from synthaix.orchestration.engine import Engine
from synthaix.tools.confirmation import Gate

LOCAL_OWNER = "local"


@dataclass(frozen=True, slots=True)
class Way:
    """How callers come here: over stdio, where all of them are one person, or over HTTP.

    Attributes:
        owner: whose the call is that is being answered.
        downloads: the address below which that caller fetches files; None where a path is what they can use.
    """

    owner: Callable[[], str] = lambda: LOCAL_OWNER
    downloads: Callable[[], str] | None = None


def engine_of(ctx: Context) -> Engine:
    """The engine that the server's lifespan owns."""
    engine: Engine = ctx.lifespan_context["engine"]
    return engine


def gate_of(ctx: Context) -> Gate:
    """The gate through which the human's yes comes."""
    gate: Gate = ctx.lifespan_context["gate"]
    return gate


def owner_of(ctx: Context) -> str:
    """Whose jobs and schemas the caller sees."""
    return way_of(ctx).owner()


def way_of(ctx: Context) -> Way:
    """How the caller came."""
    way: Way = ctx.lifespan_context["way"]
    return way
