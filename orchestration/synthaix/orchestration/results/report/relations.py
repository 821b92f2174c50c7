"""References between tables: is every key found, and how many rows has each parent row?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthaix.orchestration.results.report.fit import chi_square
from synthaix.orchestration.results.report.keys import Keys, cell_keys
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import RowsPerParent, Schema, Table

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

SHOWN = 60  # different numbers of rows per parent that are listed


@dataclass
class _Reference:
    """A column that points at another, and the keys of both."""

    table: Table
    column: Column
    parent: Table
    key: Column
    children: Keys = field(default_factory=Keys)
    rows: int = 0

    @property
    def leads(self) -> bool:
        """Whether `rows_per_parent` is about this column: the first that points at another table."""
        first = next((column for column in self.table.columns if column.rules.references), None)
        return first is not None and first.name == self.column.name and self.parent.name != self.table.name


class Relations:
    """Takes the rows of every table of a schema, in any order of tables."""

    def __init__(self, schema: Schema) -> None:
        self._references = [_reference(schema, table, column) for table, column in schema.columns()
                            if column.rules.references]  # fmt: skip
        self._types = {(each.parent.name, each.key.name): each.key.type for each in self._references}
        self._keys = {place: Keys() for place in self._types}

    def add(self, table: str, columns: Mapping[str, Sequence[Cell]]) -> None:
        """Take the next rows of a table."""
        for reference in self._references:
            if reference.table.name == table:
                cells = columns[reference.column.name]
                reference.rows += len(cells)
                reference.children.add(cell_keys(reference.key.type, cells))
        for (parent, key), keys in self._keys.items():
            if parent == table:
                keys.add(cell_keys(self._types[parent, key], columns[key]))

    def plain(self) -> list[dict[str, Any]]:
        """As JSON, a part for each reference."""
        return [self._one(reference) for reference in self._references]

    def _one(self, reference: _Reference) -> dict[str, Any]:
        import numpy as np

        parents = np.unique(self._keys[reference.parent.name, reference.key.name].all())
        children = reference.children.all()
        places = np.searchsorted(parents, children)
        found = np.zeros(len(children), dtype=bool)
        inside = places < len(parents)
        found[inside] = parents[places[inside]] == children[inside]
        counts = np.bincount(places[found], minlength=len(parents))
        plain: dict[str, Any] = {
            "table": reference.table.name,
            "column": reference.column.name,
            "references": f"{reference.parent.name}.{reference.key.name}",
            "rows": reference.rows,
            "nulls": reference.rows - len(children),
            "orphans": int((~found).sum()),
            "holds": bool(found.all()),
        }
        if len(parents):
            plain["per_parent"] = _per_parent(reference, counts)
        return plain


def _per_parent(reference: _Reference, counts: "NDArray[int64]") -> dict[str, Any]:
    """How many rows point at each parent row, asked and got."""
    import numpy as np

    sizes, parents = np.unique(counts, return_counts=True)
    found: dict[str, Any] = {
        "parents": len(counts),
        "without": int((counts == 0).sum()),
        "min": int(counts.min()),
        "mean": round(float(counts.mean()), 4),
        "max": int(counts.max()),
        "counts": [[int(size), int(many)] for size, many in zip(sizes[:SHOWN], parents[:SHOWN], strict=True)],
    }
    asked = reference.table.rows_per_parent if reference.leads else None
    if asked is None:
        return found
    wanted = RowsPerParent(min=asked, max=asked) if isinstance(asked, int) else asked
    found["asked"] = {"min": wanted.min, "max": wanted.max}
    got = [int((counts == size).sum()) for size in range(wanted.min, wanted.max + 1)]
    shares = [1 / len(got)] * len(got)
    found["outside"] = len(counts) - sum(got)
    fit = chi_square([*got, found["outside"]], [*shares, 0.0])
    if fit is not None:
        found["fit"] = fit.plain()
    return found


def _reference(schema: Schema, table: Table, column: Column) -> _Reference:
    name, _, key = (column.rules.references or "").partition(".")
    parent = schema.table(name)
    return _Reference(table, column, parent, parent.column(key))
