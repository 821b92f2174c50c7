"""A job's rows into a user's own database: planned first, written only when told."""

from collections.abc import Awaitable, Callable

from synthaix.orchestration.jobs.lost_ids import job_not_found
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.results.user_database import UserDatabase
from synthaix.orchestration.schema.schema import Schema


async def deliver(means: Means, job_id: str, address: str, *, owner: str, append: bool) -> int:
    """Insert the rows that are committed by now, in one transaction; returns how many.

    Raises:
        JobNotFound: the owner has no such job.
        ArgumentInvalid: the database cannot take them; nothing is left there.
    """
    job = await means.store.jobs.find(job_id, owner=owner)
    if job is None:
        raise await job_not_found(means.store, job_id, owner)
    entries = {entry.name: entry for entry in job.tables}

    def rows_of(table: str) -> tuple[Callable[[int, int], Awaitable[list[bytes]]], int]:
        entry = entries[table]

        async def read(first: int, end: int) -> list[bytes]:
            return await means.store.rows.between(job.id, entry.table_index, first, end)

        return read, entry.committed

    return await UserDatabase(address).write(Schema.from_json(job.schema), rows_of, append=append)
