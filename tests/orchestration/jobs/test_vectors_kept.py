"""A job's text vectors are made again when they do not answer, and only then."""

from pathlib import Path
from typing import Any

import pytest
from tests.doubles.writing import REVIEWS, ended, writing

from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.vector_place import JobFolder, VectorsUnreachable
from synthaix.orchestration.errors import StoreUnreachable
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.running import worker
from synthaix.orchestration.store.chunks import Chunks


def read_fails(monkeypatch: pytest.MonkeyPatch, errors: list[StoreUnreachable]) -> None:
    """The store's own reading of committed chunks fails."""
    read = Chunks.done

    async def failing(chunks: Chunks, job: int, table: int) -> Any:
        if errors:
            raise errors.pop()
        return await read(chunks, job, table)

    monkeypatch.setattr(Chunks, "done", failing)


def index_fails(monkeypatch: pytest.MonkeyPatch, errors: list[StoreUnreachable]) -> None:
    """The vectors' place fails when the index is held against the rows."""
    reconcile = Deduplicator.reconcile

    def failing(deduplicator: Deduplicator) -> None:
        if errors:
            raise errors.pop()
        reconcile(deduplicator)

    monkeypatch.setattr(Deduplicator, "reconcile", failing)


@pytest.mark.parametrize(
    ("fault", "error", "drops"), [(read_fails, StoreUnreachable, 0), (index_fails, VectorsUnreachable, 1)]
)
async def test_a_store_that_is_away_costs_no_vectors(
    tmp_path: Path, fake_provider: Any, monkeypatch: pytest.MonkeyPatch, fault: Any, error: type[StoreUnreachable],
    drops: int,
) -> None:  # fmt: skip
    """While committed rows are taken in, the store or the vectors fail once; the job comes to its end."""
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    drop, dropped = JobFolder.drop, list[JobFolder]()
    errors: list[StoreUnreachable] = [error()]
    fault(monkeypatch, errors)

    def counted(folder: JobFolder) -> None:
        dropped.append(folder)
        drop(folder)

    monkeypatch.setattr(JobFolder, "drop", counted)
    async with writing(tmp_path, fake_provider.base_url) as engine:
        view = await ended(engine, Order(20, schema=REVIEWS, seed=1, chunk_size=20))
    assert (view.status, view.rows_generated) == ("completed", 20), view.last_error
    assert not errors
    assert len(dropped) == drops
