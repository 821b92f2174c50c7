"""A process whose files may not grow beyond some megabytes, as on a full disk, until it lifts the limit.

    python tests/doubles/full_disk.py HOME

Prints the job's status while the disk is full, then at its end, each with the rows counted.
"""

import resource
import sys
from pathlib import Path

import anyio

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order

MEGABYTES = 3
SCHEMA = {
    "columns": [
        {"name": "key", "type": "uuid"},
        {"name": "name", "type": "string", "kind": "person.full_name"},
        {"name": "amount", "type": "float", "constraints": {"min": 0, "max": 1, "decimals": 9}},
    ]
}


async def main() -> None:
    """Fill the disk, free it, and end."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    engine = Engine(Config(home=Path(sys.argv[1])))
    await engine.open()
    await engine.warm()
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTES << 20, most))
    view = await engine.start(Order(60_000, schema=SCHEMA, seed=1), owner="local", confirmed=True)
    with anyio.fail_after(60):
        while view.status != "paused":
            view = await engine.status(view.job_id, owner="local", wait_seconds=1)
    sys.stdout.write(f"{view.status} {view.stop_reason} {view.rows_generated}\n")
    page = await engine.page(view.job_id, owner="local", limit=1)
    assert page.rows_total >= view.rows_generated
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    with anyio.fail_after(90):
        while view.status != "completed":
            view = await engine.status(view.job_id, owner="local", wait_seconds=1)
    sys.stdout.write(f"{view.status} {view.stop_reason} {view.rows_generated}\n")
    await engine.aclose()


anyio.run(main)
