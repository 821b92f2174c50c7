"""Texts that processes encode beside the engine: the same vectors, and no job that hangs on them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.doubles.writing import REVIEWS, ended, writing

from synthaix.orchestration.dedup.embedding import Sentences, UseEmbedder, learn
from synthaix.orchestration.errors import InternalFault
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.running import job_run
from synthaix.orchestration.jobs.running.preparing import Recipe
from synthaix.orchestration.jobs.running.sampler_process import SamplerProcess
from synthaix.orchestration.jobs.running.shared_sampler import Loan, SharedSampler

TEXTS = ["The kettle boils fast. I like the handle.", "Ein guter Stuhl. Er wackelt nicht.", "", "no end"]

pytestmark = [pytest.mark.subprocess, pytest.mark.timeout(60)]


async def test_a_process_encodes_as_a_thread_does() -> None:
    """Bit for bit; and who asks a process that has ended is told."""
    process = await SamplerProcess.start()
    loan = Loan(process)
    await loan.begin(None)
    assert loan.ready
    there, here = await loan.encode(TEXTS), dict[str, Sentences]()
    learn(UseEmbedder(), TEXTS, here)
    assert there.keys() == here.keys()
    assert all(np.array_equal(there[text], here[text]) for text in TEXTS)
    assert loan.waiting == 0
    await process.aclose()
    with pytest.raises(InternalFault):
        await loan.encode(TEXTS)
    assert not loan.ready


async def test_who_encodes_changes_no_byte(
    tmp_path: Path, fake_provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is the same by the engine's own thread, by processes, and when they die in the middle of the job."""
    lend, encode = SharedSampler.lend, Loan.encode
    encoded: list[int] = []
    fate = ""

    async def lent_when_ready(self: SharedSampler, recipe: Recipe | None) -> Loan:
        loan = await lend(self, recipe)
        await loan.begin(recipe)
        return loan

    async def counted(self: Loan, texts: list[str]) -> dict[str, Sentences]:
        encoded.append(len(texts))
        if fate == "die" and len(encoded) > 2:
            self._process._process.kill()
        return await encode(self, texts)

    monkeypatch.setattr(job_run, "MANY_CALLS", 1)
    monkeypatch.setattr(SharedSampler, "lend", lent_when_ready)
    monkeypatch.setattr(Loan, "encode", counted)
    files = set()
    for fate in ("are not there", "live", "die"):
        encoded.clear()
        monkeypatch.setattr(job_run, "MANY_TEXTS", 10**9 if fate == "are not there" else 1)
        fake_provider.reset(shares={"duplicate_rows": 0.2}, seed=9)
        async with writing(tmp_path / fate, fake_provider.base_url, embedder="use") as engine:
            view = await ended(engine, Order(80, schema=REVIEWS, chunk_size=20, seed=2, max_workers=4))
            assert (view.status, view.rows_generated) == ("completed", 80), view.last_error
            export = await engine.export(view.job_id, owner="local", format="csv")
        assert bool(encoded) == (fate != "are not there")
        files.add(export.sha256)
    assert len(files) == 1
    assert None not in files
