"""The functions of an expression on texts; total, like all of them."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson

from synthaix.orchestration.schema.column import Cell

MAX_TEXT = 10_000  # characters of a result
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def text_of(cell: Cell) -> str:
    """A cell as text: booleans as `true` and `false`, arrays and objects as JSON, nothing for a null."""
    match cell:
        case str():
            return cell
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case list() | dict():
            return orjson.dumps(cell).decode()
        case _:
            return str(cell)


def string(cell: Cell) -> Cell:
    """The same, null where it would be too long."""
    return short(text_of(cell))


def short(text: str) -> Cell:
    """The text, or None when it is too long."""
    return text if len(text) <= MAX_TEXT else None


def textual(apply: Callable[[str], str]) -> Callable[[Cell], Cell]:
    """A method of texts as a function on cells."""

    def change(text: Cell) -> Cell:
        return short(apply(text)) if isinstance(text, str) else None

    return change


def textual_all(apply: Callable[[str], str]) -> Callable[[list[Any]], list[Cell] | None]:
    """The same on a whole column of texts; None when the column holds something else."""

    def change(texts: list[Any]) -> list[Cell] | None:
        if set(map(type, texts)) != {str}:
            return None
        changed: list[Any] = list(map(apply, texts))
        return changed if max(map(len, changed)) <= MAX_TEXT else None

    return change


def concat_all(*columns: list[Any]) -> list[Cell] | None:
    """Whole columns of texts joined row by row; None when they hold something else."""
    try:
        joined: list[Any] = list(map("".join, zip(*columns, strict=True)))
    except TypeError:
        return None  # not all are texts
    return joined if max(map(len, joined)) <= MAX_TEXT else None


def length_of(cell: Cell) -> Cell:
    """Characters of a text, items of an array, keys of an object."""
    return len(cell) if isinstance(cell, str | list | dict) else None


def concat(*cells: Cell) -> Cell:
    """The cells as texts, one behind the other."""
    return short("".join(map(text_of, cells)))


def replaced(text: Cell, old: Cell, new: Cell) -> Cell:
    """The text with every `old` in it made `new`."""
    if not (isinstance(text, str) and isinstance(old, str) and isinstance(new, str)):
        return None
    if not old:
        return text
    grown = len(text) + text.count(old) * (len(new) - len(old))
    return text.replace(old, new) if grown <= MAX_TEXT else None


def substr(text: Cell, start: Cell, length: Cell = MAX_TEXT) -> Cell:
    """Characters from `start`, counted from 0; a negative start counts from the end."""
    if not (isinstance(text, str) and isinstance(start, int) and isinstance(length, int)) or length < 0:
        return None
    first = max(len(text) + start, 0) if start < 0 else start
    return text[first : first + length]


def slug(text: Cell, separator: Cell = "-") -> Cell:
    """Lower-case ASCII letters and digits with a separator between the words: `Zoë O'Hara` gives `zoe-o-hara`."""
    if not isinstance(text, str) or not isinstance(separator, str):
        return None
    return _slugged(text, separator) if len(text) + len(separator) < 100 else _slugged.__wrapped__(text, separator)


@lru_cache(maxsize=8_192)  # names repeat; at most 2 MB
def _slugged(text: str, separator: str) -> Cell:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text[:MAX_TEXT]).encode("ascii", "ignore").decode()
    words = _NOT_SLUG.split(text.lower())
    return short(separator.join(filter(None, words)))


def formatted(number: Cell, width: Cell = 0, decimals: Cell = None) -> Cell:
    """A number as text, padded with zeros to `width`, with so many decimals."""
    if not isinstance(number, int | float) or not isinstance(width, int) or not 0 <= width <= 100:
        return None
    if decimals is None:
        return f"{number:0{int(width)}d}" if isinstance(number, int) else f"{number:0{int(width)}}"
    if not isinstance(decimals, int) or not 0 <= decimals <= 15:
        return None
    return f"{number:0{int(width)}.{int(decimals)}f}"
