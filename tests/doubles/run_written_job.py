"""A process that runs a job whose text a model writes, until it ends or is killed, and says how far it is.

    python tests/doubles/run_written_job.py HOME BASE_URL ROWS WORKERS CAP_USD

Starts the job if the folder holds none, else goes on with it. Each line is `<rows counted> <status> <stop reason>`.
"""

import sys
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parents[2]))  # it runs as a script, beside which there is no package
from tests.doubles.writing import REVIEWS, prices, writing

from synthaix.orchestration.jobs.order import Order


async def main() -> None:
    """Run to the end."""
    home, base_url, rows, workers, cap = Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:5]), float(sys.argv[5])
    async with writing(home, base_url, prices=prices(home), resume="auto") as engine:
        known = await engine.ids("job", owner="local")
        if known:
            view = await engine.status(known[0], owner="local")
        else:
            order = Order(rows, schema=REVIEWS, seed=3, chunk_size=20, max_workers=workers, max_cost_usd=cap)
            view = await engine.start(order, owner="local", confirmed=True)
        while True:
            view = await engine.status(view.job_id, owner="local")
            sys.stdout.write(f"{view.rows_generated} {view.status} {view.stop_reason}\n")
            sys.stdout.flush()
            if view.status in ("completed", "failed", "stopped"):
                break
            await anyio.sleep(0.005)


anyio.run(main)
