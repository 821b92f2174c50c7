"""Keys: sequences, references to parents, references to earlier rows of the same table."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.seeding import Ints, fractions, key_of, permuted
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import RowsPerParent, Schema, Table


def children_per_parent(schema: Schema, table: Table, *, seed: int, parents: int) -> Ints | None:
    """How many rows each parent row gets, shape (parents,); None when the table does not say.

    A parent's number depends on its place alone, so it stays when the parents grow in number.
    """
    wanted = table.rows_per_parent
    if wanted is None or table.parent in (None, table.name) or table.parent not in schema.names:
        return None
    if isinstance(wanted, int):
        return np.full(parents, wanted, dtype=np.int64)
    places = np.arange(parents, dtype=np.int64)
    return _spread(wanted, places, key_of(seed, table.name, "rows per parent"))


def _spread(wanted: RowsPerParent, places: Ints, key: int) -> Ints:
    shares = fractions(places, key)
    return wanted.min + (shares * (wanted.max - wanted.min + 1)).astype(np.int64)


class Parents:
    """The rows of a parent table that a column points at."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.table, _, self.column = (setting.rules.references or "").partition(".")
        self.by_slot = setting.table.rows_per_parent is not None and self.table == setting.table.parent
        self.by_slot = self.by_slot and not self._is_second
        self.key = key_of(
            setting.seed, setting.table.name, f"parent {self.table} {'' if not self._is_second else setting.name}"
        )

    @cached_property
    def _is_second(self) -> bool:
        """Whether an earlier column points at the same cells: two of one kind are independent of each other."""
        for column in self.setting.table.columns:
            if column.name == self.setting.name:
                return False
            if column.rules.references == self.setting.rules.references:
                return True
        return False

    @cached_property
    def cells(self) -> Sequence[Cell]:
        """The parents' keys, by place; without nulls."""
        found = self.setting.parents.get(self.table, {}).get(self.column, ())
        return found if None not in found else [cell for cell in found if cell is not None]

    @cached_property
    def ends(self) -> Ints | None:
        """Up to which slot each parent reaches; None without `rows_per_parent`."""
        if not self.by_slot:
            return None
        counts = children_per_parent(
            self.setting.schema, self.setting.table, seed=self.setting.seed, parents=len(self.cells)
        )
        return None if counts is None else np.cumsum(counts)

    def places(self, draw: Draw) -> Ints:
        """The parent of each candidate."""
        size = len(self.cells)
        if self.ends is not None and int(self.ends[-1]) > 0:
            slots = draw.slots % int(self.ends[-1])
            return np.searchsorted(self.ends, slots, side="right").astype(np.int64)
        if self.setting.rules.unique:
            return permuted(draw.slots, size, self.key)
        return (fractions(draw.index, self.key) * size).astype(np.int64)


def reference_maker(setting: Setting) -> Maker:
    """Cells of a foreign key: columns that point at different cells of one parent agree on the row."""
    parents = Parents(setting)
    cells = parents.cells

    def made(draw: Draw) -> Cells:
        if not cells:
            return [None] * len(draw.index)
        return [cells[place] for place in parents.places(draw).tolist()]

    return Maker(made, float(len(cells)), distinct=setting.rules.unique)


def sequence_cells(column: Column, seqs: Sequence[int], *, before: int = 0) -> Cells:
    """The numbers of these rows, as text where the column is text.

    Args:
        before: rows that have the first numbers.
    """
    spread = column.rules.distribution
    start = spread.start if spread is not None and spread.start is not None else 1
    step = spread.step if spread is not None and spread.step is not None else 1
    numbers = [start + step * (before + seq) for seq in seqs]
    if column.type == "integer":
        return list(numbers)
    return (
        [float(number) for number in numbers]
        if column.type in ("float", "decimal")
        else [str(number) for number in numbers]
    )


def earlier_cells(table: Table, column: Column, seqs: Sequence[int], seed: int, *, before: int = 0) -> Cells:
    """For each row the key of an earlier one of the same job; null for the first row."""
    _, _, name = (column.rules.references or "").partition(".")
    places = np.array(seqs, dtype=np.int64)
    shares = fractions(places, key_of(seed, table.name, column.name))
    keys = sequence_cells(table.column(name), (shares * places).astype(np.int64).tolist(), before=before)
    return [None if seq == 0 else key for seq, key in zip(seqs, keys, strict=True)]
