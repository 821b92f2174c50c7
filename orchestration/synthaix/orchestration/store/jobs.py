"""Jobs: what was ordered, where it stands, and who holds it."""

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, delete, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from synthaix.orchestration.errors import LeaseLost
from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import (
    batches,
    chunks,
    collections,
    exports,
    extensions,
    job_tables,
    jobs,
    ledger,
    replies,
    rows,
)

UNFINISHED = ("pending", "processing", "paused")
DELETED_AT_ONCE = 200_000  # rows of one statement: a server ends one that takes too long


@dataclass(frozen=True, slots=True)
class TableEntry:
    """How far one table of a job is."""

    table_index: int
    name: str
    target: int
    committed: int
    candidates: int
    round: int


@dataclass(frozen=True, slots=True)
class JobEntry:
    """A stored job; `schema`, `order`, `plan` and `tallies` are JSON."""

    id: int
    job_id: str
    owner: str
    schema_id: str
    schema: bytes
    order: bytes
    plan: bytes
    status: str
    stop_reason: str | None
    wanted: str | None
    last_error: str | None
    cap_nanos: int | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    active_seconds: float
    rows_deduplicated: int
    rows_rejected: int
    completed_chunks: int
    outlook: bytes | None
    tallies: bytes
    idempotency_hash: str | None
    lease_holder: str | None
    lease_token: int
    lease_expires: float
    tables: tuple[TableEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is stored when a job is accepted."""

    job_id: str
    owner: str
    schema_id: str
    schema: bytes
    order: bytes
    plan: bytes
    cap_nanos: int | None
    targets: Mapping[str, int]
    idempotency_key: str | None = None
    idempotency_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ChunkCommit:
    """What one commit changes beside the rows. `counted` is 0 for a refill: progress counts first rounds only."""

    table_index: int
    idx: int
    counted: int
    candidates: int
    committed: int
    first_seq: int
    deduplicated: int
    rejected: int
    refused: bytes
    prints: bytes
    tallies: bytes
    active_seconds: float
    outlook: bytes | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A job that is not done. `lapsed`: its lease has run out. `wanted`: what its owner wants, `cancel` or `pause`."""

    job_id: str
    holder: str | None
    lapsed: bool
    wanted: str | None


_NAMES = [name for name in JobEntry.__slots__ if name != "tables"]
_TABLE_NAMES = list(TableEntry.__slots__)
_PARTS = [*(jobs.c[name] for name in _NAMES), *(job_tables.c[name] for name in _TABLE_NAMES)]


class Jobs:
    """The job table. Owners are filtered here and nowhere else."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def add(self, new: NewJob, then: Callable[[AsyncConnection, int], Any]) -> int | None:
        """Accept a job; `then(connection, id)` adds its chunks in the same transaction.

        Returns the id, or None when the owner has used the idempotency key before.
        """
        try:
            async with self._database.write() as connection:
                made = await connection.execute(
                    insert(jobs).values(
                        job_id=new.job_id, owner=new.owner, schema_id=new.schema_id,
                        schema=self._database.seal.place("schemas", new.job_id).seal_one(new.schema),
                        order=new.order, plan=new.plan, status="pending", cap_nanos=new.cap_nanos,
                        created_at=self._clock(), idempotency_key=new.idempotency_key,
                        idempotency_hash=new.idempotency_hash,
                    )
                )  # fmt: skip
                (job,) = made.inserted_primary_key or (0,)
                await connection.execute(
                    insert(job_tables),
                    [
                        {"job": job, "table_index": index, "name": name, "target": target}
                        for index, (name, target) in enumerate(new.targets.items())
                    ],
                )
                await then(connection, int(job))
                return int(job)
        except IntegrityError:
            return None

    async def find(self, job_id: str, *, owner: str | None) -> JobEntry | None:
        """The job of this id, if it is this owner's; any owner's when `owner` is None (the worker's view)."""
        mine = [jobs.c.job_id == job_id] + ([jobs.c.owner == owner] if owner is not None else [])
        found = await self._entries(select(jobs.c.id).where(*mine))
        return found[0] if found else None

    async def by_key(self, idempotency_key: str, *, owner: str) -> JobEntry | None:
        """The job that this owner started with this key."""
        found = await self._entries(
            select(jobs.c.id).where(jobs.c.owner == owner, jobs.c.idempotency_key == idempotency_key)
        )
        return found[0] if found else None

    async def list(
        self, *, owner: str, status: str | None = None, below: int | None = None, limit: int = 20, prefix: str = ""
    ) -> list[JobEntry]:
        """The owner's jobs, newest first, with ids below `below`."""
        query = select(jobs.c.id).where(jobs.c.owner == owner).order_by(jobs.c.id.desc()).limit(limit)
        if status is not None:
            query = query.where(jobs.c.status == status)
        if below is not None:
            query = query.where(jobs.c.id < literal(below, BigInteger))  # an agent's cursor may be any number
        if prefix:
            query = query.where(jobs.c.job_id.startswith(prefix, autoescape=True))
        return await self._entries(query)

    async def unfinished(self) -> Sequence[Unfinished]:
        """The unfinished jobs."""
        lapsed = jobs.c.lease_expires < self._database.backend.now()
        query = select(jobs.c.job_id, jobs.c.lease_holder, lapsed, jobs.c.wanted).where(jobs.c.status.in_(UNFINISHED))
        async with self._database.read() as connection:
            return [Unfinished(*found) for found in await connection.execute(query)]

    async def wishes(self, job_ids: Sequence[str]) -> Mapping[str, tuple[str, str | None]]:
        """The status of each job, and what its owner wants of it."""
        query = select(jobs.c.job_id, jobs.c.status, jobs.c.wanted).where(jobs.c.job_id.in_(job_ids))
        async with self._database.read() as connection:
            return {found[0]: (found[1], found[2]) for found in await connection.execute(query)}

    async def take(self, job: int, *, holder: str, seconds: float, from_dead: str | None = None) -> int | None:
        """Take the job's lease. Returns the fencing token, or None when another holds it.

        Args:
            from_dead: a holder known to have died; its lease need not lapse first.
        """
        now = self._database.backend.now()
        free = jobs.c.lease_expires < now
        if from_dead is not None:
            free = or_(free, jobs.c.lease_holder == from_dead)
        async with self._database.write() as connection:
            token: int | None = await connection.scalar(
                update(jobs)
                .where(jobs.c.id == job, free)
                .values(lease_holder=holder, lease_token=jobs.c.lease_token + 1, lease_expires=now + seconds)
                .returning(jobs.c.lease_token)
            )
        return token

    async def renew(self, job: int, *, token: int, seconds: float) -> str | None:
        """Push the lease's end out, and learn what the owner wants. Raises LeaseLost."""
        async with self._database.write() as connection:
            found = (
                await connection.execute(
                    update(jobs)
                    .where(jobs.c.id == job, jobs.c.lease_token == token)
                    .values(lease_expires=self._database.backend.now() + seconds)
                    .returning(jobs.c.wanted)
                )
            ).first()
        if found is None:
            raise LeaseLost
        wanted: str | None = found[0]
        return wanted

    async def release(self, job: int, *, token: int) -> None:
        """Give the lease back."""
        async with self._database.write() as connection:
            await connection.execute(
                update(jobs).where(jobs.c.id == job, jobs.c.lease_token == token).values(lease_expires=0.0)
            )

    async def change(self, job: int, *, token: int, **values: Any) -> None:
        """Write columns of a job that this process holds. Raises LeaseLost."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(jobs).where(jobs.c.id == job, jobs.c.lease_token == token).values(**values)
            )
            if not changed.rowcount:
                raise LeaseLost

    async def change_idle(self, job: int, statuses: Sequence[str], **values: Any) -> bool:
        """Write columns of a job that is in one of these statuses; whether it was."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(jobs).where(jobs.c.id == job, jobs.c.status.in_(statuses)).values(**values)
            )
            return bool(changed.rowcount)

    async def reopen(
        self, job: int, statuses: Sequence[str], *, targets: Mapping[str, int],
        then: Callable[[AsyncConnection], Any] | None = None, **values: Any,
    ) -> bool:  # fmt: skip
        """Write columns and new numbers of rows of a job that is in one of these statuses; whether it was.

        Args:
            then: runs in the same transaction, whose changes an error of its takes back.
        """
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(jobs).where(jobs.c.id == job, jobs.c.status.in_(statuses)).values(**values)
            )
            for name, target in targets.items() if changed.rowcount else ():
                await connection.execute(
                    update(job_tables).where(job_tables.c.job == job, job_tables.c.name == name).values(target=target)
                )
            if changed.rowcount and then is not None:
                await then(connection)
            return bool(changed.rowcount)

    def count_chunk(self, connection: Connection, job: int, *, token: int, done: ChunkCommit) -> None:
        """The first writes of a chunk's commit: the guards, then the counters. Raises LeaseLost."""
        guarded = connection.execute(
            update(jobs)
            .where(jobs.c.id == job, jobs.c.lease_token == token)
            .values(
                rows_deduplicated=jobs.c.rows_deduplicated + done.deduplicated,
                rows_rejected=jobs.c.rows_rejected + done.rejected,
                completed_chunks=jobs.c.completed_chunks + done.counted,
                active_seconds=done.active_seconds,
                tallies=self._database.seal.place("tallies", job).seal_one(done.tallies),  # they show some rows
                outlook=done.outlook,
            )
        )
        c = chunks.c
        closed = connection.execute(
            update(chunks)
            .where(c.job == job, c.table_index == done.table_index, c.idx == done.idx, c.state == "open")
            .values(
                state="done", committed=done.committed, first_seq=done.first_seq, refused=done.refused,
                prints=done.prints, duplicates=done.deduplicated,
            )
        )  # fmt: skip
        if not guarded.rowcount or not closed.rowcount:
            raise LeaseLost
        t = job_tables.c
        connection.execute(
            update(job_tables)
            .where(t.job == job, t.table_index == done.table_index)
            .values(committed=t.committed + done.committed, candidates=t.candidates + done.candidates)
        )

    async def idle_since(
        self, moment: float, statuses: Sequence[str], *, owner: str | None
    ) -> "builtins.list[tuple[int, str]]":
        """The jobs of these statuses that nothing was done for since then, newest first: numbers and ids."""
        touched = func.coalesce(jobs.c.finished_at, jobs.c.started_at + jobs.c.active_seconds, jobs.c.created_at)
        query = select(jobs.c.id, jobs.c.job_id).where(jobs.c.status.in_(statuses), touched < moment)
        if owner is not None:
            query = query.where(jobs.c.owner == owner)
        async with self._database.read() as connection:
            return [(found[0], found[1]) for found in await connection.execute(query.order_by(jobs.c.id.desc()))]

    async def hold(self, connection: AsyncConnection, job: int) -> bool:
        """Lock the job's row for the caller's transaction; whether it is still there."""
        held = select(jobs.c.id).where(jobs.c.id == job).with_for_update()
        return await connection.scalar(held) is not None

    async def remove(self, job: int, statuses: Sequence[str]) -> bool:
        """Delete a job with its rows, replies and ledger; whether it rests so and none extends it."""
        held = select(jobs.c.id).where(jobs.c.id == job, jobs.c.status.in_(statuses)).with_for_update()
        later = select(extensions.c.job).where(extensions.c.earlier == job).limit(1)
        extent = select(job_tables.c.table_index, job_tables.c.committed).where(job_tables.c.job == job)
        async with self._database.write() as connection:
            if await connection.scalar(held) is None or await connection.scalar(later) is not None:
                return False
            for table_index, committed in (await connection.execute(extent)).all():
                of_table = delete(rows).where(rows.c.job == job, rows.c.table_index == table_index)
                for end in range(DELETED_AT_ONCE, committed + DELETED_AT_ONCE, DELETED_AT_ONCE):
                    await connection.execute(of_table.where(rows.c.seq < end))
            for table in (chunks, replies, ledger, batches, exports, extensions, collections, job_tables):
                await connection.execute(delete(table).where(table.c.job == job))
            await connection.execute(delete(jobs).where(jobs.c.id == job))
        return True

    async def _entries(self, ids: Select[Any]) -> "builtins.list[JobEntry]":
        """The jobs of these ids with their tables, newest first, in one statement and so of one moment."""
        query = (
            select(*_PARTS)
            .join(job_tables, job_tables.c.job == jobs.c.id)
            .where(jobs.c.id.in_(ids.subquery().select()))
            .order_by(jobs.c.id.desc(), job_tables.c.table_index)
        )
        async with self._database.read() as connection:
            found = (await connection.execute(query)).all()
        entries = []
        for _, group in groupby(found, key=lambda row: row[0]):
            rows = [tuple(row) for row in group]
            tables = tuple(TableEntry(*row[len(_NAMES) :]) for row in rows)
            entries.append(self._opened(JobEntry(**dict(zip(_NAMES, rows[0], strict=False)), tables=tables)))
        return entries

    def _opened(self, entry: JobEntry) -> JobEntry:
        place = self._database.seal.place
        schema = place("schemas", entry.job_id).open_one(entry.schema)
        return replace(entry, schema=schema, tallies=place("tallies", entry.id).open_one(entry.tallies))
