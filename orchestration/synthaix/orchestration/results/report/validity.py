"""Every committed row held against every rule of its schema once more, whatever was checked when it was made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthaix.orchestration.generation.validation import TableRules
from synthaix.orchestration.results.report.keys import Keys, cell_keys, row_keys, whole_keys
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema, Table

EXAMPLES = 5  # rows named for each broken rule


@dataclass(frozen=True)
class _Group:
    """Columns whose joint values never repeat."""

    names: tuple[str, ...]
    keys: Keys


class Validity:
    """Takes a table's rows batch by batch.

    Args:
        compared: the columns by which two rows are the same one; empty where rows are not compared.
    """

    def __init__(self, schema: Schema, table: Table, compared: Sequence[str]) -> None:
        self._table = table
        self._rules = TableRules(schema, table)
        self._rows = 0
        self._broken: Counter[str] = Counter()
        self._places: dict[str, list[int]] = {}
        single = [(column.name,) for column in table.columns if column.rules.unique]
        self._groups = [_Group(names, Keys()) for names in [*single, *(table.unique_together or ())]]
        self._compared = tuple(compared)
        self._whole = Keys()

    def add(self, columns: Mapping[str, Sequence[Cell]], count: int) -> None:
        """Take the next `count` rows."""
        listed = {name: list(cells) for name, cells in columns.items()}
        for place, words in self._rules.invalid(listed, count).items():
            self._broken[words] += 1
            examples = self._places.setdefault(words, [])
            if len(examples) < EXAMPLES:
                examples.append(self._rows + place)
        for group in self._groups:
            cells = [columns[name] for name in group.names]
            one = self._table.column(group.names[0]).type
            group.keys.add(cell_keys(one, cells[0]) if len(cells) == 1 else whole_keys(cells))
        if self._compared:
            self._whole.add(row_keys([columns[name] for name in self._compared]))
        self._rows += count

    def plain(self) -> dict[str, Any]:
        """As JSON: rules broken with how often and where (seq, from 0), and what repeats."""
        unique = [{"columns": list(group.names), "repeats": group.keys.repeats()} for group in self._groups]
        repeated = self._whole.repeats() if self._compared else None
        invalid = sum(self._broken.values())
        return {
            "invalid_rows": invalid,
            "broken": [
                {"rule": words, "rows": count, "seqs": self._places[words]}
                for words, count in self._broken.most_common()
            ],
            "unique": unique,
            "compared_columns": list(self._compared),
            "equal_rows": repeated,
            "holds": not invalid and not repeated and not any(each["repeats"] for each in unique),
        }
