"""A process of a fleet: an engine that holds jobs and makes calls until it is ended.

    python tests/doubles/fleet_process.py CONFIG

CONFIG is JSON: the fields of `Config`. Prints `ready` once it serves; ends with stdin.
"""

import json
import sys
from pathlib import Path

import anyio
import anyio.to_thread
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine

SECRETS = ("api_key", "database_url", "redis_url")
PATHS = ("home", "prices")


def config_of(text: str) -> Config:
    """The settings that a test wrote."""
    loose = json.loads(text)
    loose |= {name: SecretStr(loose[name]) for name in SECRETS if loose.get(name)}
    loose |= {name: Path(loose[name]) for name in PATHS if loose.get(name)}
    return Config(**loose)


async def main() -> None:
    """Serve until stdin ends."""
    engine = Engine(config_of(sys.argv[1]))
    await engine.open()
    await engine.warm()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await anyio.to_thread.run_sync(sys.stdin.read, abandon_on_cancel=True)
    await engine.aclose()


if __name__ == "__main__":
    anyio.run(main)
