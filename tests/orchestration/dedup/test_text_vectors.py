"""Which committed texts a candidate is held against, in memory."""

import numpy as np
import pytest

from synthaix.orchestration.dedup import vectors
from synthaix.orchestration.dedup.embedding import Vectors
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vectors import MOST_NEAR, TextVectors

ROWS, DIMENSIONS = 3_000, 256


def _unit(rows: np.ndarray) -> Vectors:
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float32)


def _of_one_subject(rng: np.random.Generator, count: int) -> Vectors:
    """Any two of them have a cosine of about 0.5."""
    return _unit(rng.normal(size=(count, DIMENSIONS)) + 1.0)


class _Empty(TextIndex):
    """An index in which nothing is found."""

    def __init__(self) -> None:
        """Opens nothing."""

    def ids(self) -> set[str]:
        """None."""
        return set()

    def nearest(self, vectors: Vectors, most: int) -> list[list[tuple[int, int, float]]]:
        """None."""
        return [[] for _ in vectors]


def _held(told: Vectors, blocks: np.ndarray, chunk: int = 70, index: TextIndex | None = None) -> TextVectors:
    held = TextVectors(1, index)
    for first in range(0, len(told), chunk):
        part = slice(first, first + chunk)
        held.add(np.arange(len(told), dtype=np.uint64)[part], told[part], blocks[part], first)
    return held


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 256 rows, of which the last two or three are remembered."""
    monkeypatch.setattr(vectors, "ROWS_OF_PART", 256)
    monkeypatch.setattr(vectors, "REMEMBERED", 500)
    monkeypatch.setattr(vectors, "MOST_CHOSEN", 16)


@pytest.mark.usefixtures("small")
def test_a_near_text_is_found_wherever_it_lies() -> None:
    """Among the remembered rows and among those whose nearness is estimated first."""
    rng = np.random.default_rng(1)
    told = _of_one_subject(rng, ROWS)
    again = _unit(told + 0.4 * _of_one_subject(rng, ROWS)[::-1])  # cosines of about 0.96
    near = _held(told, np.ones(ROWS, np.uint64)).nearest(again, np.ones((ROWS, 1), np.uint64))
    assert [row[0] if row else None for row in near] == list(range(ROWS))


@pytest.mark.usefixtures("small")
def test_rows_of_other_blocks_are_no_candidates() -> None:
    """However near their texts are."""
    told = _of_one_subject(np.random.default_rng(2), ROWS)
    blocks = np.arange(ROWS, dtype=np.uint64) % np.uint64(2)
    near = _held(told, blocks).nearest(told[:400], np.tile(np.array([[7, 1]], dtype=np.uint64), (400, 1)))
    assert all(seq % 2 for row in near for seq in row)
    assert [row[0] for row in near[1::2]] == list(range(1, 400, 2))


@pytest.mark.usefixtures("small")
def test_a_text_that_would_be_encoded_again_has_to_be_nearer() -> None:
    """What is far from all is compared with remembered rows alone."""
    told = _of_one_subject(np.random.default_rng(3), ROWS)
    near = _held(told, np.ones(ROWS, np.uint64)).nearest(
        _of_one_subject(np.random.default_rng(4), 20), np.ones((20, 1), np.uint64)
    )
    assert all(len(row) == MOST_NEAR and min(row) >= ROWS - 500 for row in near)


@pytest.mark.usefixtures("small")
def test_a_restored_job_compares_with_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was asked before, and though the first rows are no longer in memory."""
    monkeypatch.setattr(vectors, "MOST_HELD", 2_000)
    monkeypatch.setattr(vectors, "LEAST_ENCODED", 0.3)
    monkeypatch.setattr(vectors, "SHORT", 8)  # so that it is chance which rows are chosen
    rng = np.random.default_rng(6)
    told = np.concatenate([_unit(rng.normal(size=(300, DIMENSIONS)) - 1.0), _of_one_subject(rng, ROWS - 300)])
    asked, every = _of_one_subject(rng, 40), np.ones((40, 1), np.uint64)
    blocks = np.ones(ROWS, np.uint64)
    working = TextVectors(1, _Empty())
    for first in range(0, ROWS, 70):
        part = slice(first, first + 70)
        working.add(blocks[part], told[part], blocks[part], first)
        working.nearest(asked, every)
    found = working.nearest(asked, every)
    assert found == _held(told, blocks, 50, _Empty()).nearest(asked, every)
    assert min(min(row) for row in found) in range(ROWS - 2_000, ROWS - 500)


def test_the_sizes_of_chunks_are_of_no_matter() -> None:
    """The nearest rows are those of an exact search over all, best first."""
    rng = np.random.default_rng(5)
    told, asked = _of_one_subject(rng, 5_000), _of_one_subject(rng, 30)
    cosines = np.round(asked @ told.astype(np.float16).astype(np.float32).T, 4)
    expected = np.argsort(-cosines, axis=1, kind="stable")[:, :MOST_NEAR].tolist()
    for chunk in (1_000, 77):
        found = _held(told, np.ones(5_000, np.uint64), chunk).nearest(asked, np.ones((30, 1), np.uint64))
        assert found == expected
