"""Bring your own embedding model: any embedding function that is registered with chromadb, by its name."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from synthaix.orchestration.dedup.embedding import Vectors, unit
from synthaix.orchestration.errors import ArgumentInvalid, ProviderRefused


class ChromaFunction:
    """An embedding function, made with its own defaults at the first text.

    Args:
        function: its name in chromadb's registry.
    """

    alone = True  # nothing is known of it

    def __init__(self, function: str) -> None:
        self.name = f"chroma:{function}"
        self._function_name = function
        self._function: Any = None
        self._dimensions = 0
        self._loading = threading.Lock()

    @property
    def dimensions(self) -> int:
        """Of a vector, as the function gives them."""
        if not self._dimensions:
            self.encode(["ready"])
        return self._dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector per text: float32 (n, dimensions), of unit length.

        Raises:
            ProviderRefused: the function failed; what it said is in the exception's cause.
        """
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        function = self._made()
        try:
            vectors = np.asarray(function(list(texts)), dtype=np.float32)
        except (OSError, RuntimeError, ValueError, TypeError, ImportError) as exc:
            raise ProviderRefused("The embedding function of SYNTHAIX_EMBEDDER failed.") from exc
        self._dimensions = vectors.shape[1]
        return unit(vectors)

    def _made(self) -> Any:
        with self._loading:
            if self._function is None:
                self._function = _made(self._function_name)
            return self._function


def check_function(function: str) -> None:
    """Raise ArgumentInvalid: chromadb knows no such embedding function."""
    from chromadb.utils.embedding_functions import known_embedding_functions

    if function not in known_embedding_functions:
        raise ArgumentInvalid(
            "chromadb has no embedding function of this name registered.",
            field="SYNTHAIX_EMBEDDER",
            allowed=[f"chroma:{name}" for name in sorted(known_embedding_functions)],
        )


def _made(function: str) -> Any:
    from chromadb.utils.embedding_functions import known_embedding_functions

    check_function(function)
    try:
        return known_embedding_functions[function]()
    except (OSError, RuntimeError, ValueError, TypeError, ImportError) as exc:
        raise ProviderRefused(
            "The embedding function of SYNTHAIX_EMBEDDER cannot be made without arguments: a key or a package that it "
            "needs is missing."
        ) from exc
