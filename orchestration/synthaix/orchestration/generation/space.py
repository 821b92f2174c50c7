"""How many different values a column can take: what feasibility and the roles of deduplication go by."""

import math
from collections.abc import Callable, Mapping

from synthaix.orchestration.generation.making import maker_of
from synthaix.orchestration.generation.rules import completed
from synthaix.orchestration.generation.samplers.draw import Setting
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.schema import Schema, Table


def space(schema: Schema, table: Table, column: Column) -> float:
    """How many different values the column's cells can have, nulls aside; infinite for what a model writes.

    An upper bound where values follow from other columns, and for texts of which some can be put together in two ways.
    """
    return _space(schema, table, column, frozenset())


def space_within(counts: Mapping[str, int]) -> Callable[[Schema, Table, Column], float]:
    """`space`, where a foreign key takes no more values than its parent table will have rows.

    Args:
        counts: table -> rows of the job.
    """

    def within(schema: Schema, table: Table, column: Column) -> float:
        parent = (column.rules.references or "").partition(".")[0]
        return min(space(schema, table, column), counts.get(parent, math.inf))

    return within


def _space(schema: Schema, table: Table, column: Column, above: frozenset[tuple[str, str]]) -> float:
    """The same, with the columns that were asked on the way here: one that leads back to them is no bound."""
    here = (table.name, column.name)
    if column.strategy == "llm" or column.is_sequence or here in above:
        return math.inf
    above |= {here}
    rules = column.rules
    if rules.references:
        return _of_parent(schema, table, rules.references, above)
    own = completed(table)
    maker = maker_of(Setting(schema, table, column, own[column.name], 0), own)
    if rules.expression or column.template:
        ways = 1.0 if rules.expression else maker.space
        for name in sorted(maker.needs):
            other = table.column(name)
            ways *= _space(schema, table, other, above) + (other.rules.nullable or bool(other.rules.null_rate))
        return min(ways, 2.0) if column.type == "boolean" else ways
    return maker.space


def _of_parent(schema: Schema, table: Table, reference: str, above: frozenset[tuple[str, str]]) -> float:
    """A key takes as many values as its parent has rows, or as the parent's column has values."""
    name, _, key = reference.partition(".")
    parent = schema.table(name)
    rows = math.inf if parent.rows is None or name == table.name else float(parent.rows)
    return min(rows, _space(schema, parent, parent.column(key), above))
