"""Which job must not repeat which others, and the named collections that jobs are in."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from synthaix.orchestration.errors import JobBusy
from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.jobs import UNFINISHED
from synthaix.orchestration.store.tables import collections, extensions, job_tables, jobs


class Extensions:
    """Jobs that extend others. A job that another extends neither grows nor goes away before that one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, connection: AsyncConnection, job: int, earlier: Mapping[str, Mapping[str, int]], *, owner: str,
        collection: str | None, place: int,
    ) -> None:  # fmt: skip
        """Note inside the caller's transaction what a new job extends.

        Args:
            earlier: ids of jobs, with how many rows of each table they had when the job was planned.
            place: in the collection, as it was free when the job was planned. Where another job has taken it, the
                primary key refuses this one: of two that join at once, neither could know the other's rows.

        Raises:
            JobBusy: one of the jobs has begun to run, has other rows than then, or is gone.
        """
        still = select(jobs.c.id, jobs.c.status).where(jobs.c.job_id.in_(earlier)).with_for_update()
        found = (await connection.execute(still)).all() if earlier else []
        going_on = len(found) != len(earlier) or any(status in UNFINISHED for _, status in found)
        if going_on or (found and await self._rows_of(connection, earlier) != earlier):
            raise JobBusy("A job that this one extends has changed meanwhile. Call start_generation again.")
        if found:
            await connection.execute(insert(extensions), [{"job": job, "earlier": id_} for id_, _ in found])
        if collection is not None:
            await connection.execute(insert(collections).values(owner=owner, name=collection, place=place, job=job))

    @staticmethod
    async def _rows_of(connection: AsyncConnection, job_ids: Iterable[str]) -> dict[str, dict[str, int]]:
        """How many rows of each table these jobs have."""
        counts = select(jobs.c.job_id, job_tables.c.name, job_tables.c.committed).join(
            jobs, jobs.c.id == job_tables.c.job
        )
        found: dict[str, dict[str, int]] = {}
        for job_id, name, committed in await connection.execute(counts.where(jobs.c.job_id.in_(job_ids))):
            found.setdefault(job_id, {})[name] = committed
        return found

    async def later(self, job: int) -> list[str]:
        """The ids of the jobs that extend this one."""
        async with self._database.read() as connection:
            return await self.later_in(connection, job)

    async def later_in(self, connection: AsyncConnection, job: int) -> list[str]:
        """The same inside a caller's transaction, which holds the job's row: so none is added meanwhile."""
        query = (
            select(jobs.c.job_id)
            .join(extensions, extensions.c.job == jobs.c.id)
            .where(extensions.c.earlier == job)
            .order_by(jobs.c.id)
        )
        return list(await connection.scalars(query))

    async def members(self, name: str, *, owner: str) -> tuple[list[str], int]:
        """The jobs of an owner's collection, in the order in which they joined, and the next free place."""
        c = collections.c
        mine = (c.owner == owner) & (c.name == name)
        query = select(jobs.c.job_id).join(collections, c.job == jobs.c.id).where(mine).order_by(c.place)
        async with self._database.read() as connection:
            found = list(await connection.scalars(query))
            last = await connection.scalar(select(func.max(c.place)).where(mine))
        return found, 0 if last is None else int(last) + 1
