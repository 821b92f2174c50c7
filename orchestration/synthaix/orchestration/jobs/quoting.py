"""The plan and the price of an order, before anything is stored or spent."""

from collections.abc import Mapping
from dataclasses import replace

from synthaix.orchestration.errors import BudgetTooSmall, Infeasible
from synthaix.orchestration.generation.feasibility import check_feasible
from synthaix.orchestration.generation.fill.prompting import Brief
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
from synthaix.orchestration.jobs.paying.estimating import (
    Left,
    Measured,
    Pulse,
    Seen,
    candidates_for,
    expected,
    left,
    seconds_left,
    total,
    usual_seconds,
)
from synthaix.orchestration.jobs.paying.writer import Writer
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.llm.prices import Price
from synthaix.orchestration.llm.provider import Usage
from synthaix.orchestration.schema.schema import Schema, Table

UNSEEN_SECONDS, SEEN_SECONDS = (0.5, 3.0), (0.6, 2.0)  # of the estimated seconds, before and after a preview
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
    seen: Seen | None = None,
    before: Mapping[str, int] | None = None,
) -> Plan:
    """The plan of a job with its quote in it.

    Args:
        checked: whether so many distinct rows must be possible.
        seen: what a preview has shown.
        before: table -> rows of other jobs that must not be repeated either.

    Raises:
        Infeasible: they are not.
        ArgumentInvalid: so small a chunk would make too many.
        BudgetTooSmall: the cap pays for no call at all.
    """
    counts = table_rows(schema, total_rows, seed=seed)
    together = {name: count + (before or {}).get(name, 0) for name, count in counts.items()}
    warnings = tuple(check_feasible(schema, together)) if checked else ()
    tables = chunk_sizes(parents_first(schema), counts, chunk_size)
    workers = max_workers or means.config.max_workers
    written = [table for table in schema.tables if written_columns(table)]
    if written and means.writer is not None:
        tables = tuple(means.writer.sized(plan, schema.table(plan.name)) for plan in tables)
        quote = _written_quote(means.writer, schema, tables, seen or Seen(), workers=workers, cap_usd=cap_usd)
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


def _written_quote(
    writer: Writer, schema: Schema, tables: tuple[TablePlan, ...], seen: Seen, *, workers: int, cap_usd: float | None
) -> Quote:
    """By the columns' descriptions, and by a preview's real rows where there was one."""
    parts, seconds, price = list[Left](), 0.0, writer.price
    for plan in tables:
        if not plan.rows_per_call:
            continue
        brief = writer.brief(schema.table(plan.name), seed=0, diverse=plan.lag > 0)
        _check_cap(brief, plan, price, cap_usd)
        like = seen.tables.get(plan.name, Measured())
        rest = left(expected(plan, brief), Measured(), like, rows=plan.rows, candidates=candidates_for(plan.rows, 0, 0))
        parts.append(replace(rest, band=like.band()))
        each = usual_seconds(rest.output_tokens / rest.calls)
        seconds += seconds_left([each] * rest.calls, Pulse(seen.speed, (), workers))
    more = total(parts, sum(seen.tables.values(), Measured()))
    soonest, latest = SEEN_SECONDS if seen.rows else UNSEEN_SECONDS
    return Quote(
        rows=sum(plan.rows for plan in tables),
        chunks=sum(plan.chunks for plan in tables),
        calls=more.calls,
        input_tokens=more.likely.input_tokens,
        output_tokens=more.likely.output_tokens,
        usd_low=None if price is None else price.cost(more.low),
        usd_high=None if price is None else price.cost(more.high),
        seconds_low=round(seconds * soonest, 1),
        seconds_high=round(1 + seconds * latest, 1),
        cap_usd=cap_usd,
        basis=f"measured in a preview of {seen.rows} rows" if seen.rows
        else "estimated from the columns' descriptions, before any reply",
        model=writer.model,
        tables={plan.name: plan.rows for plan in tables},
    )  # fmt: skip


def _check_cap(brief: Brief, plan: TablePlan, price: Price | None, cap_usd: float | None) -> None:
    """Raise BudgetTooSmall when the cap pays for no call of the table."""
    if price is not None and cap_usd is not None and price.cost(Usage(*brief.estimate(plan.rows_per_call))) > cap_usd:
        raise BudgetTooSmall(field="max_cost_usd")
