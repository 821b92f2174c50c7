"""Chunks: the unit of commit, and the plan's memory of what is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from synthaix.orchestration.errors import LeaseLost
from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import chunks, job_tables, jobs


@dataclass(frozen=True, slots=True)
class Chunk:
    """A range of candidates of one table.

    Attributes:
        idx: place in the table's order of commit, over all rounds.
        start: first candidate index.
        slots: int64, which place each candidate is for; None where that is its index.
    """

    table_index: int
    idx: int
    round: int
    start: int
    count: int
    slots: bytes | None = None


@dataclass(frozen=True, slots=True)
class DoneChunk:
    """A committed chunk, as much as a restart needs."""

    idx: int
    round: int
    count: int
    slots: bytes | None
    start: int
    committed: int
    first_seq: int
    refused: bytes
    prints: bytes


@dataclass(frozen=True, slots=True)
class Yield:
    """What some chunks gave: rows, and candidates that repeated one."""

    committed: int
    duplicates: int

    @property
    def novelty(self) -> float:
        """Share of the valid candidates that were new."""
        return self.committed / max(1, self.committed + self.duplicates) if self.committed or self.duplicates else 1.0


@dataclass(frozen=True, slots=True)
class Square:
    """Some chunks that follow one another: how many of them are done, and what those gave."""

    done: int
    chunks: int
    committed: int
    duplicates: int


class Chunks:
    """The chunk table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, connection: AsyncConnection, job: int, new: Sequence[Chunk]) -> None:
        """Insert a round's chunks inside the caller's transaction."""
        if new:
            await connection.execute(
                insert(chunks),
                [
                    {"job": job, "table_index": chunk.table_index, "idx": chunk.idx, "round": chunk.round,
                     "start": chunk.start, "count": chunk.count, "slots": chunk.slots, "state": "open"}
                    for chunk in new
                ],
            )  # fmt: skip

    async def open_round(self, job: int, table: int, round_: int, new: Sequence[Chunk], *, token: int) -> None:
        """Begin a refill round: its number and its chunks in one transaction; safe to repeat. Raises LeaseLost."""
        async with self._database.write() as connection:
            await _guard(connection, job, token)
            begun = await connection.execute(
                update(job_tables)
                .where(job_tables.c.job == job, job_tables.c.table_index == table, job_tables.c.round == round_ - 1)
                .values(round=round_)
            )
            if begun.rowcount:
                await self.add(connection, job, new)

    async def open(self, job: int, table: int) -> list[Chunk]:
        """The chunks that wait to be committed, in order."""
        return await self._open(job, table)

    async def _open(self, job: int, table: int, *which: ColumnElement[bool]) -> list[Chunk]:
        c = chunks.c
        query = (
            select(c.table_index, c.idx, c.round, c.start, c.count, c.slots)
            .where(c.job == job, c.table_index == table, c.state == "open", *which)
            .order_by(c.idx)
        )
        async with self._database.read() as connection:
            return [Chunk(*found) for found in await connection.execute(query)]

    async def find_open(self, job: int, table: int, idx: int) -> Chunk | None:
        """This chunk, if it waits to be committed."""
        return next((chunk for chunk in await self._open(job, table, chunks.c.idx == idx)), None)

    async def done(self, job: int, table: int) -> list[DoneChunk]:
        """The committed chunks, in order."""
        c = chunks.c
        query = (
            select(c.idx, c.round, c.count, c.slots, c.start, c.committed, c.first_seq, c.refused, c.prints)
            .where(c.job == job, c.table_index == table, c.state == "done")
            .order_by(c.idx)
        )
        async with self._database.read() as connection:
            return [DoneChunk(*found) for found in await connection.execute(query)]

    async def by_round(self, job: int, table: int, *, before: int) -> list[Yield]:
        """What each round before this one gave."""
        return await self._yields(job, table, chunks.c.round, chunks.c.round < before)

    async def curve(self, job: int, table: int, *, most: int) -> list[Yield]:
        """What the committed chunks gave, in order, in at most so many groups."""
        last, _ = await self.extent(job, table)
        return await self._yields(job, table, chunks.c.idx // (last // most + 1), chunks.c.idx >= 0)

    async def squares(self, job: int, table: int, *, most: int) -> list[Square]:
        """All chunks in their order, in at most so many groups of equal size."""
        last, _ = await self.extent(job, table)
        c = chunks.c
        done = case((c.state == "open", 0), else_=1)
        query = (
            select(
                func.sum(done), func.count(), func.sum(func.coalesce(c.committed, 0)),
                func.sum(func.coalesce(c.duplicates, 0)), (c.idx // (last // most + 1)).label("part"),
            )
            .where(c.job == job, c.table_index == table)
            .group_by("part")
            .order_by("part")
        )  # fmt: skip
        async with self._database.read() as connection:
            return [Square(*map(int, found[:4])) for found in await connection.execute(query)]

    async def _yields(self, job: int, table: int, group: ColumnElement[int], where: ColumnElement[bool]) -> list[Yield]:
        c = chunks.c
        query = (
            select(func.sum(c.committed), func.sum(func.coalesce(c.duplicates, 0)), group.label("part"))
            .where(c.job == job, c.table_index == table, c.state == "done", where)
            .group_by("part")
            .order_by("part")
        )
        async with self._database.read() as connection:
            return [Yield(int(rows), int(again)) for rows, again, _ in await connection.execute(query)]

    async def waiting(self, statuses: Sequence[str]) -> int:
        """How many chunks of all jobs in these statuses wait; asked where rows are written, so that it shows that too.

        Raises StorageError.
        """
        query = select(func.count()).select_from(chunks.join(jobs)).where(
            jobs.c.status.in_(statuses), chunks.c.state == "open"
        )  # fmt: skip
        async with self._database.write() as connection:
            return int(await connection.scalar(query) or 0)

    async def rows_before(self, job: int, table: int, chunk: Chunk, *, lag: int) -> int:
        """How many rows were committed by chunks of earlier rounds, and by those at least `lag` chunks before."""
        c = chunks.c
        query = select(func.coalesce(func.max(c.first_seq + c.committed), 0)).where(
            c.job == job, c.table_index == table, c.state == "done",
            or_(c.round < chunk.round, c.idx <= chunk.idx - lag),
        )  # fmt: skip
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def extent(self, job: int, table: int) -> tuple[int, int]:
        """The highest index and the end of the candidates of all chunks, whatever became of them."""
        c = chunks.c
        query = select(func.coalesce(func.max(c.idx), -1), func.coalesce(func.max(c.start + c.count), 0)).where(
            c.job == job, c.table_index == table
        )
        async with self._database.read() as connection:
            last, end = (await connection.execute(query)).one()
        return int(last), int(end)

    async def skip_open(self, job: int, table: int, *, token: int) -> None:
        """Close what is no longer needed: the table has all its rows. Raises LeaseLost."""
        c = chunks.c
        async with self._database.write() as connection:
            await _guard(connection, job, token)
            await connection.execute(
                update(chunks).where(c.job == job, c.table_index == table, c.state == "open").values(state="skipped")
            )


async def _guard(connection: AsyncConnection, job: int, token: int) -> None:
    """Let only the holder of the lease on; the job's row stays locked, so this is true until the transaction ends."""
    mine = (jobs.c.id == job) & (jobs.c.lease_token == token)
    if await connection.scalar(select(jobs.c.id).where(mine).with_for_update()) is None:
        raise LeaseLost
