"""A worker: a process that serves nobody, and makes calls and holds jobs until a signal ends it."""

import logging
import os
import signal
import sys
from dataclasses import replace

import anyio

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.server.settings import Settings

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)
LAST_SECONDS = 5.0  # for calls and commits under way


class NoFleet(Exception):
    """There is nothing to work for."""


def work(settings: Settings, concurrency: int | None) -> None:
    """Work until a signal.

    Raises:
        NoFleet: no address of a Redis server is set.
    """
    if settings.redis_url is None:
        raise NoFleet("set SYNTHAIX_REDIS_URL to the Redis or Valkey server of your SynthAIx servers.")
    config = settings.config()
    anyio.run(_work, config if concurrency is None else replace(config, fleet_calls=concurrency))


async def _work(config: Config) -> None:
    engine = Engine(config)
    with anyio.open_signal_receiver(*SIGNALS) as signals:
        await engine.open()
        try:
            await engine.warm()
            log.info("working, up to %d model calls at once", config.fleet_calls)
            async for _ in signals:
                break
        finally:
            with anyio.move_on_after(LAST_SECONDS, shield=True):
                await engine.aclose()
    sys.stderr.flush()
    os._exit(0)  # threads of imports would keep the interpreter for seconds, and nothing is unsaved
