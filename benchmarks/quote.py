"""How often a job's cost and time end inside the band that its own first calls gave.

    uv run python benchmarks/quote.py            # RUNS=100 by default

Each run is a job of its own against the fake provider: another number of rows, length of text, number of workers and
luck of the provider's latency, which is half of a real one (0.25 s and 2.5 ms a token, +-10 % a call). The band is
the one that `job_status` shows once 24 rows have been seen. The times hold for a machine that has nothing else to do.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import anyio
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView

ROOT = Path(__file__).parents[1]
RUNS = int(os.environ.get("RUNS", "100"))
SCENARIO = {"base": 0.25, "per_token": 0.0025, "spread": 0.1}


def reviews(words: int) -> dict[str, Any]:
    """A table of id, category, amount, timestamp and a review of so many words."""
    return {
        "columns": [
            {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
            {"name": "category", "type": "category", "constraints": {"enum": ["shoes", "tents", "bikes", "lamps"]}},
            {"name": "amount", "type": "decimal", "constraints": {"min": 5, "max": 900, "decimals": 2}},
            {"name": "timestamp", "type": "datetime", "constraints": {"min": "2025-01-01", "max": "2025-12-31"}},
            {"name": "review", "type": "text", "description": f"a review of about {words} words", "strategy": "llm"},
        ]
    }


async def one(engine: Engine, luck: random.Random, seed: int) -> tuple[JobView, JobView]:
    """A job's view at the moment of its estimate, and at its end."""
    order = Order(
        luck.choice([200, 300, 400]), schema=reviews(luck.randint(20, 60)), seed=seed,
        max_workers=luck.choice([8, 16]),
    )  # fmt: skip
    view = await engine.start(order, owner="local", confirmed=True)
    while "measured" not in view.estimate.basis:
        view = await engine.status(view.job_id, owner="local", wait_seconds=0.02)
    shown = view
    while view.status in ("pending", "processing", "paused"):
        view = await engine.status(view.job_id, owner="local", wait_seconds=20)
    return shown, view


async def measure(base_url: str) -> None:
    """Run, and print the shares."""
    costs, times, widths, off = 0, 0, list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        prices = anyio.Path(folder) / "prices.json"
        await prices.write_text(json.dumps({"*": {"input_per_million": 0.15, "output_per_million": 0.6}}))
        config = Config(
            home=Path(folder) / "home", provider="openai", model="fake-model", base_url=base_url,
            api_key=SecretStr("none"), prices=Path(prices), embedder="hash",
        )  # fmt: skip
        engine = Engine(config)
        await engine.open()
        await one(engine, random.Random(0), RUNS)  # what the first job of a process loads
        for seed in range(RUNS):
            shown, ended = await one(engine, random.Random(seed), seed)
            assert ended.status == "completed", ended
            assert ended.finished_at is not None
            assert ended.started_at is not None
            low, high = shown.cost.usd_low or 0.0, shown.cost.usd_high or 0.0
            spent, seconds = ended.cost.spent_usd or 0.0, ended.finished_at - ended.started_at
            costs += low <= spent <= high
            times += shown.estimate.seconds_low <= seconds <= shown.estimate.seconds_high
            widths.append((high - low) / (high + low))
            off.append(seconds / ((shown.estimate.seconds_low + shown.estimate.seconds_high) / 2) - 1)
        await engine.aclose()
    off.sort()
    print(f"runs {RUNS}: cost inside its band {costs}, time inside its band {times}")
    print(f"widest band of the cost +-{max(widths):.1%}")
    print(f"time against the middle of its band {off[0]:+.0%} to {off[-1]:+.0%}, median {off[RUNS // 2]:+.0%}")


def main() -> None:
    """Start the provider, and end it."""
    command = [sys.executable, str(ROOT / "tests/doubles/fake_provider.py"), "--scenario", json.dumps(SCENARIO)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as provider:
        assert provider.stdout is not None
        anyio.run(measure, provider.stdout.readline().strip())
        provider.terminate()


if __name__ == "__main__":
    main()
