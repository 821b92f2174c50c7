"""A report in miniature: the verdict, a small picture of each column, the examples of duplicates.

It goes into a reply beside the rows it is about, so its size is bounded whatever the schema.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from synthaix.orchestration.results.report.document import Json

BARS = 20  # of a histogram
TOP = 3  # frequent values of a column
FEW = 50  # different texts, up to which the frequent ones say more than how long they are
LONGEST = 40  # characters of a value
MOST_EXAMPLES = 6
MOST_EXAMPLE_BYTES = 5_000  # of all examples together
MOST_COLUMN_BYTES = 9_000  # of all columns together


def digest(document: Json) -> Json:
    """The report's verdict, columns and duplicates, cut to what is drawn of them."""
    room = MOST_COLUMN_BYTES
    tables, omitted = [], 0
    for table in document["tables"]:
        columns = []
        for measured in table["columns"]:
            column = _column(measured, table["rows"])
            room -= len(orjson.dumps(column))
            if room < 0:
                omitted += 1
            else:
                columns.append(column)
        tables.append({"name": table["name"], "rows": table["rows"], "columns": columns})
    small: Json = {
        "verdict": document["verdict"],
        "tables": tables,
        "duplicates": {"by_stage": document["duplicates"]["by_stage"], "examples": _examples(document)},
        "rejected": document["rejected"]["by_rule"],
    }
    if omitted:
        small["omitted_columns"] = omitted
    return small


def _column(measured: Json, rows: int) -> Json:
    """Nulls, distinct values, and either a histogram or the most frequent values."""
    small: Json = {
        "name": measured["name"],
        "nulls": round(measured["nulls"]["count"] / max(1, rows), 4),
        "distinct": measured["distinct"],
    }
    own = measured.get("histogram")
    bars = own or measured.get("length", {}).get("histogram")
    top = measured.get("top", [])
    few = measured["distinct"] <= (2 * TOP if own else FEW) or measured["type"] in ("category", "boolean")
    if top and (few or not bars):
        small["top"] = [[_short(each["value"]), each["count"]] for each in top[:TOP]]
    elif bars:
        small["bars"] = _bars(bars["counts"])
        of = measured if own else measured["length"]
        small |= {"min": _short(of["min"]), "max": _short(of["max"])}
        if not own:
            small["of"] = "length"
    return small


def _bars(counts: Sequence[int]) -> list[int]:
    """The counts in at most `BARS` groups of neighbours, as percentages of the tallest."""
    group = -(-len(counts) // BARS)
    sums = [sum(counts[first : first + group]) for first in range(0, len(counts), group)]
    tallest = max(sums, default=0) or 1
    return [round(100 * each / tallest) for each in sums]


def _examples(document: Json) -> list[Json]:
    """Candidates that were refused, each with the row that it repeats; only those that differ are worth a look."""
    kept: list[Json] = []
    room = MOST_EXAMPLE_BYTES
    for example in document["duplicates"]["examples"]:
        small = {
            "table": example["table"],
            "stage": example["stage"],
            "of": example["of"] + 1,
            "similarity": example.get("similarity"),
            "names": example["names"],
            "candidate": [_short(cell, 3 * LONGEST) for cell in example["candidate"]],
            "row": None if example.get("row") is None else [_short(cell, 3 * LONGEST) for cell in example["row"]],
            "columns": list(example.get("columns", ())),
        }
        room -= len(orjson.dumps(small))
        if room < 0 or len(kept) == MOST_EXAMPLES:
            break
        kept.append(small)
    return kept


def _short(cell: Any, most: int = LONGEST) -> Any:
    text = cell if isinstance(cell, str) else orjson.dumps(cell).decode() if isinstance(cell, list | dict) else ""
    return f"{text[: most - 1]}…" if len(text) > most else cell
