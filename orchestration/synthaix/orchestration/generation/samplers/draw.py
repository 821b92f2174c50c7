"""What a sampler may look at: its column when it is built, the block when it draws."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import numpy as np

from synthaix.orchestration.generation.seeding import BLOCK, Ints, generator, key_of
from synthaix.orchestration.schema.column import Cell, Column, Constraints
from synthaix.orchestration.schema.schema import Schema, Table

T = TypeVar("T")
Cells = list[Cell]
ParentCells = Mapping[str, Mapping[str, Sequence[Cell]]]


class Draw:
    """One block of candidates of one table.

    Attributes:
        raw: the columns made so far, as they are without nulls.
        cells: the same with their nulls.
        slots: which place of the table each candidate is for.
    """

    __slots__ = ("_shared", "block", "cells", "index", "raw", "seed", "slots", "table")

    def __init__(self, seed: int, table: str, block: int, slots: Ints | None = None) -> None:
        self.seed = seed
        self.table = table
        self.block = block
        self.index: Ints = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
        self.slots: Ints = self.index if slots is None else slots
        self.raw: dict[str, Cells] = {}
        self.cells: dict[str, Cells] = {}
        self._shared: dict[str, Any] = {}

    def rng(self, name: str) -> np.random.Generator:
        """A fresh source of randomness for this name in this block."""
        return generator(self.seed, self.table, name, self.block)

    def shared(self, name: str, make: Callable[["Draw"], T]) -> T:
        """What several columns have in common, such as the person behind a row; made once per block."""
        if name not in self._shared:
            self._shared[name] = make(self)
        made: T = self._shared[name]
        return made


@dataclass(frozen=True)
class Setting:
    """A column and what is around it.

    Attributes:
        rules: the column's constraints, completed by its kind's.
        parents: committed cells by table and column.
    """

    schema: Schema
    table: Table
    column: Column
    rules: Constraints
    seed: int
    parents: ParentCells = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def stated(self) -> Constraints:
        """What the column itself says, without its kind."""
        return self.column.rules

    @property
    def locale(self) -> str:
        """The language of names and places; English when nothing is said."""
        return (self.column.locale or "en").replace("_", "-").lower()

    @cached_property
    def key(self) -> int:
        """For permutations of this column."""
        return key_of(self.seed, self.table.name, self.name)


@dataclass(frozen=True, slots=True)
class Maker:
    """How a column's cells are made.

    Attributes:
        make: the cells of a block, BLOCK of them, without nulls.
        space: how many different values there are.
        needs: columns of the row that must exist first.
        distinct: whether no value repeats as long as the space lasts.
    """

    make: Callable[[Draw], Cells]
    space: float = math.inf
    needs: frozenset[str] = frozenset()
    distinct: bool = False


Builder: TypeAlias = Callable[[Setting], Maker]
