"""A process that runs a job until it ends or is killed, and says how far it is.

    python tests/doubles/run_job.py HOME ROWS SEED CHUNK_SIZE SAMPLER_PROCESS_ROWS [SCHEMA]

Starts the job if the store holds none, else goes on with it. Each line is `<rows counted> <status> <job id>`.
The store is the folder's file, or what SYNTHAIX_DATABASE_URL names; LEASE_SECONDS changes the lease.
"""

import json
import os
import sys
from pathlib import Path

import anyio
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order

SCHEMA = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "name", "type": "string", "kind": "person.full_name"},
        {"name": "city", "type": "string", "kind": "address.city"},
        {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 900, "decimals": 2}},
        {"name": "born", "type": "date", "constraints": {"min": "1950-01-01", "max": "2005-12-31"}},
    ]
}


async def main() -> None:
    """Run to the end."""
    home, rows, seed, chunk, process_rows = sys.argv[1], *map(int, sys.argv[2:6])
    schema = json.loads(sys.argv[6]) if len(sys.argv) > 6 else SCHEMA
    url = os.environ.get("SYNTHAIX_DATABASE_URL")
    engine = Engine(
        Config(
            home=Path(home),
            database_url=SecretStr(url) if url else None,
            sampler_process_rows=process_rows,
            lease_seconds=float(os.environ.get("LEASE_SECONDS", "15")),
        )
    )
    await engine.open()
    known = await engine.ids("job", owner="local")
    if known:
        view = await engine.status(known[0], owner="local")
    else:
        order = Order(rows, schema=schema, seed=seed, chunk_size=chunk)
        view = await engine.start(order, owner="local", confirmed=True)
    while True:
        view = await engine.status(view.job_id, owner="local")
        sys.stdout.write(f"{view.rows_generated} {view.status} {view.job_id}\n")
        sys.stdout.flush()
        if view.status in ("completed", "failed", "stopped"):
            break
        await anyio.sleep(0.005)
    await engine.aclose()


anyio.run(main)
