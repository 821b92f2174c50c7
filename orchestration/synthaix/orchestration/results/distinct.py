"""How many different values there were: exactly while they fit, then by estimate, in bounded memory."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

_HASHES = 2**64
_MERGE_AT = 65_536  # hashes that wait, at least, before they are sorted in


class DistinctCount:
    """Counts distinct keys, added in batches.

    The smallest `most` hashes of the keys are kept. Fewer than that were seen: the count is exact, but for two keys
    with one hash (below 1 in 10^7 for a million keys). More: (most - 1) over the largest kept hash as a share of all
    hashes, the unbiased estimator of Beyer et al., "On synopses for distinct-value estimation under multiset
    operations", SIGMOD 2007; standard error 1 / sqrt(most - 2).
    """

    def __init__(self, most: int) -> None:
        import numpy as np

        self._most = max(16, most)
        self._kept: NDArray[uint64] = np.empty(0, dtype=np.uint64)  # sorted, each once
        self._waiting: list[NDArray[uint64]] = []
        self._waits = 0

    def add(self, keys: Iterable[bytes]) -> None:
        """Count these keys; one that was there before adds nothing."""
        import numpy as np

        digests = b"".join([blake2b(key, digest_size=8).digest() for key in keys])
        hashes = np.frombuffer(digests, dtype="<u8").astype(np.uint64)
        if len(self._kept) == self._most:
            hashes = hashes[hashes < self._kept[-1]]
        self._waiting.append(hashes)
        self._waits += len(hashes)
        if self._waits >= max(_MERGE_AT, len(self._kept) // 2):
            self._merge()

    def count(self) -> tuple[int, bool]:
        """How many, and whether that is exact."""
        self._merge()
        if len(self._kept) < self._most:
            return len(self._kept), True
        largest: Any = self._kept[-1]
        return round((self._most - 1) * _HASHES / (int(largest) + 1)), False

    def _merge(self) -> None:
        import numpy as np

        self._kept = np.unique(np.concatenate([self._kept, *self._waiting]))[: self._most]
        self._waiting.clear()
        self._waits = 0
