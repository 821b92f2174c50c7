"""What is known of a text before it is held against others."""

import numpy as np

from synthaix.orchestration.dedup.embedding import HashEmbedder, encoded, pooled
from synthaix.orchestration.dedup.meaning import meaning_of
from synthaix.orchestration.dedup.polarity import polarity_of
from synthaix.orchestration.dedup.reading import reading, reading_of_whole
from synthaix.orchestration.dedup.text import TextComparer, Thresholds

PARTS = encoded(HashEmbedder(), {"a": ["It is red. Nobody came."]}, ("a",)).sentences[0][0]


def test_a_reading_is_what_its_parts_give() -> None:
    """Each sentence by itself, so that it does not matter which of them a comparison leaves out."""
    embedder = HashEmbedder()
    found = reading(PARTS, polarity_of(embedder), meaning_of(embedder))
    assert np.allclose(found.meant, meaning_of(embedder).of(PARTS.astype(np.float32)))
    assert found.sides.tolist() == polarity_of(embedder).of(PARTS.astype(np.float32)).tolist()
    assert found.whole.tolist() == pooled(PARTS).tolist()


def test_without_a_polarity_nobody_takes_a_side() -> None:
    """Nor is anything taken off without a meaning."""
    found = reading(PARTS)
    assert found.sides.tolist() == [0, 0]
    assert found.meant is found.vectors


def test_a_stated_number_reads_the_whole_text() -> None:
    """As one vector; and of no text there is nothing to read."""
    stated = TextComparer(Thresholds.stated(0.9))
    read = stated.read(PARTS)
    assert read is not None
    assert read.vectors.tolist() == reading_of_whole(PARTS).vectors.tolist() == [pooled(PARTS).tolist()]
    assert stated.read(None) is stated.read(PARTS[:0]) is None
