"""One command's run: an engine that is opened and closed, a screen, and an exit status for every ending."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import anyio

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, Infeasible, NotFound, SchemaInvalid, SynthAIxError
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings

log = logging.getLogger(__name__)

DONE, NOT_DONE, USAGE, DECLINED, INTERRUPTED = 0, 1, 2, 3, 130
OWNER = "local"
LAST_SECONDS = 3.0  # for closing after an interrupt

Flow = Callable[..., Awaitable[int]]


class Declined(Exception):
    """The user said no; the text says what was not done."""


def run(settings: Settings, flow: Flow, *arguments: Any, json: bool, quiet: bool) -> int:
    """Run `flow(engine, screen, settings, *arguments)` to its exit status."""
    logging.getLogger("synthaix").setLevel(logging.WARNING)  # the screen says what the log would
    screen = Screen(json=json, quiet=quiet)
    try:
        return anyio.run(_open_and_run, settings, flow, screen, arguments)
    except Declined as no:
        screen.say(str(no))
        return DECLINED
    except SynthAIxError as exc:
        screen.error(dict(exc.fields()))
        return USAGE if isinstance(exc, ArgumentInvalid | SchemaInvalid | NotFound | Infeasible) else NOT_DONE
    finally:
        screen.close()


async def _open_and_run(settings: Settings, flow: Flow, screen: Screen, arguments: tuple[Any, ...]) -> int:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - for the type checker
    with suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)  # as Ctrl+C does
    engine = Engine(replace(settings.config(), redis_url=None))
    await engine.open(adopts=False)  # a command runs its own job, by itself, and leaves those of servers alone
    try:
        return await flow(engine, screen, settings, *arguments)
    except anyio.get_cancelled_exc_class():
        with anyio.move_on_after(LAST_SECONDS, shield=True):
            await engine.aclose()
        screen.say("Interrupted.")
        screen.close()
        os._exit(INTERRUPTED)  # a loop that is taken down waits for whatever was cut off
    finally:
        with anyio.CancelScope(shield=True):
            await engine.aclose()
