"""What one owner has in the store, and how much of it is allowed."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from synthaix.orchestration.errors import QuotaExceeded
from synthaix.orchestration.store.backend import Backend
from synthaix.orchestration.store.jobs import UNFINISHED
from synthaix.orchestration.store.tables import facts, job_tables, jobs

JOB_SECONDS = 30.0  # until it pays to ask whether a job has ended


@dataclass(frozen=True, slots=True)
class Quotas:
    """The most that one owner may have; None: no limit.

    Attributes:
        jobs: unfinished ones.
        rows: committed rows of all jobs, and those that unfinished jobs will have.
    """

    jobs: int | None = None
    rows: int | None = None

    async def check(self, backend: Backend, connection: AsyncConnection, owner: str) -> None:
        """Look at what the owner has, with what the caller's transaction adds. Raises QuotaExceeded."""
        if self.jobs is None and self.rows is None:
            return
        await connection.run_sync(lock_owner, backend, owner)
        unfinished = jobs.c.status.in_(UNFINISHED)
        mine = jobs.c.owner == owner
        running = await connection.scalar(select(func.count()).where(mine, unfinished)) or 0
        if self.jobs is not None and running > self.jobs:
            raise QuotaExceeded(
                f"You have {self.jobs:,} unfinished jobs, which is the limit. Wait until one ends, or cancel one.",
                retry_after_seconds=JOB_SECONDS,
            )
        if self.rows is None:
            return
        held = func.sum(case((unfinished, job_tables.c.target), else_=job_tables.c.committed))
        rows = await connection.scalar(select(held).join(jobs, jobs.c.id == job_tables.c.job).where(mine)) or 0
        if rows > self.rows:
            raise QuotaExceeded(
                f"Your jobs may hold {self.rows:,} rows together; with this one they would hold {int(rows):,}. "
                "Order fewer, or have the operator delete old jobs."
            )


def lock_owner(connection: Connection, backend: Backend, owner: str) -> None:
    """Let one transaction at a time look at an owner's things: they are many rows, so a row of its own is the lock."""
    name = hashlib.sha256(f"purse of {owner}".encode()).hexdigest()
    connection.execute(backend.insert(facts).values(name=name, value=b"").on_conflict_do_nothing())
    connection.execute(select(facts.c.name).where(facts.c.name == name).with_for_update())
