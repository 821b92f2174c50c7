"""Which of a table's columns are wanted, and where their cells stand in a stored row."""

from collections.abc import Sequence

from synthaix.orchestration.errors import ArgumentInvalid, ColumnNotFound
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.orchestration.schema.schema import Table


def positions_of(table: Table, columns: Sequence[str] | None) -> tuple[int, ...]:
    """The wanted columns as positions in a stored row, in the caller's order; all of them when None.

    Raises:
        ColumnNotFound: the table has no such column.
        ArgumentInvalid: a column is named twice, or none is.
    """
    if columns is None:
        return tuple(range(len(table.columns)))
    if not columns:
        raise ArgumentInvalid("Name at least one column, or leave `columns` out for all.", field="columns")
    places = {name: position for position, name in enumerate(table.names)}
    for index, name in enumerate(columns):
        if name not in places:
            close = did_you_mean(name, table.names)
            raise ColumnNotFound(field=f"columns[{index}]", allowed=table.names, suggestion=close)
        if name in columns[:index]:
            raise ArgumentInvalid("Each column is named once.", field=f"columns[{index}]")
    return tuple(places[name] for name in columns)
