"""Which side a sentence takes: praise or blame, success or failure.

Vectors of sentences put opposites close together: `the setup was easy` is nearer to `the setup was difficult` than to
`I had no trouble installing it`. But the direction from blame to praise is much the same whatever is talked about, and
in every language that the encoder knows. It is found by ridge regression on phrases made of common adjectives and their
opposites, with whichever embedder is in use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from synthaix.orchestration.dedup.embedding import Embedder, Vectors
from synthaix.orchestration.dedup.spaces import once_a_space

RIDGE = 3.0
_SUBJECTS = (
    "it", "the product", "the food", "the room", "the staff", "the film", "the service", "the software", "the course",
    "the car",
)  # fmt: skip
_OPPOSITES = (
    "good/bad", "excellent/terrible", "wonderful/awful", "fast/slow", "easy/difficult", "simple/complicated",
    "friendly/rude", "helpful/useless", "beautiful/ugly", "elegant/hideous", "comfortable/uncomfortable",
    "pleasant/painful", "quiet/noisy", "solid/fragile", "durable/broken", "reliable/unreliable",
    "affordable/overpriced", "worth the price/too expensive", "perfect/disappointing", "impressive/boring",
    "clean/dirty", "safe/dangerous", "on time/late", "just right/wrong", "high quality/poor quality",
)  # fmt: skip
_FRAMES = ("{} is {}", "{} was really {}", "i found {} {}")


@dataclass(frozen=True, slots=True)
class Polarity:
    """The direction from blame to praise in a space of vectors, so that a plain opposite is about 2 apart."""

    direction: np.ndarray
    middle: float

    def of(self, vectors: Vectors) -> np.ndarray:
        """Above zero for praise, below for blame, near zero for neither: float32 (n,) from (n, d)."""
        found: np.ndarray = vectors @ self.direction - self.middle
        return found


@once_a_space
def polarity_of(embedder: Embedder) -> Polarity:
    """The polarity of an embedder's space: 150 phrases are encoded once, about 0.3 s of CPU."""
    praise, blame = _phrases(lambda pair: pair[0]), _phrases(lambda pair: pair[1])
    vectors = embedder.encode([*praise, *blame]).astype(np.float64)
    sides = np.repeat([1.0, -1.0], len(praise))
    mean = vectors.mean(axis=0)
    apart = vectors - mean
    direction = apart.T @ np.linalg.solve(apart @ apart.T + RIDGE * np.eye(len(apart)), sides)
    direction /= max(float(np.abs(apart @ direction).mean()), 1e-9)
    return Polarity(direction.astype(np.float32), float(mean @ direction))


def _phrases(side: Callable[[Sequence[str]], str]) -> list[str]:
    return [
        _FRAMES[(place + turn) % 3].format(_SUBJECTS[(3 * place + turn) % len(_SUBJECTS)], side(pair.split("/")))
        for place, pair in enumerate(_OPPOSITES)
        for turn in range(3)
    ]
