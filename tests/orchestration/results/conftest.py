"""Fixtures for results: rows as the store would give them, and files that nobody else sees."""

from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import pytest

from synthaix.orchestration.results.batches import RowSource
from synthaix.orchestration.results.exports import Written, export_path, write_export
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Table

Rows = Sequence[Sequence[Cell]]


def _source(rows: Rows) -> RowSource:
    bodies = [orjson.dumps(row) for row in rows]
    return lambda first, end: bodies[first:end]


@pytest.fixture(scope="session")
def source() -> Callable[[Rows], RowSource]:
    """Make a store of these rows: what reads bodies by seq."""
    return _source


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Written]]:
    """Write rows to a file of a format; returns where and what."""
    root = tmp_path_factory.mktemp("exports")

    def write(form: str, table: Table, rows: Rows, *, csv_safe: bool = False) -> tuple[Path, Written]:
        path = export_path(root, "job_1", "rows", form)
        return path, write_export(path, form, table, _source(rows), len(rows), csv_safe=csv_safe)

    return write
