"""Serving over stdin and stdout, and ending within two seconds whatever ends it."""

import asyncio
import os
import signal
import sys
from typing import NoReturn

import anyio
from fastmcp import FastMCP

from synthaix.orchestration.engine import Engine
from synthaix.server.app import GRACE_SECONDS, build_server
from synthaix.server.logs import take_over_fastmcp
from synthaix.server.settings import Settings

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))
LAST_SECONDS = 1.6  # for everything that is still to be closed


def serve_stdio(settings: Settings, *, works: bool = True) -> NoReturn:
    """Serve one host until it closes stdin or sends a signal; the process ends here."""
    take_over_fastmcp()
    opened: list[Engine] = []
    mcp = build_server(settings, works=works, on_open=opened.append, on_close=_end_soon)
    _thaw()
    anyio.run(_serve, mcp, opened)
    _end()


async def _serve(mcp: FastMCP, opened: list[Engine]) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(_watch_signals, opened)
        await mcp.run_async(transport="stdio", show_banner=False)
        _end()  # here, since a loop that is taken down waits for whatever is still under way


async def _watch_signals(opened: list[Engine]) -> None:
    """At the first signal, close the engine and end: the thread that reads stdin cannot be cancelled."""
    try:
        with anyio.open_signal_receiver(*SIGNALS) as received:
            async for _ in received:
                with anyio.move_on_after(LAST_SECONDS):
                    for engine in opened:
                        await engine.aclose(GRACE_SECONDS)
                _end()
    except NotImplementedError:  # Windows: the end of stdin still ends the server
        return


def _end_soon() -> None:
    """Closing has begun; whatever hangs, it ends in time."""
    asyncio.get_running_loop().call_later(LAST_SECONDS, _end)


def _thaw() -> None:
    """Collect garbage again; what the imports made stays out of every later collection."""
    import gc

    gc.collect(0)
    gc.freeze()
    gc.enable()


def _end() -> NoReturn:
    """Leave at once: threads of imports or exports would keep the interpreter for seconds, and nothing is unsaved."""
    sys.stderr.flush()
    os._exit(0)
