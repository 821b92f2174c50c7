"""What is remembered of an embedder's space, and what is let go."""

import gc
import weakref
from collections.abc import Callable

import pytest

from synthaix.orchestration.dedup.embedding import Embedder, HashEmbedder
from synthaix.orchestration.dedup.meaning import meaning_of
from synthaix.orchestration.dedup.polarity import polarity_of
from synthaix.orchestration.dedup.spaces import MOST_SPACES, once_a_space


class Named(HashEmbedder):
    """Of a space with this name."""

    def __init__(self, name: str) -> None:
        self.name = name


@pytest.mark.parametrize("found_of", [meaning_of, polarity_of])
def test_a_space_is_remembered_and_its_embedder_let_go(found_of: Callable[[Embedder], object]) -> None:
    """Another embedder of the space, as of another account, is not asked again."""
    first = Named("a space of this test")
    found, gone = found_of(first), weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None
    assert found_of(Named("a space of this test")) is found


def test_the_oldest_space_is_forgotten() -> None:
    """A process does not gather spaces for ever."""
    asked: list[str] = []

    @once_a_space
    def found_of(embedder: Embedder) -> int:
        asked.append(embedder.name)
        return len(asked)

    names = [str(number) for number in range(MOST_SPACES + 1)]
    for name in [*names, names[-1], names[0]]:
        found_of(Named(name))
    assert asked == [*names, names[0]]
