"""One chunk before the judge: its candidates in order, each against the committed rows and the earlier candidates."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.embedding import Encoded, Sentences, Vectors
from synthaix.orchestration.dedup.entity import MOST_SHARING
from synthaix.orchestration.dedup.fingerprints import Fingerprints
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.key_index import NOT_FOUND, Seqs
from synthaix.orchestration.dedup.near import Likeness, RowComparer
from synthaix.orchestration.dedup.reading import Reading
from synthaix.orchestration.dedup.roles import Roles
from synthaix.orchestration.dedup.text import TextComparer, TextLikeness, scores, text_form
from synthaix.orchestration.dedup.vectors import LEAST_COSINE, MOST_NEAR, shared
from synthaix.orchestration.dedup.verdict import UNIQUE, Other, Stage, Verdict, VerdictKind
from synthaix.orchestration.schema.column import Cell

Row = Mapping[str, Cell]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Suspects:
    """The committed rows that each candidate may be near to: their seqs, by candidate."""

    near: Mapping[int, Sequence[int]]

    @property
    def seqs(self) -> list[int]:
        """Of all candidates, each once, in order."""
        return sorted({seq for seqs in self.near.values() for seq in seqs})


@dataclass(slots=True)
class Lookup:
    """What the committed rows have to say about each candidate.

    Attributes:
        keys: the row with the same key, int64 (n,).
        unique: the row with the same value in each group that must not repeat, int64 (n, u).
        texts: the row with the same text in each text column, int64 (n, t).
        near: rows that may be near, by candidate.
    """

    keys: Seqs
    unique: Seqs
    texts: Seqs
    near: Mapping[int, Sequence[int]]

    def hits(self) -> Flags:
        """Whether a candidate met any row, bool (n,)."""
        hit: Flags = self.keys != NOT_FOUND
        hit |= (self.unique != NOT_FOUND).any(axis=1) | (self.texts != NOT_FOUND).any(axis=1)
        hit[list(self.near)] = True
        return hit


@dataclass(slots=True)
class Chunk:
    """The candidates, and how to look at one.

    Attributes:
        columns: the cells that a comparison may need.
        rows: the committed rows that `Lookup.near` names.
        texts: the candidates', as vectors.
        by_meaning: whether near texts are sought among all candidates, and not in blocks alone.
    """

    prints: Fingerprints
    columns: Mapping[str, Sequence[Cell]]
    rows: Mapping[int, Row]
    texts: Encoded | None
    by_meaning: bool
    _mutual: Vectors | None = field(default=None)

    def row(self, place: int, names: Sequence[str]) -> Row:
        """The cells of one candidate."""
        return {name: self.columns[name][place] for name in names if name in self.columns}

    def mutual(self) -> Vectors | None:
        """The cosines of the candidates with each other, -1 in different blocks, where near texts are sought so."""
        if self._mutual is None and self.by_meaning and self.texts is not None:
            self._mutual = scores(self.texts.whole, self.texts.whole)
            if self.prints.probes is not None and self.prints.probes.shape[1]:
                self._mutual[~shared(self.prints.probes, self.prints.blocks[:, 0])] = -1.0
        return self._mutual


@dataclass(slots=True)
class _Accepted:
    """The candidates of this chunk that have been accepted, by hash."""

    keys: dict[int, int] = field(default_factory=dict)
    unique: dict[tuple[int, int], int] = field(default_factory=dict)
    texts: dict[tuple[int, int], int] = field(default_factory=dict)
    blocks: dict[int, list[int]] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Texts:
    """The texts of rows as they are compared, column by column; each is read once.

    Attributes:
        comparers: what compares the texts of each text column.
        parts_of: the vectors of the sentences of a row.
    """

    comparers: Sequence[TextComparer]
    parts_of: Callable[[Other, Row], tuple[Sentences, ...] | None]
    _read: dict[Other, tuple[Reading | None, ...]] = field(default_factory=dict)

    def of(self, other: Other, row: Row) -> tuple[Reading | None, ...]:
        """What is known of the texts of a row."""
        if other not in self._read:
            parts = self.parts_of(other, row) or (None,) * len(self.comparers)
            read = [comparer.read(some) for comparer, some in zip(self.comparers, parts, strict=True)]
            self._read[other] = tuple(read)
        return self._read[other]


class ChunkJudge:
    """Judges candidates one after another; `accept` those that become rows.

    Args:
        texts: what compares the texts of each text column.
        parts_of: the sentences of a committed row.
        least_shared: hashes that two candidates must have in common to be compared.
        doubting: compares texts more carefully than `texts` does.

    Attributes:
        doubtful: the candidates that `doubting` would not have called duplicates.
    """

    def __init__(
        self, chunk: Chunk, lookup: Lookup, roles: Roles, comparer: RowComparer, *, texts: Sequence[TextComparer],
        needed: Sequence[str], parts_of: Callable[[int, Row], tuple[Sentences, ...] | None], least_shared: int = 1,
        doubting: Sequence[TextComparer] | None = None,
    ) -> None:  # fmt: skip
        self.doubtful: set[int] = set()
        self._doubting = None if doubting is None else _Texts(doubting, self._parts)
        self._chunk = chunk
        self._lookup = lookup
        self._roles = roles
        self._comparer = comparer
        self._texts = _Texts(texts, self._parts)
        self._needed = needed
        self._parts_of = parts_of
        self._least_shared = least_shared
        self._accepted = _Accepted()
        self._prints = chunk.prints

    def verdict(self, place: int) -> Verdict:
        """What a candidate is, in the light of the rows and of the candidates accepted so far."""
        return self._exact(place) or self._repeated_value(place) or self._repeated_text(place) or self._near(place)

    def accept(self, place: int) -> None:
        """From here on the candidate counts as a row."""
        accepted, prints = self._accepted, self._prints
        accepted.keys.setdefault(int(prints.keys[place]), place)
        for group, hash_ in enumerate(prints.unique[place].tolist()):
            accepted.unique.setdefault((group, hash_), place)
        for column, hash_ in enumerate(self._prints.texts[place].tolist()):
            accepted.texts.setdefault((column, hash_), place)
        for hash_ in dict.fromkeys(prints.blocks[place].tolist()):
            accepted.blocks.setdefault(hash_, []).append(place)
        accepted.places.append(place)

    def _exact(self, place: int) -> Verdict | None:
        key = int(self._prints.keys[place])
        of = _earliest(int(self._lookup.keys[place]), self._accepted.keys.get(key)) if key else None
        return None if of is None else Verdict("duplicate", of, "exact", 1.0)

    def _repeated_value(self, place: int) -> Verdict | None:
        for group, hash_ in enumerate(self._prints.unique[place].tolist()):
            earlier = self._accepted.unique.get((group, hash_)) if hash_ else None
            of = _earliest(int(self._lookup.unique[place, group]), earlier)
            if of is not None:
                return Verdict("duplicate", of, "unique", 1.0, self._roles.unique[group])
        return None

    def _repeated_text(self, place: int) -> Verdict | None:
        for column, hash_ in enumerate(self._prints.texts[place].tolist()):
            earlier = self._accepted.texts.get((column, hash_)) if hash_ else None
            of = _earliest(int(self._lookup.texts[place, column]), earlier)
            if of is not None:
                return Verdict("duplicate", of, "exact", 1.0, (self._roles.text[column],))
        return None

    def _near(self, place: int) -> Verdict:
        """The first row that this one repeats; else the first that it may repeat."""
        grey = UNIQUE
        candidate = None
        for of in self._near_ones(place):
            candidate = candidate or self._chunk.row(place, self._needed)
            other = self._chunk.rows.get(of) if isinstance(of, int) else self._chunk.row(of[1], self._needed)
            likeness = None if other is None else self._comparer.likeness(candidate, other)
            if other is None or likeness is None:
                continue
            if likeness.stage == "entity":
                return Verdict("duplicate", of, "entity", likeness.similarity, likeness.columns)
            verdict = self._with_texts(place, of, likeness, candidate, other, self._texts)
            if verdict is not None and verdict.kind == "duplicate":
                if self._doubting is not None:
                    careful = self._with_texts(place, of, likeness, candidate, other, self._doubting)
                    if careful is None or careful.kind != "duplicate":
                        self.doubtful.add(place)
                return verdict
            if verdict is not None and grey is UNIQUE:
                grey = verdict
        return grey

    def _near_ones(self, place: int) -> list[Other]:
        """Committed rows first, then earlier candidates, each in order."""
        near: list[Other] = list(self._lookup.near.get(place, ()))
        mutual = self._chunk.mutual()
        if mutual is not None:
            floor = LEAST_COSINE * len(self._roles.text)
            close = [(-float(mutual[place, earlier]), earlier) for earlier in self._accepted.places
                     if mutual[place, earlier] >= floor]  # fmt: skip
            return near + [("candidate", earlier) for _, earlier in sorted(close)[:MOST_NEAR]]
        if self._prints.probes is None:
            return near
        shared = Counter(
            one for hash_ in dict.fromkeys(self._prints.probes[place].tolist()) if hash_
            for one in self._accepted.blocks.get(hash_, ())[:MOST_SHARING]
        )  # fmt: skip
        earlier = sorted(one for one, count in shared.items() if count >= self._least_shared)
        return near + [("candidate", one) for one in earlier[: max(MOST_NEAR - len(near), 0)]]

    def _parts(self, of: Other, row: Row) -> tuple[Sentences, ...] | None:
        """The sentences of a row's texts, column by column."""
        if self._chunk.texts is None or not self._roles.text:
            return None
        return self._parts_of(of, row) if isinstance(of, int) else self._chunk.texts.sentences[of[1]]

    def _with_texts(
        self, place: int, of: Other, likeness: Likeness, left: Row, right: Row, texts: _Texts
    ) -> Verdict | None:
        """The verdict on rows that are alike in all but text, or None when a text tells them apart."""
        found: list[TextLikeness] = []
        apart: list[str] = []
        mine, others = texts.of(("candidate", place), left), texts.of(of, right)
        for comparer, name, left_read, right_read in zip(texts.comparers, self._roles.text, mine, others, strict=True):
            one, two = _text(left.get(name)), _text(right.get(name))
            text = comparer.likeness(one, two, left_read, right_read)
            if text is None:
                return None
            found.append(text)
            if text_form(one) != text_form(two):
                apart.append(name)
        similarity = round(min([likeness.similarity, *(text.similarity for text in found)]), 4)
        kind: VerdictKind = "grey" if any(text.kind == "grey" for text in found) else "duplicate"
        stage: Stage = "text" if apart else likeness.stage
        return Verdict(kind, of, stage, similarity, (*likeness.columns, *apart))


def _text(cell: Cell) -> str:
    """A text cell as it was written; nothing for a null."""
    return cell if isinstance(cell, str) else ""


def _earliest(seq: int, place: int | None) -> Other | None:
    """A committed row comes before any candidate."""
    if seq != NOT_FOUND:
        return seq
    return None if place is None else ("candidate", place)


def met_among(hashes: Hashes, eligible: Flags) -> Flags:
    """Which eligible candidates share a hash with another one: bool (n,), from uint64 (n,) or (n, m)."""
    wide = hashes[:, None] if hashes.ndim == 1 else hashes
    owners, columns = np.nonzero((wide != 0) & eligible[:, None])
    flat = wide[owners, columns]
    order = np.argsort(flat, kind="stable")
    same = (flat[order][1:] == flat[order][:-1]) & (owners[order][1:] != owners[order][:-1])
    met = np.zeros(len(hashes), dtype=bool)
    met[owners[order][1:][same]] = True
    met[owners[order][:-1][same]] = True
    return met
