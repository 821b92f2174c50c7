"""The summary: what a table's rows look like, column by column, in a line each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from synthaix.orchestration.results.batches import RowSource, batches
from synthaix.orchestration.results.column_summary import ColumnSummary, Tally
from synthaix.orchestration.results.projection import positions_of
from synthaix.orchestration.schema.schema import Table

HASHES = 4_000_000  # kept at once over all columns, eight bytes each: within them distinct values are counted exactly


@dataclass(frozen=True, slots=True)
class Summary:
    """A table's rows, one summary for each column."""

    table: str
    rows: int
    columns: tuple[ColumnSummary, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON, without the empty parts."""
        return {"table": self.table, "rows": self.rows, "columns": [column.plain() for column in self.columns]}


def summarize(
    table: Table,
    read: RowSource,
    rows_total: int,
    *,
    columns: Sequence[str] | None = None,
    on_progress: Callable[[int], object] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Summary:
    """Read rows 0 to `rows_total` once and describe each column; blocking, for a worker thread.

    Memory is bounded, whatever the number of rows. The same rows give the same summary.

    Raises:
        Stopped: `stop` answered yes.
        ColumnNotFound: the table has no such column.
        StorageError: rows went away meanwhile.
    """
    positions = positions_of(table, columns)
    tallies = [Tally(table.columns[position], HASHES // len(positions)) for position in positions]
    for batch in batches(read, rows_total, positions, on_progress=on_progress, stop=stop):
        for tally, cells in zip(tallies, batch, strict=True):
            tally.add(cells)
    return Summary(table.name, rows_total, tuple(tally.summary() for tally in tallies))
