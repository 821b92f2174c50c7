"""The plan: how many rows of each table, in which chunks and calls, and what that will cost.

It is fixed when a job is accepted and stored with it; nothing in it depends on timing or on the number of workers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import orjson

from synthaix.orchestration.errors import ArgumentInvalid, DependencyCycle
from synthaix.orchestration.schema.schema import Schema, Table

SAMPLED_CHUNK = 4_096  # rows; smaller commits cost more each, larger ones delay the first row
WRITTEN_CHUNK = 50  # rows of a table that a model writes in
MOST_CHUNKS = 100_000
SPARE_SHARE = 0.10  # candidates beyond the rows, where a further round may take a day
SAMPLED_ROWS_PER_SECOND = 40_000  # a cautious figure for quotes; benchmarks/offline.py measures it


@dataclass(frozen=True, slots=True)
class Quote:
    """What a job will take, before it starts. Dollars are None where the price is not known."""

    rows: int
    chunks: int
    calls: int
    input_tokens: int
    output_tokens: int
    usd_low: float | None
    usd_high: float | None
    seconds_low: float
    seconds_high: float
    cap_usd: float | None
    basis: str
    model: str | None
    tables: dict[str, int]
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_plain(cls, loose: Mapping[str, Any]) -> "Quote":
        """As `dataclasses.asdict` and JSON left it."""
        return cls(**{**loose, "warnings": tuple(loose["warnings"])})


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table's part.

    Attributes:
        rows: how many will be committed.
        chunk_size: candidates in a chunk.
        rows_per_call: rows of one model call; 0 when no model writes in this table.
        lag: how many calls behind accepted texts must be to be shown as "not like these"; 0: nothing makes rows differ.
        spare: candidates of the first round beyond `rows`.
    """

    name: str
    rows: int
    chunk_size: int
    rows_per_call: int = 0
    lag: int = 0
    spare: int = 0

    @property
    def chunks(self) -> int:
        """How many chunks the first round has, without spare ones."""
        return math.ceil(self.rows / self.chunk_size)

    @property
    def lag_chunks(self) -> int:
        """The lag in whole chunks."""
        return max(1, self.lag // math.ceil(self.chunk_size / self.rows_per_call))

    def told_unlike(self, first: int) -> bool:
        """Whether the call that begins with this candidate is shown accepted texts."""
        return self.lag > 0 and first >= min(self.lag_chunks * self.chunk_size, self.rows)


@dataclass(frozen=True, slots=True)
class Extended:
    """An earlier job whose rows the new ones must not repeat: how many rows of each table it had."""

    job_id: str
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """The tables in the order in which they are made, parents first.

    Attributes:
        seed: from which every sampled cell follows.
        max_workers: calls in flight.
        model: who writes text; None when nobody does.
        mode: `economy`: calls go through the provider's Batch API.
        embedder: whose vectors the job's texts are compared by; None in jobs of before this was stored.
        extends: jobs that came before, oldest first; their rows are compared with and counted as if they were its own.
        collection: that the job is in, and its place there.
    """

    tables: tuple[TablePlan, ...]
    seed: int
    max_workers: int
    quote: Quote
    model: str | None = None
    mode: Literal["live", "economy"] = "live"
    embedder: str | None = None
    extends: tuple[Extended, ...] = ()
    collection: str | None = None
    place: int = 0

    def before(self, table: str) -> int:
        """How many rows of a table the extended jobs have."""
        return sum(each.rows.get(table, 0) for each in self.extends)

    @property
    def compared(self) -> dict[str, int]:
        """How many rows of each table are compared with each other, those of extended jobs included."""
        return {table.name: self.before(table.name) + table.rows for table in self.tables}

    @property
    def chunks(self) -> int:
        """How many chunks the first rounds have together."""
        return sum(table.chunks for table in self.tables)

    @property
    def spends(self) -> bool:
        """Whether going on costs money."""
        return self.quote.calls > 0 and self.quote.usd_high != 0

    def to_json(self) -> bytes:
        """As stored."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, stored: bytes) -> "Plan":
        """As `to_json` wrote it; a plan is immutable, so the latest few are kept."""
        return _read(stored)


@lru_cache(maxsize=64)
def _read(stored: bytes) -> Plan:
    loose: dict[str, Any] = orjson.loads(stored)
    tables = tuple(TablePlan(**table) for table in loose["tables"])
    extends = tuple(Extended(**each) for each in loose.get("extends", ()))
    return Plan(**{**loose, "tables": tables, "extends": extends, "quote": Quote.from_plain(loose["quote"])})


def written_columns(table: Table) -> tuple[str, ...]:
    """The columns that a model writes."""
    return tuple(column.name for column in table.columns if column.strategy == "llm")


def parents_first(schema: Schema) -> list[Table]:
    """The tables in an order in which each comes after those that it points at. Raises DependencyCycle."""
    waiting = list(schema.tables)
    ordered: list[Table] = []
    done: set[str] = set()
    while waiting:
        ready = [table for table in waiting if parents_of(table) - {table.name} <= done]
        if not ready:
            raise DependencyCycle(field="schema.tables")
        ordered += ready
        done |= {table.name for table in ready}
        waiting = [table for table in waiting if table.name not in done]
    return ordered


def parents_of(table: Table) -> set[str]:
    """The names of the tables that this one points at."""
    return {c.rules.references.partition(".")[0] for c in table.columns if c.rules.references}


def chunk_sizes(tables: Sequence[Table], rows: Mapping[str, int], asked: int | None) -> tuple[TablePlan, ...]:
    """Cut each table into chunks: as asked, else 50 rows where a model writes and 4,096 where none does.

    Raises:
        ArgumentInvalid: so small a chunk would make more chunks than the store should hold.
    """
    plans = tuple(
        TablePlan(table.name, rows[table.name], asked or (WRITTEN_CHUNK if written_columns(table) else SAMPLED_CHUNK))
        for table in tables
    )
    if sum(plan.chunks for plan in plans) > MOST_CHUNKS:
        least = math.ceil(sum(plan.rows for plan in plans) / (MOST_CHUNKS - len(plans)))
        raise ArgumentInvalid(
            f"A job has at most {MOST_CHUNKS:,} chunks.",
            field="chunk_size",
            suggestion=f"Leave chunk_size out, or give at least {least:,}.",
        )
    return plans
