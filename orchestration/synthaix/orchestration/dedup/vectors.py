"""The vectors of committed texts: the latest in memory, compared exactly; the older ones through the index."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.alignment import DECIMALS
from synthaix.orchestration.dedup.embedding import Vectors
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.products import one_thread
from synthaix.orchestration.dedup.text_index import TextIndex, entry_id

MOST_HELD = 20_000  # vectors compared exactly: 40 MB, and faster than any index
LEAST_COSINE = 0.3  # below it no two texts are near
LEAST_INDEXED = 0.7  # likewise, for a row whose text has to be encoded again to be compared
MOST_NEAR = 8  # rows that a candidate is compared with
MOST_ASKED = 32  # rows that the index is asked for, of which some may be of another block
MOST_PARTS = 64


class TextVectors:
    """The vectors of one table's committed rows, which are added in the order of their seqs, from 0.

    Args:
        columns: how many text columns there are; their vectors lie side by side.
        index: where all of them go, behind the commits; without it, all stay in memory.
    """

    def __init__(self, columns: int, index: TextIndex | None) -> None:
        self._columns = columns
        self._index = index
        self._strangers = index.ids() if index is not None else set()  # until a restored row claims them
        self._parts: list[tuple[Vectors, Hashes]] = []
        self._first = 0  # the seq of the first vector in memory
        self._next = 0
        self._waiting: list[tuple[Hashes, Vectors, Hashes, range]] = []

    @property
    def exact_from(self) -> int:
        """The first seq that is compared exactly; it follows from the number of rows alone."""
        return max(self._next - MOST_HELD, 0) if self._index is not None else 0

    def add(self, keys: Hashes, vectors: Vectors, blocks: Hashes, first_seq: int) -> None:
        """Take in the vectors of committed rows, and the block of each."""
        seqs = range(first_seq, first_seq + len(vectors))
        self._parts.append((vectors.astype(np.float16).astype(np.float32), blocks))
        self._next = seqs.stop
        if self._index is None:
            return
        self._waiting.append((keys, vectors, blocks, seqs))
        while self._parts and self._first + len(self._parts[0][0]) <= self.exact_from:
            self._first += len(self._parts.pop(0)[0])

    def write_behind(self) -> int:
        """Add to the index what it lacks. Returns how many entries. Raises StoreUnreachable."""
        if self._index is None or not self._waiting:
            return 0
        keys, vectors, blocks = (np.concatenate([part[place] for part in self._waiting]) for place in range(3))
        seqs = [seq for part in self._waiting for seq in part[3]]
        ids = [entry_id(key, seq) for key, seq in zip(keys.tolist(), seqs, strict=True)]
        lacking = [place for place, id_ in enumerate(ids) if id_ not in self._strangers]
        self._index.add(keys[lacking], vectors[lacking], [seqs[place] for place in lacking], blocks[lacking])
        self._strangers.difference_update(ids)
        self._waiting.clear()
        return len(lacking)

    def remove_strangers(self) -> int:
        """Once all rows are restored: remove from the index what belongs to none. Returns how many entries."""
        self.write_behind()
        strangers, self._strangers = sorted(self._strangers), set()
        if self._index is not None and strangers:
            self._index.remove(strangers)
        return len(strangers)

    def nearest(self, vectors: Vectors, probes: Hashes) -> list[list[int]]:
        """The rows of a candidate's blocks whose texts are closest to it, best first, equals by seq.

        Args:
            probes: uint64 (n, p), the blocks that each candidate may have rows in.
        """
        found: list[list[tuple[float, int]]] = [[] for _ in range(len(vectors))]
        first, floor = self._first, LEAST_COSINE * self._columns
        with one_thread():
            for part, blocks in self._gathered():
                cosines = vectors @ part.T
                same = shared(probes, blocks)
                if not same.all():
                    cosines[~same] = -1.0
                for row, place in best(cosines, floor, first, self.exact_from):
                    found[row].append((-round(float(cosines[row, place]), DECIMALS), first + place))
                first += len(part)
        near = [[seq for _, seq in sorted(some)[:MOST_NEAR]] for some in found]
        if self._index is not None and self.exact_from > 0:
            older = self._index.nearest(vectors, MOST_ASKED)
            for row, some in enumerate(older):
                blocks_of_row = set(probes[row].tolist())
                seqs = [seq for seq, block, cosine in some
                        if seq < self.exact_from and block in blocks_of_row and cosine >= LEAST_INDEXED]  # fmt: skip
                near[row] += seqs[:MOST_NEAR]
        return near

    def _gathered(self) -> list[tuple[Vectors, Hashes]]:
        """Few large parts make faster products than many small ones."""
        if len(self._parts) > MOST_PARTS:
            vectors, blocks = zip(*self._parts, strict=True)
            self._parts = [(np.concatenate(vectors), np.concatenate(blocks))]
        return self._parts


def shared(probes: Hashes, blocks: Hashes) -> npt.NDArray[np.bool_]:
    """Which candidates may have rows in which blocks: bool (n, m) from uint64 (n, p) and (m,)."""
    found: npt.NDArray[np.bool_] = probes[:, :1] == blocks[None, :]
    for column in range(1, probes.shape[1]):
        found |= probes[:, column : column + 1] == blocks[None, :]
    return found


def best(cosines: Vectors, floor: float, first: int, exact_from: int) -> Sequence[tuple[int, int]]:
    """The places (row, column) of the MOST_NEAR highest scores of each row, from a floor and a seq on."""
    begin = max(exact_from - first, 0)
    late = cosines[:, begin:]
    if late.shape[1] > MOST_NEAR:
        least = np.partition(late, late.shape[1] - MOST_NEAR, axis=1)[:, -MOST_NEAR]
        floor_of_row = np.maximum(least, np.float32(floor))[:, None]
    else:
        floor_of_row = np.full((len(late), 1), floor, dtype=np.float32)
    rows, places = np.nonzero(late >= floor_of_row)
    return list(zip(rows.tolist(), (places + begin).tolist(), strict=True))
