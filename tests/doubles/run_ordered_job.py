"""A process that runs a job whose text a model writes, until it ends or is killed, and says what it has been answered.

    python tests/doubles/run_ordered_job.py HOME CONFIG ORDER

CONFIG and ORDER are JSON: the settings and the order, with the schema in it. Starts the job if the folder holds none,
else resumes it. Each line is `<replies paid> <rows counted> <status> <job id>`.
"""

import json
import sys
from pathlib import Path

import anyio

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order


async def main() -> None:
    """Run to the end."""
    engine = Engine(Config(home=Path(sys.argv[1]), **json.loads(sys.argv[2])))
    await engine.open()
    known = await engine.ids("job", owner="local")
    if known:
        view = await engine.resume(known[0], owner="local")
    else:
        view = await engine.start(Order(**json.loads(sys.argv[3])), owner="local", confirmed=True)
    while True:
        view = await engine.status(view.job_id, owner="local")
        sys.stdout.write(f"{view.cost.calls} {view.rows_generated} {view.status} {view.job_id}\n")
        sys.stdout.flush()
        if view.status not in ("pending", "processing", "paused"):
            break
        await anyio.sleep(0.02)
    await engine.aclose()


anyio.run(main)
