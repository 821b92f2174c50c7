"""Randomness that depends on a name and a position, never on order, process or platform."""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]

BLOCK = 1024  # candidates that are sampled together; part of every value, so it never changes
_ALL = (1 << 64) - 1
_ROUNDS = 4  # of the Feistel network: Luby and Rackoff 1988, four rounds make a strong pseudo-random permutation


def stable_hash(*parts: str) -> int:
    """64 bits of BLAKE2b over the parts: the same in every process, unlike Python's own hash."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big")


def generator(seed: int, table: str, column: str, block: int) -> np.random.Generator:
    """The source of randomness of one column in one block."""
    entropy = [seed & _ALL, stable_hash(table, column), block]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def key_of(seed: int, table: str, column: str) -> int:
    """A 64-bit key for `scrambled` and `permuted`."""
    return stable_hash(str(seed), table, column)


def scrambled(numbers: Ints, key: int) -> Words:
    """Each number mixed with the key: SplitMix64's finalizer (Steele, Lea, Flood 2014)."""
    mixed = (numbers.astype(np.uint64) + np.uint64(key & _ALL)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    scattered: Words = mixed ^ (mixed >> np.uint64(31))
    return scattered


def fractions(numbers: Ints, key: int) -> Floats:
    """A fraction in [0, 1) for each number."""
    shares: Floats = (scrambled(numbers, key) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return shares


def permuted(numbers: Ints, size: int, key: int) -> Ints:
    """Where each number goes under a permutation of `range(size)`; numbers from `size` on begin anew.

    A Feistel network over the next even power of two, walked until the result is in range.
    """
    if size <= 1:
        return np.zeros(len(numbers), dtype=np.int64)
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    current = numbers % size
    outside = np.arange(len(current))
    while len(outside):
        current[outside] = _feistel(current[outside], half, key)
        outside = outside[current[outside] >= size]
    return current


def _feistel(numbers: Ints, half: int, key: int) -> Ints:
    mask = (1 << half) - 1
    left, right = numbers >> half, numbers & mask
    for turn in range(_ROUNDS):
        mixed = scrambled(right, key + turn * 0x632BE59BD9B4E019).astype(np.int64) & mask
        left, right = right, left ^ mixed
    joined: Ints = (left << half) | right
    return joined
