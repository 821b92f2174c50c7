"""What the ledger says against what the provider bills, over a real socket: never less, never past the cap."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.doubles.writing import PRICED, REVIEWS, ended, prices, rested, writing

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.llm.prices import PriceBook
from synthaix.orchestration.store.ledger import NANOS

FAULTS: dict[str, dict[str, float]] = {
    "clean": {},
    "answers": {"length": 0.1, "missing_rows": 0.1, "invalid_rows": 0.1, "wrong_shape": 0.05, "extra_rows": 0.1},
    "refusals": {"429": 0.2, "500": 0.1, "hang": 0.05, "garbage": 0.1, "refusal": 0.05, "content_filter": 0.05},
}


@pytest.mark.parametrize("faults", FAULTS)
@pytest.mark.parametrize("workers", [1, 20, 100])
@pytest.mark.timeout(120)
async def test_the_ledger_is_what_the_provider_bills(
    tmp_path: Path, fake_provider: Any, faults: str, workers: int
) -> None:
    """To the nanodollar, whatever was answered and however many calls were in flight; nothing stays reserved."""
    fake_provider.reset(shares=FAULTS[faults], retry_after=0.05, retry_style="ms", seed=5, base=0.02, **PRICED)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path), call_seconds=0.5) as engine:
        rows = 60 if workers == 1 else 150
        order = Order(rows, schema=REVIEWS, chunk_size=15, seed=1, max_workers=workers)
        view = await ended(engine, order)
        if view.stop_reason == "estimate_off":
            view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", rows), view.last_error
        assert view.cost.spent_usd is not None
        assert round(view.cost.spent_usd * NANOS) == round(fake_provider.stats()["dollars"] * NANOS)
        assert "reserved_usd" not in view.detail


@pytest.mark.parametrize("workers", [1, 20, 100])
async def test_no_number_of_workers_spends_past_the_cap(tmp_path: Path, fake_provider: Any, workers: int) -> None:
    """The provider's own sum stays below the cap; what was answered is settled, and the job says why it stopped."""
    fake_provider.reset(base=0.02, spread=0.5, **PRICED)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        rows, cap = (160, 0.008) if workers == 1 else (400, 0.012)
        order = Order(rows, schema=REVIEWS, chunk_size=20, seed=1, max_cost_usd=cap, max_workers=workers)
        view = await ended(engine, order)
        assert (view.status, view.stop_reason) == ("stopped", "budget"), view
        billed = fake_provider.stats()["dollars"]
        assert 0 < billed <= cap
        assert view.cost.spent_usd == pytest.approx(billed, abs=1e-9)
        assert "reserved_usd" not in view.detail
        view = await rested(engine, await engine.resume(view.job_id, owner="local", max_cost_usd=1.0))
        assert (view.status, view.rows_generated) == ("completed", rows)
        assert view.cost.spent_usd == pytest.approx(fake_provider.stats()["dollars"], abs=1e-9)


async def test_a_caller_stops_at_the_days_limit(tmp_path: Path, fake_provider: Any) -> None:
    """Jobs and previews of one owner share it; another owner's job is not touched."""
    fake_provider.reset(**PRICED)
    async with writing(
        tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path), day_cost_usd=0.012
    ) as engine:
        view = await ended(engine, Order(400, schema=REVIEWS, chunk_size=20, seed=1, max_workers=4))
        assert (view.status, view.stop_reason) == ("stopped", "budget")
        assert "day" in (view.last_error or "")
        assert fake_provider.stats()["dollars"] <= 0.012
        other = await engine.start(Order(20, schema=REVIEWS, seed=1), owner="other", confirmed=True)
        while other.status in ("pending", "processing"):
            other = await engine.status(other.job_id, owner="other", wait_seconds=5)
        assert other.status == "completed"


async def test_the_operators_prices_come_first(tmp_path: Path, fake_provider: Any) -> None:
    """`*` prices every model, at a loopback address too, where nothing else costs."""
    book = tmp_path / "prices.json"
    book.write_text(json.dumps({"*": {"input_per_million": 3.0, "output_per_million": 6.0}}))
    fake_provider.reset(price_input=3.0, price_output=6.0)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=book) as engine:
        view = await ended(engine, Order(20, schema=REVIEWS, seed=1))
        assert view.cost.spent_usd == pytest.approx(fake_provider.stats()["dollars"], abs=1e-9)
        assert view.cost.known


async def test_without_a_cap_an_unknown_price_is_said_to_be_unknown(tmp_path: Path) -> None:
    """Never 0: neither in the quote, nor in the summary of the cost."""
    async with writing(tmp_path, "https://models.example.com/v1", max_cost_usd=None) as engine:
        quote = await engine.quote(Order(10, schema=REVIEWS), owner="local")
        assert quote.calls > 0
        assert (quote.usd_low, quote.usd_high) == (None, None)


@pytest.mark.parametrize("text", ["[]", "{", '{"m": {"input": 1}}', '{"m": {"input_per_million": -1}}', '{"m": 3}'])
def test_a_price_file_that_cannot_be_read_says_what_one_looks_like(tmp_path: Path, text: str) -> None:
    """And names the setting."""
    path = tmp_path / "prices.json"
    path.write_text(text)
    with pytest.raises(ArgumentInvalid, match="input_per_million") as raised:
        PriceBook.read(path)
    assert raised.value.field == "SYNTHAIX_PRICES"
