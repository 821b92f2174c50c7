"""The plan and the price of an order, before anything is stored or spent."""

from dataclasses import replace

from synthaix.orchestration.errors import Infeasible
from synthaix.orchestration.generation.feasibility import check_feasible
from synthaix.orchestration.generation.plan import (
    SAMPLED_ROWS_PER_SECOND,
    Plan,
    Quote,
    TablePlan,
    chunk_sizes,
    parents_first,
    written_columns,
)
from synthaix.orchestration.generation.sampling import children_per_parent
from synthaix.orchestration.jobs.means import Means
from synthaix.orchestration.schema.schema import Schema, Table

DEFAULT_CHILDREN = 3  # rows per parent row, for a child table whose number nothing states


def table_rows(schema: Schema, total_rows: int, *, seed: int) -> dict[str, int]:
    """How many rows each table gets, parents first. Raises Infeasible where a child would get none."""
    counts: dict[str, int] = {}
    for table in parents_first(schema):
        counts[table.name] = _rows_of(schema, table, total_rows, counts, seed)
        if counts[table.name] < 1:
            raise Infeasible(
                "A child table would get no row: its parents have too few.",
                field=f"schema.tables.{table.name}.rows_per_parent",
            )
    return counts


def _rows_of(schema: Schema, table: Table, total_rows: int, counts: dict[str, int], seed: int) -> int:
    if table.name == schema.root.name:
        return total_rows
    if table.rows is not None:
        return table.rows
    if table.parent is None or table.parent == table.name:
        return total_rows
    per_parent = children_per_parent(schema, table, seed=seed, parents=counts[table.parent])
    if per_parent is None:
        return counts[table.parent] * DEFAULT_CHILDREN
    return int(per_parent.sum())


def quote_for(
    means: Means,
    schema: Schema,
    total_rows: int,
    *,
    seed: int,
    chunk_size: int | None = None,
    max_workers: int | None = None,
    cap_usd: float | None = None,
    checked: bool = True,
) -> Plan:
    """The plan of a job with its quote in it.

    Args:
        checked: whether so many distinct rows must be possible.

    Raises:
        Infeasible: they are not.
        ArgumentInvalid: so small a chunk would make too many.
    """
    counts = table_rows(schema, total_rows, seed=seed)
    warnings = tuple(check_feasible(schema, counts)) if checked else ()
    tables = chunk_sizes(parents_first(schema), counts, chunk_size)
    workers = max_workers or means.config.max_workers
    written = [table for table in schema.tables if written_columns(table)]
    if written and means.writer is not None:
        tables = tuple(means.writer.sized(plan, schema.table(plan.name)) for plan in tables)
        quote = means.writer.quote(schema, tables, max_workers=workers, cap_usd=cap_usd)
        model = means.writer.model
    else:
        quote, model = _sampled_quote(tables, cap_usd), None
    return Plan(tables, seed, workers, replace(quote, warnings=warnings), model)


def _sampled_quote(tables: tuple[TablePlan, ...], cap_usd: float | None) -> Quote:
    rows = sum(plan.rows for plan in tables)
    return Quote(
        rows=rows,
        chunks=sum(plan.chunks for plan in tables),
        calls=0,
        input_tokens=0,
        output_tokens=0,
        usd_low=0.0,
        usd_high=0.0,
        seconds_low=round(rows / SAMPLED_ROWS_PER_SECOND / 2, 2),
        seconds_high=round(0.5 + 2 * rows / SAMPLED_ROWS_PER_SECOND, 2),
        cap_usd=cap_usd,
        basis="sampled: no model is asked",
        model=None,
        tables={plan.name: plan.rows for plan in tables},
    )
