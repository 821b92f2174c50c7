"""Batches at the model's provider that a job has begun and whose answers are not all saved yet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import orjson
from sqlalchemy import delete, insert, select, update

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import batches


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """A batch.

    Attributes:
        tag: our name of it, stored before the provider hears of it and told to it.
        batch_id: the provider's; None while it is not known whether the provider has it.
        keys: of its requests.
        created_at: seconds since the epoch.
    """

    tag: str
    batch_id: str | None
    keys: frozenset[str]
    created_at: float


class BatchLog:
    """The batches of jobs, so that a restart waits for them instead of paying again."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, job: int, tag: str, keys: Collection[str]) -> BatchEntry:
        """Note a batch that is about to be sent."""
        entry = BatchEntry(tag, None, frozenset(keys), self._clock())
        async with self._database.write() as connection:
            await connection.execute(
                insert(batches).values(
                    job=job, tag=tag, requests=orjson.dumps(sorted(keys)), created_at=entry.created_at
                )
            )
        return entry

    async def sent(self, tag: str, batch_id: str) -> None:
        """Note the provider's id of a batch."""
        async with self._database.write() as connection:
            await connection.execute(update(batches).where(batches.c.tag == tag).values(batch_id=batch_id))

    async def forget(self, tag: str) -> None:
        """All its answers are saved, or it has none."""
        async with self._database.write() as connection:
            await connection.execute(delete(batches).where(batches.c.tag == tag))

    async def open(self, job: int) -> list[BatchEntry]:
        """The job's batches, oldest first."""
        c = batches.c
        query = select(c.tag, c.batch_id, c.requests, c.created_at).where(c.job == job).order_by(c.created_at, c.tag)
        async with self._database.read() as connection:
            found = (await connection.execute(query)).all()
        return [BatchEntry(row[0], row[1], frozenset(orjson.loads(row[2])), row[3]) for row in found]
