"""The full validator: every row that is committed has passed it.

Sampled columns are checked column-wise, one chunk at a time; rows from a model or a caller one by one, with words that
a model can mend its answer by. Uniqueness and references are the committer's: they need the rows before.
"""

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from synthaix.orchestration.generation.column_rules import Cells, ColumnRules
from synthaix.orchestration.generation.expression import Expression, compile_expression
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.schema.temporal import moment_of


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a row breaks, in words that hold no cell."""

    column: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Order:
    """`after` or `before`: a column's cells against another column's, or against one moment."""

    column: str
    other: str | None
    moment: str | None
    holds: Callable[[Any, Any], bool]
    words: str

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.column} if self.other is None else {self.column, self.other})

    def holds_in(self, cell: Cell, other: Cell) -> bool:
        """Whether the order holds; a null is in no order."""
        return not (isinstance(cell, str) and isinstance(other, str)) or self.holds(cell, other)


@dataclass(frozen=True, slots=True)
class _Check:
    """One of the table's checks."""

    label: str
    expression: Expression
    words: str


class TableRules:
    """What every row of a table obeys by itself."""

    def __init__(self, schema: Schema, table: Table) -> None:
        at = schema.names.index(table.name)
        self._columns = {column.name: ColumnRules(column) for column in table.columns}
        self._orders = [order for column in table.columns for order in _orders(table, column)]
        self._checks = [
            _Check(
                f"checks[{number}]",
                compile_expression(text, field=f"schema.tables[{at}].checks[{number}]"),
                f"must hold: {text}",
            )
            for number, text in enumerate(table.checks or ())
        ]

    def invalid(self, columns: Mapping[str, Cells], count: int, *, skip: Collection[str] = ()) -> dict[int, str]:
        """Which of `count` rows break a rule: local index -> "column: rule".

        Args:
            columns: the cells of every column that is not skipped.
            skip: columns that are not there yet; what reads them is not checked.
        """
        found: dict[int, str] = {}
        for name, rules in self._columns.items():
            if name not in skip:
                for index, words in rules.broken(columns[name]):
                    found.setdefault(index, f"{name}: {words}")
        for order in self._orders:
            if order.reads.isdisjoint(skip):
                _disordered(order, columns, count, found)
        for check in self._checks:
            if check.expression.names.isdisjoint(skip):
                _refuted(check, columns, count, found)
        return found

    def faults(self, row: Mapping[str, Cell], *, only: Collection[str] | None = None) -> list[Fault]:
        """The rules that one row breaks, at most one for each column, then those between columns.

        Args:
            only: columns to look at; rules between columns are looked at when all that they read are in the row.
        """
        found = []
        for name, rules in self._columns.items():
            if only is not None and name not in only:
                continue
            words = rules.fault(row[name]) if name in row else "is missing"
            if words is not None:
                found.append(Fault(name, words))
        if found:
            return found
        present = row.keys()
        for order in self._orders:
            if order.reads <= present and (only is None or not order.reads.isdisjoint(only)):
                other = order.moment if order.other is None else row[order.other]
                if not order.holds_in(row[order.column], other):
                    found.append(Fault(order.column, order.words))
        for check in self._checks:
            names = check.expression.names
            if names <= present and (only is None or not names.isdisjoint(only)) and check.expression.row(row) is False:
                found.append(Fault(check.label, check.words))
        return found


def _orders(table: Table, column: Column) -> list[_Order]:
    found = []
    for word, holds, stated in (
        ("later", operator.gt, column.rules.after),
        ("earlier", operator.lt, column.rules.before),
    ):
        if stated is None:
            continue
        if stated in table.names:
            found.append(_Order(column.name, stated, None, holds, f"must be {word} than `{stated}`"))
        else:
            moment = moment_of(column.type, stated, end=word == "later")
            found.append(_Order(column.name, None, moment, holds, f"must be {word} than {moment}"))
    return found


def _disordered(order: _Order, columns: Mapping[str, Cells], count: int, found: dict[int, str]) -> None:
    cells: list[Any] = columns[order.column]
    others: list[Any] = [order.moment] * count if order.other is None else columns[order.other]
    try:
        if all(map(order.holds, cells, others)):
            return
    except TypeError:
        pass  # a null, or a cell that is reported already
    for index, (cell, other) in enumerate(zip(cells, others, strict=True)):
        if not order.holds_in(cell, other):
            found.setdefault(index, f"{order.column}: {order.words}")


def _refuted(check: _Check, columns: Mapping[str, Cells], count: int, found: dict[int, str]) -> None:
    """Rows for which a check is false; a null result is no violation, as in SQL."""
    for index, result in enumerate(check.expression.column(columns, count)):
        if result is False:
            found.setdefault(index, f"{check.label}: {check.words}")
