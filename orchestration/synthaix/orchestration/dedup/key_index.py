"""A compact index of 64-bit hashes and the rows that have them, for a million rows and more.

Each row is one 64-bit entry: the high bits of its hash and, below them, its seq. Entries live in sorted runs that are
merged as they grow, up to a size from which on merging costs more than it saves. A bitmap over other bits of the hash
answers most questions ("no row has this hash") at once. Two different hashes may be taken for one, about once in ten
million questions at a million rows: the candidate is then dropped and another takes its place.
"""

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.hashes import Hashes

Seqs = npt.NDArray[np.int64]
LEAST_EXPECTED = 1 << 16
BITS_PER_ROW = 32  # so that one question in 32 at most goes past the bitmap
MOST_MERGED = 1 << 18  # entries; the cost of a row stays the same however many rows there are
NOT_FOUND = -1


class KeyIndex:
    """Which rows have a hash.

    Args:
        rows_expected: how many rows the table will have; more are held, less compactly.
        per_row: entries of each row.
    """

    def __init__(self, rows_expected: int, *, per_row: int = 1) -> None:
        expected = max(rows_expected, LEAST_EXPECTED)
        self._seq_bits = np.uint64((2 * expected).bit_length())
        self._most_rows = 1 << int(self._seq_bits)
        self._head = ~np.uint64(self._most_rows - 1)
        slots = 1 << (expected * per_row * BITS_PER_ROW - 1).bit_length()
        self._slots = np.uint64(slots - 1)
        self._bitmap = np.zeros(slots // 8, dtype=np.uint8)
        self._runs: list[Hashes] = []

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def add(self, hashes: Hashes, seqs: Seqs) -> None:
        """Take in the hashes of committed rows; a hash of zero is left out.

        Raises:
            OverflowError: a seq is more than twice the rows that were expected.
        """
        if len(seqs) and int(seqs.max()) >= self._most_rows:
            raise OverflowError("more rows than the index was made for")
        some = hashes != 0
        hashes, seqs = hashes[some], seqs[some]
        if not len(hashes):
            return
        places = hashes & self._slots
        bits = np.left_shift(np.uint8(1), (places & np.uint64(7)).astype(np.uint8))
        np.bitwise_or.at(self._bitmap, (places >> np.uint64(3)).astype(np.int64), bits)
        self._runs.append(np.sort((hashes & self._head) | seqs.astype(np.uint64)))
        while len(self._runs) > 1 and len(self._runs[-2]) <= min(2 * len(self._runs[-1]), MOST_MERGED):
            newer, older = self._runs.pop(), self._runs.pop()
            merged = np.concatenate((older, newer))
            merged.sort(kind="stable")  # both halves are sorted
            self._runs.append(merged)

    def find(self, hashes: Hashes) -> Seqs:
        """The first row that has each hash, or NOT_FOUND."""
        found = np.full(len(hashes), NOT_FOUND, dtype=np.int64)
        open_ = self._maybe(hashes)
        heads = hashes[open_] & self._head
        for run in self._runs[::-1]:  # the oldest rows have the last word
            entries = run.take(np.searchsorted(run, heads), mode="clip")
            met = np.flatnonzero((entries & self._head) == heads)
            found[open_[met]] = (entries[met] & ~self._head).astype(np.int64)
        return found

    def postings(self, hashes: Hashes, most: int) -> tuple[Seqs, Seqs]:
        """The first `most` rows that have each hash: places in `hashes`, and seqs, in the order of both."""
        places, seqs = [], []
        open_ = self._maybe(hashes)
        heads = hashes[open_] & self._head
        left = np.full(len(open_), most, dtype=np.int64)
        for run in self._runs:
            first = np.searchsorted(run, heads)
            met = np.flatnonzero((run.take(first, mode="clip") & self._head) == heads)
            if not len(met):
                continue
            first = first[met]
            last = np.searchsorted(run, heads[met] | ~self._head, side="right")
            count = np.minimum(last - first, left[met])
            left[met] -= count
            which = np.repeat(np.arange(len(met)), count)
            ranks = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
            places.append(open_[met[which]])
            seqs.append((run[first[which] + ranks] & ~self._head).astype(np.int64))
        if not places:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        place, seq = np.concatenate(places), np.concatenate(seqs)
        order = np.lexsort((seq, place))
        return place[order], seq[order]

    def count(self, hashes: Hashes) -> Seqs:
        """How many rows have each hash."""
        heads = hashes & self._head
        found = np.zeros(len(hashes), dtype=np.int64)
        for run in self._runs:
            found += np.searchsorted(run, heads | ~self._head, side="right") - np.searchsorted(run, heads)
        return found

    def _maybe(self, hashes: Hashes) -> Seqs:
        """The places of the hashes that the bitmap does not rule out."""
        slots = hashes & self._slots
        bits = self._bitmap[(slots >> np.uint64(3)).astype(np.int64)] >> (slots & np.uint64(7)).astype(np.uint8)
        return np.flatnonzero((bits & 1).astype(bool) & (hashes != 0))
