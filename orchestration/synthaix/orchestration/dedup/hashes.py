"""64-bit hashes of whole columns, the same in every process and on every machine.

Short strings are cut into words of eight bytes; words, numbers and the joining of columns go through the finalizer of
SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), a column at a time: a third of what BLAKE2b costs, which long strings
go through. None of it withstands someone who looks for collisions: all that one gains is that a candidate is dropped.
Zero is kept free: it means "no hash", and what has none never meets anything.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.canonical import number
from synthaix.orchestration.schema.column import Cell

Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.int64]

LONGEST = 96  # bytes of a string that is hashed by the column
MOST_KNOWN = 20_000  # cells whose hash a column remembers
NOTHING = np.uint64(0x9AE16A3B2F90404F)  # the hash of a null
VARIED = 8  # columns of mostly new cells after which remembering is given up
SIGNIFICANT = 6  # digits of a float that count for equality
CELL_WIDTH = 2e-3  # of a float's logarithm; more than twice the tolerance, so that one neighbour is enough
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def mixed(bits: Hashes) -> Hashes:
    """Each number spread over all 64 bits."""
    spread = bits + _GAMMA
    spread = (spread ^ (spread >> np.uint64(30))) * _FIRST
    spread = (spread ^ (spread >> np.uint64(27))) * _SECOND
    return spread ^ (spread >> np.uint64(31))


def together(columns: Iterable[Hashes], count: int) -> Hashes:
    """One hash per row of all columns, in order; never zero."""
    every = np.full(count, _GAMMA, dtype=np.uint64)
    for column in columns:
        every = mixed(every ^ column) + _GAMMA
    every[every == 0] = 1
    return every


def of_strings(forms: Sequence[bytes]) -> Hashes:
    """The hash of each string; never zero. Zero bytes at the end of a string do not count."""
    width = max(map(len, forms), default=0)
    if width > LONGEST:
        found = np.zeros(len(forms), dtype=np.uint64)
        short = [place for place, form in enumerate(forms) if len(form) <= LONGEST]
        long = [place for place, form in enumerate(forms) if len(form) > LONGEST]
        found[short] = of_strings([forms[place] for place in short])
        digests = b"".join([blake2b(forms[place], digest_size=8).digest() for place in long])
        found[long] = np.maximum(np.frombuffer(digests, dtype="<u8"), np.uint64(1))
        return found
    words = max(-(-width // 8), 1)
    cut = np.array(forms, dtype=f"S{8 * words}").view("<u8").astype(np.uint64).reshape(len(forms), words)
    parts = mixed(cut ^ mixed(np.arange(1, words + 1, dtype=np.uint64)))
    parts[cut == 0] = 0  # so that a string's hash does not hang on the longest of its column
    return np.maximum(mixed(parts.sum(axis=1, dtype=np.uint64)), np.uint64(1))


def of_integers(cells: Sequence[Cell]) -> Hashes:
    """The hash of each whole number; equal numbers of any type are equal."""
    try:
        plain: npt.NDArray[Any] = np.array(cells)
    except (ValueError, OverflowError):
        plain = np.empty(0, dtype=object)
    if plain.dtype in (np.int64, np.bool_) and plain.ndim == 1:
        return mixed(plain.astype(np.int64).view(np.uint64))
    return np.fromiter((_of_number(cell) for cell in cells), dtype=np.uint64, count=len(cells))


def _of_number(cell: Cell) -> int:
    if cell is None:
        return int(NOTHING)
    value = number(cell)
    if value is None:
        return int(of_strings([repr(cell).encode()])[0])
    if isinstance(value, float):
        if value.is_integer():
            value = int(value)
        else:
            return int(of_floats(np.array([value]))[0])
    if -(2**63) <= value < 2**63:
        return int(mixed(np.array([value], dtype=np.int64).view(np.uint64))[0])
    return int(of_strings([str(value).encode()])[0])


def floats(cells: Sequence[Cell]) -> Floats:
    """The numbers, with NaN for what is null or no number."""
    try:
        plain: Floats = np.array(cells, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        plain = np.empty((0, 0))
    if plain.ndim == 1:  # lists of numbers would make a matrix
        return plain
    return np.array([_float(cell) for cell in cells], dtype=np.float64)


def _float(cell: Cell) -> float:
    value = number(cell)
    try:
        return float("nan") if value is None else float(value)
    except OverflowError:
        return float("inf")


def of_floats(values: Floats) -> Hashes:
    """The hash of each number to six significant digits; both zeros are one, and all NaN are one."""
    finite = np.isfinite(values) & (values != 0)
    plain = np.where(finite, values, 1.0)
    exponent = np.floor(np.log10(np.abs(plain))).astype(np.int64)
    shift = (SIGNIFICANT - 1 - exponent).astype(np.float64)
    half = np.floor(shift / 2)  # two factors, because 10 ** 320 does not fit
    mantissa = np.rint(plain * 10.0**half * 10.0 ** (shift - half)).astype(np.int64)
    over = np.abs(mantissa) >= 10**SIGNIFICANT
    mantissa = np.where(over, mantissa // 10, mantissa)
    exponent = exponent + over
    found = mixed(mantissa.view(np.uint64) ^ mixed(exponent.view(np.uint64)))
    found[values == 0] = mixed(np.zeros(1, dtype=np.uint64))[0]
    found[np.isnan(values)] = NOTHING
    found[np.isposinf(values)] = NOTHING + np.uint64(1)
    found[np.isneginf(values)] = NOTHING + np.uint64(2)
    return found


def float_cells(values: Floats) -> tuple[Hashes, Hashes]:
    """The cell that each number falls into on a logarithmic grid, and its nearer neighbour.

    Numbers of the same sign within the tolerance share a cell, or one's neighbour is the other's cell. Zero, NaN and
    the infinities have cells of their own and no neighbour.
    """
    finite = np.isfinite(values) & (values != 0)
    place = np.log(np.abs(np.where(finite, values, 1.0))) / CELL_WIDTH
    own = np.floor(place).astype(np.int64)
    near = own + np.where(place - own < 0.5, -1, 1)
    sign = np.where(values < 0, np.uint64(1), np.uint64(0))
    special = of_floats(np.where(finite, 0.0, values))
    first = np.where(finite, mixed(own.view(np.uint64)) + sign, special)
    second = np.where(finite, mixed(near.view(np.uint64)) + sign, mixed(special))
    return first, second


class StringHasher:
    """Hashes a column of strings, and remembers those that come again.

    Args:
        canonical: the canonical forms of a column, as UTF-8.
    """

    def __init__(self, canonical: Callable[[Sequence[Cell]], list[bytes]]) -> None:
        self._canonical = canonical
        self._known: dict[Cell, int] = {}
        self._varied = 0

    def __call__(self, cells: Sequence[Cell]) -> Hashes:
        """The hash of each cell's canonical form."""
        known = self._known
        if self._varied >= VARIED:
            return self._fresh(cells)
        try:
            found = list(map(known.get, cells))
        except TypeError:  # a list or an object
            return self._fresh(cells)
        if None in found:
            self._varied += 1 if len(known) >= MOST_KNOWN and found.count(None) > len(cells) // 2 else 0
            new = list(dict.fromkeys(cell for cell, hash_ in zip(cells, found, strict=True) if hash_ is None))
            fresh = dict(zip(new, self._fresh(new).tolist(), strict=True))
            if len(known) < MOST_KNOWN:
                known.update(fresh)
            found = [fresh[cell] if hash_ is None else hash_ for cell, hash_ in zip(cells, found, strict=True)]
        return np.array(found, dtype=np.uint64)

    def _fresh(self, cells: Sequence[Cell]) -> Hashes:
        found = of_strings(self._canonical(cells))
        nulls = [place for place, cell in enumerate(cells) if cell is None]
        if nulls:
            found[nulls] = NOTHING
        return found

