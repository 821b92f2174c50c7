"""What a sentence says, as far as possible without how it is worded.

Two things hide it in a vector. What all texts of a column share (their language, their subject, their manner) makes any
two of them near: so the mean of the column's sentences is taken off. And there are directions in which sentences differ
that say the same thing in other words: they are found from phrases that are given in several wordings each, and count
for less. This is the within-class covariance normalisation of speaker recognition (Hatch, Kajarekar and Stolcke, 2006),
cut to the strongest directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np

from synthaix.orchestration.dedup.embedding import Embedder, Sentences, Vectors
from synthaix.orchestration.dedup.spaces import once_a_space

DIRECTIONS = 16
SMOOTHING = 3.0  # times the mean variance, added to that of each direction


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is taken off a vector so that its meaning remains.

    Attributes:
        directions: in which wordings vary, float32 (d, DIRECTIONS).
        less: the share of each that is taken off.
        centre: what a column's sentences have in common, float32 (d).
    """

    directions: Vectors
    less: Vectors
    centre: Vectors

    def of(self, vectors: Vectors) -> Vectors:
        """Vectors of unit length, float32 (n, d), from (n, d)."""
        off = vectors - self.centre
        off = off - ((off @ self.directions) * self.less) @ self.directions.T
        lengths = np.sqrt((off * off).sum(axis=1, keepdims=True))
        unit: Vectors = off / np.maximum(lengths, np.float32(1e-6))
        return unit

    def around(self, texts: Sequence[Sentences]) -> "Meaning":
        """Likewise, with the centre of these texts' sentences."""
        every = np.concatenate(list(texts)).astype(np.float32)
        return replace(self, centre=every.sum(axis=0) / np.float32(max(len(every), 1)))


@once_a_space
def meaning_of(embedder: Embedder) -> Meaning:
    """Meaning in an embedder's space, with its centre at zero: 272 phrases are encoded once, about 0.2 s of CPU."""
    sets = wordings()
    vectors = embedder.encode([phrase for some in sets for phrase in some]).astype(np.float64)
    parts = np.split(vectors, np.cumsum([len(some) for some in sets])[:-1])
    off = np.concatenate([part - part.mean(axis=0) for part in parts])
    _, strengths, directions = np.linalg.svd(off, full_matrices=False)
    variances = strengths**2
    kept = variances[:DIRECTIONS] / (SMOOTHING * variances.sum() / vectors.shape[1])
    return Meaning(
        directions[:DIRECTIONS].T.astype(np.float32).copy(), (1 - 1 / np.sqrt(1 + kept)).astype(np.float32),
        np.zeros(vectors.shape[1], np.float32),
    )  # fmt: skip


def wordings() -> list[list[str]]:
    """The sets of `wordings.txt`: the same thing in several wordings; sets in turn say opposite things."""
    text = resources.files("synthaix.orchestration.dedup").joinpath("wordings.txt").read_text(encoding="utf-8")
    return [line.split("|") for line in text.splitlines()]
