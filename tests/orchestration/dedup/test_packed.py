"""What is stored with a chunk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.dedup.fingerprints import Fingerprints
from synthaix.orchestration.dedup.packed import Packed
from synthaix.orchestration.dedup.text import Thresholds

hashes = st.integers(0, 2**64 - 1)


@given(st.integers(0, 6), st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.integers(0, 4), st.data())
def test_what_is_stored_comes_back(
    count: int, blocks: int, unique: int, texts: int, width: int, data: st.DataObject
) -> None:
    """Fingerprints, vectors, thresholds and sentences survive their bytes."""

    def some(wide: int) -> np.ndarray:
        cells = data.draw(st.lists(hashes, min_size=count * wide, max_size=count * wide))
        return np.array(cells, dtype=np.uint64).reshape(count, wide)

    prints = Fingerprints(some(1)[:, 0], some(blocks), None, some(unique), some(texts))
    vectors = np.arange(count * width, dtype=np.float16).reshape(count, width) if width else None
    share = st.integers(0, 10_000).map(lambda part: part / 10_000)
    found = data.draw(st.one_of(st.none(), st.builds(Thresholds, share, share, share, share)))
    sizes = st.lists(st.integers(0, 3), min_size=texts, max_size=texts)
    told = None
    if texts and count and width >= texts and width % texts == 0:
        told = [tuple(np.ones((size, width // texts), np.float16) for size in data.draw(sizes)) for _ in range(count)]
    again = Packed.from_bytes(Packed(prints, 7, vectors, found, told).to_bytes())
    assert (again.layout, again.thresholds) == (7, found)
    assert (again.parts is None) == (told is None)
    for row, other in zip(again.parts or (), told or (), strict=True):
        assert [part.tolist() for part in row] == [part.tolist() for part in other]
    for part in ("keys", "blocks", "unique", "texts"):
        assert np.array_equal(getattr(again.prints, part), getattr(prints, part))
    assert (again.vectors is None) == (vectors is None)
    if vectors is not None and again.vectors is not None:
        assert np.array_equal(again.vectors, vectors)


def test_cut_bytes_are_refused() -> None:
    """A torn value must not become other rows' fingerprints."""
    empty = np.empty((2, 0), dtype=np.uint64)
    whole = Packed(Fingerprints(np.arange(2, dtype=np.uint64), empty, None, empty, empty), 1).to_bytes()
    with pytest.raises(ValueError, match="cut"):
        Packed.from_bytes(whole[:-1])
    with pytest.raises(ValueError, match="version"):
        Packed.from_bytes(b"xxxx" + whole[4:])
