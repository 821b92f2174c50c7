"""Rows whose text a model wrote."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from synthaix.orchestration.dedup import text, vectors
from synthaix.orchestration.dedup.embedding import HashEmbedder
from synthaix.orchestration.schema.column import Cell

JobOf = Callable[..., Any]
REVIEW: dict[str, Any] = {"name": "review", "type": "text", "strategy": "llm"}
RATING: dict[str, Any] = {"name": "rating", "type": "integer"}
BOUGHT: dict[str, Any] = {"name": "bought", "type": "date"}
LATE = "The parcel came two days late, and the cardboard box was badly torn on one side."
LATER = "The parcel came two days late and the cardboard box was badly torn on a side."
QUIET = "A quiet keyboard with a pleasant touch, though the space bar rattles a little."


def test_a_text_told_again_is_a_duplicate_in_any_row(job_of: JobOf) -> None:
    """A model that repeats itself word for word is caught, whatever the other columns hold."""
    job = job_of(REVIEW, BOUGHT, embedder=HashEmbedder())
    job.offer([{"review": LATE, "bought": "2026-01-01"}])
    decision = job.decide([{"review": LATE.upper(), "bought": "2026-01-02"}])
    ((_, verdict),) = decision.duplicates
    assert (verdict.of, verdict.stage, verdict.columns) == (0, "exact", ("review",))


def test_a_short_text_may_come_again(job_of: JobOf) -> None:
    """Two customers may both write `Great!`."""
    job = job_of(REVIEW, BOUGHT, embedder=HashEmbedder())
    job.offer([{"review": "Great!", "bought": "2026-01-01"}])
    assert job.decide([{"review": "Great!", "bought": "2026-01-02"}]).accepted.tolist() == [0]


@pytest.mark.parametrize("rating_values", [5, 1e9])
@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("embedder", [HashEmbedder(), None])
def test_a_near_text_is_a_duplicate_only_where_no_structured_column_differs(
    job_of: JobOf, rating_values: float, committed: bool, embedder: HashEmbedder | None
) -> None:
    """Reworded with another rating it is another row; with and without vectors, in wide and in narrow tables."""
    job = job_of(REVIEW, RATING, embedder=embedder, narrow=rating_values == 5)
    assert job.roles.wide == (rating_values > 5)
    offered: list[dict[str, Cell]] = [{"review": LATER, "rating": 2}, {"review": LATER + " Sad.", "rating": 3}]
    first: dict[str, Cell] = {"review": LATE, "rating": 2}
    if committed:
        job.offer([first])
        ((_, verdict),) = job.decide(offered).duplicates
        assert verdict.of == 0
    else:
        ((_, verdict),) = job.decide([first, *offered]).duplicates
        assert verdict.of == ("candidate", 0)
    assert (verdict.stage, verdict.columns) == ("text", ("review",))


class Scripted:
    """Unit vectors in a plane: a text's angle is one degree for each x in it."""

    name = "scripted"
    dimensions = 2
    alone = False

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One vector per text."""
        degrees = np.array([one.count("x") for one in texts])
        return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1).astype(np.float32)


def _far(angle: int, word: str) -> str:
    return f"{'x' * angle} {' '.join([word] * 9)}"


@pytest.mark.parametrize(("angle", "kind"), [(20, "duplicate"), (30, "grey"), (50, "unique")])
def test_a_number_is_the_threshold_and_what_lies_below_is_grey(
    job_of: JobOf, angle: int, kind: str
) -> None:
    """cos 20 = .94, cos 30 = .866, cos 50 = .64, at a threshold of .9."""
    job = job_of(REVIEW, embedder=Scripted(), threshold=0.9, narrow=True)
    job.offer([{"review": _far(0, "alpha")}])
    decision = job.decide([{"review": _far(angle, "gulls")}])
    assert [len(decision.duplicates), len(decision.grey)] == [kind == "duplicate", kind == "grey"]
    assert decision.accepted.tolist() == ([] if kind == "duplicate" else [0])
    dropping = job_of(REVIEW, embedder=Scripted(), threshold=0.9, narrow=True, grey_policy="drop")
    dropping.offer([{"review": _far(0, "alpha")}])
    assert dropping.decide([{"review": _far(angle, "gulls")}]).accepted.tolist() == ([0] if kind == "unique" else [])


def test_what_only_a_stated_number_throws_away_is_counted(job_of: JobOf) -> None:
    """cos 40 = .77: by 0.7 a duplicate, by the automatic threshold not; a text told again is one by either."""
    job = job_of(REVIEW, embedder=Scripted(), threshold=0.7, narrow=True)
    job.offer([{"review": _far(0, "alpha")}])
    decision = job.decide([{"review": _far(40, "gulls")}, {"review": _far(0, "alpha")}])
    assert (len(decision.duplicates), decision.doubtful) == (2, 1)
    assert job_of(REVIEW, embedder=Scripted(), narrow=True).decide([{"review": "x"}]).doubtful == 0


def test_the_threshold_is_found_once_and_survives_a_restart(
    job_of: JobOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first rows, in order; a resumed job goes on with the same one."""
    monkeypatch.setattr("synthaix.orchestration.dedup.written.CALIBRATED_BY", 80)
    monkeypatch.setattr("synthaix.orchestration.dedup.written.CALIBRATED_EVERY", 40)
    job = job_of(REVIEW, BOUGHT, embedder=HashEmbedder())
    rng = np.random.default_rng(5)
    words = ["".join(rng.choice(list("abcdefghij"), 6)) for _ in range(300)]
    found = []
    for chunk in range(6):
        job.offer([{"review": " ".join(rng.choice(words, 15)), "bought": f"20{chunk * 16 + n:02d}-01-01"}
                   for n in range(16)])  # fmt: skip
        found.append(job.deduplicator.thresholds)
        if chunk % 2:
            job.restart()
            assert job.deduplicator.thresholds == found[-1]
    assert found[:2] == [text.Thresholds()] * 2
    assert found[2] == found[3] != found[1]
    assert len(set(found[4:])) == 1


def test_a_restart_decides_as_if_nothing_had_happened(job_of: JobOf) -> None:
    """Vectors come back as they were compared."""
    job = job_of(REVIEW, embedder=HashEmbedder(), narrow=True)
    job.offer([{"review": LATE}, {"review": QUIET}])
    texts = [QUIET.replace("little", "bit"), LATER, "Nothing like it at all here."]
    offered = [{"review": one} for one in texts]
    before = job.decide(offered)
    job.restart()
    after = job.decide(offered)
    assert before.accepted.tolist() == after.accepted.tolist() == [2]
    assert before.duplicates == after.duplicates


def test_rows_beyond_memory_are_found_through_the_index(
    job_of: JobOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Older vectors are asked of the index, and their texts encoded again for the verdict."""
    from synthaix.orchestration.dedup.text_index import TextIndex
    from synthaix.orchestration.dedup.vector_place import JobFolder

    monkeypatch.setattr(vectors, "MOST_HELD", 2)
    index = TextIndex(JobFolder(tmp_path / "job"), table="rows", space="synthaix-hash-384")
    job = job_of(REVIEW, embedder=HashEmbedder(), narrow=True, index=index)
    filler = ["one plain green bicycle stands here", "seven loud trumpets play marches", "boil rice until it is soft"]
    for one in [LATE, QUIET, *filler]:
        job.offer([{"review": one}])
        job.deduplicator.write_behind()
    ((_, verdict),) = job.decide([{"review": LATER}]).duplicates
    assert verdict.of == 0
    index.drop()
