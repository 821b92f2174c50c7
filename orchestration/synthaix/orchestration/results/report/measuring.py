"""A job's tables measured: each is read once, by seq, and every figure of the report is taken on the way."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthaix.orchestration.results.batches import RowSource, batches
from synthaix.orchestration.results.formats.layout import field_of
from synthaix.orchestration.results.report.association import matrix
from synthaix.orchestration.results.report.canonical_rows import canonical
from synthaix.orchestration.results.report.column_measure import ColumnMeasure
from synthaix.orchestration.results.report.fingerprint import Fingerprinter
from synthaix.orchestration.results.report.relations import Relations
from synthaix.orchestration.results.report.validity import Validity
from synthaix.orchestration.results.summary import HASHES
from synthaix.orchestration.schema.schema import Schema, Table

SAMPLE = 100_000  # rows from which quantiles, tests of numbers and correlations are taken, when there are more
_SAMPLE_SEED = 20_261  # the same rows for the same number of rows


@dataclass(frozen=True)
class TableRows:
    """A table with what reads its rows.

    Attributes:
        target: how many rows were asked for.
        compared: the columns by which two rows are the same one.
    """

    table: Table
    read: RowSource
    rows: int
    target: int
    compared: Sequence[str] = ()


def measure(schema: Schema, tables: Sequence[TableRows], *, stop: Callable[[], bool] | None = None) -> dict[str, Any]:
    """Read every table once; blocking, for a worker thread.

    Memory: a sample of `SAMPLE` rows for each table in turn, and eight bytes a row for what must be unique or is a key.

    Returns:
        `tables` and `relations`, as JSON.

    Raises:
        Stopped: `stop` answered yes.
        StorageError: rows went away meanwhile.
    """
    relations = Relations(schema)
    measured = [_measure_table(schema, rows, relations, stop) for rows in tables]
    return {"tables": measured, "relations": relations.plain()}


def _measure_table(
    schema: Schema, rows: TableRows, relations: Relations, stop: Callable[[], bool] | None
) -> dict[str, Any]:
    import numpy as np

    table = rows.table
    fields = [field_of(column) for column in table.columns]
    sampled = min(rows.rows, SAMPLE)
    hashes = HASHES // len(fields)
    columns = [ColumnMeasure(table, column, sampled=sampled, hashes=hashes) for column in table.columns]
    validity = Validity(schema, table, rows.compared)
    fingerprint = Fingerprinter(table.names, rows.rows)
    rng = np.random.default_rng(_SAMPLE_SEED)
    taken = 0
    for batch in batches(rows.read, rows.rows, range(len(fields)), stop=stop):
        count = len(batch[0])
        picked: list[int] | None = None
        if sampled < rows.rows:
            picked = np.flatnonzero(rng.random(count) < sampled / rows.rows).tolist()
        taken += count if picked is None else len(picked)
        for column, cells in zip(columns, batch, strict=True):
            column.add(cells, picked)
        named = dict(zip(table.names, batch, strict=True))
        validity.add(named, count)
        relations.add(table.name, named)
        fingerprint.add(canonical(fields, batch))
    held = validity.plain()
    found = {
        "name": table.name,
        "rows": rows.rows,
        "asked_rows": rows.target,
        "sampled_rows": taken,
        "validity": held,
        "columns": _with_faults([column.plain() for column in columns], held),
        "correlations": matrix([each for each in (column.measured() for column in columns) if each is not None]),
        "fingerprint": fingerprint.result().plain(),
    }
    return {name: value for name, value in found.items() if value is not None}


def _with_faults(columns: list[dict[str, Any]], validity: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each column with how many of its cells break a rule."""
    for column in columns:
        faults = sum(each["rows"] for each in validity["broken"] if each["rule"].startswith(f"{column['name']}: "))
        column["invalid"] = faults
    return columns


def share_valid(table: Mapping[str, Any]) -> float:
    """The share of rows that break no rule, 0 to 1; 1 where there are no rows."""
    rows: int = table["rows"]
    return 1.0 if not rows else math.floor(1e6 * (1 - table["validity"]["invalid_rows"] / rows)) / 1e6
