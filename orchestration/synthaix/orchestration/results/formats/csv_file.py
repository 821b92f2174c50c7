"""CSV as RFC 4180 has it: UTF-8 without a mark, a header, `\\n` after each row.

A null is nothing between two commas, an empty text is `""`; the csv module of Python 3.11 cannot write that
difference, and PostgreSQL, DuckDB and pyarrow read it. Hence the few lines here, which are also the faster ones.
In a file of one column a null is `""` too: an empty line would be no row to most readers.
"""

import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats.formula_guard import guarded
from synthaix.orchestration.results.formats.layout import Field, Layout
from synthaix.orchestration.results.formats.spelling import fixed_texts, json_texts, texts
from synthaix.orchestration.schema.column import Cell

_QUOTED = re.compile(r'[",\r\n]|\\\.')  # backslash and full stop alone on a line end the rows for older PostgreSQL


def write(sink: BinaryIO, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the table as CSV."""
    shielded = 0
    nothing = '""' if len(layout.fields) == 1 else ""
    header, count = _spell_text(layout.names, layout.csv_safe, nothing)
    shielded += count
    sink.write((",".join(header) + "\n").encode())
    for batch in batches:
        columns = []
        for field, cells in zip(layout.fields, batch, strict=True):
            column, count = _spell(field, cells, layout.csv_safe, nothing)
            columns.append(column)
            shielded += count
        sink.write(("\n".join(map(",".join, zip(*columns, strict=True))) + "\n").encode())
    layout.note(
        shielded,
        "text has an apostrophe before it, so that no spreadsheet runs it; csv_safe=false leaves it out.",
        "texts have an apostrophe before them, so that no spreadsheet runs them; csv_safe=false leaves it out.",
    )


def _spell(field: Field, cells: Sequence[Cell], safe: bool, nothing: str) -> tuple[Sequence[str], int]:
    """One column's cells as they stand in the file, and how many were guarded."""
    match field.shape:
        case "integer" | "float" | "boolean":
            if {int, float, bool, type(None)}.issuperset(map(type, cells)):
                return _spell_numbers(cells, nothing), 0
        case "decimal":
            numbers = {int, float, type(None)}.issuperset(map(type, cells))
            spelled = fixed_texts(cells, field.decimals)
            if numbers:
                return [nothing if text is None else text for text in spelled], 0
            return _spell_text(spelled, safe, nothing)
        case "array" | "object":
            return _spell_text(json_texts(cells), safe, nothing)
        case _:
            pass
    return _spell_text(texts(cells), safe, nothing)


def _spell_numbers(cells: Sequence[Cell], nothing: str) -> list[str]:
    kinds = set(map(type, cells))
    if bool in kinds:
        names = {True: "true", False: "false", None: nothing}
        return [names[cell] if cell is None or isinstance(cell, bool) else repr(cell) for cell in cells]
    if type(None) in kinds:
        return [nothing if cell is None else repr(cell) for cell in cells]
    return list(map(repr, cells))


def _spell_text(cells: Sequence[str | None], safe: bool, nothing: str) -> tuple[Sequence[str], int]:
    count = 0
    if safe:
        cells, count = guarded(cells)
    if _QUOTED.search("\0".join(filter(None, cells))):
        return [_quoted(cell) if cell else nothing if cell is None else '""' for cell in cells], count
    return [cell or (nothing if cell is None else '""') for cell in cells], count


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
