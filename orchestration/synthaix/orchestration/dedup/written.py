"""What a table's committed texts left behind: vectors, sentences, and the thresholds found from the first of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from synthaix.orchestration.dedup.calibration import (
    CALIBRATED_BY,
    CALIBRATED_EVERY,
    FirstRows,
    chance,
    thresholds,
)
from synthaix.orchestration.dedup.embedding import Embedder, Encoded, Sentences, encoded
from synthaix.orchestration.dedup.fingerprints import Fingerprints
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.meaning import Meaning, meaning_of
from synthaix.orchestration.dedup.packed import Packed
from synthaix.orchestration.dedup.polarity import polarity_of
from synthaix.orchestration.dedup.text import TextComparer, Thresholds
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vectors import REMEMBERED, TextVectors
from synthaix.orchestration.schema.column import Cell

Parts = tuple[Sentences, ...]  # of a row: the vectors of the sentences of each text column


class WrittenTexts:
    """The committed texts of one table.

    Args:
        names: of the text columns.
        stated: a threshold of the user's, in place of what is found.
        structured: whether any other column tells rows apart.
        rows_expected: of the table.
    """

    def __init__(
        self, names: Sequence[str], *, embedder: Embedder | None, index: TextIndex | None, stated: float | None,
        structured: bool, rows_expected: int,
    ) -> None:  # fmt: skip
        self._names = names
        self._embedder = embedder
        self._structured = structured
        self._rows_expected = rows_expected
        self._stated = None if stated is None else Thresholds.stated(stated)
        self._found: Thresholds | None = None
        self._first: list[tuple[Fingerprints, list[Parts]]] = []
        self._sentences: dict[int, Parts] = {}
        self._counted = 0
        self._meanings: list[Meaning | None] = [None] * len(names)
        self.vectors = TextVectors(len(names), index)

    @property
    def thresholds(self) -> Thresholds:
        """From which scores on two texts count as one."""
        return self._stated or self.found

    @property
    def found(self) -> Thresholds:
        """The thresholds that the first rows gave so far, whatever was stated."""
        return self._found or Thresholds()

    def comparers(self, limits: Thresholds) -> tuple[TextComparer, ...]:
        """What compares each column's texts by these thresholds."""
        polarity = None if self._embedder is None else polarity_of(self._embedder)
        return tuple([TextComparer(limits, polarity, meaning) for meaning in self._meanings])

    def parts_of(self, seq: int, row: Mapping[str, Cell]) -> Parts | None:
        """The sentences of a committed row: remembered, or encoded again, which gives the same."""
        known = self._sentences.get(seq)
        if known is None and self._embedder is not None:
            known = encoded(self._embedder, {name: [row.get(name)] for name in self._names}, self._names).sentences[0]
        return known

    def found_with(self, prints: Fingerprints, texts: Encoded | None) -> Thresholds | None:
        """The thresholds to go on with once these rows are committed: found anew every so many of the first rows."""
        if texts is None or self._counted >= CALIBRATED_BY or self._embedder is None:
            return self._found
        count = min(self._counted + prints.count, CALIBRATED_BY)
        if count // CALIBRATED_EVERY == self._counted // CALIBRATED_EVERY:
            return self._found
        first = [*self._first, (prints, texts.sentences)]
        blocks = np.concatenate([one.blocks[:, 0] for one, _ in first])[:count]
        hashes = np.concatenate([one.texts for one, _ in first])[:count]
        every = [
            chance(FirstRows(blocks, hashes[:, column], parts, self._structured, self._compared(blocks)),
                   polarity_of(self._embedder), meaning_of(self._embedder).around(parts))
            for column, parts in enumerate(_columns(first, count))
        ]  # fmt: skip
        return thresholds(every)

    @property
    def counting(self) -> bool:
        """Whether the first rows are still being gathered, so that their sentences have to be stored."""
        return self._counted < CALIBRATED_BY

    def take_in(self, stored: Packed, first_seq: int, parts: list[Parts] | None) -> None:
        """Take in committed rows."""
        if stored.thresholds is not None:
            self._found = stored.thresholds
        told = parts if parts is not None else stored.parts
        if stored.vectors is None:
            return
        if told is not None:
            for place, row in enumerate(told):
                self._sentences[first_seq + place] = row
            while len(self._sentences) > REMEMBERED:
                del self._sentences[next(iter(self._sentences))]
            if self.counting:
                self._first.append((stored.prints, told))
                self._find_meanings(stored.prints.count)
        self._counted += stored.prints.count
        if not self.counting:
            self._first.clear()
        prints = stored.prints
        self.vectors.add(prints.keys, stored.vectors.astype(np.float32), prints.blocks[:, 0], first_seq)

    def _find_meanings(self, more: int) -> None:
        """At the moments at which thresholds are found, from the same rows."""
        count = min(self._counted + more, CALIBRATED_BY)
        if self._embedder is not None and count // CALIBRATED_EVERY > self._counted // CALIBRATED_EVERY:
            self._meanings = [meaning_of(self._embedder).around(parts) for parts in _columns(self._first, count)]

    def _compared(self, blocks: Hashes) -> float:
        """How many rows of the whole job a row is compared with, by the first rows."""
        if not self._structured:
            return float(self._rows_expected)
        same = float((blocks[:, None] == blocks[None, :]).mean()) - 1 / len(blocks)
        return same * self._rows_expected


def _columns(first: list[tuple[Fingerprints, list[Parts]]], count: int) -> list[list[Sentences]]:
    """The sentences of so many rows, column by column."""
    rows = [row for _, rows in first for row in rows][:count]
    return [list(column) for column in zip(*rows, strict=True)]
