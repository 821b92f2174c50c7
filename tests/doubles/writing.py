"""Jobs whose text the fake provider writes: an engine, an order's end, and the rows that came of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView

REVIEWS: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "category", "type": "category", "constraints": {"enum": ["shoes", "tents", "bikes"]}},
        {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 5}},
        {"name": "review", "type": "text", "description": "a review of about 20 words",
         "constraints": {"max_length": 400}, "strategy": "llm"},
    ]
}  # fmt: skip


PRICED = {"price_input": 1.0, "price_output": 2.0}


@asynccontextmanager
async def writing(home: Path, base_url: str, **changes: Any) -> AsyncIterator[Engine]:
    """An engine whose model is the fake provider's."""
    settings: dict[str, Any] = {
        "provider": "openai", "model": "fake-model", "base_url": base_url, "api_key": SecretStr("secret"),
        "embedder": "hash", "call_seconds": 2.0,
    }  # fmt: skip
    engine = Engine(Config(home=home, **{**settings, **changes}))
    await engine.open()
    try:
        yield engine
    finally:
        await engine.aclose()


async def ended(engine: Engine, order: Order) -> JobView:
    """Start a job and wait for its end."""
    return await rested(engine, await engine.start(order, owner="local", confirmed=True))


async def rested(engine: Engine, view: JobView) -> JobView:
    """Wait until a job ends or waits for someone."""
    while view.status in ("pending", "processing", "paused"):
        view = await engine.status(view.job_id, owner="local", wait_seconds=20)
    return view


async def reviews(engine: Engine, view: JobView) -> list[str]:
    """The text of every row, after checking that all rows are valid."""
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await engine.page(view.job_id, owner="local", cursor=cursor, limit=500)
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row["category"] in ("shoes", "tents", "bikes")
        assert 1 <= row["rating"] <= 5
        assert 0 < len(row["review"]) <= 400
    return [row["review"] for row in rows]


def prices(folder: Path) -> Path:
    """A price file: a dollar for a million tokens in, two for a million out; `PRICED` for the provider."""
    path = folder / "prices.json"
    path.write_bytes(orjson.dumps({"fake-model": {"input_per_million": 1.0, "output_per_million": 2.0}}))
    return path


async def until(engine: Engine, view: JobView, there: Callable[[JobView], bool]) -> JobView:
    """Wait for a job to be as wanted."""
    status: Callable[..., Awaitable[JobView]] = engine.status
    while not there(view):
        assert view.status in ("pending", "processing", "paused"), view
        view = await status(view.job_id, owner="local", wait_seconds=5)
    return view
