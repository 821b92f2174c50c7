"""A table's cells without a model: cell = f(seed, table, column, candidate index), in fixed blocks."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from synthaix.orchestration.errors import DependencyCycle
from synthaix.orchestration.generation.expression import compile_expression
from synthaix.orchestration.generation.making import maker_of, typed
from synthaix.orchestration.generation.rules import completed, null_rate
from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, ParentCells, Setting
from synthaix.orchestration.generation.samplers.keys import children_per_parent, earlier_cells, sequence_cells
from synthaix.orchestration.generation.seeding import BLOCK, Ints, fractions, generator, key_of
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Schema, Table

__all__ = ["BLOCK", "Cells", "TableSampler", "children_per_parent"]

RECENT = 8  # blocks kept: a chunk touches two, its neighbours share them


class TableSampler:
    """The sampled cells of one table.

    Args:
        before: rows of other jobs whose sequences this one goes on with.

    Attributes:
        late: columns that exist only once a row has its place: sequences, references to earlier rows, and what needs
            them or a column that a model fills.
        filled: columns that a model fills.
    """

    late: tuple[str, ...]
    filled: tuple[str, ...]

    def __init__(
        self, schema: Schema, table: Table, *, seed: int, parents: ParentCells | None = None, before: int = 0
    ) -> None:
        self._table, self._seed, self._before = table, seed, before
        rules = completed(table)
        parents = _with_samples(schema, table, seed, parents or {})
        self.filled = tuple(column.name for column in table.columns if column.strategy == "llm")
        self._makers: dict[str, Maker] = {}
        self._null_rates = {name: null_rate(rules[name]) for name in table.names}
        for column in table.columns:
            if column.name not in self.filled and not _is_placed(table, column):
                setting = Setting(schema, table, column, rules[column.name], seed, parents)
                self._makers[column.name] = maker_of(setting, rules)
            if column.rules.expression and column.rules.null_rate is None:
                self._null_rates[column.name] = 0.0
        order = self._ordered()
        late = {column.name for column in table.columns if _is_placed(table, column)}
        for name in order:
            needs = self._makers[name].needs if name in self._makers else frozenset()
            if needs & (late | set(self.filled)):
                late.add(name)
        self.late = tuple(name for name in table.names if name in late)
        self._early = tuple(name for name in order if name not in late)
        self._late_order = tuple(name for name in order if name in late)
        self._recent = lru_cache(maxsize=RECENT)(self._block)

    def cells(self, start: int, stop: int, *, slots: Sequence[int] | None = None) -> dict[str, Cells]:
        """The candidates from `start` to `stop`, without late columns and those that a model fills.

        Args:
            slots: which place of the table each candidate is for; its own index when left out. With slots, `start`
                is a multiple of BLOCK.
        """
        columns: dict[str, Cells] = {name: [] for name in self._table.names if name in self._early}
        for block in range(start // BLOCK, -(-stop // BLOCK)):
            first = block * BLOCK
            if slots is None:
                made = self._recent(block)
            else:
                made = self._block(block, _filled_up(slots[first - start : first - start + BLOCK], first))
            low, high = max(start - first, 0), min(stop - first, BLOCK)
            for name, cells in columns.items():
                cells += made[name][low:high]
        return columns

    def fill_late(self, columns: Mapping[str, Cells], seqs: Sequence[int]) -> dict[str, Cells]:
        """Every column but those that a model fills, in the schema's order, for rows with these places.

        Args:
            columns: what `cells` gave for these rows, and the filled columns where a late one reads them.
        """
        every = dict(columns)
        for name in self._late_order:
            every[name] = self._late_cells(self._table.column(name), every, seqs)
        return {name: every[name] for name in self._table.names if name not in self.filled}

    def _block(self, block: int, slots: Ints | None = None) -> dict[str, Cells]:
        draw = Draw(self._seed, self._table.name, block, slots)
        for name in self._early:
            draw.raw[name] = self._makers[name].make(draw)
            draw.cells[name] = self._with_nulls(name, draw.raw[name], block)
        return draw.cells

    def _with_nulls(self, name: str, cells: Cells, block: int) -> Cells:
        rate = self._null_rates[name]
        if rate <= 0:
            return cells
        nulls = generator(self._seed, self._table.name, f"{name} null", block).random(BLOCK) < rate
        if not nulls.any():
            return cells
        with_nulls: list[Cell] = list(cells)
        for row in np.flatnonzero(nulls).tolist():
            with_nulls[row] = None
        return with_nulls

    def _late_cells(self, column: Column, every: Mapping[str, Cells], seqs: Sequence[int]) -> Cells:
        if column.is_sequence:
            return sequence_cells(column, seqs, before=self._before)
        if _is_placed(self._table, column):
            cells = earlier_cells(self._table, column, seqs, self._seed, before=self._before)
        elif column.rules.expression:
            cells = typed(column, compile_expression(column.rules.expression).column(every, len(seqs)))
        else:
            cells = self._placed(column.name, every, seqs)
        rate = self._null_rates[column.name]
        if rate <= 0:
            return cells
        places = np.array(seqs, dtype=np.int64)
        nulls = fractions(places, key_of(self._seed, self._table.name, f"{column.name} null")) < rate
        return [None if null else cell for cell, null in zip(cells, nulls.tolist(), strict=True)]

    def _placed(self, name: str, every: Mapping[str, Cells], seqs: Sequence[int]) -> Cells:
        """A sampler's cells by place instead of candidate index: whole blocks, of which these rows are kept."""
        found: list[Cell] = [None] * len(seqs)
        by_block: dict[int, list[int]] = {}
        for row, seq in enumerate(seqs):
            by_block.setdefault(seq // BLOCK, []).append(row)
        for block, rows in by_block.items():
            draw = Draw(self._seed, self._table.name, block)
            at = [seqs[row] % BLOCK for row in rows]
            for other, cells in every.items():
                spread: list[Cell] = [cells[rows[0]]] * BLOCK
                for place, row in zip(at, rows, strict=True):
                    spread[place] = cells[row]
                draw.raw[other] = draw.cells[other] = spread
            made = self._makers[name].make(draw)
            for place, row in zip(at, rows, strict=True):
                found[row] = made[place]
        return found

    def _ordered(self) -> list[str]:
        """The sampled columns, each after what it needs."""
        order: list[str] = []
        waiting = [name for name in self._table.names if name not in self.filled]
        while waiting:
            there = set(order) | set(self.filled)
            ready = [name for name in waiting if name not in self._makers or self._makers[name].needs <= there]
            if not ready:
                raise DependencyCycle(f"These columns depend on each other: {', '.join(waiting)}.")
            order += ready
            waiting = [name for name in waiting if name not in ready]
        return order


def _is_placed(table: Table, column: Column) -> bool:
    """Whether the cells follow from the row's place: a sequence, or a reference to an earlier row."""
    target = (column.rules.references or "").partition(".")[0]
    return column.is_sequence or target == table.name


def _filled_up(slots: Sequence[int], first: int) -> Ints:
    """Slots of a whole block: those that are missing at its end repeat the last."""
    given = np.array(slots, dtype=np.int64)
    rest = np.full(BLOCK - len(given), given[-1] if len(given) else first, dtype=np.int64)
    return np.concatenate((given, rest))


def _with_samples(schema: Schema, table: Table, seed: int, parents: ParentCells) -> ParentCells:
    """The parents' cells; where there are none yet, as in a preview, one block of what they will look like."""
    wanted = {(column.rules.references or "").partition(".")[0] for column in table.columns if column.rules.references}
    missing = [name for name in wanted if name in schema.names and name not in parents and name != table.name]
    made: dict[str, Mapping[str, Sequence[Cell]]] = dict(parents)
    for name in missing:
        sampler = TableSampler(schema, schema.table(name), seed=seed)
        made[name] = sampler.fill_late(sampler.cells(0, BLOCK), range(BLOCK))
    return made
