"""The vectors of committed texts: the latest in memory, compared exactly; the older ones through the index."""

import numpy as np

from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.text import DECIMALS, Vectors, scores
from synthaix.orchestration.dedup.text_index import TextIndex, entry_id

MOST_HELD = 20_000  # vectors compared exactly: 40 MB, and faster than any index
LEAST_COSINE = 0.6  # below it no two texts are near
MOST_NEAR = 8  # rows that a candidate is compared with
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
        self._parts: list[Vectors] = []
        self._first = 0  # the seq of the first vector in memory
        self._next = 0
        self._waiting: list[tuple[Hashes, Vectors, range]] = []

    @property
    def exact_from(self) -> int:
        """The first seq that is compared exactly; it follows from the number of rows alone."""
        return max(self._next - MOST_HELD, 0) if self._index is not None else 0

    def add(self, keys: Hashes, vectors: Vectors, first_seq: int) -> None:
        """Take in the vectors of committed rows."""
        seqs = range(first_seq, first_seq + len(vectors))
        self._parts.append(vectors)
        self._next = seqs.stop
        if self._index is None:
            return
        self._waiting.append((keys, vectors, seqs))
        while self._parts and self._first + len(self._parts[0]) <= self.exact_from:
            self._first += len(self._parts.pop(0))

    def write_behind(self) -> int:
        """Add to the index what it lacks. Returns how many entries. Raises StoreUnreachable."""
        if self._index is None or not self._waiting:
            return 0
        keys = np.concatenate([part[0] for part in self._waiting])
        vectors = np.concatenate([part[1] for part in self._waiting])
        seqs = [seq for part in self._waiting for seq in part[2]]
        ids = [entry_id(key, seq) for key, seq in zip(keys.tolist(), seqs, strict=True)]
        lacking = [place for place, id_ in enumerate(ids) if id_ not in self._strangers]
        self._index.add(keys[lacking], vectors[lacking], [seqs[place] for place in lacking])
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

    def of(self, seq: int) -> Vectors | None:
        """The vector of a row, if it is in memory."""
        place = seq - self._first
        if place < 0:
            return None
        for part in self._gathered():
            if place < len(part):
                vector: Vectors = part[place]
                return vector
            place -= len(part)
        return None

    def first(self, count: int) -> Vectors | None:
        """The vectors of the first rows, while they are in memory."""
        if self._first > 0 or not 0 < count <= self._next:
            return None
        some: Vectors = np.concatenate(self._parts)[:count]
        return some

    def nearest(self, vectors: Vectors) -> list[list[int]]:
        """The rows whose texts are closest to each vector, best first, equals by seq; only those that may be near."""
        found: list[list[tuple[float, int]]] = [[] for _ in range(len(vectors))]
        first, floor = self._first, LEAST_COSINE * self._columns
        for part in self._gathered():
            cosines = scores(vectors, part)
            for row, place in zip(*np.nonzero(cosines >= floor), strict=True):
                found[row].append((-float(cosines[row, place]), first + int(place)))
            first += len(part)
        near = [[seq for _, seq in sorted(some) if seq >= self.exact_from][:MOST_NEAR] for some in found]
        if self._index is not None and self.exact_from > 0:
            for row, older in enumerate(self._index.nearest(vectors, MOST_NEAR)):
                near[row] += [seq for seq in older if seq < self.exact_from]
        return near

    def _gathered(self) -> list[Vectors]:
        """Few large parts make faster products than many small ones."""
        if len(self._parts) > MOST_PARTS:
            self._parts = [np.concatenate(self._parts)]
        return self._parts


def cosines(left: Vectors, right: Vectors, columns: int) -> list[float]:
    """The cosine of each text column of two rows, rounded."""
    pairs = zip(np.split(left, columns), np.split(right, columns), strict=True)
    return [round(float(one @ two), DECIMALS) for one, two in pairs]
