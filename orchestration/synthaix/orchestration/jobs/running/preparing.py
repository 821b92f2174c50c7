"""From a range of candidates to what the committer judges: sampled, validated, fingerprinted, encoded.

The work is a pure function of the recipe and the range, so it may run in a thread or in a process of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import orjson

from synthaix.orchestration.dedup.embedding import Embedder, Encoded, Sentences, encoded, learn
from synthaix.orchestration.dedup.fingerprints import Fingerprinter, Fingerprints
from synthaix.orchestration.dedup.roles import Roles
from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.generation.validation import TableRules
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema

Cells = list[Cell]
_MARK = orjson.Fragment(b"\n")
ParentKeys = Mapping[str, Mapping[str, Sequence[Cell]]]  # table -> column -> committed cells by seq


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a table's candidates follow from, but for what a model writes.

    Attributes:
        before: rows of extended jobs; sequences go on after them.
    """

    schema: Schema
    table: str
    seed: int
    roles: Roles
    policy: str
    parents: ParentKeys = field(default_factory=dict)
    before: int = 0


@dataclass(slots=True)
class Prepared:
    """A chunk's candidates, ready for verdicts.

    Attributes:
        bodies: the encoded rows; None where columns are filled from the row's position at commit.
        columns: the cells that verdicts, or that filling, still need.
        invalid: reason by candidate, for those that can be no rows.
        texts: the text columns as vectors; None where there is no text.
    """

    count: int
    prints: Fingerprints
    bodies: list[bytes] | None
    columns: dict[str, Cells]
    invalid: dict[int, str]
    texts: Encoded | None = None


class Preparer:
    """Prepares the chunks of one table."""

    def __init__(self, recipe: Recipe) -> None:
        self.table = recipe.schema.table(recipe.table)
        self.sampler = TableSampler(
            recipe.schema, self.table, seed=recipe.seed, parents=recipe.parents, before=recipe.before
        )
        self.rules = TableRules(recipe.schema, self.table)
        self._roles = recipe.roles
        self._fingerprinter = Fingerprinter(self.table, recipe.roles, policy=recipe.policy)

    def sample(self, start: int, count: int, slots: Sequence[int] | None) -> dict[str, Cells]:
        """The cells that code makes, for candidates `start` to `start + count`."""
        return self.sampler.cells(start, start + count, slots=slots)

    def learn(self, cells: Mapping[str, Cells], embedder: Embedder, known: dict[str, Sentences]) -> None:
        """Encode what has been written of a chunk whose other calls are still being answered."""
        learn(embedder, self.texts(cells), known)

    def texts(self, cells: Mapping[str, Cells]) -> list[str]:
        """What of these cells is compared by meaning."""
        return [cell for name in self._roles.text for cell in cells.get(name, []) if isinstance(cell, str)]

    def finish(
        self, columns: dict[str, Cells], count: int, refused: Mapping[int, str], embedder: Embedder | None = None,
        known: dict[str, Sentences] | None = None,
    ) -> Prepared:  # fmt: skip
        """Judge complete candidates one by one.

        Args:
            refused: those that a model did not write.
            known: sentences that are encoded already.
        """
        late = self.sampler.late
        invalid = self.rules.invalid(columns, count, skip=late)
        invalid.update(refused)
        prints = self._fingerprinter(columns, count)
        written = self._roles.text
        texts = encoded(embedder, columns, written, known) if embedder is not None and written else None
        if late:
            return Prepared(count, prints, None, columns, invalid, texts)
        needed = {name: columns[name] for name in self._fingerprinter.needed}
        return Prepared(count, prints, encode(columns, self.table.names), needed, invalid, texts)

    def prepare(self, start: int, count: int, slots: Sequence[int] | None) -> Prepared:
        """Sample and finish: the whole way where no model writes."""
        return self.finish(self.sample(start, count, slots), count, {})


def encode(columns: Mapping[str, Cells], names: Sequence[str]) -> list[bytes]:
    """Each row as a JSON array in the columns' order.

    All rows are encoded by one call and then parted, since a call for each row costs thirty times as much. JSON text
    holds no raw line feed, so one that is put at the end of every row marks it.
    """
    rows = list(zip(*(columns[name] for name in names), repeat(_MARK)))
    if not rows:
        return []
    return [b"[%b]" % row for row in orjson.dumps(rows)[2:-4].split(b",\n],[")]


def decoded(bodies: Sequence[bytes]) -> list[list[Cell]]:
    """The cells of encoded rows."""
    rows: list[list[Cell]] = orjson.loads(b"[%b]" % b",".join(bodies))
    return rows
