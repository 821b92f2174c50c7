"""How a table's columns go into a file: names, shapes, and what was counted on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.column import Column

Shape = Literal["text", "integer", "float", "decimal", "boolean", "date", "time", "datetime", "array", "object"]

DECIMALS = 2  # of a decimal column that states none
WIDE_PRECISION = 38  # digits of decimal128; the most that SQL engines agree on
NARROW_PRECISION = 18  # digits that fit 64 bits
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

_SHAPES: dict[str, Shape] = {
    "integer": "integer", "float": "float", "decimal": "decimal", "boolean": "boolean", "date": "date",
    "time": "time", "datetime": "datetime", "array": "array", "object": "object",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a file.

    Attributes:
        shape: `text` where cells are of several types; what is not text is then spelled as JSON.
        decimals: digits after the point of a decimal.
        precision: digits of a decimal in all.
    """

    name: str
    shape: Shape
    decimals: int = 0
    precision: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a writer needs to know before the first row.

    Attributes:
        table: the table's name, as in the schema.
        csv_safe: whether text that a spreadsheet would run is made harmless.
        notes: what the reader of the file should know; writers add to it.
    """

    table: str
    fields: tuple[Field, ...]
    rows_total: int
    csv_safe: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.fields]

    def note(self, count: int, singular: str, plural: str) -> None:
        """Add `3 texts were ...`, unless there were none."""
        if count:
            self.notes.append(f"{count:,} {singular if count == 1 else plural}")


def field_of(column: Column) -> Field:
    """The shape of a column's cells in a file; the same for the same schema, whatever the rows."""
    rules = column.rules
    if column.type == "category":
        return Field(column.name, _category_shape(rules.enum or column.values), description=column.description)
    shape = _SHAPES.get(column.type, "text")
    if shape != "decimal":
        return Field(column.name, shape, description=column.description)
    decimals = DECIMALS if rules.decimals is None else rules.decimals
    ends = [end for end in (rules.min, rules.max) if isinstance(end, int | float)]
    narrow = len(ends) == 2 and max(map(abs, ends)) < 10 ** (NARROW_PRECISION - decimals) - 1
    precision = NARROW_PRECISION if narrow else WIDE_PRECISION
    return Field(column.name, shape, decimals, precision, column.description)


def _category_shape(values: Sequence[str | int | float | bool] | None) -> Shape:
    kinds = {type(value) for value in values or ()}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        fit = all(INT64_MIN <= value <= INT64_MAX for value in values or () if isinstance(value, int))
        return "integer" if fit else "text"
    return "float" if kinds in ({float}, {int, float}) else "text"


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names, numbered where two differ in case only: `a`, `A` -> `a`, `A_2`."""
    taken = {name.casefold() for name in names}
    used: set[str] = set()
    chosen = []
    for name in names:
        mine, number = name, 2
        while mine.casefold() in used or (mine != name and mine.casefold() in taken):
            mine, number = f"{name}_{number}", number + 1
        used.add(mine.casefold())
        chosen.append(mine)
    return chosen


def unfit(column: str, why: str, form: str) -> ArgumentInvalid:
    """The error for a cell that a format cannot hold; it names the column, never the cell."""
    return ArgumentInvalid(
        f"A column holds {why}, which {form} cannot hold.",
        field=f"columns.{column}",
        suggestion="Export as json, jsonl or csv, or leave the column out with `columns`.",
    )
