"""The rows that the verdicts on a table see: those of the jobs that its job extends, then its own."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import anyio.from_thread
import orjson

from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.embedding import Embedder
from synthaix.orchestration.dedup.roles import Roles, roles_of
from synthaix.orchestration.errors import InternalFault
from synthaix.orchestration.generation.plan import Extended, Plan
from synthaix.orchestration.generation.space import space_within
from synthaix.orchestration.jobs.running.preparing import decoded
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.store.chunks import DoneChunk
from synthaix.orchestration.store.jobs import JobEntry
from synthaix.orchestration.store.store import Store

READ_AT_ONCE = 2_000  # rows


@dataclass(frozen=True, slots=True)
class _Part:
    """One job's rows of the table.

    Attributes:
        names: its columns, in the order of its rows' cells.
        rows: how many of them count.
        embedder: whose vectors are stored with them.
    """

    job: int
    job_id: str
    table_index: int
    names: tuple[str, ...]
    rows: int
    embedder: str | None


class ComparedRows:
    """Numbers the rows that one table's candidates are compared with: extended jobs' first, as the plan fixed them.

    Attributes:
        before: how many rows of other jobs there are, and so the number of the first own one.
    """

    def __init__(self, store: Store, table: Table, job: JobEntry, parts: Sequence[_Part]) -> None:
        self._store = store
        self._names = table.names
        self._job = job
        self._table_index = next(each.table_index for each in job.tables if each.name == table.name)
        self._parts = parts
        self._ends = list(accumulate(part.rows for part in parts))
        self.before = self._ends[-1] if self._ends else 0

    @classmethod
    async def of_job(cls, store: Store, job: JobEntry, plan: Plan, table: Table) -> "ComparedRows":
        """What a job's plan says about a table."""
        parts = [await _part(store, each, table) for each in plan.extends if each.rows.get(table.name)]
        return cls(store, table, job, parts)

    def place(self, number: int) -> tuple[str | None, int]:
        """Which row a number is: the id of the extended job that has it, None for the job itself, and its seq."""
        if number >= self.before:
            return None, number - self.before
        part = bisect_right(self._ends, number)
        return self._parts[part].job_id, number - (self._ends[part - 1] if part else 0)

    async def at(self, numbers: Sequence[int]) -> dict[int, list[Cell]]:
        """The cells of these rows, in the table's order; a column that an extended job does not have is null."""
        found: dict[int, list[Cell]] = {}
        first = 0
        for part, end in zip(self._parts, self._ends, strict=True):
            seqs = [number - first for number in numbers if first <= number < end]
            bodies = await self._store.rows.at(part.job, part.table_index, seqs)
            found |= {first + seq: self._aligned(part, orjson.loads(body)) for seq, body in bodies.items()}
            first = end
        own = [number - first for number in numbers if number >= first]
        bodies = await self._store.rows.at(self._job.id, self._table_index, own)
        return found | {first + seq: orjson.loads(body) for seq, body in bodies.items()}

    async def earlier_cells(self, columns: Sequence[str]) -> dict[str, list[Cell]]:
        """These columns of the extended jobs' rows."""
        places = {name: self._names.index(name) for name in columns}
        cells: dict[str, list[Cell]] = {name: [] for name in columns}
        for part in self._parts:
            for begin in range(0, part.rows, READ_AT_ONCE):
                for row in await self._rows(part, begin):
                    for name, place in places.items():
                        cells[name].append(row[place])
        return cells

    async def committed(self) -> list[list[DoneChunk]]:
        """The committed chunks of each extended job, then the job's own."""
        found = [await self._store.chunks.done(part.job, part.table_index) for part in self._parts]
        return [*found, await self._store.chunks.done(self._job.id, self._table_index)]

    def restore(
        self, deduplicator: Deduplicator, embedder: Embedder | None, committed: Sequence[Sequence[DoneChunk]]
    ) -> None:
        """Give a deduplicator all committed rows. For a thread that anyio started.

        An extended job's stored fingerprints are taken where they say the same as the table's own would; where columns
        have other roles by now, or vectors are another embedder's, they are made anew from the rows.

        Args:
            embedder: None where texts are not compared by meaning.
            committed: what `committed` gave; read beforehand, so that the thread need not ask the loop for it.
        """
        first = 0
        *extended, own = committed
        for part, chunks in zip(self._parts, extended, strict=True):
            prints = [(first + chunk.first_seq, chunk.prints) for chunk in chunks if chunk.first_seq < part.rows]
            same_space = embedder is None or part.embedder == embedder.name
            if not (same_space and all(deduplicator.understands(packed) for _, packed in prints)):
                for begin in range(0, part.rows, READ_AT_ONCE):
                    deduplicator.take_in_rows(anyio.from_thread.run(self._rows, part, begin), embedder)
            else:
                for seq, packed in prints:
                    deduplicator.restore(seq, packed)
            first += part.rows
        for chunk in own:
            deduplicator.restore(first + chunk.first_seq, chunk.prints)

    async def _rows(self, part: _Part, begin: int) -> list[list[Cell]]:
        end = min(begin + READ_AT_ONCE, part.rows)
        bodies = await self._store.rows.between(part.job, part.table_index, begin, end)
        return [self._aligned(part, row) for row in decoded(bodies)]

    def _aligned(self, part: _Part, cells: Sequence[Cell]) -> list[Cell]:
        """A row's cells in this table's order."""
        if part.names == self._names:
            return list(cells)
        known = dict(zip(part.names, cells, strict=True))
        return [known.get(name) for name in self._names]


async def _part(store: Store, extended: Extended, table: Table) -> _Part:
    job = await store.jobs.find(extended.job_id, owner=None)
    if job is None:  # the store does not let it go while this one is there
        raise InternalFault("A job that this one extends is gone.")
    index = next(entry.table_index for entry in job.tables if entry.name == table.name)
    names = tuple(Schema.from_json(job.schema).table(table.name).names)
    plan = Plan.from_json(job.plan)
    return _Part(job.id, job.job_id, index, names, extended.rows[table.name], plan.embedder)


def planned_roles(schema: Schema, table: Table, plan: Plan) -> Roles:
    """The roles of the columns as the job was planned, whatever N it has now."""
    return planned(schema, table, plan)[0]


def planned(schema: Schema, table: Table, plan: Plan) -> tuple[Roles, str | None]:
    """The same, and a sentence for the human when they are unusual."""
    return roles_of(schema, table, rows=plan.compared[table.name], space=space_within(plan.compared))
