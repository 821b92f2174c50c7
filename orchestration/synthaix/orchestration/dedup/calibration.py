"""The thresholds of a table's texts, found from its own first rows, so that nobody is asked for one.

How near do texts of different rows come by chance? Rows that a structured column tells apart are known to be different:
each is held against as many of them, drawn at random, as a candidate is compared with later on, and the best score
counts. Without a structured column nothing is known for certain, so each row's three nearest are left out: they may be
the same thing said again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthaix.orchestration.dedup.alignment import DECIMALS, agreement
from synthaix.orchestration.dedup.embedding import Sentences, Vectors
from synthaix.orchestration.dedup.hashes import Hashes, mixed
from synthaix.orchestration.dedup.meaning import Meaning
from synthaix.orchestration.dedup.polarity import Polarity
from synthaix.orchestration.dedup.reading import reading
from synthaix.orchestration.dedup.text import Thresholds, scores

CALIBRATED_BY = 300  # first committed rows
CALIBRATED_EVERY = 50  # rows, until then
LEAST_SAMPLES = 20
NEAREST = 4  # rows, by the vectors of the whole texts, whose sentences are compared
LEFT_OUT = 3  # nearest rows, where no column tells rows apart
LEAST_WHOLE, MOST_WHOLE = 0.85, 0.97
LEAST_ALIGNED, MOST_ALIGNED = 0.17, 0.90


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first committed rows of a table, one text column of theirs.

    Attributes:
        blocks: the hash of the structured columns.
        texts: the hash of the texts; equal ones say nothing.
        parts: the vectors of each text's sentences.
        structured: whether any column but the texts tells rows apart.
        compared: rows that a candidate is compared with, in the whole job.
    """

    blocks: Hashes
    texts: Hashes
    parts: Sequence[Sentences]
    structured: bool
    compared: float


@dataclass(frozen=True, slots=True)
class Chance:
    """The best scores that rows reach with rows that are not theirs, one for each row that had any.

    Attributes:
        more: how many times more rows a candidate is compared with than these rows were.
    """

    whole: Vectors
    aligned: Vectors
    more: float = 1.0


def chance(first: FirstRows, polarity: Polarity, meaning: Meaning) -> Chance:
    """How near different rows come."""
    read = [reading(parts, polarity, meaning) for parts in first.parts]
    whole = np.stack([text.whole for text in read])
    cosines = np.where(_known(first), scores(whole, whole), -np.inf)
    if not first.structured:
        ranks = np.argsort(np.argsort(-cosines, axis=1, kind="stable"), axis=1)
        cosines[ranks < LEFT_OUT] = -np.inf
    some = [row for row in range(len(cosines)) if np.isfinite(cosines[row]).any() and whole[row].any()]
    best = []
    for row in some:
        met = (agreement(read[row], read[other]) for other in _nearest(cosines[row]))
        best += [max(found) for found in [[one.least for one in met if one.several]] if found]
    drawn = max(float(np.isfinite(cosines).sum()) / max(len(some), 1), 1.0)
    return Chance(
        cosines[some].max(axis=1).astype(np.float32), np.array(best, dtype=np.float32), max(first.compared / drawn, 1.0)
    )


def thresholds(columns: Sequence[Chance]) -> Thresholds:
    """Thresholds above what chance reaches in any column; the usual ones where too little is known."""
    whole = np.concatenate([_grown(found.whole, found.more) for found in columns])
    least = np.concatenate([_grown(found.aligned, found.more) for found in columns])
    if len(whole) < LEAST_SAMPLES:
        return Thresholds()
    sure = _between(float(np.quantile(whole, 0.995)) + 0.01, LEAST_WHOLE, MOST_WHOLE)
    perhaps = _between(float(np.quantile(whole, 0.90)), 0.5, sure)
    if len(least) < LEAST_SAMPLES:  # texts of one sentence
        return Thresholds(sure, perhaps)
    sure_aligned = _between(_hardly_reached(least), LEAST_ALIGNED, MOST_ALIGNED)
    return Thresholds(sure, perhaps, sure_aligned, _between(float(np.quantile(least, 0.90)), 0.1, sure_aligned))


def _hardly_reached(best: Vectors) -> float:
    """What one row in a hundred exceeds by chance, by Gumbel's law through the median and the ninth decile.

    The tail itself is no guide: in it are rows that do say the same thing, of another product.
    """
    middle, high = np.quantile(best, [0.5, 0.9]).tolist()
    depth = [-np.log(-np.log(share)) for share in (0.5, 0.9, 0.99)]
    return float(middle + (high - middle) * (depth[2] - depth[0]) / (depth[1] - depth[0]))


def _grown(found: Vectors, more: float) -> Vectors:
    """The best of so many times more draws: the largest of many follow Gumbel's law, and move by its scale."""
    scale = float(found.std()) * np.sqrt(6) / np.pi if len(found) else 0.0
    more_likely: Vectors = np.minimum(found + np.float32(scale * np.log(more)), np.float32(1))
    return more_likely


def _known(first: FirstRows) -> np.ndarray:
    """Which pairs of rows are different ones: bool (n, n)."""
    count = len(first.parts)
    known: np.ndarray = first.texts[:, None] != first.texts[None, :]
    if first.structured:
        known &= first.blocks[:, None] != first.blocks[None, :]
        drawn = mixed(mixed(first.texts)[:, None] + first.texts[None, :]).astype(np.float64) / 2.0**64
        known &= drawn < max(first.compared, 1.0) / max(count, 1)
    return known


def _nearest(cosines: np.ndarray) -> list[int]:
    order = np.argsort(-cosines, kind="stable")[:NEAREST]
    return [int(row) for row in order if np.isfinite(cosines[row])]


def _between(value: float, least: float, most: float) -> float:
    return round(float(np.clip(value, least, most)), DECIMALS)
