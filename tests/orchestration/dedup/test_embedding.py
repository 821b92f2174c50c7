"""Texts to vectors."""

from importlib.util import find_spec

import numpy as np
import pytest

from synthaix.orchestration.dedup.embedding import (
    Embedder,
    HashEmbedder,
    Sentences,
    UseEmbedder,
    encoded,
    learn,
    pooled,
)
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
    vectors = encoded(embedder, columns, ("a", "b")).whole
    size = embedder.dimensions
    assert vectors.shape == (3, 2 * size)
    assert np.array_equal(vectors[0, :size], vectors[2, :size])
    assert not vectors[1, :size].any()
    assert not vectors[0, size:].any()
    assert np.array_equal(vectors, vectors.astype(np.float16).astype(np.float32))


def test_a_text_has_the_same_vectors_in_any_company(embedder: Embedder) -> None:
    """To the last bit: a verdict must not hang on the chunk that a row came in."""
    texts: list[Cell] = [" ".join(TEXTS), TEXTS[2], None, "Erster Satz. Zweiter Satz! Und ein dritter?"]
    together = encoded(embedder, {"a": texts}, ("a",))
    for place, text in enumerate(texts):
        apart = encoded(embedder, {"a": [text]}, ("a",))
        assert np.array_equal(apart.whole[0], together.whole[place])
        assert np.array_equal(apart.sentences[0][0], together.sentences[place][0])


def test_a_text_is_the_mean_of_its_sentences(embedder: Embedder) -> None:
    """Each sentence is encoded once, for itself and for the whole."""
    found = encoded(embedder, {"a": [" ".join(TEXTS[:3])]}, ("a",))
    assert len(found.sentences[0][0]) == 3
    assert np.array_equal(found.whole[0], pooled(found.sentences[0][0]))


def test_what_was_learned_before_is_not_encoded_again(embedder: Embedder) -> None:
    """And gives the same vectors to the last bit."""
    texts: list[Cell] = [" ".join(TEXTS), None, TEXTS[2]]
    known: dict[str, Sentences] = {}
    for text in texts:
        learn(embedder, [text], known)
    early = encoded(embedder, {"a": texts}, ("a",), known)
    at_once = encoded(embedder, {"a": texts}, ("a",))
    assert np.array_equal(early.whole, at_once.whole)
    assert all(early.sentences[place][0] is known[str(text or "")] for place, text in enumerate(texts))


def test_no_rows_have_no_vectors(embedder: Embedder) -> None:
    """Rows are compared with none when the first are given: of the right width, and no error."""
    nothing = encoded(embedder, {"a": [], "b": []}, ["a", "b"])
    assert nothing.whole.shape == (0, 2 * embedder.dimensions)
    assert nothing.sentences == []


def test_the_sentence_encoder_can_keep_to_one_thread() -> None:
    """It does so through threadpoolctl, silently not at all where that is missing."""
    assert find_spec("threadpoolctl") is not None
