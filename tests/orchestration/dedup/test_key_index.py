"""The index of committed hashes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.dedup.hashes import mixed
from synthaix.orchestration.dedup.key_index import MOST_MERGED, NOT_FOUND, KeyIndex

batches = st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=12)


def _spread(values: list[int]) -> np.ndarray:
    """Numbers as hashes; zero stays zero."""
    plain = np.array(values, dtype=np.uint64)
    return np.where(plain == 0, plain, mixed(plain))


@given(batches, st.lists(st.integers(0, 60), max_size=20), st.integers(1, 5))
def test_it_answers_as_a_dictionary_would(added: list[list[int]], asked: list[int], most: int) -> None:
    """The first row of a hash, and the first few rows of it, whatever the batches were."""
    index, held = KeyIndex(100), dict[int, list[int]]()
    seq = 0
    for values in added:
        index.add(_spread(values), np.arange(seq, seq + len(values)))
        for value in values:
            if value:
                held.setdefault(value, []).append(seq)
            seq += 1
    assert index.find(_spread(asked)).tolist() == [held.get(value, [NOT_FOUND])[0] for value in asked]
    places, seqs = index.postings(_spread(asked), most)
    expected = [(place, seq) for place, value in enumerate(asked) for seq in held.get(value, [])[:most]]
    assert list(zip(places.tolist(), seqs.tolist(), strict=True)) == expected


def test_a_large_index_finds_every_row_and_no_stranger() -> None:
    """Across merges and past the size from which runs are no longer merged."""
    hashes = np.random.default_rng(1).integers(1, 2**64, 600_000, dtype=np.uint64)
    index = KeyIndex(600_000)
    for start in range(0, len(hashes), 3_001):
        part = hashes[start : start + 3_001]
        index.add(part, np.arange(start, start + len(part)))
    assert len(index) == len(hashes) > 2 * MOST_MERGED
    assert np.array_equal(index.find(hashes), np.arange(len(hashes)))
    strangers = np.random.default_rng(2).integers(1, 2**64, 100_000, dtype=np.uint64)
    assert (index.find(strangers) == NOT_FOUND).all()


def test_far_more_rows_than_expected_are_an_error() -> None:
    """A seq that does not fit would silently be another row."""
    with pytest.raises(OverflowError):
        KeyIndex(10).add(np.array([1], dtype=np.uint64), np.array([1 << 30]))
