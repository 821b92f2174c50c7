"""How long jobs are kept, and what goes with them."""

from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import JobBusy, JobNotFound, SchemaNotFound
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView
from synthaix.orchestration.store.replies import NO_JOB

SCHEMA: dict[str, Any] = {"columns": [{"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 1e9}}]}


async def ended(engine: Engine, owner: str = "ana", rows: int = 20) -> JobView:
    """A job that is completed."""
    job = await engine.start(Order(rows, schema=SCHEMA), owner=owner, confirmed=True)
    with anyio.fail_after(30):
        while job.status != "completed":
            job = await engine.status(job.job_id, owner=owner, wait_seconds=5)
    return job


async def proposal_for_ever(engine: Engine, schema_id: str) -> None:
    """Read a proposal until it is gone: a sweep deletes jobs first."""
    with anyio.fail_after(30):
        while True:
            await engine.proposal(schema_id, owner="ana")


async def test_the_server_deletes_what_is_older_than_the_limit(tmp_path: Path) -> None:
    """Everybody's, by itself, with files and proposals."""
    engine = Engine(Config(home=tmp_path, embedder="hash"))
    await engine.open()
    job = await ended(engine)
    export = await engine.export(job.job_id, owner="ana", format="csv")
    await engine.aclose()
    assert export.path is not None
    later = Engine(Config(home=tmp_path, embedder="hash", keep_days=1e-9))
    await later.open()
    try:
        await later.warm()
        with anyio.fail_after(30):
            while await later.ids("schema", owner="ana") or await later.ids("job", owner="ana") or export.path.exists():
                await anyio.lowlevel.checkpoint()
        with pytest.raises(JobNotFound):
            await later.status(job.job_id, owner="ana")
        with pytest.raises(SchemaNotFound):
            await proposal_for_ever(later, job.schema_id)
    finally:
        await later.aclose()


async def test_a_sweep_is_the_owners(tmp_path: Path) -> None:
    """What is another's, and what was touched since, stays."""
    engine = Engine(Config(home=tmp_path, embedder="hash"))
    await engine.open()
    try:
        mine, theirs = await ended(engine), await ended(engine, owner="ben")
        assert await engine.sweep(1, owner="ana") == []
        assert await engine.sweep(0, owner="ana") == [mine.job_id]
        assert (await engine.status(theirs.job_id, owner="ben")).status == "completed"
    finally:
        await engine.aclose()


async def test_a_sweep_of_everything_takes_replies_without_a_job(tmp_path: Path) -> None:
    """An owner's own leaves them: nobody knows whose they are."""
    engine = Engine(Config(home=tmp_path, embedder="hash"))
    await engine.open()
    try:
        store = (await engine._ready())._store
        async with store.database.write() as connection:
            await connection.run_sync(store.replies.save_all, NO_JOB, {"translation": b"{}"})
        await engine.sweep(0, owner="ana")
        assert await store.replies.keys(NO_JOB)
        await (await engine._ready()).retention.sweep(0, owner=None)
        assert not await store.replies.keys(NO_JOB)
    finally:
        await engine.aclose()


async def test_a_running_job_is_not_deleted(tmp_path: Path) -> None:
    """Neither by its id nor by its age."""
    engine = Engine(Config(home=tmp_path, embedder="hash"))
    await engine.open()
    try:
        job = await engine.start(Order(1_000_000, schema=SCHEMA), owner="ana", confirmed=True)
        with pytest.raises(JobBusy):
            await engine.remove(job.job_id, owner="ana")
        assert await engine.sweep(0, owner="ana") == []
        await engine.cancel(job.job_id, owner="ana")
        await engine.remove(job.job_id, owner="ana")
        with pytest.raises(JobNotFound):
            await engine.status(job.job_id, owner="ana")
    finally:
        await engine.aclose()
