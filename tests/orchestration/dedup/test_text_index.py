"""The Chroma index: written behind, made again, gone without a trace."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from synthaix.orchestration.dedup.embedding import HashEmbedder
from synthaix.orchestration.dedup.text_index import BATCH, TextIndex
from synthaix.orchestration.dedup.vector_place import JobFolder

REVIEW: dict[str, Any] = {"name": "review", "type": "text", "strategy": "llm"}
TEXTS = [f"review of a {color} {thing}" for color in ("red", "green", "blue") for thing in ("lamp", "chair", "desk")]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TextIndex]:
    """An empty index."""
    made = TextIndex(JobFolder(tmp_path / "job"), table="Bestellungen & mehr", space="synthaix-hash-384")
    yield made
    made.drop()


def _keys(count: int) -> np.ndarray:
    return np.arange(1, count + 1, dtype=np.uint64)


def _blocks(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.uint64) + np.uint64(2**64 - 20)


def test_the_nearest_texts_come_first(index: TextIndex) -> None:
    """By seq, best first; a vector without direction is left out."""
    vectors = HashEmbedder().encode(TEXTS)
    vectors[3] = 0
    index.add(_keys(9), vectors, range(9), _blocks(9))
    (found,) = index.nearest(vectors[4:5], 3)
    assert found[0][:2] == (4, 2**64 - 16)
    assert found[0][2] == pytest.approx(1, abs=1e-4)
    assert 3 not in [seq for seq, _, _ in found]
    assert len(index.ids()) == 8


def test_adding_again_changes_nothing(index: TextIndex) -> None:
    """A row has one entry, by content and place."""
    vectors = HashEmbedder().encode(TEXTS)
    for _ in range(2):
        index.add(_keys(9), vectors, range(9), _blocks(9))
    assert len(index.ids()) == 9


def test_more_than_chroma_takes_at_once_is_added_in_batches(index: TextIndex) -> None:
    """Chroma refuses more than 5,461 entries."""
    count = BATCH + 600
    vectors = np.random.default_rng(1).normal(size=(count, 8)).astype(np.float32)
    index.add(_keys(count), vectors, range(count), _blocks(count))
    assert len(index.ids()) == count


def test_an_empty_index_answers(index: TextIndex) -> None:
    """Nothing is near in nothing, and no directory is made for asking."""
    assert index.ids() == set()
    assert index.nearest(np.ones((2, 4), dtype=np.float32), 3) == [[], []]


def test_leaving_frees_the_files(tmp_path: Path) -> None:
    """Closing and removing the directory leaves no open file behind."""

    def once(name: str) -> None:
        index = TextIndex(JobFolder(tmp_path / name), table="rows", space="s")
        index.add(_keys(2), np.eye(2, dtype=np.float32), range(2), _blocks(2))
        index.drop()
        assert not (tmp_path / name).exists()

    once("first")  # what chromadb opens once and for all
    before = psutil.Process().num_fds()
    for number in range(6):
        once(f"next {number}")
    assert psutil.Process().num_fds() < before + 6  # a collection that stays open keeps four


def test_a_kill_between_commit_and_index_is_made_good(job_of: Callable[..., Any], tmp_path: Path) -> None:
    """After a restart the index holds the committed rows and nothing else."""

    def opened() -> TextIndex:
        return TextIndex(JobFolder(tmp_path / "job"), table="rows", space="synthaix-hash-384")

    index = opened()
    job = job_of(REVIEW, embedder=HashEmbedder(), narrow=True, index=index)
    job.offer([{"review": one} for one in TEXTS[:3]])
    assert job.deduplicator.write_behind() == 3
    job.offer([{"review": one} for one in TEXTS[3:6]])  # killed here: committed, not indexed
    index.add(np.array([77], dtype=np.uint64), HashEmbedder().encode(["of no row"]), [40], _blocks(1))
    index.close()

    job.settings["index"] = index = opened()
    job.restart()
    assert job.deduplicator.reconcile() == 1
    assert {int(entry.partition("-")[2]) for entry in index.ids()} == {0, 1, 2, 3, 4, 5}
    assert job.deduplicator.write_behind() == 0
    index.drop()


def test_spaces_are_kept_apart(tmp_path: Path) -> None:
    """Another embedder means another collection."""
    one = TextIndex(JobFolder(tmp_path / "job"), table="rows", space="a-space")
    one.add(_keys(1), np.eye(1, 4, dtype=np.float32), [0], _blocks(1))
    one.close()
    two = TextIndex(JobFolder(tmp_path / "job"), table="rows", space="b-space")
    assert two.ids() == set()
    two.drop()


def test_tables_share_a_place(tmp_path: Path) -> None:
    """What one of them drops is open nowhere any more; the others begin again."""
    place = JobFolder(tmp_path / "job")
    one, other = (TextIndex(place, table=name, space="s") for name in ("shops", "reviews"))
    for index in (one, other):
        index.add(_keys(2), np.eye(2, dtype=np.float32), range(2), _blocks(2))
    one.drop()
    assert other.ids() == set()
    other.add(_keys(1), np.eye(1, 2, dtype=np.float32), [0], _blocks(1))
    other.close()
    assert len(other.ids()) == 1
    other.drop()
    assert not (tmp_path / "job").exists()
