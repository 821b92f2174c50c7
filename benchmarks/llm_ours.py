"""One job of reviews by our engine against a running provider; prints its figures as one line of JSON.

    uv run python benchmarks/llm_ours.py '{"base_url": "http://127.0.0.1:4010/v1", "rows": 1000, "slots": 20}'
"""

import contextlib
import json
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CATEGORIES = ["Books", "Toys", "Garden", "Shoes", "Music"]
REVIEWS: dict[str, Any] = {
    "name": "purchases",
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "category", "type": "category", "constraints": {"enum": CATEGORIES}},
        {"name": "amount", "type": "decimal", "constraints": {"min": 5, "max": 900, "decimals": 2}},
        {
            "name": "timestamp",
            "type": "datetime",
            "constraints": {"min": "2025-01-01T00:00:00Z", "max": "2026-06-30T23:59:59Z"},
        },
        {
            "name": "review",
            "type": "text",
            "description": "~40-word review",
            "strategy": "llm",
            "constraints": {"max_length": 600},
        },
    ],
}
LEAST_WORDS = 40  # of a text that the provider sent whole


@dataclass(frozen=True)
class Run:
    """What to do."""

    base_url: str
    rows: int = 1_000
    slots: int = 20
    embedder: str = "use"
    policy: str = "rows"
    diverse: bool = True
    call_seconds: float = 10.0
    seed: int = 7
    profile: str = ""  # a file for cProfile's figures of the event loop's thread


async def job(run: Run, home: Path) -> dict[str, Any]:
    """Start a job, wait for its end, check every row."""
    import anyio
    import psutil

    from synthaix.orchestration.config import Config
    from synthaix.orchestration.engine import Engine
    from synthaix.orchestration.jobs.order import Order
    from synthaix.tools.progress import poll_after

    config = Config(
        home=home, provider="openai", model="fake-model", base_url=run.base_url, embedder=run.embedder,
        max_workers=run.slots, call_seconds=run.call_seconds, diverse=run.diverse,
    )  # fmt: skip
    me = psutil.Process()
    engine = Engine(config)
    await engine.open()
    await engine.warm()
    done, peak = threading.Event(), [0.0]
    watcher = threading.Thread(target=watch, args=(me, peak, done), daemon=True)
    watcher.start()
    cpu, begun = spent(me), time.time()
    view = await engine.start(
        Order(run.rows, schema=REVIEWS, seed=run.seed, dedup_policy=run.policy), owner="local", confirmed=True
    )
    while view.status in ("pending", "processing", "paused"):
        await anyio.sleep(poll_after(view) or 0.0)  # as `job_status` tells an agent to
        view = await engine.status(view.job_id, owner="local")
    seconds, cpu = (view.finished_at or time.time()) - begun, spent(me) - cpu
    done.set()
    watcher.join()
    valid = distinct = cut = 0
    if view.rows_generated:
        export = await engine.export(view.job_id, owner="local", format="jsonl", wait_seconds=120)
        assert export.path is not None
        valid, distinct, cut = checked(export.path)
    await engine.aclose()
    return {
        "status": view.status, "stop_reason": view.stop_reason, "last_error": view.last_error, "seconds": seconds,
        "rows": view.rows_generated, "valid": valid, "distinct": distinct, "cut": cut, "cpu": cpu,
        "rss_mb": peak[0] / 1e6, "calls": view.cost.calls, "deduplicated": view.rows_deduplicated,
        "rejected": view.rows_rejected, "quoted_calls": view.estimate.calls,
        "quoted_tokens": view.estimate.input_tokens + view.estimate.output_tokens,
    }  # fmt: skip


def checked(export: Path) -> tuple[int, int, int]:
    """How many exported rows are valid, how many texts are distinct, how many were cut off."""
    valid, cut, texts = 0, 0, set()
    with export.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            cut += len(row["review"].split()) < LEAST_WORDS
            texts.add(hash(row["review"]))
            valid += (
                row["id"] == number
                and row["category"] in CATEGORIES
                and 5 <= float(row["amount"]) <= 900
                and 0 < len(row["review"]) <= 600
            )
    return valid, len(texts), cut


def spent(process: Any) -> float:
    """CPU seconds of a process and what it started."""
    times = [process.cpu_times(), *(child.cpu_times() for child in process.children(recursive=True))]
    return sum(part.user + part.system for part in times)


def watch(process: Any, peak: list[float], done: threading.Event) -> None:
    """Note the highest resident memory until told to stop."""
    while not done.wait(0.2):
        peak[0] = max(peak[0], float(process.memory_info().rss))


def main() -> None:
    """Run what the first argument says."""
    import anyio

    run = Run(**json.loads(sys.argv[1]))
    with tempfile.TemporaryDirectory() as home, profiled(run.profile):
        print(json.dumps(anyio.run(job, run, Path(home))))


@contextlib.contextmanager
def profiled(file: str) -> Any:
    """Write cProfile's figures to a file, if one is named."""
    if not file:
        yield
        return
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    yield
    profile.disable()
    profile.dump_stats(file)


if __name__ == "__main__":
    main()
