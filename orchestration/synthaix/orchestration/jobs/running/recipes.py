"""What a table's candidates follow from, read from a stored job: the same in whichever process makes them."""

from collections.abc import Sequence

import anyio.to_thread
import orjson

from synthaix.orchestration.generation.plan import Plan, parents_of
from synthaix.orchestration.jobs.running.compared import planned_roles
from synthaix.orchestration.jobs.running.preparing import ParentKeys, Recipe, decoded
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.store.jobs import JobEntry
from synthaix.orchestration.store.store import Store

KEYS_AT_ONCE = 20_000  # parent rows read at once


class Recipes:
    """The recipes of one job's tables."""

    def __init__(self, store: Store, job: JobEntry) -> None:
        self._store = store
        self._job = job.id
        self.plan = Plan.from_json(job.plan)
        self.schema = Schema.from_json(job.schema)
        self._policy = orjson.loads(job.order)["dedup_policy"]

    async def of(self, table: Table, *, before: int) -> Recipe:
        """The table's recipe; the rows of its parents are committed.

        Args:
            before: rows of extended jobs.
        """
        roles = planned_roles(self.schema, table, self.plan)
        return Recipe(self.schema, table.name, self.plan.seed, roles, self._policy, await self._parents(table), before)

    async def committed_cells(self, name: str, columns: Sequence[str]) -> dict[str, list[Cell]]:
        """Some columns of a table, row by row in their order."""
        parent = self.schema.table(name)
        index = [plan.name for plan in self.plan.tables].index(name)
        places = {column: parent.names.index(column) for column in columns}
        cells: dict[str, list[Cell]] = {column: [] for column in columns}
        first = 0
        while bodies := await self._store.rows.between(self._job, index, first, first + KEYS_AT_ONCE):
            rows = await anyio.to_thread.run_sync(decoded, bodies)
            for column, place in places.items():
                cells[column] += [row[place] for row in rows]
            first += len(bodies)
        return cells

    async def _parents(self, table: Table) -> ParentKeys:
        """The committed cells that this table's references point at."""
        keys: dict[str, dict[str, list[Cell]]] = {}
        for name in sorted(parents_of(table) - {table.name}):
            wanted = [c.rules.references.partition(".")[2] for c in table.columns
                      if c.rules.references and c.rules.references.partition(".")[0] == name]  # fmt: skip
            keys[name] = await self.committed_cells(name, wanted)
        return keys
