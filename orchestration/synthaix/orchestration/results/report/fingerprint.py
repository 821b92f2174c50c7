"""A table's fingerprint: a SHA-256 that any changed cell breaks, and sums that say where.

Each row's canonical JSON has a hash of 64 bits. The rows lie in a square, block by block; the sums of the hashes along
its rows (blocks) and columns (stripes) find a changed row where the two that differ cross. Since the sums are linear,
the hashes of the one block that lost a row can be worked out from the stripes, and with them the row's place. The sums
find; the SHA-256 decides.
"""

import hashlib
import math
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

    Words = NDArray[uint64]

NAMED = 8  # places named, when there are more


@dataclass(frozen=True)
class Fingerprint:
    """What a table's rows were.

    Attributes:
        sha256: over each row's canonical JSON and a line feed.
        columns: SHA-256 of each column's cells, by name.
        blocks, stripes: uint64 sums of row hashes, `side` rows to a block.
    """

    rows: int
    sha256: str
    columns: dict[str, str]
    side: int
    blocks: "Words"
    stripes: "Words"

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "rows": self.rows,
            "sha256": self.sha256,
            "columns": self.columns,
            "side": self.side,
            "blocks": b64encode(self.blocks.astype("<u8").tobytes()).decode(),
            "stripes": b64encode(self.stripes.astype("<u8").tobytes()).decode(),
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Fingerprint":
        """As `plain` wrote it. Raises KeyError, TypeError, ValueError."""
        import numpy as np

        side, rows = int(plain["side"]), int(plain["rows"])
        sums = [np.frombuffer(b64decode(plain[name]), dtype="<u8").astype(np.uint64) for name in ("blocks", "stripes")]
        if side != _side(rows) or len(sums[0]) != _blocks(rows, side) or len(sums[1]) != side:
            raise ValueError("the sums are not of so many rows")
        return cls(rows, str(plain["sha256"]), dict(plain["columns"]), side, *sums)


class Fingerprinter:
    """Takes rows batch by batch.

    Args:
        rows: for how many the square is laid out.
        keep: whether each row's hash is kept, 8 bytes a row, to find a row that is missing.
    """

    def __init__(self, names: Sequence[str], rows: int, *, keep: bool = False) -> None:
        import numpy as np

        self._side = _side(rows)
        self._rows = 0
        self._whole = hashlib.sha256()
        self._columns = {name: hashlib.sha256() for name in names}
        self._blocks: Words = np.zeros(_blocks(rows, self._side), dtype=np.uint64)
        self._stripes: Words = np.zeros(self._side, dtype=np.uint64)
        self._kept: list[Words] | None = [] if keep else None

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        """Take the next rows, as canonical columns."""
        import numpy as np

        if not len(columns[0]):
            return
        for digest, cells in zip(self._columns.values(), columns, strict=True):
            digest.update(orjson.dumps(cells)[1:-1] + b",")
        bodies = [bytes(memoryview(orjson.dumps(row))) for row in zip(*columns, strict=True)]
        self._whole.update(b"\n".join(bodies) + b"\n")
        digests = b"".join([hashlib.blake2b(body, digest_size=8).digest() for body in bodies])
        hashes = np.frombuffer(digests, dtype="<u8").astype(np.uint64)
        places = np.arange(self._rows, self._rows + len(hashes))
        self._rows += len(hashes)
        blocks = places // self._side
        if self._rows > len(self._blocks) * self._side:  # more rows than the square was laid out for
            missing = int(blocks[-1]) + 1 - len(self._blocks)
            self._blocks = np.concatenate([self._blocks, np.zeros(max(0, missing), dtype=np.uint64)])
        np.add.at(self._blocks, blocks, hashes)
        np.add.at(self._stripes, places % self._side, hashes)
        if self._kept is not None:
            self._kept.append(hashes)

    def result(self) -> Fingerprint:
        """Of what was taken."""
        columns = {name: digest.hexdigest() for name, digest in self._columns.items()}
        return Fingerprint(self._rows, self._whole.hexdigest(), columns, self._side, self._blocks, self._stripes)

    def hashes(self) -> "Words":
        """Each row's hash, when they were kept."""
        import numpy as np

        return np.concatenate(self._kept) if self._kept else np.empty(0, dtype=np.uint64)


def differences(was: Fingerprint, found: Fingerprint, hashes: "Words") -> list[str]:
    """What differs, in sentences; none when nothing does. Rows are counted from 1.

    Args:
        found: laid out for as many rows as `was`.
        hashes: of the found rows.
    """
    if found.sha256 == was.sha256 and found.rows == was.rows:
        return []
    if found.rows == was.rows:
        reordered = was.blocks.sum() == found.blocks.sum()  # each row's hash is in both sums
        return [f"the same rows in another order: {each}" if reordered else each for each in _changed(was, found)]
    gap = abs(was.rows - found.rows)
    said = f"{found.rows:,} rows, {gap:,} {'fewer' if found.rows < was.rows else 'more'} than the {was.rows:,} reported"
    if found.rows == was.rows - 1:
        place = _missing(was, hashes)
        return [f"{said}: row {place + 1:,} is missing" if place is not None else said]
    same = _equal_blocks(was, found) * was.side
    return [f"{said}; the first {same:,} are as reported" if same else said]


def _changed(was: Fingerprint, found: Fingerprint) -> list[str]:
    import numpy as np

    columns = [name for name, digest in was.columns.items() if found.columns.get(name) != digest]
    where = f"in column{'s' if len(columns) > 1 else ''} {', '.join(columns[:NAMED])}" if columns else ""
    blocks = np.flatnonzero(was.blocks != found.blocks).tolist()
    stripes = np.flatnonzero(was.stripes != found.stripes).tolist()
    if len(blocks) == 1:
        rows = [blocks[0] * was.side + stripe for stripe in stripes]
    elif len(stripes) == 1:
        rows = [block * was.side + stripes[0] for block in blocks]
    else:
        spans = ", ".join(f"{b * was.side + 1:,}-{min((b + 1) * was.side, was.rows):,}" for b in blocks[:NAMED])
        more = f" and {len(blocks) - NAMED:,} more ranges" if len(blocks) > NAMED else ""
        return [f"rows differ {where}, among rows {spans}{more}" if blocks else f"rows differ {where}"]
    shown = ", ".join(f"{row + 1:,}" for row in rows[:NAMED]) + (", ..." if len(rows) > NAMED else "")
    return [f"row{'s' if len(rows) > 1 else ''} {shown} {'differ' if len(rows) > 1 else 'differs'} {where}".rstrip()]


def _missing(was: Fingerprint, hashes: "Words") -> int | None:
    """Which row is missing where all others are there, in order."""
    import numpy as np

    side, count = was.side, was.rows
    sums = np.add.reduceat(hashes, np.arange(0, len(hashes), side)) if len(hashes) else hashes
    full = min(len(sums), len(was.blocks))
    unequal = np.flatnonzero(sums[:full] != was.blocks[:full])
    block = int(unequal[0]) if len(unequal) else len(was.blocks) - 1
    begin, end = block * side, min((block + 1) * side, count)
    stripes = was.stripes.copy()  # less the rows of all other blocks: what is left are the hashes of this one
    others = np.concatenate([np.arange(begin), np.arange(end, count)])
    np.subtract.at(stripes, others % side, np.concatenate([hashes[:begin], hashes[end - 1 :]]))
    wanted = stripes[: end - begin]
    there = hashes[begin : end - 1]
    differs = np.flatnonzero(wanted[:-1] != there)
    place = int(differs[0]) if len(differs) else end - begin - 1
    intact = bool((np.delete(wanted, place) == there).all())
    return begin + place if intact else None


def _equal_blocks(was: Fingerprint, found: Fingerprint) -> int:
    import numpy as np

    both = min(len(was.blocks), len(found.blocks))
    unequal = np.flatnonzero(was.blocks[:both] != found.blocks[:both])
    return int(unequal[0]) if len(unequal) else both


def _side(rows: int) -> int:
    return max(1, math.isqrt(max(0, rows - 1)) + 1)


def _blocks(rows: int, side: int) -> int:
    return max(1, math.ceil(rows / side))
