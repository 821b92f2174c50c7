"""Thresholds found from a table's own rows."""

import numpy as np
import pytest

from synthaix.orchestration.dedup.calibration import (
    LEAST_SAMPLES,
    Chance,
    FirstRows,
    chance,
    thresholds,
)
from synthaix.orchestration.dedup.embedding import Sentences
from synthaix.orchestration.dedup.hashes import mixed
from synthaix.orchestration.dedup.meaning import Meaning
from synthaix.orchestration.dedup.polarity import Polarity
from synthaix.orchestration.dedup.text import Thresholds

NONE = Polarity(np.zeros(16, np.float32), 0.0)
PLAIN = Meaning(np.zeros((16, 1), np.float32), np.zeros(1, np.float32), np.zeros(16, np.float32))


def _rows(count: int, *, compared: float = 1e9, structured: bool = True, seed: int = 3) -> FirstRows:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 2, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    parts: list[Sentences] = [row.astype(np.float16) for row in vectors]
    spread = mixed(np.arange(count, dtype=np.uint64))
    return FirstRows(spread, mixed(spread), parts, structured, compared)


def test_thresholds_lie_above_what_different_rows_reach() -> None:
    """Rows that a column tells apart are free negatives: hardly any of them may pass."""
    found = chance(_rows(300), NONE, PLAIN)
    limits = thresholds([found])
    assert limits.aligned is not None
    assert (found.aligned >= limits.aligned).mean() <= 0.02
    assert (found.whole >= limits.whole).mean() <= 0.01
    assert limits.aligned_grey <= limits.aligned
    assert limits.whole_grey <= limits.whole


def test_the_fewer_rows_a_candidate_meets_the_lower_the_threshold() -> None:
    """Chance is drawn as often as a candidate draws."""
    many, few = (chance(_rows(300, compared=compared), NONE, PLAIN) for compared in (200, 3))
    assert np.median(few.aligned) < np.median(many.aligned)


def test_equal_texts_say_nothing() -> None:
    """A text that belongs to several rows would drive the threshold to one."""
    first = _rows(60)
    first.parts[1][:] = first.parts[0]
    first.texts[1] = first.texts[0]
    assert chance(first, NONE, PLAIN).whole.max() < 0.99


def test_without_a_column_the_nearest_rows_are_left_out() -> None:
    """They may be the same thing said again."""
    first = _rows(60, structured=False)
    for place in range(1, 4):
        first.parts[place][:] = first.parts[0]
    assert chance(first, NONE, PLAIN).whole.max() < 0.99
    first.parts[4][:] = first.parts[0]
    assert chance(first, NONE, PLAIN).whole.max() == pytest.approx(1, abs=1e-2)


def test_texts_of_one_sentence_say_nothing_about_several() -> None:
    """Their whole vectors are judged by what chance reaches; sentences by the usual threshold."""
    limits = thresholds([Chance(np.full(60, 0.4, np.float32), np.empty(0, np.float32))])
    assert (limits.aligned, limits.aligned_grey) == (Thresholds().aligned, Thresholds().aligned_grey)
    assert limits.whole != Thresholds().whole


def test_few_rows_give_the_usual_thresholds() -> None:
    """Nineteen known negatives say nothing."""
    some = np.zeros(LEAST_SAMPLES - 1, np.float32)
    assert thresholds([Chance(some, some)]) == Thresholds()
