"""What a job is said to cost: before the yes, after a preview, and once its own calls have been seen."""

from pathlib import Path
from typing import Any

import pytest
from tests.doubles.writing import REVIEWS, ended, prices, rested, until, writing

from synthaix.orchestration.jobs.order import Order

WORDY: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "note", "type": "text", "description": "what the customer said", "strategy": "llm",
         "examples": ["It broke after a week and nobody answered my letters."]},
    ]
}  # fmt: skip


async def test_a_preview_makes_the_quote_better(tmp_path: Path, fake_provider: Any) -> None:
    """After paid rows the quote says so, is nearer to what the provider bills, and its band is narrower."""
    fake_provider.reset(words=18)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        order = Order(300, schema=WORDY, seed=1)
        before = await engine.quote(order, owner="local")
        await engine.preview(owner="local", schema=WORDY, rows=24, seed=1)
        after = await engine.quote(order, owner="local")
        assert "preview of 24 rows" in after.basis
        assert after.output_tokens > 1.3 * before.output_tokens
        assert after.usd_high is not None
        assert after.usd_low is not None
        assert after.usd_high - after.usd_low < 0.17 * (after.usd_high + after.usd_low)
        assert (await engine.quote(order, owner="other")).basis == before.basis
        view = await ended(engine, order)
        assert view.cost.spent_usd is not None
        assert after.usd_low <= view.cost.spent_usd <= after.usd_high


async def test_a_running_job_shows_what_its_calls_say(tmp_path: Path, fake_provider: Any) -> None:
    """Cost and end are estimated anew from the first rows, within 15 %, and the bill is inside."""
    fake_provider.reset(base=0.2)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        view = await engine.start(
            Order(400, schema=REVIEWS, seed=1, chunk_size=200, max_workers=4), owner="local", confirmed=True
        )
        assert "descriptions" in view.estimate.basis
        while "measured" not in view.estimate.basis:
            view = await engine.status(view.job_id, owner="local", wait_seconds=0.1)
        shown = view.cost
        assert shown.usd_low is not None
        assert shown.usd_high is not None
        assert shown.usd_high - shown.usd_low <= 0.15 * (shown.usd_high + shown.usd_low)
        assert view.rows_generated == 0  # before the first chunk of 200 rows is there
        assert view.estimated_completion is not None
        view = await rested(engine, view)
        assert view.cost.spent_usd is not None
        assert shown.usd_low <= view.cost.spent_usd <= shown.usd_high


async def test_a_job_that_would_cost_twice_as_much_asks_first(tmp_path: Path, fake_provider: Any) -> None:
    """`stopped/estimate_off` with both figures, long before the money is gone; who resumes accepts the new one."""
    fake_provider.reset(words=28)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        order = Order(600, schema=WORDY, seed=1, max_workers=3)
        quoted = await engine.quote(order, owner="local")
        view = await ended(engine, order)
        assert (view.status, view.stop_reason) == ("stopped", "estimate_off"), view
        assert (view.last_error or "").count("USD") == 2
        assert quoted.usd_high is not None
        assert view.cost.usd_low is not None
        assert view.cost.spent_usd is not None
        assert view.cost.spent_usd < 0.5 * quoted.usd_high < view.cost.usd_low
        assert view.cost.calls == fake_provider.stats()["billed"]
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", 600), view


async def test_what_is_free_is_not_asked_about(tmp_path: Path, fake_provider: Any) -> None:
    """A model on this machine may say as much as it likes."""
    fake_provider.reset(words=28)
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, Order(200, schema=WORDY, seed=1))
        assert (view.status, view.cost.spent_usd) == ("completed", 0.0)


@pytest.mark.chaos
async def test_the_estimate_of_a_stopped_job_outlives_its_process(tmp_path: Path, fake_provider: Any) -> None:
    """Another process shows the same estimate, and resuming there accepts it."""
    fake_provider.reset(words=28)
    home, book = tmp_path / "home", prices(tmp_path)
    async with writing(home, fake_provider.base_url, prices=book) as engine:
        view = await ended(engine, Order(600, schema=WORDY, seed=1, max_workers=3))
    async with writing(home, fake_provider.base_url, prices=book) as engine:
        again = await engine.status(view.job_id, owner="local")
        assert again.estimate == view.estimate
        resumed = await engine.resume(view.job_id, owner="local")
        done = await until(engine, resumed, lambda seen: seen.status == "completed")
        assert done.rows_generated == 600
