"""The rules of columns that exist only once a row has its place: sequences and what follows from them.

They are judged at commit. Which values of a unique one have been used is kept in memory and read back at a restart.
"""

from collections.abc import Collection, Mapping

from synthaix.orchestration.generation.validation import TableRules
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Table

Cells = list[Cell]


class LateRules:
    """Judges the late columns of one table.

    Attributes:
        groups: columns, and groups of columns, that must not repeat and of which one is late.
        pending: the columns of the rows that are being stored.
    """

    def __init__(self, table: Table, rules: TableRules, late: Collection[str]) -> None:
        self._rules = rules
        derived = {column.name for column in table.columns if column.name in late and not column.is_sequence}
        single = [(column.name,) for column in table.columns if column.rules.unique and column.name in derived]
        together = [group for group in table.unique_together or () if derived & set(group)]
        self.groups = [*single, *together]
        self.pending: Mapping[str, Cells] = {}
        self._used: list[set[tuple[str, ...]]] = [set() for _ in self.groups]

    def restore(self, columns: Mapping[str, Cells]) -> None:
        """Take in the cells of committed rows, those of `groups` at least."""
        for group, used in zip(self.groups, self._used, strict=True):
            used.update(_keys(group, columns))

    def broken(self, columns: Mapping[str, Cells], count: int) -> tuple[int, str] | None:
        """The first row that breaks a rule in a late column, and which; None when none does."""
        invalid = self._rules.invalid(columns, count)
        found = min(invalid.items(), default=None)
        for group, used in zip(self.groups, self._used, strict=True):
            seen: set[tuple[str, ...]] = set()
            for place, key in enumerate(_keys(group, columns)):
                if key and (key in used or key in seen):
                    if found is None or place < found[0]:
                        found = place, f"{', '.join(group)}: repeats"
                    break
                seen.add(key)
        return found

    def commit(self) -> None:
        """The pending rows are stored."""
        if self.groups and self.pending:
            self.restore(self.pending)
        self.pending = {}


def _keys(group: Collection[str], columns: Mapping[str, Cells]) -> list[tuple[str, ...]]:
    """One key a row; empty where a cell is null, as in SQL."""
    rows = zip(*(columns[name] for name in group), strict=True)
    return [() if None in row else tuple(repr(cell) for cell in row) for row in rows]
