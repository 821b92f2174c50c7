"""A job's text vectors are made again when they do not answer, and only then."""

from pathlib import Path
from typing import Any

import pytest
from tests.doubles.writing import REVIEWS, ended, writing

from synthaix.orchestration.dedup.vector_place import JobFolder, VectorsUnreachable
from synthaix.orchestration.errors import StoreUnreachable
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.running import worker
from synthaix.orchestration.store.chunks import Chunks


@pytest.mark.parametrize(("error", "drops"), [(StoreUnreachable, 0), (VectorsUnreachable, 1)])
async def test_a_store_that_is_away_costs_no_vectors(
    tmp_path: Path, fake_provider: Any, monkeypatch: pytest.MonkeyPatch, error: type[StoreUnreachable], drops: int
) -> None:
    """While committed rows are read, the store or the vectors fail once; the job comes to its end."""
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    read, drop = Chunks.done, JobFolder.drop
    errors, dropped = [error()], list[JobFolder]()

    async def failing_once(chunks: Chunks, job: int, table: int) -> Any:
        if errors:
            raise errors.pop()
        return await read(chunks, job, table)

    def counted(folder: JobFolder) -> None:
        dropped.append(folder)
        drop(folder)

    monkeypatch.setattr(Chunks, "done", failing_once)
    monkeypatch.setattr(JobFolder, "drop", counted)
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, Order(20, schema=REVIEWS, seed=1, chunk_size=20))
    assert (view.status, view.rows_generated) == ("completed", 20), view.last_error
    assert not errors
    assert len(dropped) == drops
