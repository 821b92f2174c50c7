"""The schema of rows that come without one, for a comparison: types from the cells alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import ValidationError

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Schema

WRITTEN = 80  # characters; what is longer is compared as written text, by its words and meaning


def schema_of(rows: Iterable[Mapping[str, Cell]]) -> Schema:
    """A schema of one table that has every column of the rows.

    Raises:
        ArgumentInvalid: the rows cannot be a table's, by the names or the number of their columns.
    """
    cells: dict[str, list[Cell]] = {}
    for row in rows:
        for name, cell in row.items():
            cells.setdefault(name, []).append(cell)
    try:
        columns = [_column(name, [cell for cell in found if cell is not None]) for name, found in cells.items()]
        return Schema.model_validate({"columns": columns})
    except ValidationError:
        raise ArgumentInvalid(
            "These rows cannot be a table's: it has 1 to 200 columns, whose names have 1 to 64 characters.",
            field="rows",
        ) from None


def _column(name: str, cells: list[Cell]) -> Column:
    kinds = {type(cell) for cell in cells}
    if kinds == {bool}:
        return Column(name=name, type="boolean")
    if kinds == {int}:
        return Column(name=name, type="integer")
    if kinds and kinds <= {int, float}:
        return Column(name=name, type="float")
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) < len(cells):
        return Column(name=name, type="object")  # lists, objects, or of several types: equal or not
    if max(map(len, texts), default=0) > WRITTEN:
        return Column(name=name, type="text", strategy="llm")
    if texts and all(map(_is_moment, texts)):
        return Column(name=name, type="datetime")
    if any(character.isdigit() for text in texts for character in text):
        return Column(name=name, type="text")  # codes and addresses: another digit is no typo
    return Column(name=name, type="string")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
