"""Jobs whose text a model writes, against a real socket: exactly N valid rows whatever the provider does."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.doubles.writing import REVIEWS, ended, prices, rested, reviews, until, writing

from synthaix.orchestration.errors import BudgetTooSmall, PriceUnknown
from synthaix.orchestration.jobs.order import Order


async def test_a_model_writes_every_text(tmp_path: Path, fake_provider: Any) -> None:
    """Exactly N rows, all texts different, about ten rows a call, one payment for each answer."""
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, Order(120, schema=REVIEWS, chunk_size=40, seed=1))
        assert (view.status, view.rows_generated) == ("completed", 120), view.last_error
        texts = await reviews(engine, view)
        assert len(set(texts)) == 120
        stats = fake_provider.stats()
        assert view.cost.calls == stats["billed"]
        assert view.cost.output_tokens == stats["output_tokens"]
        assert view.cost.calls <= 40


@pytest.mark.parametrize(
    "shares",
    [{"429": 0.3}, {"500": 0.2}, {"hang": 0.1}, {"length": 0.3}, {"wrong_shape": 0.2, "garbage": 0.1},
     {"drop": 0.1, "missing_rows": 0.2, "duplicate_rows": 0.2, "invalid_rows": 0.1},
     {"429": 0.2, "500": 0.1, "garbage": 0.1, "refusal": 0.05}],
    ids=lambda shares: "+".join(shares),
)  # fmt: skip
@pytest.mark.timeout(120)
async def test_faults_cost_no_row(tmp_path: Path, fake_provider: Any, shares: dict[str, float]) -> None:
    """Whatever share of answers goes wrong, the job ends with exactly N valid rows."""
    fake_provider.reset(shares=shares, retry_after=0.05, retry_style="ms", seed=4)
    async with writing(tmp_path, fake_provider.base_url, call_seconds=0.5) as engine:
        view = await ended(engine, Order(60, schema=REVIEWS, chunk_size=30, seed=1))
        assert (view.status, view.rows_generated) == ("completed", 60), view.last_error
        assert len(set(await reviews(engine, view))) == 60


async def test_worker_count_changes_no_written_byte(tmp_path: Path, fake_provider: Any) -> None:
    """The same replies give the same file with 1 and 20 workers, faults included."""
    hashes = set()
    for workers in (1, 20):
        fake_provider.reset(shares={"length": 0.2, "missing_rows": 0.2}, seed=9, spread=0.5, base=0.01)
        async with writing(tmp_path / str(workers), fake_provider.base_url) as engine:
            view = await ended(engine, Order(80, schema=REVIEWS, chunk_size=20, seed=2, max_workers=workers))
            export = await engine.export(view.job_id, owner="local", format="csv")
            hashes.add(export.sha256)
    assert len(hashes) == 1
    assert None not in hashes


async def test_worker_count_changes_nothing_that_texts_are_told_to_differ_from(
    tmp_path: Path, fake_provider: Any
) -> None:
    """With "not like these" from four calls behind, and a pause in between, the file is the same again."""
    hashes = set()
    for workers, paused in ((1, False), (20, False), (5, True)):
        fake_provider.reset(shares={"length": 0.1, "missing_rows": 0.1, "refusal": 0.05}, seed=9, spread=0.5, base=0.02)
        async with writing(tmp_path / f"{workers}", fake_provider.base_url, lag=4) as engine:
            order = Order(240, schema=REVIEWS, chunk_size=20, seed=2, max_workers=workers)
            view = await engine.start(order, owner="local", confirmed=True)
            if paused:
                while view.rows_generated < 60:
                    view = await engine.status(view.job_id, owner="local", wait_seconds=0.05)
                await engine.cancel(view.job_id, owner="local", resumable=True)
                view = await engine.resume(view.job_id, owner="local")
            view = await rested(engine, view)
            assert (view.status, view.rows_generated) == ("completed", 240)
            assert "Not like these" in fake_provider.last()["body"]["messages"][-1]["content"]
            hashes.add((await engine.export(view.job_id, owner="local", format="csv")).sha256)
    assert len(hashes) == 1
    assert None not in hashes


async def test_without_diversity_nothing_is_said_about_it(tmp_path: Path, fake_provider: Any) -> None:
    """The setting leaves out who speaks and what not to be like, and the tokens of both."""
    async with writing(tmp_path, fake_provider.base_url, diverse=False) as engine:
        view = await ended(engine, Order(120, schema=REVIEWS, chunk_size=40, seed=1))
        assert view.status == "completed"
        said = fake_provider.last()["body"]["messages"][-1]["content"]
        assert "angle" not in said
        assert "Not like" not in said


async def test_a_model_that_repeats_itself_exhausts_the_job(tmp_path: Path, fake_provider: Any) -> None:
    """Five texts are all there are: the job ends with what is new, after a look or two, and shows the novelty."""
    schema = {"columns": [{**REVIEWS["columns"][3], "name": "review"}]}
    fake_provider.reset(vocabulary=5)
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, Order(200, schema=schema, seed=1))
        assert (view.status, view.stop_reason) == ("stopped", "exhausted"), view
        assert view.rows_generated == 5
        assert view.cost.calls <= 30
        novelty = view.detail["novelty"]
        assert isinstance(novelty, dict)
        (curve,) = novelty.values()
        assert curve[0] > curve[-1] == 0.0


async def test_a_wrong_key_stops_the_job_and_a_good_one_resumes_it(tmp_path: Path, fake_provider: Any) -> None:
    """401 is `stopped/provider_refused`; with the right key the same job goes on to N."""
    fake_provider.reset(key="right")
    async with writing(tmp_path, fake_provider.base_url, api_key=SecretStr("wrong")) as engine:
        view = await ended(engine, Order(30, schema=REVIEWS, seed=1))
        assert (view.status, view.stop_reason) == ("stopped", "provider_refused")
        assert "wrong" not in (view.last_error or "")
    async with writing(tmp_path, fake_provider.base_url, api_key=SecretStr("right")) as engine:
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", 30)


async def test_a_job_stops_at_its_cap_with_its_rows_kept(tmp_path: Path, fake_provider: Any) -> None:
    """The spend never passes the cap, what was accepted stays, and a higher cap lets it go on."""
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        view = await ended(engine, Order(200, schema=REVIEWS, chunk_size=20, seed=1, max_cost_usd=0.008, max_workers=2))
        assert (view.status, view.stop_reason) == ("stopped", "budget"), view
        assert view.cost.spent_usd is not None
        assert 0 < view.cost.spent_usd <= 0.008
        assert 0 < view.rows_generated < 200
        before = fake_provider.stats()["billed"]
        view = await rested(engine, await engine.resume(view.job_id, owner="local", max_cost_usd=1.0))
        assert (view.status, view.rows_generated) == ("completed", 200)
        assert view.cost.calls == fake_provider.stats()["billed"] > before


async def test_a_cap_below_one_call_is_refused(tmp_path: Path, fake_provider: Any) -> None:
    """Nothing begins that cannot pay for its first call."""
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        with pytest.raises(BudgetTooSmall):
            await engine.start(Order(200, schema=REVIEWS, max_cost_usd=0.000001), owner="local", confirmed=True)


async def test_an_unknown_price_under_a_cap_is_refused(tmp_path: Path) -> None:
    """A model far away without a known price is not free."""
    async with writing(tmp_path, "https://models.example.com/v1") as engine:
        with pytest.raises(PriceUnknown, match=r"PRICES.*MAX_COST_USD=none"):
            await engine.start(Order(10, schema=REVIEWS), owner="local", confirmed=True)


@pytest.mark.chaos  # half a minute of back-off
@pytest.mark.timeout(120)
async def test_a_provider_that_is_down_pauses_the_job(tmp_path: Path, fake_provider: Any) -> None:
    """A job waits as `paused/provider_busy` and can be cancelled at once."""
    fake_provider.reset(shares={"500": 1.0})
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await engine.start(Order(10, schema=REVIEWS), owner="local", confirmed=True)
        view = await until(engine, view, lambda seen: seen.status == "paused")
        assert view.stop_reason == "provider_busy"
        view = await engine.cancel(view.job_id, owner="local")
        assert view.status == "cancelled"


async def test_a_preview_is_written_too(tmp_path: Path, fake_provider: Any) -> None:
    """Three rows with text, and nothing but a ledger entry is left."""
    async with writing(tmp_path, fake_provider.base_url) as engine:
        preview = await engine.preview(owner="local", schema=REVIEWS, rows=3, seed=1)
        (rows,) = preview.tables.values()
        assert len({row["review"] for row in rows}) == 3
        assert fake_provider.stats()["billed"] == 1
        assert (await engine.jobs(owner="local"))[0] == []


async def test_a_pause_keeps_the_cap_whole(tmp_path: Path, fake_provider: Any) -> None:
    """Calls that a pause had to cut off may be billed: they stay reserved, and the cap holds with them."""
    fake_provider.reset(base=20.0)
    cap = 0.05
    async with writing(
        tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path), call_seconds=30.0, drain_seconds=0.1
    ) as engine:
        order = Order(60, schema=REVIEWS, chunk_size=20, seed=1, max_cost_usd=cap)
        view = await engine.start(order, owner="local", confirmed=True)
        view = await until(engine, view, lambda seen: seen.status == "processing")
        while fake_provider.stats()["requests"] == 0:
            view = await engine.status(view.job_id, owner="local", wait_seconds=0.1)
        view = await engine.cancel(view.job_id, owner="local", resumable=True)
        assert view.stop_reason == "user"
        fake_provider.scenario(base=0.0)
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", 60), view
        assert view.cost.spent_usd is not None
        assert view.cost.spent_usd <= cap


async def test_a_pause_lets_calls_in_flight_end(tmp_path: Path, fake_provider: Any) -> None:
    """What was asked when the user paused is answered, saved and settled, and no call is paid again."""
    fake_provider.reset(base=0.6)
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path)) as engine:
        order = Order(200, schema=REVIEWS, chunk_size=20, seed=1, max_workers=3)
        view = await engine.start(order, owner="local", confirmed=True)
        while fake_provider.stats()["requests"] < 3:
            view = await engine.status(view.job_id, owner="local", wait_seconds=0.05)
        view = await engine.cancel(view.job_id, owner="local", resumable=True)
        assert (view.status, view.stop_reason) == ("stopped", "user"), view
        stats = fake_provider.stats()
        assert view.cost.calls == stats["requests"] == stats["billed"] == 3
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated) == ("completed", 200), view
        stats = fake_provider.stats()
        assert (view.cost.calls, view.cost.output_tokens) == (stats["billed"], stats["output_tokens"])


async def test_what_was_paid_before_the_cap_is_kept(tmp_path: Path, fake_provider: Any) -> None:
    """With the real sentence encoder, which is slow: what was answered in full is committed before the stop."""
    async with writing(tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path), embedder="use") as engine:
        view = await ended(engine, Order(200, schema=REVIEWS, chunk_size=10, seed=1, max_cost_usd=0.01, max_workers=4))
        assert (view.status, view.stop_reason) == ("stopped", "budget")
        assert view.rows_generated >= 10


async def test_a_preview_keeps_its_own_cap(tmp_path: Path, fake_provider: Any) -> None:
    """A preview that would cost too much says so, in a note."""
    async with writing(
        tmp_path / "home", fake_provider.base_url, prices=prices(tmp_path), preview_cost_usd=0.000001
    ) as engine:
        preview = await engine.preview(owner="local", schema=REVIEWS, rows=3, seed=1)
        assert fake_provider.stats()["billed"] == 0
        assert "PREVIEW_COST_USD" in " ".join(preview.notes)
