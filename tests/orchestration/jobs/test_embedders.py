"""Embedders of others: what they cost is in the ledger first, what they said is kept, and a job keeps its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.doubles.writing import REVIEWS, ended, prices, rested, reviews, writing

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup.embedding import HashEmbedder
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, PriceUnknown
from synthaix.orchestration.jobs.order import Order

MODEL = "openai:embed-small"


def priced(folder: Path) -> Path:
    """A dollar for a million tokens of the model that embeds; the one that writes is free here."""
    path = folder / "prices.json"
    path.write_text('{"embed-small": {"input_per_million": 1.0, "output_per_million": 0.0}, '
                    '"fake-model": {"input_per_million": 0.0, "output_per_million": 0.0}}')  # fmt: skip
    return path


@pytest.mark.timeout(120)
async def test_paid_embeddings_are_in_the_ledger_and_paid_once(tmp_path: Path, fake_provider: Any) -> None:
    """What the provider counted is what the job paid, in few requests; its own texts are found again."""
    async with writing(tmp_path, fake_provider.base_url, embedder=MODEL, prices=priced(tmp_path)) as engine:
        view = await ended(engine, Order(40, schema=REVIEWS, seed=1, chunk_size=20))
        texts = await reviews(engine, view)
        counted = fake_provider.stats()
        check = await engine.check([{"review": text} for text in texts[:3]], owner="local", job_id=view.job_id)
    assert (view.status, view.rows_generated, view.detail["embedder"]) == ("completed", 40, MODEL), view.last_error
    assert view.cost.spent_usd == pytest.approx(counted["embedding_tokens"] / 1e6)
    assert counted["embedding_requests"] <= 6 < 40 <= counted["embedded"]
    assert check.duplicates == [True] * 3


@pytest.mark.timeout(120)
async def test_embeddings_stop_at_the_cap_and_go_on_with_another(tmp_path: Path, fake_provider: Any) -> None:
    """`stopped/budget` before anything is spent beyond it; resumed, the job is whole."""
    async with writing(tmp_path, fake_provider.base_url, embedder=MODEL, prices=priced(tmp_path)) as engine:
        view = await ended(engine, Order(40, schema=REVIEWS, seed=1, chunk_size=20, max_cost_usd=1e-6))
        assert (view.status, view.stop_reason) == ("stopped", "budget")
        assert (view.cost.spent_usd or 0) <= 1e-6
        view = await rested(engine, await engine.resume(view.job_id, owner="local", max_cost_usd=1))
    assert (view.status, view.rows_generated) == ("completed", 40), view.last_error


async def test_an_embedder_that_cannot_be_asked_is_refused_before_a_job(tmp_path: Path, fake_provider: Any) -> None:
    """One without a price, one that chromadb does not know, one without a key; jobs without texts do not care."""
    plain = {"columns": [{"name": "n", "type": "integer", "constraints": {"min": 1, "max": 99_999}}]}
    for name, url, error in (
        ("openai:embed-small", "http://embed.example/v1", PriceUnknown),
        ("chroma:nothing", fake_provider.base_url, ArgumentInvalid),
    ):
        async with writing(tmp_path / name[:6], url, embedder=name, prices=prices(tmp_path)) as engine:
            with pytest.raises(error):
                await engine.quote(Order(10, schema=REVIEWS), owner="local")
            view = await ended(engine, Order(10, schema=plain))
            assert (view.status, "embedder" in view.detail) == ("completed", True)
            assert view.detail["embedder"] is None


@pytest.fixture
def registered() -> Iterator[str]:
    """An embedding function of the user's own, known to chromadb."""
    from chromadb import EmbeddingFunction, Embeddings
    from chromadb.utils.embedding_functions import known_embedding_functions, register_embedding_function

    class Own(EmbeddingFunction[Any]):
        def __init__(self) -> None:
            """Nothing to set."""

        def __call__(self, input: Any) -> Embeddings:
            return [vector * 3 for vector in HashEmbedder().encode(input)]

        @staticmethod
        def name() -> str:
            return "own"

        @staticmethod
        def build_from_config(config: Any) -> "Own":
            return Own()

        def get_config(self) -> dict[str, Any]:
            return {}

    register_embedding_function(Own)  # type: ignore[no-untyped-call]
    yield "chroma:own"
    del known_embedding_functions["own"]


@pytest.mark.timeout(120)
async def test_a_registered_function_embeds_as_any_other(tmp_path: Path, fake_provider: Any, registered: str) -> None:
    """The same rows as by the vectors that it gives, whatever their length."""
    rows = []
    for name in (registered, "hash"):
        async with writing(tmp_path / name[:4], fake_provider.base_url, embedder=name) as engine:
            view = await ended(engine, Order(20, schema=REVIEWS, seed=1, chunk_size=10))
            rows.append(await reviews(engine, view))
    assert rows[0] == rows[1]
    assert len(rows[0]) == 20


@pytest.mark.timeout(120)
async def test_a_job_keeps_its_embedder(tmp_path: Path, fake_provider: Any) -> None:
    """Resumed and checked by a process whose settings name another; one that it cannot ask stops the job."""
    order = Order(40, schema=REVIEWS, seed=1, chunk_size=10)
    async with writing(tmp_path, fake_provider.base_url, embedder=MODEL) as engine:
        view = await engine.start(order, owner="local", confirmed=True)
        view = await engine.cancel(view.job_id, owner="local", resumable=True)
        view = await rested(engine, view)
        assert view.status == "stopped"
    offline = Engine(Config(home=tmp_path, embedder="hash"))
    await offline.open()
    try:
        view = await rested(offline, await offline.resume(view.job_id, owner="local"))
        assert view.status == "stopped"
        with pytest.raises(ArgumentInvalid, match=MODEL):
            await offline.check([{"review": "a lamp"}], owner="local", job_id=view.job_id)
    finally:
        await offline.aclose()
    async with writing(tmp_path, fake_provider.base_url, embedder="hash") as engine:
        view = await rested(engine, await engine.resume(view.job_id, owner="local"))
        assert (view.status, view.rows_generated, view.detail["embedder"]) == ("completed", 40, MODEL), view.last_error
        (match,) = (await engine.check([{"review": "a lamp"}], owner="local", job_id=view.job_id)).matches
        assert match.verdict == "unique"

