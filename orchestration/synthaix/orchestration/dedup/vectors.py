"""The vectors of committed texts: the latest in memory, compared exactly; the older ones through the index."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.alignment import DECIMALS
from synthaix.orchestration.dedup.embedding import Vectors
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.products import one_thread
from synthaix.orchestration.dedup.text_index import TextIndex, entry_id

MOST_HELD = 100_000  # vectors compared exactly: 200 MB of 512 dimensions, and cheaper than any index
REMEMBERED = 20_000  # rows whose sentences are kept, so that their texts need not be encoded again to be compared
LEAST_COSINE = 0.3  # below it no two texts are near
LEAST_ENCODED = 0.7  # likewise, for a row whose text has to be encoded again
MOST_NEAR = 8  # rows that a candidate is compared with
MOST_ASKED = 32  # rows that the index is asked for, of which some may be of another block
ROWS_OF_PART = 2_048  # whose cosines with a chunk stay in the processor's cache


@dataclass(slots=True)
class _Part:
    """The vectors of up to ROWS_OF_PART rows in their order, and the block of each."""

    vectors: Vectors
    blocks: Hashes
    count: int = 0

    def take(self, vectors: Vectors, blocks: Hashes) -> int:
        """Take in as many rows as there is room for. Returns how many."""
        end = min(self.count + len(vectors), ROWS_OF_PART)
        taken = end - self.count
        self.vectors[self.count : end], self.blocks[self.count : end] = vectors[:taken], blocks[:taken]
        self.count = end
        return taken


class _Closest:
    """The rows whose scores are highest for each of some candidates, found part by part."""

    def __init__(self, candidates: int, floor: float) -> None:
        self._highest = np.full((candidates, MOST_NEAR), floor, dtype=np.float32)
        self._found: list[list[tuple[float, int]]] = [[] for _ in range(candidates)]

    def offer(self, scores: Vectors, first_seq: int) -> None:
        """Scores of all candidates with rows that follow each other: float32 (candidates, rows)."""
        every = np.concatenate([self._highest, scores], axis=1)
        self._highest = np.partition(every, scores.shape[1], axis=1)[:, scores.shape[1] :]
        candidates, places = np.nonzero(scores >= self._highest[:, :1])  # the lowest of the highest comes first
        told = zip(candidates.tolist(), places.tolist(), scores[candidates, places].tolist(), strict=True)
        for candidate, place, score in told:
            self._found[candidate].append((-round(score, DECIMALS), first_seq + place))

    def seqs(self) -> list[list[int]]:
        """Of the highest scores, best first, equals by seq."""
        return [[seq for _, seq in sorted(some)[:MOST_NEAR]] for some in self._found]


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
        self._parts: deque[_Part] = deque()
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
        self._hold(vectors.astype(np.float16).astype(np.float32), blocks)
        self._next = seqs.stop
        if self._index is None:
            return
        self._waiting.append((keys, vectors, blocks, seqs))
        while self._parts and self._first + ROWS_OF_PART <= self.exact_from:
            self._first += self._parts.popleft().count

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
        near = self._held_near(vectors, probes)
        if self._index is not None and self.exact_from > 0:
            older = self._index.nearest(vectors, MOST_ASKED)
            for row, some in enumerate(older):
                blocks_of_row = set(probes[row].tolist())
                seqs = [seq for seq, block, cosine in some
                        if seq < self.exact_from and block in blocks_of_row and cosine >= LEAST_ENCODED]  # fmt: skip
                near[row] += seqs[:MOST_NEAR]
        return near

    def _held_near(self, vectors: Vectors, probes: Hashes) -> list[list[int]]:
        """Those among the rows in memory."""
        closest = _Closest(len(vectors), LEAST_COSINE * self._columns)
        first, remembered = self._first, self._next - REMEMBERED
        with one_thread():
            for part in self._parts:
                cosines = vectors @ part.vectors[: part.count].T
                same = shared(probes, part.blocks[: part.count])
                if not same.all():
                    cosines[~same] = -1.0
                older = cosines[:, : max(remembered - first, 0)]
                older[older < LEAST_ENCODED * self._columns] = -1.0
                begin = max(self.exact_from - first, 0)
                closest.offer(cosines[:, begin:], first + begin)
                first += part.count
        return closest.seqs()

    def _hold(self, vectors: Vectors, blocks: Hashes) -> None:
        while len(vectors):
            if not self._parts or self._parts[-1].count == ROWS_OF_PART:
                room = np.empty((ROWS_OF_PART, vectors.shape[1]), dtype=np.float32)
                self._parts.append(_Part(room, np.empty(ROWS_OF_PART, dtype=np.uint64)))
            taken = self._parts[-1].take(vectors, blocks)
            vectors, blocks = vectors[taken:], blocks[taken:]


def shared(probes: Hashes, blocks: Hashes) -> npt.NDArray[np.bool_]:
    """Which candidates may have rows in which blocks: bool (n, m) from uint64 (n, p) and (m,)."""
    found: npt.NDArray[np.bool_] = probes[:, :1] == blocks[None, :]
    for column in range(1, probes.shape[1]):
        found |= probes[:, column : column + 1] == blocks[None, :]
    return found
