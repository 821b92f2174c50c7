"""Committed rows: one JSON array each, found by job, table and seq."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.sealing import Place
from synthaix.orchestration.store.tables import rows

READ_AT_ONCE = 500  # parameters of one query


class Rows:
    """The rows of every job; `seq` is dense from 0 for each job and table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection, job: int, table: int, first: int, bodies: Sequence[bytes]) -> None:
        """Append rows inside the caller's transaction, from seq `first` on."""
        if bodies:
            sealed = self._place(job, table).seal(bodies, first)
            self._database.backend.add_rows(connection, job, table, first, sealed)

    async def between(self, job: int, table: int, first: int, end: int) -> list[bytes]:
        """The bodies of the rows `first` <= seq < `end`, in order."""
        query = text("SELECT body FROM rows WHERE job=:j AND table_index=:t AND seq>=:a AND seq<:b ORDER BY seq")
        async with self._database.read() as connection:
            found = (await connection.execute(query, {"j": job, "t": table, "a": first, "b": end})).all()
        open_one = self._place(job, table).open_one
        return [open_one(row[0], seq) for seq, row in enumerate(found, first)]  # seqs are dense

    async def at(self, job: int, table: int, seqs: Sequence[int]) -> dict[int, bytes]:
        """The bodies of these rows; a seq that is not there is left out."""
        found: dict[int, bytes] = {}
        if not seqs:
            return found
        r = rows.c
        async with self._database.read() as connection:
            for begin in range(0, len(seqs), READ_AT_ONCE):
                some = seqs[begin : begin + READ_AT_ONCE]
                query = select(r.seq, r.body).where(r.job == job, r.table_index == table, r.seq.in_(some))
                found.update((seq, body) for seq, body in await connection.execute(query))
        open_one = self._place(job, table).open_one
        return {seq: open_one(body, seq) for seq, body in found.items()}

    def _place(self, job: int, table: int) -> Place:
        return self._database.seal.place("rows", job, table)
