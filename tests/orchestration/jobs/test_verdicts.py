"""What an order says about duplicates, from the order to the job's status."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView

REVIEWS: dict[str, Any] = {
    "columns": [
        {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 2}},
        {"name": "review", "type": "text", "description": "a review of about 20 words",
         "constraints": {"max_length": 400}, "strategy": "llm"},
    ]
}  # fmt: skip


async def ended(home: Path, base_url: str, **wishes: Any) -> JobView:
    """A job of 40 reviews, to its end."""
    engine = Engine(
        Config(home=home, provider="openai", model="fake-model", base_url=base_url, api_key=SecretStr("secret"),
               embedder="hash")
    )  # fmt: skip
    await engine.open()
    try:
        order = Order(40, schema=REVIEWS, seed=1, chunk_size=20, **wishes)
        view = await engine.start(order, owner="local", confirmed=True)
        while view.status in ("pending", "processing", "paused"):
            view = await engine.status(view.job_id, owner="local", wait_seconds=20)
        return view
    finally:
        await engine.aclose()


@pytest.mark.timeout(120)
async def test_a_number_that_throws_different_rows_away_is_warned_of(tmp_path: Path, fake_provider: Any) -> None:
    """The status says how many rows the automatic threshold would have kept; without a number it says nothing."""
    stated = await ended(tmp_path / "stated", fake_provider.base_url, deduplication_threshold=0.35)
    doubtful = stated.detail["doubtful"]
    assert isinstance(doubtful, int)
    assert 0 < doubtful <= stated.rows_deduplicated
    assert f"threw away {doubtful:,} rows" in stated.notes[0]
    automatic = await ended(tmp_path / "automatic", fake_provider.base_url)
    assert (automatic.status, automatic.rows_generated) == ("completed", 40)
    assert automatic.notes == ()


@pytest.mark.timeout(120)
async def test_grey_rows_are_kept_or_dropped_as_ordered(tmp_path: Path, fake_provider: Any) -> None:
    """Either way there are exactly N rows, and the status counts the grey ones."""
    kept = await ended(tmp_path / "keep", fake_provider.base_url, deduplication_threshold=0.45, grey_policy="keep")
    dropped = await ended(tmp_path / "drop", fake_provider.base_url, deduplication_threshold=0.45, grey_policy="drop")
    for view in (kept, dropped):
        assert (view.status, view.rows_generated) == ("completed", 40), view.last_error
        assert view.detail["grey"] != 0
    assert dropped.cost.calls > kept.cost.calls
