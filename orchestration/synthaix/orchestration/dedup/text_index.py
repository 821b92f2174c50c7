"""The Chroma index of a table's text vectors: candidates for nearness beyond what fits in memory.

It is written behind and can always be made again: the truth is in the SQL store. Only the holder of the job's lease
opens it. No method is asynchronous; call them in a thread.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from synthaix.orchestration.dedup.embedding import Vectors
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.vector_place import VectorPlace, chroma_errors

BATCH = 5_000  # Chroma refuses more than 5,461
_SEQ, _BLOCK = "seq", "block"


class TextIndex:
    """The vectors of one table's committed texts.

    Args:
        place: of the job's vectors; its tables share it.
        space: the embedder's name; vectors of another space are another collection.
    """

    def __init__(self, place: VectorPlace, *, table: str, space: str) -> None:
        self._place = place
        self._space = space
        self._name = f"{_plain(space)}-{table.encode().hex()[:200]}"

    def add(self, keys: Hashes, vectors: Vectors, seqs: Sequence[int], blocks: Hashes) -> None:
        """Add the vectors of committed rows; what is there already stays. A zero vector is left out.

        Args:
            blocks: what the rows have to share with a candidate.

        Raises:
            VectorsUnreachable: the index does not take them.
        """
        some = np.flatnonzero(vectors.any(axis=1))
        signed = blocks.view(np.int64)
        for first in range(0, len(some), BATCH):
            batch = some[first : first + BATCH].tolist()
            if batch:
                ids = [entry_id(int(keys[place]), int(seqs[place])) for place in batch]
                metadatas = [{_SEQ: int(seqs[place]), _BLOCK: int(signed[place])} for place in batch]
                self._ask("add", ids=ids, embeddings=vectors[batch], metadatas=metadatas)

    def nearest(self, vectors: Vectors, most: int) -> list[list[tuple[int, int, float]]]:
        """The rows whose texts are closest to each vector, best first: their seqs, blocks and cosines.

        Raises:
            VectorsUnreachable: the index does not answer.
        """
        if not len(vectors) or not self._ask("count"):
            return [[] for _ in range(len(vectors))]
        found = self._ask("query", query_embeddings=vectors, n_results=most, include=["metadatas", "distances"])
        return [
            [(int(entry[_SEQ]), int(entry[_BLOCK]) % 2**64, 1.0 - float(distance))
             for entry, distance in zip(entries, distances, strict=True)]
            for entries, distances in zip(found["metadatas"], found["distances"], strict=True)
        ]  # fmt: skip

    def ids(self) -> set[str]:
        """The ids of all that the index holds; see `entry_id`.

        Raises:
            VectorsUnreachable: the index does not answer.
        """
        found: set[str] = set()
        if not self._place.may_hold():
            return found
        while page := self._ask("get", limit=BATCH, offset=len(found), include=[])["ids"]:
            found.update(page)
        return found

    def remove(self, ids: Sequence[str]) -> None:
        """Forget entries.

        Raises:
            VectorsUnreachable: the index does not answer.
        """
        for first in range(0, len(ids), BATCH):
            self._ask("delete", ids=list(ids[first : first + BATCH]))

    def close(self) -> None:
        """Let go of the job's files and connections, of all tables; they are opened again when something is asked."""
        self._place.close()

    def drop(self) -> None:
        """Close, and forget the job's vectors, of all tables. Raises VectorsUnreachable."""
        self._place.drop()

    def _ask(self, verb: str, **arguments: object) -> Any:
        collection = self._place.collection(self._name, self._space)
        with chroma_errors():
            return getattr(collection, verb)(**arguments)


def _plain(space: str) -> str:
    """An embedder's name in the letters that Chroma takes; names that differ stay different."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", space)[:60]
    return plain if plain == space else f"{plain}-{hashlib.sha256(space.encode()).hexdigest()[:8]}"


def entry_id(key: int, seq: int) -> str:
    """The id of a row's entry: by content and place, so that a row that was written twice is there once."""
    return f"{key:016x}-{seq}"
