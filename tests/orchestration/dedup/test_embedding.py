"""Texts to vectors."""

import numpy as np
import pytest

from synthaix.orchestration.dedup.embedding import Embedder, HashEmbedder, UseEmbedder, text_vectors
from synthaix.orchestration.schema.column import Cell

TEXTS = ["The parcel came late and the box was torn.", "My order arrived late, in a damaged package.",
         "A quiet keyboard with a pleasant touch.", "x"]  # fmt: skip


@pytest.fixture(scope="module", params=[HashEmbedder, UseEmbedder])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    """Each embedder once."""
    made: Embedder = request.param()
    return made


def test_vectors_are_of_unit_length_whatever_the_batch(embedder: Embedder) -> None:
    """A text's vector does not hang on its neighbours."""
    vectors = embedder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    for place, text in enumerate(TEXTS):
        assert np.allclose(embedder.encode([text])[0], vectors[place], atol=1e-5)
    assert embedder.encode([]).shape == (0, embedder.dimensions)


def test_likeness_of_meaning_or_letters_shows(embedder: Embedder) -> None:
    """A text is nearer to its rewording than to another subject."""
    cosines = embedder.encode(TEXTS[:3]) @ embedder.encode(TEXTS[:3]).T
    assert cosines[0, 1] > cosines[0, 2]


def test_columns_lie_side_by_side_and_no_text_is_zero(embedder: Embedder) -> None:
    """Case does not count, nulls and empty texts have no direction, and values are those of float16."""
    columns: dict[str, list[Cell]] = {"a": ["Hello There", None, "hello there"], "b": ["", "x", 5]}
    vectors = text_vectors(embedder, columns, ("a", "b"))
    size = embedder.dimensions
    assert vectors.shape == (3, 2 * size)
    assert np.array_equal(vectors[0, :size], vectors[2, :size])
    assert not vectors[1, :size].any()
    assert not vectors[0, size:].any()
    assert np.array_equal(vectors, vectors.astype(np.float16).astype(np.float32))
