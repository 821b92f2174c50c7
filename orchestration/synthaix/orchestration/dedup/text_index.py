"""The Chroma index of a table's text vectors: candidates for nearness beyond what fits in memory.

It is written behind and can always be made again: the truth is in the SQL store. One directory per job, opened only by
the holder of the job's lease. Leaving is `close`, then removing the directory, because deleting a collection frees
nothing. No method is asynchronous; call them in a thread.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthaix.orchestration.dedup.embedding import Vectors
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.errors import StoreUnreachable

BATCH = 5_000  # Chroma refuses more than 5,461
SEARCHED = 64  # hnsw:ef_search; near-duplicates are its easy case
_SEQ, _BLOCK = "seq", "block"


class TextIndex:
    """The vectors of one table's committed texts.

    Args:
        directory: the job's own; made when it is missing.
        table: tables of a job share the directory.
        space: the embedder's name; vectors of another space are another collection.
    """

    def __init__(self, directory: Path, *, table: str, space: str) -> None:
        self._directory = directory
        self._name = f"{space}-{table.encode().hex()[:200]}"
        self._client: Any = None
        self._collection: Any = None

    def add(self, keys: Hashes, vectors: Vectors, seqs: Sequence[int], blocks: Hashes) -> None:
        """Add the vectors of committed rows; what is there already stays. A zero vector is left out.

        Args:
            blocks: what the rows have to share with a candidate.

        Raises:
            StoreUnreachable: the index does not take them.
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
            StoreUnreachable: the index does not answer.
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
            StoreUnreachable: the index does not answer.
        """
        found: set[str] = set()
        if not self._directory.exists():  # a new job: Chroma takes over a second to import
            return found
        while page := self._ask("get", limit=BATCH, offset=len(found), include=[])["ids"]:
            found.update(page)
        return found

    def remove(self, ids: Sequence[str]) -> None:
        """Forget entries.

        Raises:
            StoreUnreachable: the index does not answer.
        """
        for first in range(0, len(ids), BATCH):
            self._ask("delete", ids=list(ids[first : first + BATCH]))

    def close(self) -> None:
        """Let go of the files."""
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    def drop(self) -> None:
        """Close, and remove the job's directory."""
        self.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _ask(self, verb: str, **arguments: object) -> Any:
        from chromadb.errors import ChromaError

        try:
            if self._collection is None:
                self._open()
            return getattr(self._collection, verb)(**arguments)
        except (ChromaError, OSError, RuntimeError) as exc:
            raise StoreUnreachable("The index of text vectors does not answer; the next start makes it again.") from exc

    def _open(self) -> None:
        import chromadb
        from chromadb.config import Settings

        self._directory.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(
            path=str(self._directory), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = self._client.get_or_create_collection(
            self._name,
            embedding_function=None,  # the default would download a model
            configuration={"hnsw": {"space": "cosine", "ef_search": SEARCHED}},
        )


def entry_id(key: int, seq: int) -> str:
    """The id of a row's entry: by content and place, so that a row that was written twice is there once."""
    return f"{key:016x}-{seq}"
