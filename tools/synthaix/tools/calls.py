"""What every call has: the engine, the owner, the gate."""

from fastmcp import Context

from synthaix.orchestration.engine import Engine
from synthaix.tools.confirmation import Gate

LOCAL_OWNER = "local"


def engine_of(ctx: Context) -> Engine:
    """The engine that the server's lifespan owns."""
    engine: Engine = ctx.lifespan_context["engine"]
    return engine


def gate_of(ctx: Context) -> Gate:
    """The gate through which the human's yes comes."""
    gate: Gate = ctx.lifespan_context["gate"]
    return gate


def owner_of(ctx: Context) -> str:
    """Whose jobs and schemas the caller sees: everybody's over stdio are the same person's."""
    return LOCAL_OWNER
