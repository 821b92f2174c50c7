"""Tables and helpers of the dedup tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from synthaix.orchestration.dedup.deduplicator import Decision, Deduplicator
from synthaix.orchestration.dedup.embedding import Embedder, encoded
from synthaix.orchestration.dedup.fingerprints import Fingerprinter
from synthaix.orchestration.dedup.roles import Roles, roles_of
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Schema, Table

Row = Mapping[str, Cell]


@dataclass
class Job:
    """A deduplicator with the rows that it committed, as a store would keep them."""

    table: Table
    roles: Roles
    settings: dict[str, Any] = field(default_factory=dict)
    embedder: Embedder | None = None
    rows: list[list[Cell]] = field(default_factory=list)
    packed: list[tuple[int, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fingerprinter = Fingerprinter(self.table, self.roles, policy=self.settings.get("policy", "rows"))
        self.deduplicator = self.fresh()

    def fresh(self) -> Deduplicator:
        """A deduplicator that has not seen a row."""
        return Deduplicator(self.table, self.roles, rows_expected=1_000, embedder=self.embedder, **self.settings)

    def restart(self) -> None:
        """Forget all that is not stored."""
        self.deduplicator = self.fresh()
        for first, packed in self.packed:
            self.deduplicator.restore(first, packed)

    def decide(self, offered: Sequence[Row], limit: int = 10_000, eligible: Sequence[bool] | None = None) -> Decision:
        """Judge candidates without committing them."""
        columns = {name: [row.get(name) for row in offered] for name in self.table.names}
        prints = self.fingerprinter(columns, len(offered))
        may = np.ones(len(offered), dtype=bool) if eligible is None else np.array(eligible)
        texts = encoded(self.embedder, columns, self.roles.text) if self.embedder and self.roles.text else None
        suspects = self.deduplicator.suspects(prints, may, texts)
        seen = {seq: self.rows[seq] for seq in suspects.seqs}
        needed = {name: columns[name] for name in self.fingerprinter.needed}
        return self.deduplicator.decide(prints, may, limit, suspects, seen, needed, texts)

    def offer(self, offered: Sequence[Row], limit: int = 10_000) -> Decision:
        """Judge candidates and commit what is accepted."""
        decision = self.decide(offered, limit)
        first = len(self.rows)
        self.packed.append((first, self.deduplicator.packed(decision)))
        self.rows += [[offered[place].get(name) for name in self.table.names] for place in decision.accepted.tolist()]
        self.deduplicator.commit(decision, first)
        return decision


def _job_of(
    *columns: dict[str, Any], rows: int = 50, values: float = 1e9, embedder: Embedder | None = None,
    unique_together: list[list[str]] | None = None, narrow: bool = False, **settings: Any,
) -> Job:  # fmt: skip
    """A job over columns given loosely; each column takes `values` different values, a narrow one's numbers take 2."""
    loose: dict[str, Any] = {"columns": list(columns)}
    if unique_together:
        loose["unique_together"] = unique_together
    schema = Schema.model_validate(loose)

    def space(_: Schema, __: Table, column: Column) -> float:
        return 2 if narrow and column.type in ("integer", "category", "boolean") else values

    roles, _ = roles_of(schema, schema.root, rows=rows, space=space)
    return Job(schema.root, roles, settings, embedder)


@pytest.fixture
def job_of() -> Callable[..., Job]:
    """Makes a job."""
    return _job_of


@pytest.fixture(scope="session")
def job_of_session() -> Callable[..., Job]:
    """Makes a job, for tests that hypothesis runs many times."""
    return _job_of
