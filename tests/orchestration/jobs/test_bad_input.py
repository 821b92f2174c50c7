"""What an operator can set wrong: the job says what it is, keeps what it has, and goes on once it is mended."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.doubles.writing import PRICED, REVIEWS, ended, prices, rested, reviews, writing

from synthaix.orchestration.errors import BudgetTooSmall
from synthaix.orchestration.jobs.order import Order


@pytest.mark.parametrize(
    ("settings", "scenario"),
    [
        ({"model": "unknown-model"}, {}),
        ({"api_key": SecretStr("wrong")}, {"key": "secret"}),
        ({}, {"html": True}),
        ({}, {"reject": ["messages"]}),
        ({}, {"shares": {"quota": 1.0}}),
    ],
    ids=["an unknown model", "a wrong key", "HTML", "no request is taken", "no quota"],
)
async def test_a_refusal_stops_the_job_and_a_cure_resumes_it(
    tmp_path: Path, fake_provider: Any, settings: dict[str, Any], scenario: dict[str, Any]
) -> None:
    """`stopped/provider_refused` with a sentence of ours, nothing billed; with the cure the same job ends at N."""
    fake_provider.reset(**scenario)
    async with writing(tmp_path, fake_provider.base_url, **settings) as engine:
        view = await ended(engine, Order(40, schema=REVIEWS, chunk_size=20, seed=1))
        assert (view.status, view.stop_reason) == ("stopped", "provider_refused"), view
        assert view.last_error
        assert "wrong" not in view.last_error
        assert "doctype" not in view.last_error
        assert fake_provider.stats()["billed"] == 0
        assert view.cost.calls == 0
    fake_provider.reset(key="secret")
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", 40)
        assert len(await reviews(engine, view)) == 40


async def test_what_goes_wrong_in_the_middle_keeps_the_rows(tmp_path: Path, fake_provider: Any) -> None:
    """A key that is withdrawn during the run: committed rows stay, and no answered call is paid again."""
    fake_provider.reset(key="secret", base=0.1)
    async with writing(tmp_path, fake_provider.base_url) as engine:
        order = Order(200, schema=REVIEWS, chunk_size=20, seed=1, max_workers=2)
        view = await engine.start(order, owner="local", confirmed=True)
        while not view.rows_generated:
            view = await engine.status(view.job_id, owner="local", wait_seconds=0.05)
        fake_provider.scenario(key="another")
        view = await rested(engine, view)
        assert (view.status, view.stop_reason) == ("stopped", "provider_refused")
        kept = await reviews(engine, view)
        assert 0 < len(kept) < 200
        fake_provider.scenario(key="secret")
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", 200)
        assert (await reviews(engine, view))[: len(kept)] == kept
        stats = fake_provider.stats()
        assert (stats["repeated"], view.cost.calls) == (0, stats["billed"])


@pytest.mark.parametrize("reject", [["json_schema"], ["json_schema", "json_object"], ["response_format", "seed"]])
async def test_a_schema_that_is_refused_is_told_in_words(
    tmp_path: Path, fake_provider: Any, reject: list[str]
) -> None:
    """The next lower form is used, and `job_status` shows which."""
    fake_provider.reset(reject=reject)
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, Order(40, schema=REVIEWS, seed=1))
        assert (view.status, view.rows_generated) == ("completed", 40), view
        writer = view.detail["writer"]
        assert isinstance(writer, dict)
        assert "strict" not in writer["dialect"]


async def test_a_cap_below_the_first_call_spends_nothing(tmp_path: Path, fake_provider: Any) -> None:
    """Far below, the order is refused; where only the most that a call may cost is above it, the job stops at once."""
    fake_provider.reset(**PRICED)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        with pytest.raises(BudgetTooSmall):
            await engine.start(Order(200, schema=REVIEWS, max_cost_usd=0.000001), owner="local", confirmed=True)
        view = await ended(engine, Order(200, schema=REVIEWS, seed=1, max_cost_usd=0.003))
        assert (view.status, view.stop_reason) == ("stopped", "budget")
        assert (view.rows_generated, fake_provider.stats()["requests"]) == (0, 0)
        assert "max_cost_usd" in (view.last_error or "")
        view = await rested(engine, await engine.resume(view.job_id, owner="local", max_cost_usd=1.0))
        assert (view.status, view.rows_generated) == ("completed", 200)
