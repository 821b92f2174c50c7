"""The server, put together: engine, gate, tools, faults."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastmcp import FastMCP
from fastmcp.apps import AppConfig
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import SynthAIxError
from synthaix.server.faults import Faults
from synthaix.server.request_state import RequestStates
from synthaix.server.settings import Settings
from synthaix.tools.asking import ANSWER_SECONDS
from synthaix.tools.calls import Way
from synthaix.tools.confirmation import Gate
from synthaix.tools.definition import PAGE_URI
from synthaix.tools.icon import ICONS
from synthaix.tools.surface import INSTRUCTIONS, add_surface

if TYPE_CHECKING:
    from fastmcp.server.auth import AuthProvider

log = logging.getLogger(__name__)

GRACE_SECONDS = 0.7  # for commits in flight; the engine takes it twice at most, and a host waits two seconds
AFTER_LIST_SECONDS = 0.05  # from an answer to the imports: enough for it to leave the process
AFTER_HANDSHAKE_SECONDS = 2.0  # for hosts that list no tools
WARM_SECONDS = 5.0  # at most, for imports under way when the host leaves; stdio ends sooner


def build_server(
    settings: Settings,
    *,
    way: Way | None = None,
    auth: "AuthProvider | None" = None,
    guards: Sequence[Middleware] = (),
    works: bool = True,
    shared: bool = False,
    on_open: Callable[[Engine], object] | None = None,
    on_close: Callable[[], object] | None = None,
) -> FastMCP:
    """The MCP server; its lifespan makes, opens and closes the engine. Imports nothing that a handshake does not need.

    Args:
        way: how callers come here; over stdio when None.
        auth: who may call, over HTTP; everybody who reaches it when None.
        guards: what may refuse a call before its tool sees it.
        works: whether it makes model calls itself where there is a fleet to make them.
        shared: whether a client's next request may reach another server on the same store.
        on_open: told the engine, for whoever must close it where the lifespan cannot.
        on_close: told that closing begins.
    """
    warmth = Warmth()
    states = RequestStates()

    @asynccontextmanager
    async def lifespan(server: FastMCP) -> AsyncIterator[dict[str, Any]]:
        config = settings.config()
        engine = Engine(config if works else replace(config, fleet_calls=0))
        await engine.open()
        if on_open is not None:
            on_open(engine)
        if shared:
            await _share(states, engine)
        warmth.begin(engine)
        try:
            yield {"engine": engine, "gate": Gate(settings.confirm), "way": way or Way()}
        finally:
            if on_close is not None:
                on_close()
            await warmth.end()
            await engine.aclose(GRACE_SECONDS)

    mcp = FastMCP(
        "synthaix",
        instructions=INSTRUCTIONS,
        version=version("synthaix"),
        icons=ICONS,
        lifespan=lifespan,
        mask_error_details=True,
        auth=auth,
        middleware=[Faults(), *guards, warmth],
        request_state_security=states.security(seconds=ANSWER_SECONDS),
    )
    add_surface(mcp)
    _add_page(mcp)
    return mcp


async def _share(states: RequestStates, engine: Engine) -> None:
    try:
        await states.share(engine)
    except SynthAIxError as exc:
        log.warning("answers to questions are taken by this process alone: %s", exc.code)


def _add_page(mcp: FastMCP) -> None:
    """The page that hosts of MCP Apps show beside the answers of some tools; read when one asks for it."""

    def app() -> str:
        from synthaix.server.page.assembly import page

        return page()

    listed = mcp.resource(
        PAGE_URI, name="app", title="Schema, job and rows", icons=ICONS, app=AppConfig(prefers_border=True),
        description="The page that a host shows beside the tools' answers; it calls the same tools.",
    )  # fmt: skip
    listed(app)


class Warmth(Middleware):
    """Warms the engine once the host has what it waits for: the imports take a second and hold the interpreter.

    The task belongs to the lifespan, which begins and ends it. A task group cannot be held across its `yield`.
    """

    def __init__(self) -> None:
        self._met = asyncio.Event()
        self._listed = asyncio.Event()
        self._begun = False
        self._task: asyncio.Task[None] | None = None

    def begin(self, engine: Engine) -> None:
        """Wait for the first answers, then warm the engine."""
        self._met.clear()
        self._listed.clear()
        self._begun = False
        self._task = asyncio.create_task(self._warm(engine), name="synthaix warmth")

    async def end(self) -> None:
        """Stop waiting; what has begun is let finish, since a store that is cut off at its opening closes badly."""
        if self._task is None:
            return
        if self._begun:
            await asyncio.wait({self._task}, timeout=WARM_SECONDS)
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def on_initialize(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """An older client's handshake."""
        answer = await call_next(context)
        self._met.set()
        return answer

    async def on_discover(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """A newer client's."""
        answer = await call_next(context)
        self._met.set()
        return answer

    async def on_list_tools(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """What a host asks for next."""
        answer = await call_next(context)
        self._met.set()
        self._listed.set()
        return answer

    async def _warm(self, engine: Engine) -> None:
        await self._met.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listed.wait(), AFTER_HANDSHAKE_SECONDS)
        await asyncio.sleep(AFTER_LIST_SECONDS)
        self._begun = True
        try:
            await engine.warm()
        except SynthAIxError as exc:  # the call that needs it will say so to its caller
            log.warning("not warmed: %s", exc.code)
