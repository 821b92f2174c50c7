"""A table's rows read by seq, a bounded batch at a time, and turned from rows into columns."""

from collections.abc import Callable, Iterator, Sequence

import orjson

from synthaix.orchestration.errors import StorageError
from synthaix.orchestration.schema.column import Cell

RowSource = Callable[[int, int], list[bytes]]  # (first seq, end seq) -> bodies in order of seq
Batch = Sequence[Sequence[Cell]]  # one sequence of cells for each wanted column; all equally long

BATCH_ROWS = 4_096
BATCH_BYTES = 1_000_000  # of stored JSON; while it is parsed about twenty times as much is held
FIRST_ROWS = 256  # until the width of a row is known


class Stopped(Exception):
    """The caller's `stop` said so; nothing was kept. Never reaches an agent."""


def cells_of(bodies: Sequence[bytes]) -> list[list[Cell]]:
    """The rows' cells in schema order."""
    rows: list[list[Cell]] = orjson.loads(b"[" + b",".join(bodies) + b"]")  # one call: a third less than one per row
    return rows


def batches(
    read: RowSource,
    rows_total: int,
    positions: Sequence[int],
    *,
    on_progress: Callable[[int], object] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Iterator[Batch]:
    """Yield the wanted columns of rows 0 to `rows_total`, batch by batch.

    Where a batch ends depends on the rows alone, so that a file made of batches is the same file each time.

    Args:
        read: blocking; called with at most `BATCH_ROWS` seqs at a time.
        positions: of the wanted columns in a stored row.
        on_progress: told how many rows have been consumed, after each batch.
        stop: asked before each batch.

    Raises:
        Stopped: `stop` answered yes.
        StorageError: `read` gave fewer rows than were counted.
    """
    first, size = 0, FIRST_ROWS
    while first < rows_total:
        if stop is not None and stop():
            raise Stopped
        end = min(first + size, rows_total)
        bodies = read(first, end)
        if len(bodies) != end - first:
            raise StorageError("Rows of this job went away while they were read. Ask job_status, then try again.")
        size = max(1, min(BATCH_ROWS, BATCH_BYTES * len(bodies) // max(1, sum(map(len, bodies)))))
        turned = list(zip(*cells_of(bodies), strict=True))
        yield [turned[position] for position in positions]
        first = end
        if on_progress is not None:
            on_progress(first)
