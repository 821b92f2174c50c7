"""Canonical form: what two cells must share to count as the same value.

Free strings lose case, punctuation and repeated spaces. Symbols that carry meaning stay (`C`, `C#` and `C++` differ),
and so does a point or comma inside a number (`1.5` is not `15`; `3,504` is `3504`). Closed strings (categories, codes,
dates) keep every sign and lose only case and outer spaces. Free strings are folded by the column: the cells are joined,
folded once, and split again.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from synthaix.orchestration.schema.column import Cell

SEPARATOR = "\x1f"
POINT = "\x1e"  # stands for a point inside a number while punctuation is removed
NULL = "\x1d"

_SPACED = "-_/\\|\u2013\u2014"  # signs that part words
_MEANT = "#%&@*+=<>$§"  # signs that tell names apart
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_DECIMAL = re.compile(r"(?<=[0-9])[.,](?=[0-9])")


class _Folding(dict[int, str | None]):
    """A table for `str.translate`, filled as characters are met."""

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = _folded_character(chr(code))
        return folded


def _folded_character(character: str) -> str | None:
    if character in (SEPARATOR, NULL) or character in _MEANT:
        return character
    if character == POINT:
        return "."
    if character.isspace() or character in _SPACED:
        return " "
    category = unicodedata.category(character)
    return None if category[0] in "PC" else character


_ASCII = {code: _folded_character(chr(code).lower()) for code in range(128)}
_ASCII_TABLE = bytes(ord(_ASCII[code] or " ") if code < 128 else code for code in range(256))
_ASCII_GONE = bytes(code for code in range(128) if _ASCII[code] is None)
_ASCII_SPACES = bytes(32 if chr(code).isspace() and code != ord(SEPARATOR) else code for code in range(128))
_ASCII_SPACES += bytes(range(128, 256))
_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")


def free(text: str) -> str:
    """The canonical form of one free string."""
    return free_all([text])[0].decode(errors="surrogatepass")


def free_all(cells: Sequence[Cell]) -> list[bytes]:
    """The canonical forms of a column of free strings, as UTF-8; a null is a byte of its own."""
    texts = _texts(cells)
    if not texts:
        return []
    joined = SEPARATOR.join(texts)
    if joined.isascii():
        return _refilled(_fold_ascii(joined), texts)
    plain = [index for index, text in enumerate(texts) if text.isascii()]
    other = [index for index, text in enumerate(texts) if not text.isascii()]
    folded = [b""] * len(texts)
    for places, fold in ((plain, _fold_ascii), (other, _fold_any)):
        if places:
            for place, form in zip(places, fold(SEPARATOR.join([texts[p] for p in places])), strict=True):
                folded[place] = form
    return _refilled(folded, texts)


def closed(text: str) -> str:
    """The canonical form of one closed string: a category, a code, a date."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def closed_all(cells: Sequence[Cell]) -> list[bytes]:
    """The canonical forms of a column of closed cells, as UTF-8; a null is a byte of its own."""
    try:
        joined = SEPARATOR.join(cells)  # type: ignore[arg-type] # the columns are strings but for the odd null
    except TypeError:
        joined = ""
    if not joined or not joined.isascii() or joined.count(SEPARATOR) != len(cells) - 1:
        return [closed_cell(cell).encode(errors="surrogatepass") for cell in cells]
    return _spaced(joined.encode().lower().translate(_ASCII_SPACES))


def closed_cell(cell: Cell) -> str:
    """The canonical form of one cell of a closed column; 1, 1.0, True and "1" are one value."""
    if isinstance(cell, str):
        return closed(cell)
    if isinstance(cell, bool | int | float):
        whole = isinstance(cell, int) or (cell.is_integer() and abs(cell) < 2**63)
        return str(int(cell)) if whole else repr(cell)
    return NULL if cell is None else orjson.dumps(cell, option=orjson.OPT_SORT_KEYS).decode()


def moment(text: str) -> str:
    """The canonical form of a datetime: UTC, seconds, `Z`."""
    if len(text) == 20 and text[-1] == "Z" and text[10] == "T":
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return closed(text)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def number(cell: Cell) -> int | float | None:
    """The number that a cell holds or spells (`"3,504"` is 3504), or None."""
    if isinstance(cell, bool | int | float):
        return cell if cell == cell else None  # a NaN is no number
    if not isinstance(cell, str) or len(cell) > 64:
        return None
    try:
        spelt = float(_THOUSANDS.sub("", cell.strip()))
    except ValueError:
        return None
    if not math.isfinite(spelt):
        return None
    return int(spelt) if spelt.is_integer() and abs(spelt) < 2**53 else spelt


def _texts(cells: Sequence[Cell]) -> list[str]:
    """The cells as strings none of which holds a separator."""
    try:
        if SEPARATOR.join(cells).count(SEPARATOR) == max(len(cells) - 1, 0):  # type: ignore[arg-type]
            return list(cells)  # type: ignore[arg-type] # join has just proved them strings
    except TypeError:
        pass
    return [NULL if cell is None else str(cell).replace(SEPARATOR, " ") for cell in cells]


def _fold_ascii(joined: str) -> list[bytes]:
    raw = joined.encode()
    if b"." in raw or b"," in raw:
        alike = raw.translate(_DIGITS_ALIKE)
        if b"0.0" in alike or b"0,0" in alike:
            raw = _DECIMAL.sub(POINT, _THOUSANDS.sub("", joined)).encode()
    return _spaced(raw.translate(_ASCII_TABLE, _ASCII_GONE))


def _fold_any(joined: str) -> list[bytes]:
    text = joined if unicodedata.is_normalized("NFKC", joined) else unicodedata.normalize("NFKC", joined)
    text = unicodedata.normalize("NFKC", text.casefold())
    text = _DECIMAL.sub(POINT, _THOUSANDS.sub("", text))
    return _spaced(text.translate(_Folding()).encode(errors="surrogatepass"))


def _spaced(raw: bytes) -> list[bytes]:
    """Split at the separators, with single spaces inside the cells and none around them."""
    while b"  " in raw:
        raw = raw.replace(b"  ", b" ")
    raw = raw.replace(b" \x1f", b"\x1f").replace(b"\x1f ", b"\x1f").strip(b" ")
    return raw.split(b"\x1f")


def _refilled(folded: list[bytes], texts: Sequence[str]) -> list[bytes]:
    """A string of nothing but punctuation stays itself, so that `:)` is not `:(`."""
    if b"" in folded:
        for place, form in enumerate(folded):
            if not form and texts[place]:
                folded[place] = closed(texts[place]).encode(errors="surrogatepass")
    return folded
