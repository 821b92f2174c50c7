"""A few rows of every table, as they would come out, without a job."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import anyio.to_thread

from synthaix.orchestration.generation.plan import parents_first, written_columns
from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.jobs.paying.estimating import Seen
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema, Table

UNWRITTEN = "(written by the model)"


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows by table; `notes` say what is different in the real run.

    Attributes:
        schema_id: of the proposal whose rows these are.
        inferred_count: rows that its request asks for.
    """

    tables: dict[str, list[dict[str, Cell]]]
    seed: int
    notes: tuple[str, ...] = ()
    schema_id: str | None = None
    inferred_count: int | None = None


async def preview_tables(
    means: Means, schema: Schema, *, rows: int, seed: int | None, owner: str | None
) -> Preview:
    """The first rows of each table.

    Args:
        owner: who pays for the text that a model writes; None: nobody, and such cells hold a placeholder.
    """
    chosen = secrets.randbits(31) if seed is None else seed
    tables = await anyio.to_thread.run_sync(_sampled, schema, rows, chosen)
    notes: list[str] = []
    seen = Seen()
    for table in schema.tables:
        written = written_columns(table)
        if not written:
            continue
        if owner is not None and means.writer is not None:
            more, taken = await means.writer.preview(schema, table, tables[table.name], seed=chosen, owner=owner)
            notes += more
            seen = Seen({**seen.tables, **taken.tables}, taken.speed)
        for row in tables[table.name]:
            for name in written:
                row.setdefault(name, UNWRITTEN)
    if owner is not None and means.writer is not None and seen.rows:
        await means.writer.remember(schema, seen, owner=owner)
    ordered = {t.name: [{n: row[n] for n in t.names} for row in tables[t.name]] for t in schema.tables}
    return Preview(ordered, chosen, tuple(notes))


def _sampled(schema: Schema, rows: int, seed: int) -> dict[str, list[dict[str, Cell]]]:
    made: dict[str, dict[str, list[Cell]]] = {}
    for table in parents_first(schema):
        made[table.name] = _table(schema, table, rows, seed, made)
    return {
        name: [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
        for name, columns in made.items()
    }


def _table(
    schema: Schema, table: Table, rows: int, seed: int, parents: Mapping[str, Mapping[str, list[Cell]]]
) -> dict[str, list[Cell]]:
    sampler = TableSampler(schema, table, seed=seed, parents=parents)
    return sampler.fill_late(sampler.cells(0, rows), range(rows))
