"""Vectors without what wordings and a column's subject put into them."""

import numpy as np
import pytest

from synthaix.orchestration.dedup.embedding import HashEmbedder, UseEmbedder, encoded
from synthaix.orchestration.dedup.meaning import DIRECTIONS, meaning_of


def test_wordings_vary_in_a_few_directions(embedder: UseEmbedder) -> None:
    """Each counts for less, the strongest least; none is wiped out."""
    meaning = meaning_of(embedder)
    assert meaning.directions.T @ meaning.directions == pytest.approx(np.eye(DIRECTIONS), abs=1e-4)
    assert 1 > meaning.less[0] > 0.4
    assert (np.diff(meaning.less) <= 0).all()
    assert meaning.less[-1] > 0.1


def test_what_a_column_has_in_common_is_taken_off() -> None:
    """Sentences of one subject lie all around its middle."""
    texts = [f"the red tent number {number} stands on the {place}" for number in range(5) for place in ("hill", "lawn")]
    rows = [row[0] for row in encoded(HashEmbedder(), {"a": texts}, ("a",)).sentences]
    vectors = np.concatenate(rows).astype(np.float32)
    meant = meaning_of(HashEmbedder()).around(rows).of(vectors)
    assert (vectors @ vectors.T).mean() > 0.5
    assert abs((meant @ meant.T).mean()) < 0.1


def test_lengths_are_one_and_nothing_stays_nothing() -> None:
    """A text without words has no vector to speak of."""
    meaning = meaning_of(HashEmbedder())
    vectors = np.concatenate([HashEmbedder().encode(["some words"]), np.zeros((1, 384), np.float32)])
    assert np.linalg.norm(meaning.of(vectors), axis=1) == pytest.approx([1, 0], abs=1e-5)
    assert meaning.around([np.zeros((0, 384), np.float16)]).centre.tolist() == [0.0] * 384


@pytest.fixture(scope="module")
def embedder() -> UseEmbedder:
    """The encoder that comes with the product."""
    return UseEmbedder()
