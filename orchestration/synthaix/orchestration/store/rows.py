"""Committed rows: one JSON array each, found by job, table and seq."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from synthaix.orchestration.store.database import Database

READ_AT_ONCE = 500  # parameters of one query

INSERTED_AT_ONCE = 256  # rows of one statement: half the CPU of the driver's executemany, a quarter of SQLAlchemy's


class Rows:
    """The rows of every job; `seq` is dense from 0 for each job and table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, connection: AsyncConnection, job: int, table: int, first: int, bodies: Sequence[bytes]) -> None:
        """Append rows inside the caller's transaction, from seq `first` on."""
        for begin in range(0, len(bodies), INSERTED_AT_ONCE):
            some = bodies[begin : begin + INSERTED_AT_ONCE]
            values = ",".join([f"({job:d},{table:d},?,?)"] * len(some))
            numbered = tuple(chain.from_iterable(enumerate(some, first + begin)))
            insert = f"INSERT INTO rows (job, table_index, seq, body) VALUES {values}"  # noqa: S608 - whole numbers
            await connection.exec_driver_sql(insert, numbered)

    async def between(self, job: int, table: int, first: int, end: int) -> list[bytes]:
        """The bodies of the rows `first` <= seq < `end`, in order."""
        query = text("SELECT body FROM rows WHERE job=:j AND table_index=:t AND seq>=:a AND seq<:b ORDER BY seq")
        async with self._database.read() as connection:
            found = await connection.execute(query, {"j": job, "t": table, "a": first, "b": end})
            return [row[0] for row in found]

    async def at(self, job: int, table: int, seqs: Sequence[int]) -> dict[int, bytes]:
        """The bodies of these rows; a seq that is not there is left out."""
        found: dict[int, bytes] = {}
        if not seqs:
            return found
        async with self._database.read() as connection:
            for begin in range(0, len(seqs), READ_AT_ONCE):
                some = seqs[begin : begin + READ_AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT seq, body FROM rows WHERE job=? AND table_index=? AND seq IN ({marks})"  # noqa: S608 - marks only
                result: Any = await connection.exec_driver_sql(query, (job, table, *some))
                found.update((int(row[0]), bytes(row[1])) for row in result.all())
        return found
