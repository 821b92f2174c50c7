"""What is stored with a chunk, so that a restart compares as if nothing had happened: hashes, vectors, thresholds."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthaix.orchestration.dedup.alignment import DECIMALS
from synthaix.orchestration.dedup.embedding import Sentences
from synthaix.orchestration.dedup.fingerprints import Fingerprints
from synthaix.orchestration.dedup.text import Thresholds

MAGIC = b"SXF2"
# magic, layout, rows, blocks, unique, texts, vector's length, rows with sentences, thresholds
_HEADER = struct.Struct("<4sQIHHHHI4f")


@dataclass(frozen=True, slots=True)
class Packed:
    """What is stored with a chunk.

    Attributes:
        prints: of the committed rows.
        layout: which hashes they are: Fingerprinter.layout.
        vectors: of their texts, float16 (n, d).
        thresholds: of texts, as found so far.
        parts: the vectors of the texts' sentences, while the thresholds are still being found.
    """

    prints: Fingerprints
    layout: int
    vectors: np.ndarray | None = None
    thresholds: Thresholds | None = None
    parts: list[tuple[Sentences, ...]] | None = None

    def to_bytes(self) -> bytes:
        """As stored: a header, then the arrays in little-endian order."""
        prints, vectors = self.prints, self.vectors
        width = 0 if vectors is None else vectors.shape[1]
        header = _HEADER.pack(
            MAGIC, self.layout, prints.count, prints.blocks.shape[1], prints.unique.shape[1], prints.texts.shape[1],
            width, len(self.parts or ()), *_limits(self.thresholds),
        )  # fmt: skip
        parts = [prints.keys, prints.blocks, prints.unique, prints.texts]
        body = [np.ascontiguousarray(part, dtype="<u8").tobytes() for part in parts]
        if vectors is not None:
            body.append(np.ascontiguousarray(vectors, dtype="<f2").tobytes())
        if self.parts:
            body.append(np.array([[len(part) for part in row] for row in self.parts], dtype="<u2").tobytes())
            body += [np.ascontiguousarray(part, dtype="<f2").tobytes() for row in self.parts for part in row]
        return b"".join([header, *body])

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Packed":
        """As `to_bytes` wrote it.

        Raises:
            ValueError: it is of another version, or cut.
        """
        if len(stored) < _HEADER.size or stored[:4] != MAGIC:
            raise ValueError("fingerprints of another version")
        _, layout, count, blocks, unique, texts, width, told, *limits = _HEADER.unpack_from(stored)
        columns = [1, blocks, unique, texts]
        hashes = count * sum(columns)
        end = _HEADER.size + 8 * hashes + 2 * count * width
        if len(stored) < end or (not told and len(stored) > end):
            raise ValueError("fingerprints are cut")
        flat = np.frombuffer(stored, dtype="<u8", count=hashes, offset=_HEADER.size).astype(np.uint64)
        ends = np.cumsum([count * wide for wide in columns])[:-1]
        parts = [part.reshape(count, wide) for part, wide in zip(np.split(flat, ends), columns, strict=True)]
        vectors = None
        if width:
            vectors = np.frombuffer(stored, dtype="<f2", count=count * width, offset=_HEADER.size + 8 * hashes)
            vectors = vectors.reshape(count, width)
        prints = Fingerprints(parts[0][:, 0], parts[1], None, parts[2], parts[3])
        told_parts = _parts(stored[end:], told, texts, width // max(texts, 1)) if told else None
        return cls(prints, layout, vectors, _thresholds(limits), told_parts)


def _limits(found: Thresholds | None) -> tuple[float, float, float, float]:
    if found is None:
        return (float("nan"),) * 4
    return found.whole, found.whole_grey, found.aligned or 0.0, found.aligned_grey


def _thresholds(limits: Sequence[float]) -> Thresholds | None:
    return None if np.isnan(limits[0]) else Thresholds(*(round(float(limit), DECIMALS) for limit in limits))


def _parts(stored: bytes, rows: int, columns: int, dimensions: int) -> list[tuple[Sentences, ...]]:
    """The vectors of sentences, as `to_bytes` put them. Raises ValueError: they are cut."""
    counts = np.frombuffer(stored, dtype="<u2", count=rows * columns)
    flat = np.frombuffer(stored, dtype="<f2", offset=2 * rows * columns).reshape(-1, dimensions)
    if len(flat) != int(counts.sum()):
        raise ValueError("fingerprints are cut")
    parts = np.split(flat, np.cumsum(counts)[:-1])
    return [tuple(parts[row * columns : (row + 1) * columns]) for row in range(rows)]
