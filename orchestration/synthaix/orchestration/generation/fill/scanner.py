"""Finds the rows of an answer that are whole, in one pass, wherever the answer was cut.

A row counts only if its own closing bracket arrived: `12.5` that was cut to `12` looks whole, and so does a string
that somebody closed for the model. Nothing is repaired.
"""

import re

MARK = re.compile(r'["{}\[\]]')
REST_OF_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)  # linear: its parts never overlap
OPENER = {"}": "{", "]": "["}
DEEPEST_LIST = 1  # rows are in a list at the top, or in one that is a property of the object at the top


def whole_rows(text: str) -> list[str]:
    """The JSON text of every complete row, in order.

    Rows are the objects in `{"rows": [...]}`, whatever the property is called, or arrays there; or either in `[...]`;
    or objects that stand by themselves. Prose around them is skipped. What breaks the brackets ends the reading.
    """
    rows: list[str] = []
    alone: list[str] = []
    opened: list[tuple[str, int]] = []
    row_depth: int | None = None
    at = 0
    while (found := MARK.search(text, at)) is not None:
        mark, at = found[0], found.end()
        if mark == '"':
            if not opened:
                continue  # prose
            rest = REST_OF_STRING.match(text, at)
            if rest is None:
                break
            at = rest.end()
        elif mark in "{[":
            if row_depth is None and opened and opened[-1][0] == "[":
                row_depth = len(opened) if len(opened) - 1 <= DEEPEST_LIST else None
            opened.append((mark, found.start()))
        elif opened:
            opener, start = opened.pop()
            if opener != OPENER[mark]:
                break
            if len(opened) == row_depth:
                rows.append(text[start:at])
            elif mark == "}" and not opened:
                alone.append(text[start:at])
    return rows if row_depth is not None else alone
