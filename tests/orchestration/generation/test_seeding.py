"""Randomness by name and position."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.generation.seeding import fractions, generator, permuted, stable_hash


@given(st.integers(1, 3_000), st.integers(0, 2**64 - 1), st.integers(0, 5))
def test_a_permutation_takes_every_place_once(size: int, key: int, rounds: int) -> None:
    """Any run of `size` numbers that begins at a multiple of it covers the range, each place once."""
    numbers = np.arange(rounds * size, (rounds + 1) * size, dtype=np.int64)
    assert sorted(permuted(numbers, size, key).tolist()) == list(range(size))


@given(st.integers(2**31, 2**61), st.integers(0, 2**64 - 1))
def test_a_wide_permutation_stays_in_range_and_apart(size: int, key: int) -> None:
    """Large domains neither overflow nor repeat."""
    found = permuted(np.arange(1_024, dtype=np.int64), size, key).tolist()
    assert len(set(found)) == 1_024
    assert 0 <= min(found) <= max(found) < size


def test_hashes_are_the_same_in_another_process() -> None:
    """Python salts its own hash; a cell may not depend on that."""
    code = "from synthaix.orchestration.generation.seeding import stable_hash; print(stable_hash('orders', 'id'))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={
        "PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)})  # fmt: skip
    assert int(answer.stdout) == stable_hash("orders", "id")


@pytest.mark.parametrize("other", [(2, "t", "c", 0), (1, "u", "c", 0), (1, "t", "d", 0), (1, "t", "c", 1)])
def test_each_part_of_a_name_matters(other: tuple[int, str, str, int]) -> None:
    """Seed, table, column and block each give another stream."""
    assert generator(1, "t", "c", 0).random(4).tolist() != generator(*other).random(4).tolist()


def test_fractions_are_spread_evenly() -> None:
    """A hundred thousand fractions fill ten bins alike, within five standard deviations."""
    bins = np.bincount((fractions(np.arange(100_000, dtype=np.int64), 9) * 10).astype(int), minlength=10)
    assert np.abs(bins - 10_000).max() < 5 * np.sqrt(9_000)
