"""What follows from an embedder's space alone, found once in a process."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from synthaix.orchestration.dedup.embedding import Embedder

T = TypeVar("T")

MOST_SPACES = 4


def once_a_space(find: Callable[[Embedder], T]) -> Callable[[Embedder], T]:
    """Remember what is found, by the space's name: an embedder itself may hold a store, and someone's account."""
    known: dict[str, T] = {}
    changing = threading.Lock()

    @wraps(find)
    def remembered(embedder: Embedder) -> T:
        found = known.get(embedder.name)
        if found is None:
            found = find(embedder)
            with changing:
                while len(known) >= MOST_SPACES:
                    del known[next(iter(known))]
                known[embedder.name] = found
        return found

    return remembered
