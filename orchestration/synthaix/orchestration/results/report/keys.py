"""Keys kept as 64-bit numbers, to see that none repeats and that every reference is found: eight bytes a row."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import orjson

from synthaix.orchestration.schema.column import Cell, ColumnType

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    Ints = NDArray[int64]


class Keys:
    """Keys in the order of the rows; two different ones are taken for one with a chance below 1 in 10^7 a million."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []

    def add(self, hashes: "Ints") -> None:
        """Take the next ones."""
        self._parts.append(hashes)

    def all(self) -> "Ints":
        """Every key, in order."""
        import numpy as np

        return np.concatenate(self._parts) if self._parts else np.empty(0, dtype=np.int64)

    def repeats(self) -> int:
        """How many keys were there before."""
        import numpy as np

        every = np.sort(self.all())
        return int((every[1:] == every[:-1]).sum())


def cell_keys(type_: ColumnType, cells: Sequence[Cell]) -> "Ints":
    """A key for each cell that is not null; equal cells of one type have equal keys, in this process."""
    import numpy as np

    there = [cell for cell in cells if cell is not None]
    kinds = set(map(type, there))
    if kinds <= {int} and type_ == "integer":
        return np.array(there, dtype=np.int64)
    if kinds <= {str}:
        return np.fromiter(map(hash, there), dtype=np.int64, count=len(there))
    if type_ in ("float", "decimal") and kinds <= {int, float}:
        return (np.array(there, dtype=np.float64) + 0.0).view(np.int64)
    return row_keys([there])


def row_keys(columns: Sequence[Sequence[Cell]]) -> "Ints":
    """A key for each row of these columns."""
    import numpy as np

    digests = b"".join([blake2b(orjson.dumps(row), digest_size=8).digest() for row in zip(*columns, strict=True)])
    return np.frombuffer(digests, dtype=np.int64)


def whole_keys(columns: Sequence[Sequence[Cell]]) -> "Ints":
    """A key for each row in which no cell is null."""
    rows = [row for row in zip(*columns, strict=True) if None not in row]
    return row_keys(list(zip(*rows, strict=True))) if rows else row_keys([[]])
