"""The vectors of committed texts: the latest in memory, the older ones through the index.

Of those in memory the very latest are all compared, and of the others those that a projection takes for near.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.alignment import DECIMALS
from synthaix.orchestration.dedup.embedding import Vectors
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.products import one_thread
from synthaix.orchestration.dedup.text_index import TextIndex, entry_id

MOST_HELD = 100_000  # vectors in memory: 250 MB of 512 dimensions, and cheaper to search than any index
REMEMBERED = 20_000  # rows that are all compared: their sentences are kept, so their texts need not be encoded again
LEAST_COSINE = 0.3  # below it no two texts are near
LEAST_ENCODED = 0.7  # likewise, for a row whose text has to be encoded again
MOST_NEAR = 8  # rows that a candidate is compared with
MOST_ASKED = 32  # rows that the index is asked for, of which some may be of another block
ROWS_OF_PART = 2_048  # whose cosines with a chunk stay in the processor's cache
SHORT = 128  # dimensions in which it is estimated which of the other rows are worth comparing in all
MOST_CHOSEN = 64
LEAST_LIKELY = 0.5  # estimate, from which on a row may be as near as LEAST_ENCODED


@dataclass(slots=True)
class _Part:
    """The vectors of up to ROWS_OF_PART rows in their order, and the block of each.

    Attributes:
        short: the vectors in SHORT dimensions, once they were needed.
    """

    vectors: Vectors
    blocks: Hashes
    count: int = 0
    short: Vectors | None = None

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

    def add(self, candidate: int, scores: Vectors, seqs: npt.NDArray[np.int64]) -> None:
        """Scores of one candidate with some rows."""
        every = np.concatenate([self._highest[candidate], scores])
        self._highest[candidate] = np.partition(every, len(scores))[len(scores) :]
        told = zip(scores.tolist(), seqs.tolist(), strict=True)
        self._found[candidate] += [(-round(score, DECIMALS), seq) for score, seq in told]

    def seqs(self) -> list[list[int]]:
        """Of the highest scores, best first, equals by seq."""
        return [[seq for _, seq in sorted(some)[:MOST_NEAR]] for some in self._found]


class _Shortening:
    """A random projection (Johnson and Lindenstrauss, 1984) of what vectors do not have in common.

    Products of shortened vectors estimate those of whole ones. What all texts of a column share would only add to the
    error, so the mean of some rows is taken off before, and its part of the product is carried along exactly.
    """

    def __init__(self, rows: Vectors) -> None:
        drawn = np.random.default_rng(SHORT).normal(size=(rows.shape[1], SHORT)) / np.sqrt(SHORT)
        self._projection = drawn.astype(np.float32)
        self._centre: Vectors = rows.mean(axis=0)

    def of_rows(self, vectors: Vectors) -> Vectors:
        """Float32 (n, SHORT + 2) from (n, d)."""
        off = vectors - self._centre
        return np.column_stack([off @ self._projection, vectors @ self._centre, np.ones(len(off), dtype=np.float32)])

    def of_candidates(self, vectors: Vectors) -> Vectors:
        """Likewise, in the same terms, so that their product with a row estimates the cosine."""
        off = vectors - self._centre
        return np.column_stack([off @ self._projection, np.ones(len(off), dtype=np.float32), off @ self._centre])


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
        self._shortening: _Shortening | None = None

    @property
    def held_from(self) -> int:
        """The first seq that is sought in memory; it follows from the number of rows alone."""
        return max(self._next - MOST_HELD, 0) if self._index is not None else 0

    def add(self, keys: Hashes, vectors: Vectors, blocks: Hashes, first_seq: int) -> None:
        """Take in the vectors of committed rows, and the block of each."""
        seqs = range(first_seq, first_seq + len(vectors))
        self._hold(vectors.astype(np.float16).astype(np.float32), blocks)
        self._next = seqs.stop
        if self._index is None:
            return
        self._waiting.append((keys, vectors, blocks, seqs))
        while self._parts and self._first + ROWS_OF_PART <= self.held_from:
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
        if self._index is not None and self.held_from > 0:
            older = self._index.nearest(vectors, MOST_ASKED)
            for row, some in enumerate(older):
                blocks_of_row = set(probes[row].tolist())
                seqs = [seq for seq, block, cosine in some
                        if seq < self.held_from and block in blocks_of_row and cosine >= LEAST_ENCODED]  # fmt: skip
                near[row] += seqs[:MOST_NEAR]
        return near

    def _held_near(self, vectors: Vectors, probes: Hashes) -> list[list[int]]:
        """Those among the rows in memory."""
        closest = _Closest(len(vectors), LEAST_COSINE * self._columns)
        first, remembered = self._first, self._next - REMEMBERED
        forgotten = [part for place, part in enumerate(self._parts, 1) if first + place * ROWS_OF_PART <= remembered]
        with one_thread():
            if forgotten:
                self._offer_forgotten(closest, forgotten, vectors, probes)
                first += len(forgotten) * ROWS_OF_PART
            for part in islice(self._parts, len(forgotten), None):
                cosines = vectors @ part.vectors[: part.count].T
                same = shared(probes, part.blocks[: part.count])
                if not same.all():
                    cosines[~same] = -1.0
                older = cosines[:, : max(remembered - first, 0)]
                older[older < LEAST_ENCODED * self._columns] = -1.0
                begin = max(self.held_from - first, 0)
                closest.offer(cosines[:, begin:], first + begin)
                first += part.count
        return closest.seqs()

    def _offer_forgotten(
        self, closest: _Closest, parts: Sequence[_Part], vectors: Vectors, probes: Hashes
    ) -> None:
        """Full parts, from the first in memory on: a few dimensions say which rows are worth comparing."""
        if self._shortening is None:  # no part was full, so none is forgotten
            return
        for part in parts:
            if part.short is None:
                part.short = self._shortening.of_rows(part.vectors)
        short = self._shortening.of_candidates(vectors)
        likely = np.concatenate([short @ part.short.T for part in parts if part.short is not None], axis=1)
        same = shared(probes, np.concatenate([part.blocks for part in parts]))
        if not same.all():
            likely[~same] = -np.inf
        least = np.partition(likely, -MOST_CHOSEN, axis=1)[:, -MOST_CHOSEN]
        for candidate, floor in enumerate(least):
            places = np.flatnonzero(likely[candidate] >= max(floor, LEAST_LIKELY * self._columns))
            places = places[places >= self.held_from - self._first]
            rows = [parts[place // ROWS_OF_PART].vectors[place % ROWS_OF_PART] for place in places.tolist()]
            if rows:
                cosines = np.stack(rows) @ vectors[candidate]
                close = cosines >= LEAST_ENCODED * self._columns
                closest.add(candidate, cosines[close], places[close] + self._first)

    def _hold(self, vectors: Vectors, blocks: Hashes) -> None:
        while len(vectors):
            if not self._parts or self._parts[-1].count == ROWS_OF_PART:
                room = np.empty((ROWS_OF_PART, vectors.shape[1]), dtype=np.float32)
                self._parts.append(_Part(room, np.empty(ROWS_OF_PART, dtype=np.uint64)))
            taken = self._parts[-1].take(vectors, blocks)
            vectors, blocks = vectors[taken:], blocks[taken:]
            if self._shortening is None and self._parts[-1].count == ROWS_OF_PART:  # so it is the first rows
                self._shortening = _Shortening(self._parts[-1].vectors)


def shared(probes: Hashes, blocks: Hashes) -> npt.NDArray[np.bool_]:
    """Which candidates may have rows in which blocks: bool (n, m) from uint64 (n, p) and (m,)."""
    found: npt.NDArray[np.bool_] = probes[:, :1] == blocks[None, :]
    for column in range(1, probes.shape[1]):
        found |= probes[:, column : column + 1] == blocks[None, :]
    return found
