"""A text's sentences as they are compared: made once for each text, not for each pair of texts."""

from dataclasses import dataclass

import numpy as np

from synthaix.orchestration.dedup.embedding import Sentences, Vectors, pooled
from synthaix.orchestration.dedup.meaning import Meaning
from synthaix.orchestration.dedup.polarity import Polarity


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What is known of one text.

    Attributes:
        vectors: of its sentences, float32 (n, d), of unit length.
        meant: likewise, without what the column has in common and what wordings differ in.
        sides: above zero for praise, below for blame, float32 (n,).
        whole: the vector of the text, float32 (d,).
    """

    vectors: Vectors
    meant: Vectors
    sides: Vectors
    whole: Vectors


def reading(parts: Sentences, polarity: Polarity | None = None, meaning: Meaning | None = None) -> Reading:
    """Of the vectors of a text's sentences, at least one; without a polarity nobody takes a side."""
    vectors = parts.astype(np.float32)
    return Reading(
        vectors,
        vectors if meaning is None else meaning.of(vectors),
        np.zeros(len(vectors), np.float32) if polarity is None else polarity.of(vectors),
        pooled(parts),
    )


def reading_of_whole(parts: Sentences) -> Reading:
    """Likewise, with the text's vector in place of its sentences'."""
    return reading(pooled(parts)[None].astype(np.float16))
